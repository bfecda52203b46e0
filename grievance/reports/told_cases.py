"""What each case was on a day, by its events alone: one case at a time, however many there are.

A case that was filed before its events said what figures need (`record.figure_facts`) is completed from its rows: as it
is now, and its duties by the days on which they were done.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from grievance import clock
from grievance.deadlines import corrections
from grievance.deadlines.dates import beginning_of
from grievance.deadlines.kinds import LAPSING, Deadline
from grievance.extensions import db
from grievance.intake.register_later import LATER, UNDONE
from grievance.models.case import CANARY, TAKEN_BACK, Case, Channel, Respondent, State
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY
from grievance.models.writing import RemedyStatus
from grievance.record.figure_facts import COUNTED, FACT, MET, SAID
from grievance.workflow import follow_ups
from grievance.workflow.events import FILED, MISSED
from grievance.workflow.procedure import ROWS

IMPORTED = "imported"


def meeting(key: Deadline) -> frozenset[str]:
    """The steps that meet a time limit: what happened when it was done."""
    return frozenset(row.step for row in ROWS if key in row.meets)


ACKNOWLEDGED = meeting(Deadline.ACKNOWLEDGEMENT)
DECIDED = meeting(Deadline.ADMISSIBILITY)
HANDED_OVER = frozenset(row.step for row in ROWS if row.hands_over)
ANSWERED = meeting(Deadline.COMPANY_RESPONSE)
CLOSING = frozenset(row.step for row in ROWS if row.target == State.CLOSED)
RETALIATION = frozenset({"report_retaliation"})
ASKED = frozenset({"follow_up", follow_ups.ANSWER.step})
BECOMES = {
    "accept_remedy": RemedyStatus.ACCEPTED, "decline_remedy": RemedyStatus.DECLINED,
    "waive_remedy": RemedyStatus.WAIVED, "report_delivered": RemedyStatus.DELIVERED,
    "verify_remedy": RemedyStatus.VERIFIED, "dispute_remedy": RemedyStatus.DISPUTED,
}  # fmt: skip
"""What a remedy is after a step."""
PROPOSED = "propose_remedy"
KINDS = (
    frozenset({FILED.kind, IMPORTED, LATER, UNDONE, MISSED.kind, corrections.KIND, PROPOSED, *BECOMES})
    | {row.step for row in ROWS if row.target}
    | ACKNOWLEDGED | DECIDED | HANDED_OVER | ANSWERED | RETALIATION | ASKED
)  # fmt: skip
"""Events that say something for the figures, beside those that carry their fact."""


@dataclass(frozen=True)
class Duty:
    """Something that was due and is past: it was done in time, or missed; or two people found that it was not missed
    (`corrected`)."""

    key: str
    owed_by: str
    due_on: date
    missed: bool
    corrected: bool = False


@dataclass
class Told:
    """One case as of a day. `says`: by the names of `figure_facts.SAID`. `first`: by kind of event, the office's day of
    the first one. `remedies`: form and standing by number. `before`: its events do not say what figures need."""

    case_id: str
    says: dict[str, Any] = field(default_factory=dict)
    state: State = State.RECEIVED
    closed_on: date | None = None
    first: dict[str, date] = field(default_factory=dict)
    handed_on: date | None = None
    """The office's day on which the company that is the respondent now was told first."""
    duties: list[Duty] = field(default_factory=list)
    remedies: dict[int, tuple[str, RemedyStatus]] = field(default_factory=dict)
    asked: bool = False
    retaliated: bool = False
    said_late: bool = False
    """An old register says that the company was late, by a rule of its own."""
    nobodys: bool = False
    before: bool = False

    @property
    def received_on(self) -> date:
        return date.fromisoformat(self.says["received_on"])

    @property
    def part(self) -> bool:
        """About another company of a complaint that is counted by its first case."""
        return bool(self.says.get("part"))

    @property
    def own(self) -> bool:
        """Handled by this procedure, and not taken over from a register."""
        return bool(self.says["channel"] != Channel.REGISTER)


def told(as_of: date | None) -> Iterator[Told]:
    """Every case that was there at the end of this day, by the office's clock; None: all that is on the record. Without
    the case of the drills, and what is left of imports that were taken back."""
    older = []
    for chain, events in groupby(_events(as_of), key=attrgetter("chain")):
        one = _replayed(chain, events)
        if one.before:
            older.append(one)
        elif not one.nobodys:
            yield one
    if older:
        _complete({one.case_id: one for one in older}, as_of)
        yield from (one for one in older if not one.nobodys)


def _end_of(as_of: date | None) -> datetime:
    return beginning_of(as_of + timedelta(days=1), clock.office_zone()) if as_of else datetime.max.replace(tzinfo=UTC)


def _events(as_of: date | None) -> Iterable[Any]:
    query = (
        select(Event.chain, Event.kind, Event.happened_at, Event.facts, Event.missed_limit_id)
        .where(Event.chain != OFFICE_CHAIN, Event.recorded_at < _end_of(as_of))
        .where(Event.kind.in_(sorted(KINDS)) | Event.facts.contains(f'"{FACT}":'))
        .order_by(Event.chain, Event.seq)
        .execution_options(yield_per=2000)
    )
    return db.session.execute(query)


