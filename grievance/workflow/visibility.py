"""What each side may learn of what happened in a case, which version of it somebody saw, and for whom it is new."""

from functools import cache

from sqlalchemy import ScalarSelect, delete, func, or_, select

from grievance.access import Person, find_case
from grievance.deadlines.kinds import hidden_from
from grievance.extensions import db
from grievance.forms.fields import Kind
from grievance.models.case import Case
from grievance.models.desk import OFFICERS, PLAIN, URGENT, NewMark
from grievance.models.event import Event
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.record import as_told, marks
from grievance.record.events import EventRow
from grievance.record.letters import named
from grievance.record.transaction import mark_for, mark_for_officer, unit_of_work
from grievance.workflow.context import StepContext
from grievance.workflow.events import Noted
from grievance.workflow.labels import HAPPENINGS
from grievance.workflow.procedure import OF_HERS, OF_THE_OFFICE
from grievance.workflow.procedure import is_hers as is_hers
from grievance.workflow.row import Row
from grievance.workflow.told import How, addressed, reaches, told

OPENINGS = frozenset(kind for kind, happening in HAPPENINGS.items() if happening.of_identity)
OF_LIMITS = frozenset(kind for kind, happening in HAPPENINGS.items() if happening.of_a_limit)
"""Whether somebody is shown one of these depends on the limit that it is about."""
AS_IF_BY_HAND = frozenset(kind for kind, happening in HAPPENINGS.items() if happening.as_if_by_hand)


@cache
def shown_to(side: str) -> frozenset[str]:
    """The kinds of events that a side outside the Secretariat, which sees all, is shown."""
    return frozenset(
        kind
        for kind, happening in HAPPENINGS.items()
        if side in happening.shown_to or (side == COMPANY and happening.told_company_as)
    )


def kind_told(side: str, kind: str) -> str:
    """As what a side reads an event."""
    return (HAPPENINGS[kind].told_company_as or kind) if side == COMPANY else kind


def role_told(side: str, kind: str, role: str) -> str:
    """Who did something, as a side may learn it. A company never learns that somebody speaks for the complainant, nor
    that an officer wrote down what came by phone, nor who wanted that a case is escalated."""
    if side != COMPANY:
        return role
    if HAPPENINGS[kind].by_the_office and role in OF_HERS | OF_THE_OFFICE:
        return Role.OFFICER.value
    if kind in AS_IF_BY_HAND and role == Role.CLOCK:
        return Role.OFFICER.value
    if is_hers(kind, role):
        return Role.COMPLAINANT.value
    return role


def version_for(person: Person, case: Case) -> int:
    """What a page carries, so that who sends it after a change is told so. It grows only with what this person is
    shown: the case's own would tell a company of a report of retaliation, and what came before its own story, of
    another company. What the clock did does not count.
    """
    if person.role in SECRETARIAT_ROLES:
        return case.version
    kinds = shown_to(person.side) - OF_LIMITS
    seen = select(func.count()).select_from(Event).where(Event.chain == case.id, Event.kind.in_(kinds))
    if person.role == Role.COMPANY:
        seen = seen.where(Event.seq > _began(case), ~as_told.is_held_back())
    by_hand = or_(Event.role != Role.CLOCK.value, Event.kind.in_(AS_IF_BY_HAND))
    return db.session.scalar(seen.where(by_hand)) or 0


def _began(case: Case) -> ScalarSelect[int]:
    """Where the story of the company that has the case now begins on the record."""
    changed = select(func.max(Event.seq)).where(Event.chain == case.id, Event.kind == "change_respondent")
    return select(func.coalesce(changed.scalar_subquery(), -1)).scalar_subquery()


def is_current(person: Person, case: Case, version: int, settled: tuple[int, int]) -> bool:
    """Whether the page with this `version` shows the case as it is. `settled`: the case's own version before and after
    the clock had its turn just now."""
    if person.role in SECRETARIAT_ROLES:
        return (version, case.version) == settled
    return version == version_for(person, case)


def note_opened(person: Person, case: Case) -> Case:
    """Note that somebody of the company has opened what it was handed, once for each hand-over. Returns the case, which
    is read anew where that was noted."""
    if case.company_opened >= case.handovers:
        return case
    with unit_of_work():
        found = find_case(person, case.reference, lock=True)
        found.company_opened = found.handovers
    return find_case(person, case.reference)


# --- for whom it is new ------------------------------------------------------------------------------------


