"""Correcting a miss that was none: proposed by an approver, approved by another, who did not enter the day off."""

from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from grievance.accounts.who_could import Standing
from grievance.crypto.compartments import Compartment
from grievance.deadlines import corrections, days
from grievance.deadlines import rows as deadlines
from grievance.deadlines.corrections import CAUSES, DAY_OFF, MOST_AFTER_AN_OUTAGE, OUTAGE, WRONG_CALENDAR, Right
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.models.sides import ALL, COMPANY, NONE
from grievance.workflow.conditions import WITHDRAWAL_WAITS, Answer, of_answers
from grievance.workflow.context import StepContext

CORRECT: tuple[Field, ...] = (
    Field("breaches", _l("What was missed and was no miss"), Kind.BREACHES, shown=Shown.LIMIT, read_by=ALL),
    Field("cause", _l("Why it was none"), Kind.CHOICE, choices=CAUSES, shown=Shown.RECORD, read_by=NONE),
    Field("until", _l("The day to which it should have run"), Kind.DATE, required=False,
          needed_if=_l("after an outage: by a day off or a calendar the day is computed"),
          shown=Shown.RECORD, read_by=NONE),
    Field("why", _l("What happened, for the Secretariat"), sealed_into=Compartment.INTERNAL,
          read_as=_l("What happened")),
)  # fmt: skip


def options(case: Case) -> list[tuple[str, str]]:
    """Each miss of the case that may have been none, with the day that was counted and the one of today's calendar."""
    found = corrections.misses(case)
    return [(str(one.id), _in_words(case, one)) for one in found if corrections.could_be_none(case, one)]


def _in_words(case: Case, limit: Limit) -> str:
    zone = deadlines.ends_in(limit)
    what, was = deadlines.kind_of(limit).words, days.end_of(limit.due_on, zone)
    now = corrections.right(case, limit, DAY_OFF).due.on
    if now == limit.due_on:
        return str(_("%(what)s: %(was)s", what=what, was=was))
    return str(_("%(what)s: %(was)s; by today's calendar %(now)s", what=what, was=was, now=days.end_of(now, zone)))


def _chosen(context: StepContext) -> list[tuple[Limit, Right]]:
    wanted, until = set(context.values.get("breaches", [])), context.values.get("until")
    cause, day = context.values.get("cause", ""), date.fromisoformat(until) if until else None
    found = [one for one in corrections.misses(context.case) if str(one.id) in wanted]
    return [(one, corrections.right(context.case, one, cause, day)) for one in found]


@of_answers
def each_was_no_miss(context: StepContext) -> Answer:
    """By the calendar as it is now, or by the day that is given after an outage."""
    if context.values.get("cause") == OUTAGE and not context.values.get("until"):
        return _l("Write to which day it should have run.")
    for limit, found in _chosen(context):
        if context.values["cause"] == OUTAGE and found.due.on > limit.due_on + MOST_AFTER_AN_OUTAGE:
            return _l(
                "Choose a day that is at most %(days)s days after the day that was counted.",
                days=MOST_AFTER_AN_OUTAGE.days,
            )
        if not corrections.is_undone(limit, found, context.now):
            return _l(
                "%(what)s: by this it was missed all the same. Leave it out, or choose another cause.",
                what=deadlines.kind_of(limit).words,
            )
    return None


@of_answers
def the_outage_is_on_record(context: StepContext) -> Answer:
    """The office says by itself neither that it was away nor for how long."""
    if context.values.get("cause") != OUTAGE or not context.values.get("until"):
        return None
    if all(corrections.is_on_record(limit, found, context.now) for limit, found in _chosen(context)):
        return None
    return _l(
        "The site's own record does not know of an outage of that length on that day. What the Secretariat owed is not"
        " corrected by it."
    )


@of_answers
def nothing_of_the_companys_while_a_withdrawal_waits(context: StepContext) -> Answer:
    """The company would get a letter and days of its own meanwhile."""
    theirs = context.case.withdrawn_at and any(limit.owed_by == COMPANY for limit, _found in _chosen(context))
    return WITHDRAWAL_WAITS if theirs else None


@of_answers
def another_than_entered_the_day(context: StepContext) -> Answer:
    """Who enters a day off could undo any breach with it: a person who did not enter it approves."""
    if context.values.get("cause") in (None, OUTAGE) or current_app.config["ALLOW_SOLO"]:
        return None
    case = context.case
    entered = {one for limit, found in _chosen(context) for one in corrections.who_entered(case, limit, found)}
    if context.values["cause"] == WRONG_CALENDAR:
        entered |= {one for limit, _found in _chosen(context) for one in corrections.who_made_the_calendar(case, limit)}
    if context.proposed_at is not None and context.person.account_id in entered:
        return _l("You entered this day off, or made this calendar. An approver who did not approves the correction.")
    if context.proposed_at is None:
        said = in_the_way(context.who_could(), context.person.account_id, entered)
        return None if said is NOBODY_YET else said
    return None


NOBODY_YET = _l(
    "Nobody else can approve this yet: there is no other approver. Propose it; then a deputy can be named for the case"
    " on its page, who decides it. Or invite another approver to the Secretariat, and admit them."
)
THEY_ENTERED_IT = _l(
    "Nobody could approve this: the only other approver entered the day off. That person proposes it, and you"
    " approve it."
)
ALL_ENTERED_IT = _l(
    "Nobody could approve this: each approver entered some of the days off. Invite another approver to the Secretariat,"
    " and admit them; then propose it."
)


def in_the_way(standing: Standing, proposer: int | None, entered: set[int]) -> Label | None:
    """Why nobody who is there could approve what this person proposes, and what opens a way. Where there is no other
    approver at all it may be proposed all the same: what waits for nobody gets a deputy."""
    others = standing.deciding(proposer)
    if not others:
        return NOBODY_YET
    if others - entered:
        return None
    return ALL_ENTERED_IT if proposer in entered else THEY_ENTERED_IT


def correct(context: StepContext) -> None:
    """Each miss by itself: an event with both dates, a letter to whom it is shown, and what it took is given back.
    Where the case was escalated because of it, it stays so, and the office decides about the way back."""
    facts: dict[str, Any] = {"cause": context.values["cause"]}
    chosen = _chosen(context)
    escalated = any(deadlines.kind_of(limit).escalates for limit, _found in chosen)
    for limit, found in chosen:
        corrections.correct(context.case, limit, found, context.person, context.at, facts)
    if escalated and context.case.state == State.ESCALATED:
        deadlines.open_unless_open(context.case, Deadline.NEXT_MOVE, context.at)
