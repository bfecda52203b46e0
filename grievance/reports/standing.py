"""How a case stands, in a sentence or two for the complainant: by what is open now, not by its state alone."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.deadlines import days
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label, db
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.models.writing import RemedyStatus
from grievance.workflow import letter_texts, words

ENDED: dict[State, Label] = {State.REMEDIED: "", State.CLOSED: words.STANDING["closed"]}
"""Where nothing goes on by itself: what stands before it that she was heard. That all was done does not."""


def standing(case: Case, remedies: Collection[str] = ()) -> Label:
    """`remedies`: how each of them stands."""
    limits = {limit.key: limit for limit in deadlines.owed(case)}
    if case.withdrawn_at:
        return _withdrawn(limits.get(Deadline.WITHDRAWAL_CHECK))
    if case.suspended:
        return letter_texts.SUSPENDED.words
    if waited_for := _waits_for_her(case, limits):
        return waited_for
    if case.state in (State.REFERRED, State.ESCALATED) and (said := _of_remedies(remedies)):
        return said
    if Deadline.COMMENT in limits:
        last_day = days.full_date(limits[Deadline.COMMENT].due_on)
        return str(_("The company has answered. You can comment until %(date)s.", date=last_day))
    if case.state == State.REFERRED and Deadline.COMPANY_RESPONSE not in limits:
        return _answered(Deadline.FAIRNESS_REVIEW in limits)
    if case.state == State.ESCALATED and (until := _answers_until(limits)):
        told = _("The Secretariat has taken the case over. The company has time to answer until %(date)s.", date=until)
        return str(told)
    if Deadline.APPEAL_DECISION in limits:
        return str(_("This case is closed. You appealed against that, and we decide on your appeal."))
    if Deadline.ACKNOWLEDGEMENT in limits:
        return _unread(limits[Deadline.ACKNOWLEDGEMENT])
    if case.waits_since and case.state in ENDED:
        return f"{ENDED[case.state]} {_('You told us something, and somebody looks at it.')}".strip()
    if case.state == State.REMEDIED and (until := _could_comment_until(case)):
        return f"{words.STANDING['remedied']} {until}"
    if case.part_of and case.state == State.RECEIVED:
        return str(_("Nothing was sent to this company yet. You are asked first."))
    return words.STANDING[case.state.value]


def _unread(limit: Limit) -> str:
    """Nobody is said to look at it before somebody of the office does."""
    day = days.full_date(limit.due_on)
    if deadlines.is_late(limit, clock.now()):
        return str(
            _("We have your complaint. We are late: you were to hear by %(date)s that it is looked at.", date=day)
        )
    return str(_("We have your complaint. By %(date)s we tell you here that somebody looks at it.", date=day))


def _could_comment_until(case: Case) -> str:
    """That all was done ends the time to comment before its day: until then she reads how she still can."""
    query = select(Limit.due_on).where(
        Limit.case_id == case.id, Limit.key == Deadline.COMMENT, Limit.stopped_at.is_not(None)
    )
    last = db.session.scalars(query.order_by(Limit.due_on.desc())).first()
    if last is None or last < clock.office_today():
        return ""
    told = _(
        "You can still say until %(date)s what you think of the answer: write us a message.", date=days.full_date(last)
    )
    return str(told)


def _of_remedies(remedies: Collection[str]) -> Label:
    """What she is to say of one comes first, then what she said."""
    if RemedyStatus.DELIVERED in remedies:
        return letter_texts.REMEDY_DELIVERED.words
    if RemedyStatus.PROPOSED in remedies:
        return letter_texts.REMEDY_PROPOSED.words
    if RemedyStatus.DISPUTED in remedies:
        return str(_("You said that what was promised was not done, or only partly. We look at it."))
    if RemedyStatus.ACCEPTED in remedies:
        return str(_("You accepted what was offered. The company must do it now."))
    if RemedyStatus.VERIFIED in remedies:
        return str(_("It is noted that what was promised was done. We look at it."))
    return ""


def _answers_until(limits: dict[str, Limit]) -> str:
    """The last day of a time to answer that runs beside the office's own work."""
    owed = limits.get(Deadline.COMPANY_RESPONSE)
    runs = owed is not None and not owed.paused_at and owed.due_at > clock.now()
    return days.full_date(owed.due_on) if owed and runs else ""


def _waits_for_her(case: Case, limits: dict[str, Limit]) -> str:
    """What does not go on until she says something: she reads that before all else."""
    if asked_anew(case):
        return str(_("We need to know from you whether the right company may be told what happened."))
    if Deadline.COMPLAINANT_ANSWER in limits:
        return str(_("We asked you a question. Please read it below, and answer when you can."))
    return ""


def asked_anew(case: Case) -> bool:
    """After a change of company nothing goes to the right one until she agrees to it again."""
    return case.state != State.CLOSED and bool(case.handed_before) and not case.share_account


def _withdrawn(limit: Limit | None) -> str:
    told = _("You withdrew your complaint.")
    if limit is None or limit.paused_at or limit.due_at <= clock.now():
        return str(told)
    return f"{told} {_('You can undo it until %(date)s.', date=days.full_date(limit.due_on))}"


def _answered(under_review: bool) -> str:
    if under_review:
        return str(_("The company has answered. The Secretariat looks at whether the answer is fair."))
    return str(_("The company has answered."))
