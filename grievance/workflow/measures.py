"""Which interim measures a case has, and how each stands: read from its record, so that no other row can say otherwise.

What a measure says lies sealed with her words, for which no company has a key; on the record stand its number and day.
"""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.crypto.compartments import CaseKeys
from grievance.deadlines.days import full_date
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.writing import Writing
from grievance.record.writings import read_writing

PROTECT, AGREE, DECLINE, REVIEW = "protect", "agree_protection", "decline_protection", "review_protection"


class Standing(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    DONE = "done"
    NOT_DONE = "not_done"
    DECLINED = "declined"


UNSETTLED = frozenset({Standing.PROPOSED, Standing.AGREED, Standing.NOT_DONE})
"""While one stands so, the safety alert is not lifted."""
_BECOMES = {AGREE: Standing.AGREED, DECLINE: Standing.DECLINED}


@dataclass(frozen=True)
class Measure:
    """`event_id`: of its proposal, which the sealed words name."""

    number: int
    by_when: date
    standing: Standing
    event_id: int


def measures(case: Case) -> list[Measure]:
    """The first one first."""
    kinds = (PROTECT, AGREE, DECLINE, REVIEW)
    query = select(Event.id, Event.kind, Event.facts).where(Event.chain == case.id, Event.kind.in_(kinds))
    found: dict[int, Measure] = {}
    for event_id, kind, text in db.session.execute(query.order_by(Event.seq)):
        facts = json.loads(text)
        number = int(facts["measure"])
        if kind == PROTECT:
            found[number] = Measure(number, date.fromisoformat(facts["by_when"]), Standing.PROPOSED, event_id)
        else:
            standing = _BECOMES.get(kind) or Standing(facts["outcome"])
            found[number] = Measure(number, found[number].by_when, standing, found[number].event_id)
    return list(found.values())


def among(case: Case, standings: tuple[str, ...]) -> list[Measure]:
    """Those that somebody can still say something to. None where no alert is up: it holds until each is settled."""
    if not case.safety_alert:
        return []
    return [one for one in measures(case) if one.standing in standings]


def options(case: Case, keys: CaseKeys, standings: tuple[str, ...]) -> list[tuple[str, str]]:
    """What may be chosen among: its number, its day, and what is to be done."""
    found = among(case, standings)
    said = _said(case, keys) if found else {}
    return [(str(one.number), _in_words(one, said.get(one.event_id, ""))) for one in found]


def _said(case: Case, keys: CaseKeys) -> dict[int | None, str]:
    """By the number of its event: what each measure is, as far as these keys open it."""
    query = select(Writing).where(Writing.case_id == case.id, Writing.step == PROTECT)
    written = [one for one in db.session.scalars(query) if keys.can_open(one.compartment, one.n, one.epoch)]
    return {one.event_id: str(read_writing(keys, one).get("what", "")) for one in written}


def _in_words(one: Measure, what: str) -> str:
    plain = _("Measure %(number)s, by %(date)s", number=one.number, date=full_date(one.by_when))
    return f"{plain} – {what}" if what else str(plain)
