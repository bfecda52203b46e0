"""What of a party's own affairs waits for this person: who is to be admitted, what two people change, a holiday that
was said to be wrong, and a key to be changed. No mail speaks of these, so that the start page does."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app
from flask_babel import ngettext
from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from grievance import clock
from grievance.access import Person, without_keys
from grievance.accounts import hands
from grievance.accounts.keys import log
from grievance.accounts.people import others_of
from grievance.accounts.waits import OFFICE_ROLES
from grievance.desk import public_questions
from grievance.doors import directory
from grievance.enquiries import threads
from grievance.extensions import db
from grievance.in_public import texts
from grievance.intake import field_opening
from grievance.models.account_waits import AccountWait, Began
from grievance.models.concern import ConcernProposal
from grievance.models.edition import Edition, MemberEdition
from grievance.models.people import (
    SECRETARIAT_ROLES,
    Account,
    AccountChange,
    AccountStatus,
    CalendarProposal,
    Company,
    Party,
    PartyShare,
    Role,
)
from grievance.models.public_text import PublicText
from grievance.models.register import WAITING
from grievance.models.sign import SignText
from grievance.models.writing import Holiday
from grievance.reports import key_waits, retention
from grievance.reports.key_waits import NOW
from grievance.reports.waits import account_waits

PEOPLE = "people.everybody"
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class OfficeWait:
    """`name`: of its line. `endpoint`: the page where it is decided."""

    name: str
    sentence: str
    endpoint: str


@dataclass(frozen=True)
class Line:
    """`roles`: who can do it, where there is something of theirs to do. `exact`: what a count in SQL cannot know, asked
    where it found something."""

    name: str
    roles: frozenset[Role]
    count: Callable[[Person], ScalarSelect[int]]
    says: Callable[[int], str]
    endpoint: str = PEOPLE
    exact: Callable[[Person], int] | None = None


def office_waits(by: Person) -> list[OfficeWait]:
    """Only what whoever looks may do. One query, and two more where somebody's access waits for a second person."""
    lines = [one for one in LINES if by.role in one.roles]
    values = {
        "now": clock.now(),
        "unheard": sorted(hands.unheard_by(by, log.lately())),
        "doors": directory.old_before(),
    }
    query = _counting(without_keys(by), bool(current_app.config["ALLOW_SOLO"]))
    numbers = db.session.execute(query, values).one()
    found = ((one, _exactly(one, by, number)) for one, number in zip(lines, numbers, strict=True))
    return [OfficeWait(one.name, one.says(number), one.endpoint) for one, number in found if number]


@lru_cache(256)
def _counting(by: Person, solo: bool) -> Select[*tuple[Any, ...]]:
    """Kept, because to build it takes longer than to ask it. `solo`: what its pieces read of the settings."""
    return select(*(one.count(by) for one in LINES if by.role in one.roles))


def _exactly(line: Line, by: Person, number: int) -> int:
    return line.exact(by) if line.exact and number else number


def _to_admit(by: Person) -> ScalarSelect[int]:
    """As `people.may_admit`: whom somebody invited, another admits, unless there is no other."""
    waits = (Account.party_id == by.party_id, Account.status == AccountStatus.WAITING)
    mine = Account.invited_by.is_distinct_from(by.account_id) | ~others_of(by.party_id, by.account_id, Account.id)
    return select(func.count()).select_from(Account).where(*waits, mine).scalar_subquery()


def _to_confirm(by: Person) -> ScalarSelect[int]:
    """As `changes.may_confirm`: another approver, and a custodian where there is none."""
    held = select(PartyShare.account_id)
    approvers = select(Account.id).where(
        Account.role == Role.APPROVER, Account.status == AccountStatus.ACTIVE, Account.id.in_(held),
        Account.id.not_in((AccountChange.proposed_by, AccountChange.account_id)),
    )  # fmt: skip
    decides = true() if by.role == Role.APPROVER else ~approvers.correlate(AccountChange).exists()
    query = select(func.count()).select_from(AccountChange).where(AccountChange.decided_at.is_(None))
    query = query.where(AccountChange.proposed_by != by.account_id, AccountChange.account_id != by.account_id)
    return query.where(decides).scalar_subquery()


def _wrong_holidays(by: Person) -> ScalarSelect[int]:
    return select(func.count()).select_from(Holiday).where(Holiday.wrong_by != by.account_id).scalar_subquery()


def _calendars(by: Person) -> ScalarSelect[int]:
    """As `calendars.confirm`: by an approver who did not propose it."""
    waits = select(CalendarProposal.company_id).where(CalendarProposal.decided_at.is_(None))
    mine = waits.where(CalendarProposal.proposed_by == by.account_id)
    query = select(func.count()).select_from(Company)
    query = query.where(Company.calendar_confirmed_at.is_(None) | Company.id.in_(waits), Company.id.not_in(mine))
    return query.scalar_subquery()


