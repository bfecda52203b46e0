"""Interim measures as cards: what is done, by when, how each stands, and what this person can say to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Kind
from grievance.reports.actions import Choice
from grievance.reports.casefile import CaseFile, Opened
from grievance.workflow.measures import PROTECT, Measure, Standing, measures
from grievance.workflow.row import Row

STANDS: dict[Standing, Label] = {
    Standing.PROPOSED: _l("It waits for your yes"),
    Standing.AGREED: _l("You said yes"),
    Standing.DONE: _l("It was done"),
    Standing.NOT_DONE: _l("It was not done, and is still owed"),
    Standing.DECLINED: _l("You said no"),
}
"""To her."""
STANDS_AT_THE_DESK: dict[Standing, Label] = {
    Standing.PROPOSED: _l("It waits for the complainant's yes"),
    Standing.AGREED: _l("The complainant said yes: it is owed"),
    Standing.DONE: _l("It was done"),
    Standing.NOT_DONE: _l("It was not done, and is still owed"),
    Standing.DECLINED: _l("Declined by the complainant"),
}


@dataclass(frozen=True)
class MeasureCard:
    number: int
    by_when: date
    stands: Label
    waits: bool
    """For her yes or no."""
    text: Opened | None
    """In what words it was proposed; None where this person opens none."""
    rows: list[Row]

    @property
    def fields(self) -> list[tuple[Label, Any]]:
        return self.text.fields if self.text else []


def cards(file: CaseFile, rows: Sequence[Choice], stands: dict[Standing, Label]) -> list[MeasureCard]:
    """The first one first. A case in which none was proposed asks nothing for it."""
    proposed = sorted(one.at for one in file.timeline if one.kind == PROTECT)
    said = {w.at: w for w in file.writings if w.step == PROTECT}
    found = measures(file.case) if proposed else []
    return [_card(one, said.get(at), rows, stands) for one, at in zip(found, proposed, strict=True)]


def _card(one: Measure, text: Opened | None, rows: Sequence[Choice], stands: dict[Standing, Label]) -> MeasureCard:
    waits = one.standing == Standing.PROPOSED
    return MeasureCard(one.number, one.by_when, stands[one.standing], waits, text, _open_to(one, rows))


def _open_to(one: Measure, rows: Sequence[Choice]) -> list[Row]:
    """The steps about this measure that can be taken now."""
    return [
        row
        for row, missing in rows
        for field in row.asks
        if field.kind == Kind.MEASURE and one.standing in field.among and not missing
    ]
