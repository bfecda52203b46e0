"""What an officer owes that has no time limit: letters on paper that wait to be sent, and interviews and visits that
were planned and of which nobody has said yet what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from grievance.extensions import Label, db
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.models.writing import Writing
from grievance.record.writings import read_writing
from grievance.reports.actions import Choice
from grievance.reports.casefile import CaseFile
from grievance.workflow import field_work, post


@dataclass(frozen=True)
class Waits:
    """A letter that was written, and approved where it binds. `against`: what stands against sending it now."""

    addressee: str
    against: Label | None


@dataclass(frozen=True)
class Planned:
    """`visit`: a visit, else an interview. `step`: by which it is said what came of it, "" for whoever may not."""

    visit: bool
    on: date
    by_whom: str
    step: str


def letters(file: CaseFile, choices: Iterable[Choice]) -> list[Waits]:
    """The letters of a case that wait, the newest first. Nothing is asked where none was written."""
    if file.case.erased_at or not any(one.kind == post.WRITE.step for one in file.timeline):
        return []
    against = {row.step: missing for row, missing in choices}
    sends = {COMPLAINANT: post.POST.step, COMPANY: post.SEND.step}
    found = post.waiting(file.case, sends)
    return [Waits(one.addressee, against.get(sends[one.addressee])) for one in found]


def planned(file: CaseFile, choices: Iterable[Choice]) -> list[Planned]:
    """The interviews and visits that are still to come of, the earliest day first. Nothing is asked where none waits.

    What came of one does not say of which: it is taken for the one with the earliest day of those planned before.
    """
    pairs = ((field_work.INTERVIEW, field_work.INTERVIEWED), (field_work.VISIT, field_work.VISITED))
    kinds = [one.kind for one in file.timeline if not file.case.erased_at]
    waiting = [pair for pair in pairs if kinds.count(pair[0]) > kinds.count(pair[1])]
    may = {row.step for row, missing in choices if not missing}
    found = [one for plan, ended in waiting for one in _open(file, plan, ended, may)]
    return sorted(found, key=lambda one: one.on)


def _open(file: CaseFile, plan: str, ended: str, may: set[str]) -> list[Planned]:
    query = select(Writing).where(Writing.case_id == file.case.id, Writing.step == plan).order_by(Writing.written_at)
    says = [(one.written_at, read_writing(file.keys, one)) for one in db.session.scalars(query)]
    days = [(at, date.fromisoformat(said["on"]), said["by_whom"]) for at, said in says]
    for at in sorted(one.at for one in file.timeline if one.kind == ended):
        before = [one for one in days if one[0] <= at]
        if before:
            days.remove(min(before, key=lambda one: one[1]))
    return [Planned(plan == field_work.VISIT, on, who, ended if ended in may else "") for _at, on, who in days]
