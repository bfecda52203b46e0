"""The time limits of a case as rows: opened, met, stopped, paused; each with the calendar of who owes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, bindparam, not_, or_, select

from grievance import clock
from grievance.deadlines.countries import EVERYWHERE, of_company, own_key
from grievance.deadlines.dates import (
    Calendar,
    Due,
    Pause,
    Rule,
    due,
    freeze,
    given_again,
    never_before,
    never_earlier,
    passed,
    thaw,
    thawed,
)
from grievance.deadlines.kinds import STANDING, LimitKind, Timetable, hidden_from
from grievance.deadlines.warnings import both, business_days_before, half
from grievance.extensions import db
from grievance.models.case import OWES_NOTHING, Case, State
from grievance.models.limit import Limit
from grievance.models.people import Company
from grievance.models.sides import COMPANY, COMPLAINANT, OF_THE_OFFICE
from grievance.models.writing import Decision, Holiday, Remedy
from grievance.record.transaction import once

LAST_ON_EARTH = "Etc/GMT+12"
"""The zone in which each day ends last: twelve hours behind UTC."""
OF_A_CALENDAR = ("works", "half", "taken_out")
"""What a limit keeps of a calendar where the calendar has it: another one may have none."""
_DAYS = select(Holiday.country, Holiday.on, Holiday.name, Holiday.kind).where(
    Holiday.country.in_(bindparam("keys", expanding=True))
)


def timetable() -> Timetable:
    """The office's timetable, read and checked when the application started."""
    found: Timetable = current_app.extensions["timetable"]
    return found


def kind_of(limit: Limit) -> LimitKind:
    return timetable().kinds[limit.key]


@dataclass(frozen=True)
class _Keeper:
    """Whose days off count. `keys`: whose days, "*" for the Secretariat's; of a day, what a later one says counts.
    `ends`: where the last day ends, if that is not where the days are counted."""

    zone: str
    weekend: frozenset[int]
    keys: tuple[str, ...]
    ends: str = ""

    def calendar(self) -> Calendar:
        days = once(("holidays", self.keys), lambda: _days_of(self.keys))
        return Calendar(self.zone, self.weekend, days["off"], days["works"], days["half"])


def _keeper(case: Case, owed_by: str) -> _Keeper:
    """The company's own calendar for what it owes; the Secretariat's for everybody else. A complainant may need the
    office's telephone, and may be anywhere: her day is over when it is over everywhere on earth."""
    company = case.company if owed_by == COMPANY else None
    if company:
        return _Keeper(company.zone, frozenset(company.weekend), keys_of(company.id, company.country, company.region))
    return replace(_office(), ends=LAST_ON_EARTH) if owed_by == COMPLAINANT else _office()


def _office() -> _Keeper:
    return _Keeper(clock.office_zone(), current_app.config["WEEKEND"], (EVERYWHERE,))


def keys_of(company_id: int, country: str, region: str) -> tuple[str, ...]:
    """The calendars that count for a company: its country's, its region's, its own."""
    return tuple(key for key in (country, region, own_key(company_id)) if key)


def companys_calendar(company_id: int, parts: Mapping[str, Any]) -> Calendar:
    """The calendar that a company has with this country, region, zone and weekend."""
    keys = keys_of(company_id, parts["country"], parts["region"])
    return _Keeper(parts["zone"], frozenset(parts["weekend"]), keys).calendar()


def office_calendar() -> Calendar:
    """By which the office works."""
    return _office().calendar()


def zone_for(case: Case, owed_by: str) -> str:
    """Where the days of who owes something in this case end."""
    return _keeper(case, owed_by).zone


def ends_for(case: Case, owed_by: str) -> str:
    """Where the last day ends of what somebody owes in this case."""
    keeper = _keeper(case, owed_by)
    return keeper.ends or keeper.zone


def ends_in(limit: Limit) -> str:
    """In which zone its last day ends."""
    return str(limit.frozen.get("ends", limit.frozen["zone"]))


def day_for(case: Case, owed_by: str, at: datetime) -> date:
    """The date that a moment has for who owes something in this case."""
    return clock.day(at, zone_for(case, owed_by))


