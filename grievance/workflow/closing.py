"""How a case ends, and how it comes back: closing, withdrawal, appeal, reopening, erasure."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from grievance import clock
from grievance.access import CLOCK
from grievance.accounts.receipts import ended, living_receipts
from grievance.at_company import own_words
from grievance.concerns import from_case
from grievance.deadlines import pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.at_company import CaseAtCompany, CompanyWords
from grievance.models.case import Case, Respondent, Spoken
from grievance.models.concern import ConcernWords
from grievance.models.desk import NewMark, StepDraft
from grievance.models.group import SpokenFor
from grievance.models.incident import Incident, StandsIn
from grievance.models.keys import (
    CompanyEnvelope,
    FollowSession,
    IdentityEntry,
    IdentityGrant,
    IdentityRequest,
    IdentityShare,
    PartKey,
    ReceiptEnvelope,
    SecretariatEnvelope,
)
from grievance.models.limit import Limit
from grievance.models.register import RegisterEntry
from grievance.models.search import SearchBlock, SearchedWriting, SearchSegment, UnsearchedWriting
from grievance.models.sign import Sign
from grievance.models.summary import Summary
from grievance.models.task import Task, Tick
from grievance.models.vouching import Epoch, EpochEnvelope
from grievance.models.writing import Attachment, Writing
from grievance.record import chain, erasures
from grievance.search import merging, store
from grievance.workflow import case_tasks
from grievance.workflow.context import StepContext

AFTER_UNDOING = timedelta(days=7)
OPENING = (
    EpochEnvelope,
    Epoch,
    Summary,
    Attachment,
    IdentityRequest,
    IdentityShare,
    IdentityEntry,
    Sign,
    RegisterEntry,
    SpokenFor,
    PartKey,
    ReceiptEnvelope,
    CompanyEnvelope,
    SecretariatEnvelope,
    StandsIn,
    StepDraft,
    NewMark,
)
"""What an erasure takes away, each by its case; what is referred to goes last."""
ERASED_FROM = (
    *OPENING,
    FollowSession,
    IdentityGrant,
    Incident,
    Respondent,
    Writing,
    SearchedWriting,
    UnsearchedWriting,
    SearchBlock,
    SearchSegment,
    ConcernWords,
    CaseAtCompany,
    CompanyWords,
    Task,
    Tick,
)
"""Every table from which an erasure takes something."""


def close(context: StepContext) -> None:
    _close(context, context.values["reason"])


def close_as(reason: str) -> Callable[[StepContext], None]:
    """A closing whose reason is the step itself."""

    def closing(context: StepContext) -> None:
        _close(context, reason)

    return closing


def _close(context: StepContext, reason: str) -> None:
    case = context.case
    case.closed_at, case.closing_reason, case.closed_by = context.at, reason, context.person.account_id
    case.withdrawn_at = None
    case.suspended = False
    if case.mediation.get("stage") in ("offered", "running"):
        case.mediation = {**case.mediation, "stage": "ended"}
    case.retain_until = retained_until(context.at)
    forget_retention(case)


def retained_until(closed_at: datetime) -> date:
    """The end of the retention of a case that was closed then (`retention_years` of procedure.toml)."""
    return clock.years_after(clock.office_day(closed_at), deadlines.timetable().retention_years)


def forget_retention(case: Case) -> None:
    """What was asked and answered about an earlier end is nothing of the next one's."""
    case.retention_asked_on = case.retention_answer = case.retention_ended_on = None


def reopen(context: StepContext) -> None:
    """The case goes on; the closing stays on record. Limits of the company are not revived; what was said and nobody
    wrote down is owed anew."""
    case = context.case
    case.closed_at = case.closing_reason = case.closed_by = case.retain_until = None
    forget_retention(case)
    if case.spoken == Spoken.SAID:
        deadlines.set_off(case, Deadline.WRITE_DOWN, context.at)


# --- withdrawal --------------------------------------------------------------------------------------------


def _held_with_it(context: StepContext) -> list[Limit]:
    running = [limit for limit in deadlines.owed(context.case) if limit.missed_at is None]
    return [limit for limit in running if deadlines.kind_of(limit).held_with_withdrawal]


