"""Tasks of the Secretariat: who is to do what by which day, on a case or without one (decision 0072).

What a task says is sealed to the Secretariat's key. Its day and whose it is are not, so that the desk can say how many
are due. Whoever declared a conflict in a case sees none of its tasks, also not that there is one.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Date, Row, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from grievance import clock
from grievance.access import NoSuchCase, Person, find_case, visible, without_keys
from grievance.accounts.keys.party_keys import party_key
from grievance.accounts.keys.task_places import task_place
from grievance.crypto import envelopes
from grievance.crypto.sealing import CannotOpen, open_sealed, seal
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, clean
from grievance.models.case import Case, Conflict
from grievance.models.people import SECRETARIAT_ROLES, Absence, Account, AccountStatus, PartyKind
from grievance.models.task import Task
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow.case_tasks import is_nobodys

LONGEST = 2_000
"""Characters of what is to be done."""
MOST = 300
"""Tasks that one page lists."""
MINE, ALL, DONE, NOBODYS = "mine", "all", "done", "nobodys"
SHOWS = (MINE, ALL, NOBODYS, DONE)
WORDS = Field("words", _l("What is to be done"), missing=_l("Write what is to be done."))
DAY = Field("due_on", _l("By which day"), Kind.DATE, missing=_l("Choose a day."))
WHO = Field("who", _l("Who does it"), Kind.OFFICER, missing=_l("Choose who does it."))
CASE = Field("case", _l("Reference of a case"), Kind.LINE, required=False)
ASKS, CHANGES = (WORDS, DAY, WHO, CASE), (DAY, WHO)


@dataclass(frozen=True)
class Line:
    """One task as a page shows it. `words`: None where they do not open. `orphan`: whose it is has left, or may not see
    the case. `warning`: why its day may be a bad one; nothing is moved for it."""

    id: str
    words: str | None
    due_on: date
    who: str
    who_id: int
    made_by: str
    reference: str | None
    done_on: date | None
    done_by: str | None
    orphan: bool
    late: bool
    warning: str


@dataclass(frozen=True)
class Due:
    """How many tasks of a person are due today and how many are late; and how many open ones are nobody's any more."""

    today: int
    late: int
    nobodys: int


# --- what is there -----------------------------------------------------------------------------------------


def _is_for_the_secretariat(person: Person) -> None:
    if person.role not in SECRETARIAT_ROLES or person.party_seed is None:
        raise NoSuchCase


def _seen_by(person: Person) -> ColumnElement[bool]:
    _is_for_the_secretariat(person)
    return _without_conflict(person)


def _without_conflict(person: Person) -> ColumnElement[bool]:
    seen = visible(person).with_only_columns(Case.id).where(Case.id == Task.case_id).correlate(Task)
    return Task.case_id.is_(None) | seen.exists()


def due(person: Person) -> Due:
    """For the line at the head of the desk: one statement, and nothing is opened."""
    _is_for_the_secretariat(person)
    return Due(*db.session.execute(_counting(without_keys(person)), {"today": clock.office_today()}).one())


@lru_cache(256)
def _counting(person: Person) -> Select[int, int, int]:
    today, mine = bindparam("today", type_=Date()), Task.account_id == person.account_id
    return select(
        func.count().filter(mine, Task.due_on == today),
        func.count().filter(mine, Task.due_on < today),
        func.count().filter(is_nobodys()),
    ).where(Task.done_on.is_(None), _without_conflict(person))


def listed(person: Person, show: str) -> list[Line]:
    """Open ones by their day, done ones newest first; `MOST` at most."""
    which = {
        MINE: (Task.done_on.is_(None), Task.account_id == person.account_id),
        ALL: (Task.done_on.is_(None),),
        NOBODYS: (Task.done_on.is_(None), is_nobodys()),
        DONE: (Task.done_on.is_not(None),),
    }[show]
    order = (Task.done_on.desc(), Task.id) if show == DONE else (Task.due_on, Task.id)
    _is_for_the_secretariat(person)
    return _lines(person, _query(person).where(*which).order_by(*order).limit(MOST))


def of_case(person: Person, case: Case) -> list[Line]:
    """The tasks on a case that this person has open: what is to be done first, then what was done."""
    _is_for_the_secretariat(person)
    return _lines(person, _of_case(without_keys(person)), {"case": case.id})


@lru_cache(256)
def _of_case(person: Person) -> Select[Any]:
    query = _query(person).where(Task.case_id == bindparam("case"))
    return query.order_by(Task.done_on.is_not(None), Task.due_on, Task.id).limit(MOST)


def one(person: Person, task_id: str) -> Line:
    """Raises `NoSuchCase` for one that is not there, or not for this person."""
    _is_for_the_secretariat(person)
    for line in _lines(person, _query(person).where(Task.id == task_id)):
        return line
    raise NoSuchCase


def _query(person: Person) -> Select[Any]:
    whose, maker, finisher = aliased(Account), aliased(Account), aliased(Account)
    names = (whose.name.label("who"), maker.name.label("maker"), finisher.name.label("finisher"))
    columns: tuple[Any, ...] = (Task, *names, Case.reference, is_nobodys().label("orphan"))
    query = select(*columns).join(whose, whose.id == Task.account_id).join(maker, maker.id == Task.made_by)
    query = query.outerjoin(finisher, finisher.id == Task.done_by).outerjoin(Case, Case.id == Task.case_id)
    return query.where(_without_conflict(person))