def _begin(rule: Rule, keeper: _Keeper, agreed: date | None, at: datetime) -> tuple[dict[str, Any], Due]:
    """What a limit is made with, and its date: found once for all limits of a unit of work that begin alike, as those
    of a batch do."""

    def find() -> tuple[dict[str, Any], Due]:
        frozen = freeze(rule, keeper.calendar(), agreed) | ({"ends": keeper.ends} if keeper.ends else {})
        return frozen, thaw(frozen, at, explain=False)

    return once(("limit", rule, keeper, agreed, at), find)


def _days_of(keys: tuple[str, ...]) -> dict[str, dict[date, str]]:
    """By kind: each day as the last of these calendars has it that names it."""
    said, rows = {}, db.session.connection().execute(_DAYS, {"keys": keys})
    for _key, on, name, kind in sorted(rows, key=lambda row: keys.index(row[0])):
        said[on] = (kind, name)
    return {kind: {on: name for on, (of, name) in said.items() if of == kind} for kind in ("off", "works", "half")}


def by_calendar(key: str) -> ColumnElement[bool]:
    """The same rule as a condition on limits joined with their case and, where it has one, its company."""
    companys = and_(Limit.owed_by == COMPANY, Company.id.is_not(None))
    company_id = of_company(key)
    whose = Company.id == company_id if company_id else (Company.region if "-" in key else Company.country) == key
    theirs = and_(companys, whose)
    return or_(theirs, not_(companys)) if key == EVERYWHERE else theirs


def owed(case: Case) -> list[Limit]:
    """The open limits of a case, the next one first."""
    return sorted((limit for limit in case.open_limits if limit.open), key=lambda limit: limit.due_at)


def day_owed(case: Case, key: str) -> date | None:
    """The day until which one kind of limit is owed; None where none is open. Asked alone: the process of the form
    reads no more of what is owed."""
    open_now = (Limit.case_id == case.id, Limit.key == key, Limit.met_at.is_(None), Limit.stopped_at.is_(None))
    return db.session.scalar(select(Limit.due_on).where(*open_now).limit(1))


def is_open(case: Case, *keys: str) -> bool:
    """Whether the case has an open limit of one of these kinds."""
    return any(limit.key in keys for limit in owed(case))


def explained(limit: Limit, *, explain: bool = True) -> Due:
    """The limit's date, computed again day by day from the rule and calendar that it was made with; `explain`: as in
    `dates.due`."""
    answer = thaw(limit.frozen, limit.opened_at, _pauses(limit), explain=explain)
    if limit.grace_seconds:
        answer = given_again(answer, timedelta(seconds=limit.grace_seconds), limit.frozen["zone"])
    kept = limit.frozen.get("not_before")
    return never_before(answer, datetime.fromisoformat(kept), limit.frozen["zone"]) if kept else answer


def _pauses(limit: Limit) -> list[Pause]:
    return [Pause(date.fromisoformat(a), date.fromisoformat(b)) for a, b in limit.pauses]


def _respondent_of(case: Case, kind: LimitKind, remedy: Remedy | None) -> str | None:
    if remedy:
        return remedy.respondent_id
    return case.respondent.id if kind.of_respondent and case.respondent else None


def open_limit(
    case: Case,
    key: str,
    at: datetime,
    *,
    agreed: date | None = None,
    remedy: Remedy | None = None,
    decision: Decision | None = None,
    made_at: datetime | None = None,
) -> Limit:
    """Open a limit that was set off at `at`, by the calendar of who owes it; `agreed`: a fixed date instead; `made_at`:
    when it is opened, where that is later. What waits with a withdrawal is held from its beginning."""
    kind = timetable().kinds[key]
    keeper = _keeper(case, kind.kept_by)
    frozen, answer = _begin(kind.rule, keeper, agreed, at)
    limit = Limit(
        case=case,
        case_id=case.id,
        key=key,
        owed_by=kind.owed_by,
        frozen=frozen,
        pauses=[],
        held=kind.held_with_withdrawal and case.withdrawn_at is not None,
        respondent_id=_respondent_of(case, kind, remedy),
        round=case.respondent.round if kind.of_round and case.respondent else None,
        opened_at=at,
        dated_at=made_at,
        due_on=answer.on,
        due_at=answer.at,
        remedy_id=remedy.id if remedy else None,
        decision_id=decision.id if decision else None,
    )
    _wake(limit, once(("warnings", key, keeper, agreed, at, made_at), lambda: warnings_of(limit)))
    db.session.add(limit)
    return limit