def _sign_texts(by: Person) -> ScalarSelect[int]:
    """As `sign_texts.may_approve`: another person, and one of the two an approver."""
    query = select(func.count()).select_from(SignText).join(Account, Account.id == SignText.proposed_by)
    one_approves = true() if by.role == Role.APPROVER else Account.role == Role.APPROVER
    waits = (SignText.approved.is_(None), SignText.proposed_by != by.account_id, one_approves)
    return query.where(*waits).scalar_subquery()


def _second(by: Person) -> ScalarSelect[int]:
    """As `waits.sees`; which of them whoever looks confirms, and which they can only end, `account_waits` knows."""
    query = select(func.count()).select_from(AccountWait).join(Account, Account.id == AccountWait.account_id)
    about = Account.role.in_(OFFICE_ROLES) if by.role in OFFICE_ROLES else Account.party_id == by.party_id
    about = or_(about, Account.role == Role.COMPANY) if by.role == Role.APPROVER else about
    mine = AccountWait.began_by.is_distinct_from(by.account_id) | (AccountWait.due_at <= NOW)
    mine |= AccountWait.what.in_((Began.ADDRESS, Began.PASSKEY))  # a stolen password asks in its owner's name
    return query.where(AccountWait.ended.is_(None), about, mine).scalar_subquery()


def _confirmed(by: Person) -> int:
    return sum(one.confirms for one in account_waits(by))


def _objected(by: Person) -> int:
    """What they did not begin themselves: who did takes it back at the page, and need not be told of it. That their own
    address is to be another is told to them all the same."""
    return sum(one.objects and not one.confirms and (one.own or not one.mine) for one in account_waits(by))


def _to_vouch(by: Person) -> ScalarSelect[int]:
    """As `vouching.to_vouch`."""
    colleague = aliased(Account)
    left = select(colleague.id).where(colleague.party_id == Account.party_id, colleague.status == AccountStatus.ACTIVE)
    waits = (Account.status == AccountStatus.WAITING, Account.party_id != by.party_id, Account.role.in_(OFFICE_ROLES))
    unheard = (Account.vouched_key.is_(None), Party.key_id.is_not(None), ~left.exists())
    query = select(func.count()).select_from(Account).join(Party, Party.id == Account.party_id)
    return query.where(*waits, *unheard).scalar_subquery()


def _to_hear(_by: Person) -> ScalarSelect[int]:
    """As `hands.to_hear`: the key log knows who, and the row whether they are here."""
    here = (Account.status == AccountStatus.ACTIVE, Account.role.in_(OFFICE_ROLES))
    query = select(func.count()).select_from(Account).where(Account.id.in_(bindparam("unheard", expanding=True)), *here)
    return query.scalar_subquery()


def _register_names(_by: Person) -> ScalarSelect[int]:
    return select(func.count()).select_from(Company).where(WAITING).scalar_subquery()


def _by_another(proposed_by: InstrumentedAttribute[Any], by: Person) -> ColumnElement[bool]:
    """What somebody proposed, another decides; an office of one may allow itself both."""
    return true() if current_app.config["ALLOW_SOLO"] else proposed_by.is_distinct_from(by.account_id)


def _concerns(by: Person) -> ScalarSelect[int]:
    waits = (ConcernProposal.decided_at.is_(None), _by_another(ConcernProposal.proposed_by, by))
    return select(func.count()).select_from(ConcernProposal).where(*waits).scalar_subquery()


def _members(by: Person) -> ScalarSelect[int]:
    waits = (MemberEdition.decided_at.is_(None), _by_another(MemberEdition.proposed_by, by))
    return select(func.count()).select_from(MemberEdition).where(*waits).scalar_subquery()


def _figures(by: Person) -> ScalarSelect[int]:
    waits = (Edition.decided_at.is_(None), _by_another(Edition.proposed_by, by))
    return select(func.count()).select_from(Edition).where(*waits).scalar_subquery()


def _public_texts(by: Person) -> ScalarSelect[int]:
    waits = texts.waiting().where(_by_another(PublicText.proposed_by, by))
    return select(func.count()).select_from(waits.subquery()).scalar_subquery()