def mark_new(case: Case, event: EventRow, one: Row | Noted, context: StepContext, had: int | None = None) -> None:
    """Everybody else whom the event is told to finds the case marked until they look, and hers waits for a word until
    she gets one. In the event's own transaction, beside its letters. `had`: the officer before the step."""
    rank = URGENT if is_urgent(case, one, context) else PLAIN
    if _reaches(case, one, context, Role.OFFICER):
        _for_officer(case, event, context, had, rank)
    for role in (Role.APPROVER, Role.CUSTODIAN):
        if _reaches(case, one, context, role):
            mark_for(event, rank, role=role)
    if told(one, Role.COMPANY).is_new and _shows_the_company(case, one, context):
        mark_for(
            event, PLAIN, role=Role.COMPANY, until=context.held_until
        )  # that something is urgent would tell a company why
    for who in ("proposed_by", "asked_by", "account"):  # whose proposal it was, who asked, and whom it is about
        if context.facts.get(who) not in (None, case.officer_id):
            mark_for(event, rank, account=context.facts[who])
    off = (int(one) for one in (context.facts.get("colleague"),) if one)
    for account in (*named(context.facts), *off):
        mark_for(event, rank, account=account)
    for account in map(int, context.facts.get("mentioned", ())):
        mark_for(event, PLAIN, account=account, tail=marks.MENTION)
    _word(case, one, context)


def is_urgent(case: Case, one: Row | Noted, context: StepContext) -> bool:
    """What says so itself, and whatever reaches us from her while the safety alert is up."""
    said = {**context.values, **context.facts}
    letters = any(letter.text.urgent and letter.is_owed(case, said) for letter in one.letters)
    return one.urgent or letters or (case.safety_alert and context.side == COMPLAINANT)


def _reaches(case: Case, one: Row | Noted, context: StepContext, role: Role) -> bool:
    """A letter that goes out for some answers alone marks nothing for the others."""
    how = told(one, role).how
    return how == How.MARKED or (how == How.LETTER and _is_owed(case, one, context, role))


def _is_owed(case: Case, one: Row | Noted, context: StepContext, role: Role) -> bool:
    said = {**context.values, **context.facts}
    return any(letter.is_owed(case, said) for letter in one.letters if letter.recipient == role.value)


def _for_officer(case: Case, event: EventRow, context: StepContext, had: int | None, rank: int) -> None:
    person = context.person
    if case.officer_id is None and person.role == Role.OFFICER and had is None and not _left(context):
        return
    if case.officer_id is None or case.officer_id != person.account_id:
        mark_for_officer(event, case.officer_id, rank)


def _left(context: StepContext) -> bool:
    """Whoever declares a conflict of interest does not take the case by it."""
    return context.facts.get("account") == context.person.account_id


def taken(case: Case, context: StepContext, had: int | None) -> None:
    """A case is taken by whoever it is given to, or by the first step of an officer in it: then it is no longer new for
    all the others, nor for whoever had it before."""
    gone = [OFFICERS] if context.person.role == Role.OFFICER and had is None and not _left(context) else []
    if had != case.officer_id:
        gone = [*gone, OFFICERS if had is None else str(had)]
    if gone:
        db.session.execute(delete(NewMark).where(NewMark.case_id == case.id, NewMark.reader.in_(gone)))


def _shows_the_company(case: Case, one: Row | Noted, context: StepContext) -> bool:
    """A company that was handed nothing is told nothing (whether it still holds keys, the statement looks), nor of a
    limit that is not shown to it, nor of words that are not for it, nor where neither its page nor a letter says it."""
    if not case.with_company or not reaches(COMPANY, context.values.get("audience"), context.side):
        return False
    if one.event.of_a_limit and context.facts.get("limit") in hidden_from(COMPANY):
        return False
    return COMPANY in one.event.shown_to | addressed(one) or _is_owed(case, one, context, Role.COMPANY)


def _word(case: Case, one: Row | Noted, context: StepContext) -> None:
    """She waits for a word after words of hers, from the first of them on; and until a word of the office's reaches her
    that was written after them: a decision that was proposed before she wrote is no answer to it."""
    if not isinstance(one, Row):
        return
    if one.waits and _wrote(one, context):
        case.waits_since = case.waits_since or context.at
    elif one.answers and case.waits_since and reaches(COMPLAINANT, context.values.get("audience"), context.side):
        written_at = context.proposed_at or context.at
        case.waits_since = case.waits_since if case.waits_since > written_at else None


def _wrote(row: Row, context: StepContext) -> bool:
    """Whether there are words or files of hers to answer, where its row asks for some, or an answer that needs one."""
    asked = [field.name for field in row.asks if field.kind in (Kind.TEXT, Kind.FILES)]
    said = any(answer.holds(context.values) for answer in row.waits_at)
    return said or not asked or any(context.values.get(name) for name in asked)