def would_end(case: Case, key: str, at: datetime) -> datetime:
    """When a limit that began now would be over, without opening one."""
    return would_be_due(case, key, at)[1]


def would_end_on(case: Case, key: str, at: datetime, rule: Rule) -> date:
    """On which day a limit that began now would be over, if it were as long as this rule says."""
    return _begin(rule, _keeper(case, timetable().kinds[key].kept_by), None, at)[1].on


def would_be_due(case: Case, key: str, at: datetime) -> tuple[date, datetime]:
    """The same with its day."""
    kind = timetable().kinds[key]
    answer = _begin(kind.rule, _keeper(case, kind.kept_by), None, at)[1]
    return answer.on, answer.at


def open_unless_open(case: Case, key: str, at: datetime) -> None:
    """Open a limit that is owed once, however often it is set off. One that began unseen begins again: what sets it off
    now is no secret, and its date would say when it began."""
    if any(limit.key == key and began_unseen(limit) for limit in owed(case)):
        stop(case, (key,), at)
    if not is_open(case, key):
        open_limit(case, key, at)


def set_off(case: Case, key: str, at: datetime) -> None:
    """Open a limit as its duty says: once however often it is set off, anew each time, or one more."""
    kind = timetable().kinds[key]
    if kind.renewed:
        stop(case, (key,), at)
    if kind.once:
        open_unless_open(case, key, at)
    else:
        open_limit(case, key, at)


def end_round(case: Case, at: datetime, number: int) -> None:
    """What a company owes in a round, or is owed on account of its answer, ends with it; a look of the office's or the
    Board's that goes on all the same belongs to the round that begins, which has this `number`."""
    for limit in owed(case):
        if kind_of(limit).of_round and kind_of(limit).of_respondent:
            limit.stopped_at, limit.wake_at = at, None
        elif kind_of(limit).of_round:
            limit.round = number


def _date(limit: Limit, at: datetime) -> None:
    """What was given again after an outage belongs to one last day: a limit that moves beyond it has another."""
    if limit.grace_seconds and thaw(limit.frozen, limit.opened_at, _pauses(limit), explain=False).at >= limit.due_at:
        limit.grace_seconds = None
    _move(limit, explained(limit, explain=False), at)


def date_anew(limit: Limit, at: datetime) -> None:
    """Give a limit the date that follows from what it is made with."""
    _move(limit, explained(limit, explain=False), at)


def _move(limit: Limit, to: Due, at: datetime) -> None:
    """Every date that changes after its limit was made changes here: what hangs on it, the warnings before it and a
    wait for a decision on more time, is found anew. `at`: when it is changed."""
    if to.at != limit.due_at:
        limit.dated_at = at
    limit.due_on, limit.due_at = to.on, to.at
    _renew_wait(limit)


def _wake(limit: Limit, warnings: tuple[datetime, ...] | None = None) -> None:
    """When the clock must look at this limit next: a warning, its end, or not at all. `warnings`: of it, where they are
    known already."""
    if not limit.open or limit.paused_at or limit.missed_at:
        limit.wake_at = None
    elif limit.held:
        limit.wake_at = _next_warning(limit, warnings_of(limit) if warnings is None else warnings)
    elif limit.waits_until and _told_to_decide(limit):
        limit.wake_at = max(limit.due_at, limit.waits_until)
    else:
        limit.wake_at = _next_warning(limit, warnings_of(limit) if warnings is None else warnings) or limit.due_at


def _told_to_decide(limit: Limit) -> bool:
    """Whether the officer was told, after the due day, that a decision on more time is still owed."""
    return limit.reminded_at is not None and limit.reminded_at >= limit.due_at


def warnings_of(limit: Limit) -> tuple[datetime, ...]:
    """When whoever owes it is warned, by the calendar that the limit was made with."""
    kind, dated_at = kind_of(limit), limit.dated_at or limit.opened_at
    if kind.unwarned:
        return ()
    first = half(limit.frozen, kind.remind, limit.opened_at, dated_at, limit.due_at, _pauses(limit))
    last = business_days_before(limit.due_on, calendar_of(limit))
    return both(first, last, dated_at, limit.due_at, limit.frozen["zone"])


