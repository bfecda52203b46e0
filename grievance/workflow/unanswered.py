"""Who may be said not to have answered: whoever was asked, was warned and let the time pass. Silence to a letter that
nobody wrote closes no case."""

from datetime import datetime

from sqlalchemy import func, or_, select

from grievance.deadlines.days import full_date
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.record.words_signed import KEYS_GIVEN, MAKE_RECEIPTS
from grievance.workflow import rounds
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.events import REMINDED

NO_ANSWER = "no_answer"
"""The key of the closing reason; the program depends on it (forms/vocabulary.py)."""
WARNINGS = 2
"""How often whoever was asked is warned before the time to answer is over."""


def missing(case: Case) -> Answer:
    """What stands against closing the case because nobody answered; None where nothing does."""
    asked = _newest_question(case)
    if asked is None:
        return _l("Nobody can be said not to have answered: no question was asked. Ask the complainant first.")
    if asked.met_at:
        return _l("Nobody can be said not to have answered: the last question was answered. Ask another one first.")
    if asked.missed_at is None and asked.open:
        return _l(
            "Nobody can be said not to have answered yet: there is time until %(day)s.", day=full_date(asked.due_on)
        )
    if asked.missed_at is None:
        return _l(
            "Nobody can be said not to have answered: the last question was ended before its time. Ask again first."
        )
    if _warned(case, asked) < WARNINGS:
        return _l("Nobody can be said not to have answered: its reminders were not sent in time. Ask again first.")
    return _spoke_or_began_anew(case, asked, asked.missed_at)


def _spoke_or_began_anew(case: Case, asked: Limit, missed_at: datetime) -> Answer:
    """Her silence in one round is no silence in the next one, and whoever spoke since is not silent."""
    began = rounds.began_at(case)
    if began is not None and asked.opened_at < began:
        return _l(
            "Nobody can be said not to have answered: the last question was asked before the case came back or went to"
            " the company. Ask again first."
        )
    if _spoke_since(case, missed_at):
        return _l(
            "Nobody can be said not to have answered: the complainant spoke after the last question. Ask again first."
        )
    return None


@of_answers
def was_asked_and_warned(context: StepContext) -> Answer:
    return missing(context.case) if context.values.get("reason") == NO_ANSWER else None


def _newest_question(case: Case) -> Limit | None:
    query = select(Limit).where(Limit.case_id == case.id, Limit.key == Deadline.COMPLAINANT_ANSWER)
    return db.session.scalars(query.order_by(Limit.opened_at.desc(), Limit.id.desc()).limit(1)).first()


def _spoke_since(case: Case, at: datetime) -> bool:
    """By whatever step of hers, and by what an officer recorded for her. A receipt that is made says nothing."""
    recorded = or_(Event.kind == "record_message", Event.facts.contains('"recorded_for":'))
    says = Event.kind.not_in((*MAKE_RECEIPTS, KEYS_GIVEN))
    hers = or_(Event.role.in_((Role.COMPLAINANT, Role.REPRESENTATIVE)) & says, recorded)
    query = select(Event.id).where(Event.chain == case.id, hers, Event.recorded_at >= at)
    return db.session.scalar(query.limit(1)) is not None


def _warned(case: Case, asked: Limit) -> int:
    of_it = Event.facts.contains(f'"limit":"{asked.key}"')
    query = select(func.count()).select_from(Event).where(Event.chain == case.id, Event.kind == REMINDED.kind, of_it)
    return db.session.scalar(query.where(Event.recorded_at >= asked.opened_at)) or 0