def _lines(person: Person, query: Select[Any], values: Mapping[str, Any] | None = None) -> list[Line]:
    rows, today = db.session.execute(query, values or {}).all(), clock.office_today()
    warnings = _warnings([row.Task for row in rows if row.Task.done_on is None and row.Task.due_on >= today])
    return [
        Line(
            id=row.Task.id, words=_words(person, row.Task), due_on=row.Task.due_on, who=row.who,
            who_id=row.Task.account_id, made_by=row.maker, reference=row.reference, done_on=row.Task.done_on,
            done_by=row.finisher, orphan=row.orphan and row.Task.done_on is None,
            late=row.Task.done_on is None and row.Task.due_on < today, warning=warnings.get(row.Task.id, ""),
        )
        for row in rows
    ]  # fmt: skip


def _words(person: Person, task: Task) -> str | None:
    try:
        key = envelopes.open_with(person.seed_for(task.key_id), task.sealed_key, task_place(task.id))
        return open_sealed(key, task.sealed, task_place(task.id)).decode()
    except CannotOpen:
        return None


def _warnings(tasks: Iterable[Task]) -> dict[str, str]:
    """By the task's id, why its day may be a bad one: no business day of the office, or whose it is is away."""
    tasks = list(tasks)
    if not tasks:
        return {}
    calendar = deadlines.office_calendar()
    query = select(Absence).where(Absence.account_id.in_({one.account_id for one in tasks}))
    away = {one.account_id: one for one in db.session.scalars(query)}
    said = {task.id: _warning(task, calendar.day_off(task.due_on), away.get(task.account_id)) for task in tasks}
    return {task_id: sentence for task_id, sentence in said.items() if sentence}


def _warning(task: Task, off: tuple[str, str] | None, away: Absence | None) -> str:
    said = []
    if off:
        said.append(_("That day is on a weekend.") if off[0] == "weekend"
                    else _("That day is a holiday: %(name)s.", name=off[1]))  # fmt: skip
    if away and away.first_day <= task.due_on <= away.last_day:
        said.append(_("Who does it is away on that day."))
    return " ".join(said)


def people(case: Case | None = None) -> list[Row[Any]]:
    """Who can have a task: everybody of the Secretariat who is here, and on a case who may see it; (id, name)."""
    query = select(Account.id, Account.name).where(
        Account.role.in_(SECRETARIAT_ROLES), Account.status == AccountStatus.ACTIVE
    )
    if case:
        query = query.where(Account.id.not_in(select(Conflict.account_id).where(Conflict.case_id == case.id)))
    return list(db.session.execute(query.order_by(Account.name)))


# --- what is done with them --------------------------------------------------------------------------------


def make(person: Person, raw: Mapping[str, Any]) -> str:
    """A new task; returns its id. Raises `BadInput`, and `NoSuchCase` for a case that is not for this person."""
    _is_for_the_secretariat(person)
    values, now = clean(ASKS, raw), clock.now()
    if len(values["words"]) > LONGEST:
        raise BadInput({"words": _("This is too long: write at most %(number)s characters.", number=LONGEST)})
    with unit_of_work() as session:
        case = _case_of(person, values.get("case"))
        task = Task(id=chain.new_id(), case_id=case.id if case else None, account_id=_who(values["who"], case),
                    made_by=person.account_id, due_on=date.fromisoformat(values["due_on"]))  # fmt: skip
        _seal(task, values["words"])
        session.add(task)
        chain.append(None, "task_made", person, now, now, {"task": task.id})
        return task.id


def _case_of(person: Person, reference: str | None) -> Case | None:
    """Locked, so that nobody erases it meanwhile."""
    if not reference:
        return None
    try:
        case = find_case(person, reference, lock=True)
    except NoSuchCase:
        raise BadInput({"case": _("There is no case with this reference.")}) from None
    if case.erased_at:
        raise BadInput({"case": _("This case was erased.")})
    return case


def _who(answer: str, case: Case | None) -> int:
    if answer not in {str(one.id) for one in people(case)}:
        raise BadInput({"who": _("Choose one of the answers in the list.")})
    return int(answer)


def _seal(task: Task, words: str) -> None:
    """Under a fresh key, so that the padding hides how much was written."""
    key, party = secrets.token_bytes(32), party_key(PartyKind.SECRETARIAT)
    task.key_id = party.key_id
    task.sealed_key = envelopes.seal_to(party.public_key, key, task_place(task.id))
    task.sealed = seal(key, words.encode(), task_place(task.id))


def change(person: Person, task_id: str, raw: Mapping[str, Any]) -> None:
    """Another day, or another person. Raises `BadInput`, `NoSuchCase`."""
    values, now = clean(CHANGES, raw), clock.now()
    with unit_of_work():
        task = _locked(person, task_id)
        case = db.session.get(Case, task.case_id) if task.case_id else None
        task.due_on, task.account_id = date.fromisoformat(values["due_on"]), _who(values["who"], case)
        if db.session.is_modified(task):
            chain.append(None, "task_changed", person, now, now, {"task": task.id})


def finish(person: Person, task_id: str) -> None:
    """It is done; said twice, it was done the first time. Raises `NoSuchCase`."""
    _finish(person, task_id, clock.office_today(), person.account_id, "task_done")


def take_back(person: Person, task_id: str) -> None:
    """It is not done after all. Raises `NoSuchCase`."""
    _finish(person, task_id, None, None, "task_taken_back")


def _finish(person: Person, task_id: str, day: date | None, by: int | None, kind: str) -> None:
    now = clock.now()
    with unit_of_work():
        task = _locked(person, task_id)
        if (task.done_on is None) != (day is None):
            task.done_on, task.done_by = day, by
            chain.append(None, kind, person, now, now, {"task": task.id})


def _locked(person: Person, task_id: str) -> Task:
    query = select(Task).where(Task.id == task_id, _seen_by(person)).with_for_update(of=Task)
    task = db.session.scalars(query).one_or_none()
    if task is None:
        raise NoSuchCase
    return task