def _next_warning(limit: Limit, warnings: tuple[datetime, ...]) -> datetime | None:
    """The first that nobody was given yet; two that passed meanwhile are one."""
    return next((at for at in warnings if limit.reminded_at is None or at > limit.reminded_at), None)


def owes_a_warning(limit: Limit, now: datetime) -> bool:
    """Whether the clock woke for one; where it did not, it is told anew when to look."""
    at = _next_warning(limit, warnings_of(limit))
    if at is not None and at <= now:
        return True
    _wake(limit)
    return False


def meet(case: Case, keys: tuple[str, ...], at: datetime, remedy: Remedy | None = None) -> list[Limit]:
    """Mark the open limits with these keys as met; with `remedy`, only those of that remedy."""
    return _end(case, keys, at, "met_at", remedy)


def stop(case: Case, keys: tuple[str, ...] | None, at: datetime, but: tuple[str, ...] = ()) -> list[Limit]:
    """Mark open limits as no longer owed, kept on record: those with these keys, or all but some."""
    chosen = keys if keys is not None else tuple(k for k in timetable().kinds if k not in but)
    return _end(case, chosen, at, "stopped_at", None)


def _end(case: Case, keys: tuple[str, ...], at: datetime, how: str, remedy: Remedy | None) -> list[Limit]:
    ended = []
    for limit in owed(case) if keys else ():
        if limit.key in keys and (remedy is None or limit.remedy_id == remedy.id):
            setattr(limit, how, at)
            limit.wake_at = None
            ended.append(limit)
    return ended


def pause(case: Case, key: str, at: datetime) -> None:
    """Hold an open limit from `at` on."""
    for limit in owed(case):
        if limit.key == key and limit.paused_at is None and limit.missed_at is None:
            limit.paused_at = at
            _wake(limit)


def resume(limit: Limit, paused_at: datetime, at: datetime) -> None:
    """Let a held limit go on: the days between are not counted, and a date that was agreed or asked for is later."""
    began, ends = (clock.day(moment, limit.frozen["zone"]) for moment in (paused_at, at))
    limit.pauses = [*limit.pauses, [began.isoformat(), ends.isoformat()]]
    limit.paused_at = None
    if limit.frozen["agreed"] and began <= limit.due_on:
        limit.frozen = {**limit.frozen, "moved_by": limit.frozen.get("moved_by", 0) + (ends - began).days}
    if limit.waits_until and limit.asked_until:
        limit.asked_until += ends - began
    _date(limit, at)


def agree_on(limit: Limit, day: date, at: datetime) -> None:
    """Give a running limit a date of its own instead of its rule, from `at` on."""
    limit.frozen = {**limit.frozen, "agreed": day.isoformat(), "moved_by": 0}
    _date(limit, at)


def hold(limit: Limit, held: bool) -> None:
    """While it is held, a limit keeps its date, is warned of like any other, and is not missed: what does not come
    would tell a company that something waits."""
    limit.held = held
    _wake(limit)


def rest(limit: Limit) -> None:
    """Its day has passed while it is held: the clock looks again when it no longer is."""
    limit.wake_at = None


def wait_for_decision(limit: Limit, asked_until: date) -> None:
    """An extension was asked for: the clock waits three business days past the due day, then it counts as refused."""
    limit.asked_until, limit.waits_until = asked_until, limit.due_at
    _renew_wait(limit)


def _renew_wait(limit: Limit) -> None:
    """While a decision on more time is open, the wait goes along with the due day."""
    if limit.waits_until:
        limit.waits_until = waits_until(limit)
    _wake(limit)


def waits_until(limit: Limit) -> datetime:
    """Until when the clock waits for a decision on more time that was asked for."""
    last = limit.due_at - timedelta(microseconds=1)
    return due(Rule(3, "b"), last, calendar_of(limit), _pauses(limit)).at


def days_left(due_on: date, zone: str, overdue: bool) -> int:
    """Days until a due day by those of `zone`; negative once it is overdue. A day that is over here, and goes on
    elsewhere on earth, is still today."""
    days = (due_on - clock.today(zone)).days
    return days if overdue else max(days, 0)