LINES = (
    Line("admit", EVERYBODY, _to_admit,
         lambda num: ngettext("%(num)d person waits to be admitted", "%(num)d people wait to be admitted", num)),
    Line("confirm", frozenset({Role.APPROVER, Role.CUSTODIAN}), _to_confirm,
         lambda num: ngettext("%(num)d change of a role waits to be confirmed",
                              "%(num)d changes of a role wait to be confirmed", num)),
    Line("holidays", SECRETARIAT_ROLES, _wrong_holidays,
         lambda num: ngettext("%(num)d holiday was said to be wrong", "%(num)d holidays were said to be wrong", num),
         "admin.holidays"),
    Line("going_on", EVERYBODY, key_waits.under_way,
         lambda num: ngettext("The change of your key is not finished: go on",
                              "The changes of your keys are not finished: go on", num), "people.keys"),
    Line("exposed", EVERYBODY, key_waits.exposed,
         lambda num: ngettext("Your key is to be changed", "Your keys are to be changed", num), "people.keys"),
    Line("own_key", frozenset({Role.COMPANY}), key_waits.own_unconfirmed,
         lambda num: ngettext("The office has not confirmed your company's key yet, so that no case can reach you: read"
                              " its digits out to an approver",
                              "The office has not confirmed your company's keys yet, so that no case can reach you:"
                              " read their digits out to an approver", num)),
    Line("calendars", frozenset({Role.APPROVER}), _calendars,
         lambda num: ngettext("%(num)d calendar of a company is to be confirmed",
                              "%(num)d calendars of companies are to be confirmed", num),
         "company_calendars.everything"),
    Line("sign_texts", SECRETARIAT_ROLES, _sign_texts,
         lambda num: ngettext("%(num)d text of signs waits for a second person",
                              "%(num)d texts of signs wait for a second person", num),
         "signs.texts"),
    Line("second", EVERYBODY, _second,
         lambda num: ngettext("%(num)d person's access waits for a second person",
                              "The access of %(num)d people waits for a second person", num),
         exact=_confirmed),
    Line("object", EVERYBODY, _second,
         lambda num: ngettext("You can object: %(num)d person's access is being changed",
                              "You can object: the access of %(num)d people is being changed",
                              num),
         exact=_objected),
    Line("company_keys", frozenset({Role.APPROVER}), key_waits.of_companies,
         lambda num: ngettext("The key of %(num)d company is to be confirmed",
                              "The keys of %(num)d companies are to be confirmed", num)),
    Line("half", key_waits.HAND_OVER, key_waits.halves,
         lambda num: ngettext("%(num)d person of a company that has lost its key waits for your half of it",
                              "%(num)d people of companies that have lost their key wait for your half of it", num)),
    Line("nobody", frozenset({Role.APPROVER}), key_waits.without_people,
         lambda num: ngettext("Nobody is left of %(num)d company that has an open case: invite a person of it",
                              "Nobody is left of %(num)d companies that have open cases: invite people of them", num)),
    Line("hear", OFFICE_ROLES, _to_hear,
         lambda num: ngettext("%(num)d person was let in by one colleague alone: a second one is to hear their digits",
                              "%(num)d people were let in by one colleague alone: a second one is to hear their digits",
                              num)),
    Line("retention_over", SECRETARIAT_ROLES, retention.number_over,
         lambda num: ngettext("%(num)d case has been kept long enough: two people erase it",
                              "%(num)d cases have been kept long enough: two people erase them", num),
         "retention.show"),
    Line("retention_ends", SECRETARIAT_ROLES, retention.number_ending,
         lambda num: ngettext("%(num)d case ends its time of keeping soon",
                              "%(num)d cases end their time of keeping soon", num),
         "retention.show"),
    Line("other_doors", SECRETARIAT_ROLES, lambda _by: directory.number_old(),
         lambda num: ngettext("%(num)d other door is to be checked again: nobody has asked them for long",
                              "%(num)d other doors are to be checked again: nobody has asked them for long", num),
         "other_doors.show"),
    Line("enquiries", SECRETARIAT_ROLES, lambda _by: threads.number_waiting(),
         lambda num: ngettext("%(num)d question of a company waits for an answer",
                              "%(num)d questions of companies wait for an answer", num),
         "enquiries.show"),
    Line("concerns", frozenset({Role.APPROVER}), _concerns,
         lambda num: ngettext("%(num)d proposal about a concern waits for you",
                              "%(num)d proposals about concerns wait for you", num),
         "concerns.show"),
    Line("members", frozenset({Role.APPROVER}), _members,
         lambda num: ngettext("%(num)d edition of the members waits to be published",
                              "%(num)d editions of the members wait to be published", num),
         "publishing.show"),
    Line("figures", frozenset({Role.APPROVER}), _figures,
         lambda num: ngettext("%(num)d edition of the public figures waits to be published",
                              "%(num)d editions of the public figures wait to be published", num),
         "editions.show"),
    Line("field", SECRETARIAT_ROLES, lambda _by: field_opening.number_waiting(),
         lambda num: ngettext("%(num)d form from a phone has not been opened yet",
                              "%(num)d forms from phones have not been opened yet", num),
         "field.show"),
    Line("public_questions", SECRETARIAT_ROLES, lambda _by: public_questions.number_waiting(),
         lambda num: ngettext("%(num)d question from outside waits for an answer",
                              "%(num)d questions from outside wait for an answer", num),
         "public_questions.show"),
    Line("public_texts", frozenset({Role.APPROVER}), _public_texts,
         lambda num: ngettext("%(num)d text for everybody to read waits for you",
                              "%(num)d texts for everybody to read wait for you", num),
         "public_texts.show"),
    Line("register_names", SECRETARIAT_ROLES, _register_names,
         lambda num: ngettext("%(num)d name from an old register waits to be confirmed",
                              "%(num)d names from old registers wait to be confirmed", num),
         "register_names.everything"),
    Line("vouch", OFFICE_ROLES, _to_vouch,
         lambda num: ngettext("%(num)d person of the other party waits for its recovery code",
                              "%(num)d people of the other party wait for its recovery code", num)),
)  # fmt: skip
"""Whoever is not named in a line cannot do it at its page, and is not told of it."""