def _replayed(chain: str, events: Iterable[Any]) -> Told:
    one = Told(chain)
    for _chain, kind, at, text, missed in events:
        facts: dict[str, Any] = json.loads(text)
        _happened(one, kind, clock.office_day(at), facts)
        if missed:  # the miss is an event of its own, or the escalation that followed from it
            _missed(one, facts)
    one.before = "received_on" not in one.says
    if one.before:  # some of what was done in time is on the record, and all of it in the rows
        one.duties = [duty for duty in one.duties if duty.missed]
    return one


def _happened(one: Told, kind: str, day: date, facts: dict[str, Any]) -> None:
    one.first.setdefault(kind, day)
    one.nobodys = one.nobodys or bool(facts.get("canary"))
    _moved(one, kind, day, facts)
    _says(one, facts.get(FACT, {}))
    if kind in HANDED_OVER:
        one.handed_on = one.handed_on or day
    if kind == corrections.KIND:
        _corrected(one, facts)
    elif kind == PROPOSED and "kind" in facts:
        one.remedies[facts["remedy"]] = facts["kind"], RemedyStatus.PROPOSED
    elif kind in BECOMES and facts.get("remedy") in one.remedies:
        one.remedies[facts["remedy"]] = one.remedies[facts["remedy"]][0], BECOMES[kind]
    elif kind in ASKED:
        one.asked = one.asked or "retaliation" in facts
        one.retaliated = one.retaliated or facts.get("retaliation") == "yes"
    elif kind in RETALIATION:
        one.retaliated = True


def _moved(one: Told, kind: str, day: date, facts: dict[str, Any]) -> None:
    """To another state, or to the one that a register says."""
    to = facts.get("state", State.RECEIVED) if kind in (FILED.kind, IMPORTED, LATER, UNDONE) else facts.get("to")
    if to:
        one.state = State(to)
        one.said_late = bool(facts.get("late", one.said_late)) if kind in (IMPORTED, LATER) else one.said_late
        one.closed_on = day if one.state == State.CLOSED else None


def _says(one: Told, says: dict[str, Any]) -> None:
    """A company that is not the respondent any more has promised and owed nothing that counts."""
    if "company" in says and one.says.get("company") not in (None, says["company"]):
        one.duties = [duty for duty in one.duties if duty.owed_by != COMPANY]
        one.remedies = {}
        one.handed_on = None
    one.nobodys = one.nobodys or bool(says.get("nobody"))
    one.duties += [
        Duty(key, owed_by, date.fromisoformat(due_on), missed=False)
        for key, owed_by, due_on in says.get(MET, ())
        if key not in LAPSING
    ]
    one.says |= {name: value for name, value in says.items() if name != MET}


def _missed(one: Told, facts: dict[str, Any]) -> None:
    if facts.get("owed_by") in COUNTED and facts["limit"] not in LAPSING:
        one.duties.append(Duty(facts["limit"], facts["owed_by"], date.fromisoformat(facts["due_on"]), missed=True))


def _corrected(one: Told, facts: dict[str, Any]) -> None:
    was = facts["limit"], date.fromisoformat(facts["was_due_on"])
    for n, duty in enumerate(one.duties):
        if duty.missed and not duty.corrected and (duty.key, duty.due_on) == was:
            one.duties[n] = Duty(duty.key, duty.owed_by, duty.due_on, missed=True, corrected=True)
            return


# --- from before -------------------------------------------------------------------------------------------


def _complete(older: dict[str, Told], as_of: date | None) -> None:
    columns = [getattr(Case, name) for name in SAID]
    for row in db.session.execute(select(Case.id, *columns).execution_options(yield_per=2000)):
        if (one := older.get(row.id)) is not None:
            now = {said: _plain(getattr(row, name)) for name, said in SAID.items() if said != "nobody"}
            one.says = now | one.says
            one.nobodys = one.nobodys or (row.register_key or "").startswith((CANARY, TAKEN_BACK))
    for duty, case_id in _done(as_of):
        if (one := older.get(case_id)) is not None:
            one.duties.append(duty)


def _done(as_of: date | None) -> Iterator[tuple[Duty, str]]:
    """What was done in time. Misses are on the record, and always were."""
    query = (
        select(Limit.case_id, Limit.key, Limit.owed_by, Limit.due_on)
        .outerjoin(Respondent, Respondent.id == Limit.respondent_id)
        .where(Limit.met_at < _end_of(as_of), Limit.missed_at.is_(None), Limit.owed_by.in_(COUNTED))
        .where(Limit.key.not_in(LAPSING), Respondent.ended_at.is_(None) | (Limit.owed_by != COMPANY))
    )
    for case_id, key, owed_by, due_on in db.session.execute(query.execution_options(yield_per=2000)):
        yield Duty(key, owed_by, due_on, missed=False), case_id


def _plain(value: Any) -> Any:
    return clock.office_day(value).isoformat() if isinstance(value, datetime) else value