def decided(limit: Limit, until: date | None, at: datetime) -> None:
    """The extension is decided: a later date, or None for the date that it had."""
    limit.waits_until = None
    if until:
        agree_on(limit, until, at)
    _wake(limit)


def give_again(limit: Limit, lost: timedelta, at: datetime) -> None:
    """The site could not be reached on the last day of a limit: that much time is added at its end."""
    limit.grace_seconds = int(lost.total_seconds())
    _move(limit, explained(limit, explain=False), at)


def look_again(limit: Limit, at: datetime) -> None:
    """It cannot be settled yet: the clock looks at it again at `at`."""
    limit.wake_at = at


def latest(limit: Limit) -> date:
    """The last day to which an extension may bring this limit."""
    frozen = {**limit.frozen, "agreed": None, "rule": str(kind_of(limit).most)}
    return thaw(frozen, limit.opened_at, _pauses(limit), explain=False).on


def remind(limit: Limit, at: datetime) -> None:
    limit.reminded_at = at
    _wake(limit)


def is_late(limit: Limit, now: datetime) -> bool:
    """Whether its day is over and nobody has done it. What is paused has no day before it goes on."""
    return limit.missed_at is not None or (limit.paused_at is None and passed(limit.due_at, now))


def miss(limit: Limit) -> None:
    """The breach is dated when the limit passed, not when it was noticed. It stays owed."""
    limit.missed_at = limit.due_at
    _wake(limit)


def has_next_step(case: Case) -> bool:
    """Promise 1: an open limit that was not missed and is not one of the standing ones."""
    return any(limit.missed_at is None and limit.key not in STANDING for limit in owed(case))


def queue(case: Case) -> None:
    """Note when the case is due next, for the office's queues and its company's. After whatever changed its limits or
    its state. A closed case waits only for the office: an appeal, a follow-up, a proposal. There what is paused comes
    last."""
    closed, running = case.state == State.CLOSED, [one for one in owed(case) if one.key not in STANDING]  # next first
    running.sort(key=lambda one: one.paused_at is not None)
    case.queue_at = next((one.due_at for one in running if not closed or one.owed_by in OF_THE_OFFICE), None)
    own = (one.due_at for one in owed(case) if one.owed_by == COMPANY and one.paused_at is None)
    case.company_at = None if closed or not case.handovers else next(own, OWES_NOTHING)


def with_holidays(limit: Limit, days: Mapping[date, str]) -> tuple[dict[str, Any], Due]:
    """The calendar that a limit has once these holidays are added, and its date then: later, never earlier. Where what
    was given again after an outage ends later still, both stay as they are."""
    begun = clock.day(limit.opened_at, limit.frozen["zone"])
    worked = limit.frozen.get("works", {})
    new = {day.isoformat(): name for day, name in days.items() if day > begun and day.isoformat() not in worked}
    frozen = {**limit.frozen, "holidays": {**limit.frozen["holidays"], **new}}
    if "taken_out" in frozen:
        frozen["taken_out"] = {day: until for day, until in frozen["taken_out"].items() if day not in new}
    old = explained(limit, explain=False)
    later = never_earlier(old, thaw(frozen, limit.opened_at, _pauses(limit), explain=False))
    return (limit.frozen if limit.grace_seconds and later is old else frozen), later


def by_calendar_now(
    case: Case, limit: Limit, *, days_alone: bool = True, more: Mapping[date, str] | None = None
) -> tuple[dict[str, Any], Due]:
    """What a limit is made with, and its date, by the calendar that whoever owes it has now, and by `more` days off;
    `days_alone`: with the weekend and zone that the limit keeps. Never earlier than it is."""
    calendar = _keeper(case, kind_of(limit).kept_by).calendar()
    frozen, later = with_holidays(limit, {**calendar.holidays, **(more or {})})
    if not days_alone:
        frozen = {**frozen, "zone": calendar.zone, "weekend": sorted(calendar.weekend)}
        later = never_earlier(later, thaw(frozen, limit.opened_at, _pauses(limit), explain=False))
    return frozen, later


def keys_for(case: Case, limit: Limit) -> tuple[str, ...]:
    """Whose days off count for it."""
    return _keeper(case, kind_of(limit).kept_by).keys


