"""A company takes its own cases away: as JSON with all that its people may read, and as a table of dates.

All of it comes from `open_case_file`, so that nothing can slip in that the page would not show; the dates are those
of the company's own answer. Case by case, so that a thousand need no more memory than one.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person, visible
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.desk import at_company
from grievance.extensions import Label, db
from grievance.models.case import Case, state_shown
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY
from grievance.reports.casefile import CaseFile, Happened, Opened, OwedLine, RemedyCard, open_case_file
from grievance.workflow import labels, rounds, words
from grievance.workflow.procedure import HAND_OVERS

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exported(person: Person) -> list[str]:
    """The identifiers of the cases that go into an export, the oldest first."""
    cases = visible(person).order_by(Case.received_at, Case.id)
    return list(db.session.scalars(cases.with_only_columns(Case.id)))


def _files(person: Person, case_ids: list[str]) -> Iterator[CaseFile]:
    """One case at a time. Whether it may be seen is asked again for each, and nothing is held open in between."""
    for case_id in case_ids:
        case = db.session.scalars(visible(person).where(Case.id == case_id)).one_or_none()
        if case is not None:
            yield open_case_file(person, case)
        db.session.rollback()


# --- JSON --------------------------------------------------------------------------------------------------


def as_json(person: Person, case_ids: list[str]) -> Iterator[str]:
    """One JSON document in parts: {"exported_at", "cases": [...]}; cut short, it does not parse. Of all that happened
    it says the day by the company's clock: an hour beside her doing is when she sat at a telephone, and days beside
    hers alone would mark what is hers."""
    zone = clock.reader_zone(person.zone)
    yield f'{{"exported_at": "{clock.now().isoformat()}", "cases": ['
    for number, file in enumerate(_files(person, case_ids)):
        yield (
            ("," if number else "")
            + "\n"
            + json.dumps(_case(file, zone) | _kept(person, file.case, zone), ensure_ascii=False, default=str)
        )
    yield "\n]}\n"


def _case(file: CaseFile, zone: str) -> dict[str, Any]:
    return {
        "reference": file.case.reference,
        "unfit": file.unfit if file.misfits else None,
        "state": state_shown(COMPANY, file.case).value,
        "limits": [_limit(limit) for limit in file.limits],
        "remedies": [_remedy(remedy) for remedy in file.remedies],
        "writings": [_writing(writing, zone) for writing in file.writings],
        "timeline": [_happened(event, zone) for event in file.timeline],
    }


def _kept(person: Person, case: Case, zone: str) -> dict[str, Any]:
    """What the company keeps of it for itself: this file is its own."""
    kept = at_company.of_case(person, case)
    notes = [{"at": _day(one.at, zone), "by": one.by, "text": one.text} for one in at_company.notes(person, case)]
    return {"own_reference": kept.reference or None, "in_charge": kept.name or None, "internal_notes": notes}


def _limit(limit: OwedLine) -> dict[str, Any]:
    return {
        "what": limit.what, "owed_by": limit.owed_by, "due_on": limit.due_on, "zone": limit.zone,
        "overdue": limit.overdue, "paused": limit.paused,
    }  # fmt: skip


def _remedy(remedy: RemedyCard) -> dict[str, Any]:
    return {
        "number": remedy.number, "kind": remedy.kind, "status": remedy.status, "due_on": remedy.due_on,
        "zone": remedy.zone, "paused": remedy.paused, "answers": _answers(remedy.fields),
        "files": [{"name": one["name"], "size": one["size"]} for part in remedy.parts for one in part.files],
    }  # fmt: skip


def _writing(writing: Opened, zone: str) -> dict[str, Any]:
    """What was written, and of its files the name and size in bytes."""
    return {
        "step": writing.step, "at": _day(writing.at, zone), "by": writing.role,
        "read_by": words.AUDIENCES[writing.compartment.value], "answers": _answers(writing.fields),
        "files": [{"name": one["name"], "size": one["size"]} for one in writing.files],
    }  # fmt: skip


def _answers(fields: Sequence[tuple[Label, Any]]) -> list[dict[str, Any]]:
    return [{"question": question, "answer": answer} for question, answer in fields]


def _happened(event: Happened, zone: str) -> dict[str, Any]:
    return {
        "at": _day(event.at, zone), "what": labels.happened(event.kind, event.role, ""), "by": event.role,
        "answers": _answers(event.answers), **event.facts,
    }  # fmt: skip


# --- the table of dates ------------------------------------------------------------------------------------


def as_csv(person: Person, case_ids: list[str]) -> Iterator[str]:
    """A line for each case. Late: the company acknowledged or answered after the due day, or still has not; a miss that
    two people found to be none is in a column of its own."""
    yield csv_row(
        [
            _("Reference"),
            _("Received by the company"),
            _("Acknowledged"),
            _("Due"),
            _("Answered"),
            _("Late"),
            _("State"),
            _("Time zone"),
            _("Missed, and corrected"),
            _("Your own reference"),
            _("In charge"),
        ]
    )
    for file in _files(person, case_ids):
        yield csv_row(_dates(person, file))


def _dates(person: Person, file: CaseFile) -> list[str]:
    """The dates of the referral that is in force: acknowledged and answered since the company received it. All of a
    line are days of one zone, that of the limit for the answer, so that they can be compared."""
    received = _first(file, HAND_OVERS, last=True)
    limits = _own_limits(file.case)
    answer = next((limit for limit in limits if limit.key == Deadline.COMPANY_RESPONSE), None)
    zone = answer.frozen["zone"] if answer else clock.reader_zone(person.zone)
    kept = at_company.of_case(person, file.case)
    late = any(limit.breached or (limit.open and deadlines.is_late(limit, clock.now())) for limit in limits)
    return [
        file.case.reference,
        _day(received, zone),
        _day(_first(file, {"company_acknowledge"}, received), zone),
        _due(answer),
        _day(_first(file, {"respond"}, received), zone),
        _("yes") if late else _("no"),
        str(words.STATES[state_shown(COMPANY, file.case).value]),
        zone,
        _("yes") if any(limit.corrected_at for limit in limits) else _("no"),
        kept.reference,
        kept.name,
    ]


def _due(answer: Limit | None) -> str:
    """A limit that is paused has no date before it goes on."""
    if answer is None:
        return ""
    return _("paused") if answer.open and answer.paused_at else answer.due_on.isoformat()


def _first(
    file: CaseFile, kinds: set[str] | frozenset[str], since: datetime | None = None, last: bool = False
) -> datetime | None:
    """When one of these happened first, or last; None where it did not. The timeline has the newest first."""
    found = [one.at for one in file.timeline if one.kind in kinds and (since is None or one.at >= since)]
    return (found[0] if last else found[-1]) if found else None


def _own_limits(case: Case) -> list[Limit]:
    """The company's limits for acknowledging and answering, ended ones too; the latest first: those of the
    round that runs now. What was missed in an earlier one stays on the case's page."""
    query = select(Limit).where(
        *rounds.of_this_round(case),
        Limit.key.in_((Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE)),
    )
    return list(db.session.scalars(query.order_by(Limit.opened_at.desc(), Limit.id.desc())))


def _day(at: datetime | None, zone: str) -> str:
    return "" if at is None else clock.day(at, zone).isoformat()


def csv_row(cells: Iterable[str]) -> str:
    """One line of any table that is taken away, with its end."""
    line = io.StringIO()
    csv.writer(line).writerow([_plain(cell) for cell in cells])
    return line.getvalue()


def _plain(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula, and run, is made into text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