def withdraw(context: StepContext) -> None:
    """Nothing of the company's is missed meanwhile and it is told nothing, nor of an escalation on the day that was
    chosen for it: a withdrawal may have been pressed for."""
    context.case.withdrawn_at = context.at
    for limit in _held_with_it(context):
        deadlines.hold(limit, True)


def undo_withdrawal(context: StepContext) -> None:
    """What passed meanwhile, or would within seven days, moves to seven days ahead."""
    context.case.withdrawn_at = None
    for limit in _held_with_it(context):
        if not limit.held:
            continue
        if limit.due_at < context.at + AFTER_UNDOING:
            deadlines.agree_on(limit, clock.day(context.at, limit.frozen["zone"]) + AFTER_UNDOING, context.at)
        deadlines.hold(limit, False)
    pauses.wake_what_waited(context.case, context.at)


# --- erasure -----------------------------------------------------------------------------------------------


def erase(context: StepContext) -> None:
    """The keys and the sealed rows of the case are destroyed; a tombstone and the chain of events stay.

    The files' ciphertext goes with the next hourly expiry, because no row names it any more; a backup still has
    it until the backup expires, and a restore erases what the list of erasures names.
    """
    try:
        erasures.begin(context.case, context.at)
    except OSError:
        raise Refused(_("The list of erasures cannot be written, so nothing was erased.")) from None
    context.facts |= ended(living_receipts(context.case))
    merging.leave_out(context.person, context.case.id)
    destroy(context.case.id, [writing.id for writing in context.writings])
    context.case.erased_at, context.case.waits_since = context.at, None


def destroy(case_id: str, but: list[str]) -> None:
    """Everything that opens or is opened, except these writings, which no key opens either."""
    session = db.session
    receipts = select(ReceiptEnvelope.id).where(ReceiptEnvelope.case_id == case_id)
    session.execute(delete(FollowSession).where(FollowSession.envelope_id.in_(receipts)))
    requests = select(IdentityRequest.id).where(IdentityRequest.case_id == case_id)
    session.execute(delete(IdentityGrant).where(IdentityGrant.request_id.in_(requests)))
    said = select(StandsIn.incident_id, StandsIn.same).where(StandsIn.case_id == case_id)
    named = [(incident, same) for incident, same in session.execute(said) if incident]
    case_tasks.forget(case_id)
    for table in OPENING:
        for row in session.scalars(select(table).where(table.case_id == case_id)).all():
            session.delete(row)  # by the session, so that the event of the erasure vouches for what is left
        session.flush()  # in this order
    _forget_incidents(named)
    from_case.part(case_id)
    own_words.forget(case_id)
    for respondent in session.scalars(select(Respondent).where(Respondent.case_id == case_id)):
        respondent.notice = respondent.notice_key_id = respondent.notice_commit = None
    for writing in session.scalars(select(Writing).where(Writing.case_id == case_id, Writing.id.not_in(but))):
        writing.sealed = b""
    store.forget(case_id)


def _forget_incidents(named: list[tuple[str, bool]]) -> None:
    """Those in which no case stands any more: their words came from those that are gone. That others do not stand in
    one, or do no more, keeps none; an incident in which the erased case itself never stood has no words of it."""
    hers = [incident for incident, same in named if same]
    stood = select(StandsIn.incident_id).where(StandsIn.incident_id.is_not(None), StandsIn.same)
    kept = stood.where(StandsIn.ended_at.is_(None) | StandsIn.incident_id.not_in(hers))
    all_of_them = Incident.id.in_([incident for incident, _same in named])
    gone = list(db.session.scalars(select(Incident).where(all_of_them, Incident.id.not_in(kept))))
    _unsay([one.id for one in gone])
    for one in gone:
        db.session.delete(one)
        now = clock.now()
        chain.append(None, "incident_erased", CLOCK, now, now, {"incident": one.id})


def _unsay(incidents: list[str]) -> None:
    """What was said of other cases and these incidents goes with them: each of those cases' records says so."""
    said = select(StandsIn).where(StandsIn.incident_id.in_(incidents)).order_by(StandsIn.case_id, StandsIn.at)
    for row in db.session.scalars(said).all():
        case, now = db.session.get_one(Case, row.case_id, with_for_update=True, populate_existing=True), clock.now()
        facts = {"incident": row.incident_id, "same": row.same}
        db.session.delete(row)
        chain.append(case, "incident_undone", CLOCK, now, now, facts)
    db.session.flush()
