"""The calendars: days that are no business days, and what moves when one is added (file 2, "Time limits").

An open limit keeps the calendar that it was made with. A holiday that is added moves it later, never earlier, and one
that is taken out changes only what is opened afterwards: *Why this date?* then says until when it was a day off. What a
day would undo that was missed already is shown, and corrected by two people (`corrections`).
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from grievance import clock, logs
from grievance.access import CLOCK, Person, may_administer, visible
from grievance.deadlines import corrections
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import DUTIES
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Case
from grievance.models.desk import PLAIN
from grievance.models.limit import Limit
from grievance.models.people import Company, Role
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.models.writing import Holiday
from grievance.record import chain
from grievance.record.events import EventRow
from grievance.record.letters import LetterText, LetterTo, owe_letters, when
from grievance.record.transaction import let_others_write, mark_for, savepoint, unit_of_work

log = logging.getLogger(__name__)
Days = Mapping[date, str]
BATCH, SHOWN = 200, 50
AT_ONCE = 50
"""Cases whose limits are moved in one transaction, while others wait to write: mostly for less than a tenth of a
second (docs/decisions/0113)."""
PATIENCE = 5.0
"""Seconds that a page gives it; the rest is the worker's."""
OFF = "off"
MOST = 1500
"""Days in one calendar: below what a limit's own copy may hold, which also keeps those that were taken out since."""
HOLIDAY_MOVED = LetterText("holiday_moved", _l("A holiday was added, and a date in this case is later than it was."))
HOLIDAY_MOVED_BACK = LetterText(
    "holiday_moved_back",
    _l("A holiday was in the calendar by mistake, and a date in this case is earlier again. Please look at it."),
)


def to_each_side(text: LetterText) -> tuple[LetterTo, ...]:
    """To each who is shown the limit that moved."""
    shown = {side: [duty.key for duty in DUTIES if side in duty.shown_to] for side in (COMPANY, COMPLAINANT)}
    return tuple(LetterTo(side, text, when("limit", *keys)) for side, keys in shown.items())


MOVED_LETTERS, MOVED_BACK_LETTERS = to_each_side(HOLIDAY_MOVED), to_each_side(HOLIDAY_MOVED_BACK)


@dataclass(frozen=True)
class Moving:
    """One limit that moves: of which case, what is owed by whom, from which day to which, and when these are over
    in the zone by whose days it runs."""

    reference: str
    title: Label
    owed_by: str
    old: date
    new: date
    old_at: datetime
    new_at: datetime
    zone: str
    paused: bool = False


@dataclass
class Effect:
    """What adding holidays does: the days that are new, how many limits of how many cases move, and the first fifty
    of those that this person may see."""

    new: dict[date, str]
    limits: int = 0
    cases: int = 0
    shown: list[Moving] = field(default_factory=list)
    undone: int = 0
    """Misses that were none by these days."""
    undone_shown: list[Moving] = field(default_factory=list)
    left: bool = False
    """Whether some of these limits are still where they were: the worker moves them."""


def preview(by: Person, country: str, days: Days, now: datetime | None = None, kind: str = OFF) -> Effect:
    """The effect of `add`, by the same code, without changing anything. Raises `Refused`, `BadInput`."""
    return _go_through(by, country, days, now or clock.now(), kind)


def add(
    by: Person, country: str, days: Days, now: datetime | None = None, kind: str = OFF,
    expected: Collection[date] = (),
) -> Effect:  # fmt: skip
    """Add holidays to the calendar of a country, or of the Secretariat ("*"), and move what they move. Days of another
    `kind` are business days: they make nothing later, and count for what is opened afterwards.

    First the days, with an event on the office's chain that says how many limits they move; then, some cases at a time,
    an event for each limit that moved (`go_on`). Days that are in the calendar already stay as they are, so that a
    second press changes nothing. `expected`: those whose date is not sure. Raises `Refused`, `BadInput`.
    """
    now = now or clock.now()
    try:
        effect = _add(by, country, days, now, kind, expected)
    except IntegrityError:  # somebody else saved the same day at the same moment
        effect = _add(by, country, days, now, kind, expected)
    end = float("inf") if by is CLOCK else time.monotonic() + PATIENCE
    effect.left = bool(effect.new) and go_on(by, country, now, lambda: time.monotonic() > end)
    return effect


def _add(by: Person, country: str, days: Days, now: datetime, kind: str, expected: Collection[date]) -> Effect:
    effect = _go_through(by, country, days, now, kind)
    with unit_of_work() as session:
        if effect.new:
            entered = {"country": country, "added_at": now, "added_by": by.account_id, "kind": kind}
            entered |= {"moved_until": "" if kind == OFF else None}  # also for what is paused
            new = effect.new.items()
            session.add_all(Holiday(**entered, on=day, name=name, expected=day in expected) for day, name in new)
            iso = [day.isoformat() for day in sorted(effect.new)]
            facts = {"country": country, "days": iso, "limits": effect.limits, "cases": effect.cases}
            facts |= {"kind": kind} if kind != OFF else {}
            chain.append(None, "holiday_added", by, now, now, facts)
    return effect