def note_taken_out(limit: Limit, day: date, at: datetime) -> None:
    """Remember when a day off was taken out of the calendar that a limit keeps: its explanation says so."""
    if day.isoformat() in limit.frozen["holidays"]:
        until = clock.day(at, limit.frozen["zone"]).isoformat()
        limit.frozen = {**limit.frozen, "taken_out": {**limit.frozen.get("taken_out", {}), day.isoformat(): until}}


def with_calendar(limit: Limit, calendar: Calendar) -> tuple[dict[str, Any], Due]:
    """What a limit is made with, and its date, by a calendar that was put right: later, never earlier. Where it would
    be earlier it keeps the one that it has, so that its explanation stays true."""
    begun = clock.day(limit.opened_at, calendar.zone)
    later = replace(calendar, holidays={on: name for on, name in calendar.holidays.items() if on > begun})
    kept = {name: said for name, said in limit.frozen.items() if name not in OF_A_CALENDAR}
    frozen = {**kept, **freeze(Rule.parse(limit.frozen["rule"]), later)}
    frozen["agreed"] = limit.frozen["agreed"]
    new, old = thaw(frozen, limit.opened_at, _pauses(limit), explain=False), explained(limit, explain=False)
    return (frozen, new) if new.at > old.at else (limit.frozen, old)


def by_todays_rules(limit: Limit) -> tuple[dict[str, Any], Due]:
    """The same once the rules of its time zone have changed: where its day ends sooner now, the later moment stays."""
    new = explained(limit, explain=False)
    if new.at < limit.due_at:
        kept = {**limit.frozen, "not_before": limit.due_at.isoformat()}
        return kept, never_before(new, limit.due_at, limit.frozen["zone"])
    return limit.frozen, new


def move(limit: Limit, frozen: dict[str, Any], new: Due, at: datetime) -> None:
    """Give a running limit another calendar and date; what was given again after an outage ends with the old one."""
    limit.frozen = frozen
    _move(limit, new, at)
    if limit.grace_seconds and explained(limit, explain=False).at != new.at:
        limit.grace_seconds = None


def calendar_of(limit: Limit) -> Calendar:
    """The calendar that a limit keeps."""
    return thawed(limit.frozen)


def _without(limit: Limit, day: date) -> dict[str, Any]:
    kept = {name: value for name, value in limit.frozen.items() if name != "not_before"}
    return {**kept, "holidays": {on: name for on, name in kept["holidays"].items() if on != day.isoformat()}}


def without_holiday(limit: Limit, day: date) -> Due:
    """When a limit is due by a calendar in which this day is none."""
    return thaw(_without(limit, day), limit.opened_at, _pauses(limit), explain=False)


def move_back(limit: Limit, day: date, back: Due, at: datetime) -> None:
    """Take a day out of the calendar that a limit keeps, and let it be due on `back`: by its rule, or agreed where that
    would be too soon."""
    limit.frozen = _without(limit, day)
    if back.on != without_holiday(limit, day).on:
        limit.frozen = {**limit.frozen, "agreed": back.on.isoformat(), "moved_by": 0}
    _move(limit, back, at)


def keep_from_company(limit: Limit) -> None:
    """A limit whose beginning would tell a company of an escalation that it is not shown yet."""
    limit.frozen = {**limit.frozen, "unseen": True}


def keep_days_from_company(limit: Limit) -> None:
    """A company that gets the case later would find in them that she was asked something first."""
    limit.frozen = {**limit.frozen, "stood_unseen": True}


def days_are_kept_from(side: str, limit: Limit) -> bool:
    return side == COMPANY and bool(limit.frozen.get("stood_unseen"))


def began_unseen(limit: Limit) -> bool:
    return bool(limit.frozen.get("unseen"))


def is_kept_from(side: str, limit: Limit) -> bool:
    return limit.key in hidden_from(side) or (side == COMPANY and began_unseen(limit))


def not_kept_from(side: str) -> list[ColumnElement[bool]]:
    """The same rule as conditions on limits, for statements that read many cases."""
    shown: list[ColumnElement[bool]] = [Limit.key.not_in(hidden_from(side))]
    return [*shown, Limit.frozen["unseen"].as_string().is_(None)] if side == COMPANY else shown
