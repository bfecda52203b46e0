"""What an officer owes that has no time limit: letters on paper that wait to be sent, and interviews and visits that
were planned; with those what became of the others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from grievance.extensions import Label
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.reports.actions import Choice
from grievance.reports.casefile import CaseFile
from grievance.workflow import post
from grievance.workflow.meetings import ENDED_BY, VISIT, Became, Words, meetings, named, words


@dataclass(frozen=True)
class Waits:
    """A letter that was written, and approved where it binds. `against`: what stands against sending it now."""

    addressee: str
    against: Label | None


@dataclass(frozen=True)
class Planned:
    """`visit`: a visit, else an interview. `step`: by which it is said what came of it, "" for whoever may not.
    `named`: *Visit 2*, and empty where the case has but one of them. `became`: planned, held or called off."""

    visit: bool
    number: int
    on: date
    by_whom: str
    step: str
    named: str
    became: Became

    @property
    def open(self) -> bool:
        return self.became == Became.PLANNED


def letters(file: CaseFile, choices: Iterable[Choice]) -> list[Waits]:
    """The letters of a case that wait, the newest first. Nothing is asked where none was written."""
    if file.case.erased_at or not any(one.kind == post.WRITE.step for one in file.timeline):
        return []
    against = {row.step: missing for row, missing in choices}
    sends = {COMPLAINANT: post.POST.step, COMPANY: post.SEND.step}
    found = post.waiting(file.case, sends)
    return [Waits(one.addressee, against.get(sends[one.addressee])) for one in found]


def planned(file: CaseFile, choices: Iterable[Choice]) -> list[Planned]:
    """The interviews and visits of a case, the earliest day first, each with what became of it. Nothing is asked where
    none was planned."""
    here = {one.kind for one in file.timeline} if not file.case.erased_at else set()
    kinds = [step for step in ENDED_BY if step in here]
    if not kinds:
        return []
    said, may = words(file.case, file.keys, kinds), {row.step for row, missing in choices if not missing}
    found = [one for step in kinds for one in _of(file, step, said, may)]
    return sorted(found, key=lambda one: one.on)


def _of(file: CaseFile, step: str, said: Mapping[int | None, Words], may: set[str]) -> Iterator[Planned]:
    found = meetings(file.case, step)
    for one in found:
        its, name = said.get(one.event_id, Words()), named(one) if len(found) > 1 else ""
        if its.on is not None:
            ends = ENDED_BY[step] if ENDED_BY[step] in may else ""
            yield Planned(step == VISIT, one.number, its.on, its.by_whom, ends, name, one.became)