def go_on(by: Person, country: str, now: datetime, enough: Callable[[], bool]) -> bool:
    """Move what the holidays of a calendar move and did not yet, some cases at a time, until it is `enough`. Whether
    something is left. Each time is a transaction: where it breaks off, the worker goes on at its end."""
    while _some(by, country, now):
        if enough():
            return True
        let_others_write()
    return False


def go_on_everywhere(now: datetime, stopping: Callable[[], bool]) -> None:
    """The worker's part: what a page left, or did not come to; what is left where it stops, the next one does."""
    waiting = select(Holiday.country).where(Holiday.moved_until.is_not(None)).distinct().order_by(Holiday.country)
    for country in list(db.session.scalars(waiting)):
        if stopping() or go_on(CLOCK, country, now, stopping):
            return


def _some(by: Person, country: str, now: datetime) -> bool:
    """The next cases; where one of them fails, each alone, so that it keeps its day and no other does."""
    try:
        return _next(by, country, now, alone=False)
    except Exception as fault:  # any fault of one case must leave the others their due
        log.warning("holidays of %s: some cases are taken back: %s", country, type(fault).__name__,
                    extra=logs.fault(fault))  # fmt: skip
        return _next(by, country, now, alone=True)


def _next(by: Person, country: str, now: datetime, alone: bool) -> bool:
    which, waiting = deadlines.by_calendar(country), Holiday.moved_until.is_not(None)
    with unit_of_work(effect=False) as session:
        query = select(Holiday).where(Holiday.country == country, waiting).order_by(Holiday.id)
        days = list(session.scalars(query.with_for_update()))
        if not days:
            return False
        last, since = min(day.moved_until or "" for day in days), min(day.added_at or now for day in days)
        effect, ids = Effect({day.on: day.name for day in days}), _after(last, which, since, AT_ONCE)
        for case, limits in _owing(ids, which, since, lock=True):
            try:
                with savepoint() if alone else nullcontext():
                    _one_case(by, case, limits, effect, now, saving=True)
            except Exception as fault:
                if not alone:
                    raise
                log.error("a holiday moves nothing in one case: %s", type(fault).__name__, extra=logs.fault(fault))
        for day in days:
            day.moved_until = ids[-1] if len(ids) == AT_ONCE else None
        return len(ids) == AT_ONCE


def _go_through(by: Person, country: str, days: Days, now: datetime, kind: str) -> Effect:
    _may(by)
    known = set(db.session.scalars(select(Holiday.on).where(Holiday.country == country)))
    effect = Effect({day: name for day, name in days.items() if day not in known})
    if len(known) + len(effect.new) > MOST:
        raise BadInput({"country": _("This calendar is full. Take days out that passed long ago.")})
    for case, limits in running(country, now, lock=False) if effect.new and kind == OFF else ():
        _one_case(by, case, limits, effect, now, saving=False)
    for case, limit, found in corrections.undone_by(country, effect.new if kind == OFF else {}, now):
        effect.undone += 1
        if len(effect.undone_shown) < SHOWN and _sees(by, case):
            effect.undone_shown.append(undoing(case, limit, found))
    return effect


def undoing(case: Case, limit: Limit, found: corrections.Right) -> Moving:
    """A miss that was none: the day that was counted, and the one on which it was due."""
    from_to = (limit.due_on, found.due.on, limit.due_at, found.due.at, deadlines.ends_in(limit), False)
    return Moving(case.reference, deadlines.kind_of(limit).words, limit.owed_by, *from_to)


def _sees(by: Person, case: Case) -> bool:
    return by is CLOCK or db.session.scalars(visible(by).where(Case.id == case.id)).first() is not None


def _may(by: Person) -> None:
    """An approver, or whoever runs the server: the command line enters days, and corrects nothing."""
    if by is not CLOCK and not may_administer(by):
        raise Refused(_("Only an approver may change the calendars."))


def running(country: str, now: datetime, lock: bool) -> Iterator[tuple[Case, list[Limit]]]:
    """Each case with its limits that are owed by this calendar and have not passed."""
    return running_where(deadlines.by_calendar(country), now, lock)


def running_where(which: ColumnElement[bool], now: datetime, lock: bool) -> Iterator[tuple[Case, list[Limit]]]:
    """Each case with its limits of which this is true, and which have not passed; a batch of cases at a time, always
    in the same order, so that two who save at once wait for one another and never for each other."""
    last = ""
    while ids := _after(last, which, now, BATCH):
        yield from _owing(ids, which, now, lock)
        db.session.flush()
        last = ids[-1]


def _after(last: str, which: ColumnElement[bool], now: datetime, most: int) -> list[str]:
    """The next cases with such limits."""
    cases = _limits(Limit.case_id, which, now).where(Limit.case_id > last).distinct().order_by(Limit.case_id)
    return list(db.session.scalars(cases.limit(most)))


