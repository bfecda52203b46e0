"""What became of one case in a unit of work, as a pattern: other cases that are alike get the same, with their own
names, numbers and chains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlalchemy.orm.base import NO_VALUE

from grievance.extensions import Base, db
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.record import figure_facts, marks, vouched
from grievance.record.declared import OF_MODEL
from grievance.record.transaction import EVENTS, EXACTLY, LETTERS, NEW_MARKS, SIGNATURES


class NotPlain(Exception):
    """Something came of it that is not told by the case and its open limits alone."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that was there: its columns from now on, and whether some of them are vouched for."""

    to: dict[str, Any]
    vouched: bool


@dataclass(frozen=True)
class Outcome:
    """`grown`: by how much the case's version is higher. `limits`: by the place of a limit among those that were open.
    `opened`: new limits with all their columns. `letters`, `marks`: each with the place of its event."""

    case: Changed
    grown: int
    limits: dict[int, Changed]
    opened: list[dict[str, Any]]
    events: list[dict[str, Any]]
    missed: list[int | None]
    letters: list[tuple[int, dict[str, Any]]]
    marks: list[tuple[int, dict[str, Any]]]


AT_END = "at_end"


def _left_for_the_end() -> dict[Any, list[Any]]:
    info = db.session.info
    return {**info["later"], AT_END: info[AT_END]}


@dataclass
class Watch:
    """What a unit of work held before a case was settled in memory; and what came to it since."""

    case: Case
    limits: list[Limit]
    version: int
    before: dict[Any, int]

    @classmethod
    def begin(cls, case: Case) -> "Watch":
        before = {name: len(rows) for name, rows in _left_for_the_end().items()}
        return cls(case, list(case.open_limits), case.version, before)

    def outcome(self) -> Outcome:
        """Nothing of it is written. Raises `NotPlain`."""
        session, mine = db.session, {self.case, *self.limits}
        new = [row for row in session.new if isinstance(row, Limit) and row.case_id == self.case.id]
        others = [*(row for row in session.new if row not in new), *session.deleted]
        others += [row for row in session.dirty if row not in mine and row not in new]
        if others or self._since(AT_END) or self._since(SIGNATURES):
            raise NotPlain
        events = self._since(EVENTS)
        self._say_figures(events)
        at = {id(event): i for i, event in enumerate(events)}
        seqs = {event["seq"]: i for i, event in enumerate(events)}
        place = {limit.id: i for i, limit in enumerate(self.limits)}
        case = _changed(self.case, but=("version",))
        changed = {i: one for i, limit in enumerate(self.limits) if (one := _changed(limit)).to}
        if not events and (new or case.vouched or any(one.vouched for one in changed.values())):
            raise NotPlain
        new_marks = marks.merged(self._since(NEW_MARKS))
        return Outcome(
            case, self.case.version - self.version, changed, [_opened(limit) for limit in new],
            [_event(event) for event in events],
            [place[event["missed_limit_id"]] if event["missed_limit_id"] else None for event in events],
            [(at[id(letter["event"])], letter) for letter in self._since(LETTERS)],
            [(seqs[mark["first_seq"]], mark) for mark in new_marks],
        )  # fmt: skip

    def _since(self, name: Any) -> list[Any]:
        return _left_for_the_end()[name][self.before[name] :]

    def _say_figures(self, events: list[dict[str, Any]]) -> None:
        figure_facts.note(db.session())
        if events:
            figure_facts.told({self.case.id: events[-1]})

    def forget(self) -> None:
        """As if the case had not been touched."""
        session, info = db.session, db.session.info
        for name, rows in _left_for_the_end().items():
            del rows[self.before[name] :]
        info["ends"].pop(instance_dict(self.case)["id"], None)
        for row in [*session.new, *self.limits, self.case]:
            info[figure_facts.KEPT].pop(row, None)
            info[vouched.TOUCHED].pop(row, None)
        for row in list(session.new):
            session.expunge(row)
        for row in (*self.limits, self.case):
            session.expire(row)  # whoever holds it reads what is there by then


def _changed(row: Base, but: tuple[str, ...] = ()) -> Changed:
    """Raises `NotPlain` where what is vouched for was written over without a look at what it had been: only whoever
    sees both knows whether the record must say so."""
    table, committed = OF_MODEL[type(row)], instance_state(row).committed_state
    columns = {name: old for name, old in committed.items() if name in row.__table__.c and name not in but}
    if any(old is NO_VALUE for name, old in columns.items() if name in table.columns):
        raise NotPlain
    to = {name: getattr(row, name) for name, old in columns.items() if old is NO_VALUE or old != getattr(row, name)}
    return Changed(to, table.differs(row, columns))


def _opened(limit: Limit) -> dict[str, Any]:
    values = dict.fromkeys(Limit.__table__.c.keys())
    values |= {name: default(None) for name, default in vouched.defaults(Limit)}
    return values | {name: value for name, value in instance_dict(limit).items() if name in values}


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    if "id" in event or event[EXACTLY] is not None:
        raise NotPlain
    return {name: value for name, value in event.items() if name not in ("head", EXACTLY)}
