"""What was counted wrongly is counted anew: by a calendar that was put right, or by rules of a time zone that changed.

Always later, never earlier: somebody counts on the day that they were told. Each limit that moves is an event.
"""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from grievance import clock, logs, zones
from grievance.access import CLOCK, Person
from grievance.deadlines import at_companies
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Due
from grievance.deadlines.holidays import Effect, Moving, moved_facts, note, running_where, tell_once, to_each_side
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.keys import Setting
from grievance.models.limit import Limit
from grievance.record import chain
from grievance.record.events import EventRow
from grievance.record.letters import LetterText, LetterTo
from grievance.record.transaction import savepoint, unit_of_work

log = logging.getLogger("grievance.put_right")
EDITION = "time_zones"
"""The setting that says by which edition of IANA's rules what is owed was counted last."""
Anewed = tuple[dict[str, Any], Due]
"""What a limit is made with, and its date by that."""
Anew = Callable[[Limit], Anewed]
CALENDAR_MOVED = LetterText(
    "calendar_moved", _l("The calendar of the company was put right, and a date in this case is later than it was.")
)
ZONE_RULES_MOVED = LetterText(
    "zone_rules_moved", _l("The rules of a time zone changed, and a time limit in this case ends later than it did.")
)


@dataclass(frozen=True)
class Reason:
    """Why limits are counted anew: the kind of its events, and who is told."""

    kind: str
    letters: tuple[LetterTo, ...]


SAME_MOMENT = "not_now"
"""The kind of an event that tells nobody anything (`workflow.events.NOT_NOW`)."""
BY_CALENDAR = Reason("calendar_moved", to_each_side(CALENDAR_MOVED))
BY_ZONE_RULES = Reason("zone_rules_moved", to_each_side(ZONE_RULES_MOVED))


def count_anew(
    by: Person, which: ColumnElement[bool], anew: Anew, reason: Reason, now: datetime, saving: bool
) -> Effect:
    """Go through what is owed and has not passed, and move what is later; part of the caller's transaction. Without
    `saving` the same, changing nothing."""
    effect = Effect({})
    for case, limits in running_where(which, now, lock=saving):
        try:
            with savepoint() if saving else nullcontext():
                _one_case(by, case, limits, anew, reason, effect, now, saving)
        except Exception as fault:  # one case that cannot be counted must leave the others theirs
            log.error("a case could not be counted anew: %s", type(fault).__name__, extra=logs.fault(fault))
    return effect


def _one_case(
    by: Person, case: Case, limits: list[Limit], anew: Anew, reason: Reason, effect: Effect, now: datetime, saving: bool
) -> None:
    moved: list[tuple[Limit, EventRow]] = []
    before = effect.limits
    for limit in limits:
        old_on, old_at, (frozen, new) = limit.due_on, limit.due_at, anew(limit)
        if saving and (new.at > old_at or frozen is not limit.frozen):
            deadlines.move(limit, frozen, new, now)
        if new.at > old_at:
            title = deadlines.kind_of(limit).words
            from_to = (old_on, new.on, old_at, new.at, frozen["zone"])
            note(by, case, Moving(case.reference, title, limit.owed_by, *from_to), effect)
            if saving:
                moved.append((limit, chain.append(case, reason.kind, by, now, now, moved_facts(limit, old_on))))
        elif saving and new.on != old_on:  # the same moment, on a day of another name
            chain.append(case, SAME_MOMENT, by, now, now, {"limit": limit.key})
    effect.cases += effect.limits > before
    if moved:
        tell_once(case, moved, reason.letters)
        deadlines.queue(case)
        case.version += 1


def settle_zone_rules(now: datetime) -> Effect | None:
    """Once for each edition of the rules of time zones: what is owed and has not passed ends by the new ones, later
    only. None where this edition was here before. `flask worker` and `flask sweep` ask before they sweep."""
    if db.session.scalar(select(Setting.value).where(Setting.name == EDITION)) == zones.edition():
        return None
    with unit_of_work():
        _note_edition()  # first: two workers that start together wait for one another at this row
        return count_anew(CLOCK, true(), deadlines.by_todays_rules, BY_ZONE_RULES, now, saving=True)


def settle_once() -> None:
    """Before this process sweeps for the first time. Whatever happens here, the clock goes on; until it went well it is
    tried again at the next round."""
    if current_app.extensions.get(EDITION):
        return
    try:
        settle_zone_rules(clock.now())
        at_companies.note_all()
    except IntegrityError:  # another worker, started at the same moment, noted the edition first and does it
        return
    except SQLAlchemyError as fault:
        log.error("time limits could not be counted anew: %s", type(fault).__name__, extra=logs.fault(fault))
        return
    current_app.extensions[EDITION] = True


def _note_edition() -> None:
    row = update(Setting).where(Setting.name == EDITION).values(value=zones.edition()).returning(Setting.name)
    if db.session.execute(row).one_or_none() is None:
        db.session.add(Setting(name=EDITION, value=zones.edition()))
        db.session.flush()