def _owing(
    ids: Sequence[str], which: ColumnElement[bool], now: datetime, lock: bool
) -> Iterator[tuple[Case, list[Limit]]]:
    cases = select(Case).where(Case.id.in_(ids)).order_by(Case.id)
    whole = cases.with_for_update(of=Case).options(selectinload(Case.open_limits))
    found = list(db.session.scalars(whole if lock else cases))
    owing: dict[str, list[Limit]] = {}
    query = _limits(Limit, which, now).where(Limit.case_id.in_(ids)).order_by(Limit.due_at, Limit.id)
    for limit in db.session.scalars(query):
        owing.setdefault(limit.case_id, []).append(limit)
    yield from ((case, owing[case.id]) for case in found if case.id in owing)


def _limits(what: Any, which: ColumnElement[bool], now: datetime) -> Select[Any]:
    """One that has passed stays passed, also where no sweep has noticed it yet; a paused one does not pass."""
    query = select(what).select_from(Limit).join(Case, Case.id == Limit.case_id)
    return query.outerjoin(Company, Company.id == Case.company_id).where(
        which,
        Limit.met_at.is_(None),
        Limit.stopped_at.is_(None),
        Limit.missed_at.is_(None),
        (Limit.due_at > now) | Limit.paused_at.is_not(None),
    )


def _one_case(by: Person, case: Case, limits: list[Limit], effect: Effect, now: datetime, saving: bool) -> None:
    moving: list[tuple[Limit, date]] = []
    for limit in limits:
        old, (frozen, later) = limit.due_on, deadlines.with_holidays(limit, effect.new)
        if later.at > limit.due_at:
            moving.append((limit, old))
            from_to = (old, later.on, limit.due_at, later.at, deadlines.ends_in(limit), limit.paused_at is not None)
            note(by, case, Moving(case.reference, deadlines.kind_of(limit).words, limit.owed_by, *from_to), effect)
        if saving:
            deadlines.move(limit, frozen, later, now)
    effect.cases += bool(moving)
    if saving and moving:
        moved = [(limit, _moved(by, case, limit, old, now)) for limit, old in moving]
        tell_once(case, moved, MOVED_LETTERS)
        deadlines.queue(case)
        case.version += 1


def _moved(by: Person, case: Case, limit: Limit, old: date, now: datetime) -> EventRow:
    facts = moved_facts(limit, old)
    return chain.append(case, "holiday_moved", by, now, now, facts)


def moved_facts(limit: Limit, old: date) -> dict[str, Any]:
    """What the record says of a limit that moved; and where its beginning is kept from a company, that this is, too."""
    facts = {"limit": limit.key, "due_on": limit.due_on.isoformat(), "was_due_on": old.isoformat()}
    return {**facts, "kept": True} if deadlines.began_unseen(limit) else facts


def tell_once(case: Case, moved: list[tuple[Limit, EventRow]], letters: tuple[LetterTo, ...]) -> None:
    """One letter for each side, and a mark for the company, with the first of the limits that it is shown, however many
    have moved. A limit that is kept from a company would tell it of an escalation that it is told of later, for
    somebody's safety."""
    for letter in letters:
        for limit, event in moved:
            said = {"limit": limit.key, "due_on": limit.due_on.isoformat()}
            if letter.is_owed(case, said) and not deadlines.is_kept_from(letter.recipient, limit):
                owe_letters(case, event, (letter,), said)
                if letter.recipient == COMPANY:
                    mark_for(event, PLAIN, role=Role.COMPANY)
                break


def note(by: Person, case: Case, moving: Moving, effect: Effect) -> None:
    """Count a limit that moves, and show it. Who has a conflict of interest in a case is not shown it here either."""
    effect.limits += 1
    if len(effect.shown) < SHOWN and _sees(by, case):
        effect.shown.append(moving)


def remove(by: Person, holiday_id: int) -> None:
    """Take a holiday out of its calendar: for limits that are opened from now on. Those that are open keep their date,
    and say until when it was a day off. Raises `Refused`."""
    _may(by)
    now = clock.now()
    with unit_of_work() as session:
        holiday = session.get(Holiday, holiday_id, with_for_update=True)
        if holiday is None:
            raise Refused(_("This holiday is not in the calendar any more."))
        for _case, limits in running(holiday.country, now, lock=True):
            for limit in limits:
                deadlines.note_taken_out(limit, holiday.on, now)
        session.delete(holiday)
        facts = {"country": holiday.country, "days": [holiday.on.isoformat()]}
        chain.append(None, "holiday_removed", by, now, now, facts)


def confirm(by: Person, holiday_id: int) -> None:
    """Somebody looked: a day whose date was not sure came as it was expected. Raises `Refused`."""
    _may(by)
    now = clock.now()
    with unit_of_work() as session:
        holiday = session.get(Holiday, holiday_id, with_for_update=True)
        if holiday is None or not holiday.expected:
            raise Refused(_("This holiday is not in the calendar any more, or its date is sure already."))
        holiday.expected = False
        facts = {"country": holiday.country, "days": [holiday.on.isoformat()]}
        chain.append(None, "holiday_confirmed", by, now, now, facts)
