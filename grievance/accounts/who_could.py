"""Who could take a step in a case now: the one place that answers it, for steps, pages, letters and `doctor`.

Living accounts that hold their party's key, without a conflict of interest in the case, of the right role or named as a
deputy there, and where two people are wanted, not the one who acted before.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    bindparam,
    cast,
    exists,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from grievance.access import CLOSED_IT, Person, reachable
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.models.beside import Beside
from grievance.models.case import Case, Conflict, Deputy, State
from grievance.models.keys import CompanyEnvelope
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Party, PartyKind, PartyShare, Role
from grievance.models.writing import Decision

Rows = Select[*tuple[Any, ...]]
ACTS_AS = (Role.OFFICER, Role.APPROVER)
"""What a deputy may be named as."""


@dataclass(frozen=True)
class Standing:
    """Who of the Secretariat can act in one case, and as what. `proposers`: of what waits to be approved. `closers`:
    who closed it and who proposed that, while an appeal waits. `custodians`: who could name a deputy in the head's
    place."""

    acts_as: Mapping[int, frozenset[Role]]
    head: int | None = None
    custodians: frozenset[int] = frozenset()
    deputies: tuple[tuple[int, Role], ...] = ()
    proposers: tuple[int | None, ...] = ()
    shut_out: frozenset[int] = frozenset()
    """Whoever must not see the case, of the office or of a company."""
    proposed: frozenset[str] = frozenset()
    """The steps that wait to be approved."""
    beside: frozenset[int] = frozenset()
    """Who works on it beside the one in charge."""
    appealed: bool = False
    closers: frozenset[int] = frozenset()
    solo: bool = False

    def able(self, roles: Collection[Role], *, but: Collection[int | None] = ()) -> frozenset[int]:
        """The accounts that can act as one of these roles."""
        return frozenset(one for one, own in self.acts_as.items() if one not in but and own & set(roles))

    def deciding(self, proposer: int | None) -> frozenset[int]:
        """Who can approve or refuse what this person proposed; an office of one may set ALLOW_SOLO."""
        return self.able(ACTS_AS) if self.solo else self.able((Role.APPROVER,), but=(proposer,))

    def judging(self) -> frozenset[int]:
        """Who can decide what another must decide than who closed the case, and who proposed to close it."""
        return self.able((Role.APPROVER,), but=() if self.solo else self.closers)

    def lacks(self, state: State) -> list[Role]:
        """As what somebody is missing, once for each need: an officer; who decides each proposal and an appeal; and
        while anything may be proposed, two people, one to propose it and another to approve it."""
        officers = self.able((Role.OFFICER,))
        lacking = [] if officers else [Role.OFFICER]
        lacking += [Role.APPROVER for one in self.proposers if not self.deciding(one)]
        if state == State.CLOSED and not self.appealed:
            return lacking
        approvers = self.judging() if self.appealed or not self.solo else self.deciding(None)
        if not approvers:
            lacking.append(Role.APPROVER)
        if not any(one != other or self.solo for one in officers for other in approvers):
            lacking.append(Role.APPROVER)
        return lacking

    def with_deputy(self, account_id: int, role: Role) -> "Standing":
        """How it would be with this deputy."""
        return replace(self, acts_as={**self.acts_as, account_id: self.acts_as[account_id] | {role}})

    def without(self, account_id: int) -> "Standing":
        """How it would be without this person."""
        return replace(self, acts_as={one: own for one, own in self.acts_as.items() if one != account_id})

    def possible_deputies(self, state: State) -> list[tuple[int, Role]]:
        """Whom it would help to name, and as what. Nobody who cannot read the case, or who has an interest in it."""
        lacking = len(self.lacks(state))
        pairs = [(one, role) for one, own in self.acts_as.items() for role in ACTS_AS if role not in own]
        return [pair for pair in pairs if len(self.with_deputy(*pair).lacks(state)) < lacking]

    def naming(self) -> frozenset[int]:
        """Who names a deputy: the head; and where the head cannot act or the matter is their own, the custodians."""
        own_matter = self.appealed and self.head in self.closers
        own_proposal = any(one == self.head and not self.deciding(one) for one in self.proposers)
        if self.head in self.acts_as and not own_matter and not own_proposal:
            return frozenset({self.head}) if self.head is not None else frozenset()
        return self.custodians


@dataclass(frozen=True)
class Standings:
    """The standing of each of several cases; of those of which nothing is noted, the office's own."""

    office: Standing
    noted: Mapping[str, Standing] = field(default_factory=dict)

    def of(self, case_id: str) -> Standing:
        return self.noted.get(case_id, self.office)


def standing(case: Case) -> Standing:
    """Who could act in this case now. One query."""
    return _standings(_of_one(), case_id=case.id).of(case.id)


def standings() -> Standings:
    """Of each case that waits for somebody. One query, and it grows with conflicts, deputies and proposals alone."""
    return _standings(_of_all())


def lacking(case: Case, found: Standing | None = None) -> list[Role]:
    """As what somebody is missing in a case that waits; nothing where nothing waits."""
    return (found or standing(case)).lacks(case.state) if case.queue_at else []


def holders() -> Rows:
    """The living accounts that hold the key of their party: (id, role, kind of party, whether the head)."""
    shares = PartyShare.__table__.join(Party.__table__, Party.key_id == PartyShare.key_id)
    keyed = select(PartyShare.account_id).select_from(shares).where(Party.id == PartyShare.party_id)
    query = select(Account.id, Account.role, Party.kind, Account.head).join(Party, Party.id == Account.party_id)
    return query.where(Account.status == AccountStatus.ACTIVE, Account.id.in_(keyed))


@cache
def _of_one() -> CompoundSelect[Any]:
    """Kept, because to build it takes longer than to ask it."""
    return union_all(*_parts(lambda case_id: case_id == bindparam("case_id")))


@cache
def _of_all() -> CompoundSelect[Any]:
    waiting = aliased(Case)
    return union_all(*_parts(lambda case_id: exists().where(waiting.id == case_id, waiting.queue_at.is_not(None))))


def _standings(query: CompoundSelect[Any], **which: str) -> Standings:
    own, notes = _read(query, which)
    staff = {one: frozenset({Role(role)}) for _kind, one, role in own["secretariat"]}
    heads = [one for _kind, one, _role in own["head"]]
    custodians = frozenset(one for _kind, one, _role in own["custodians"])
    office = Standing(
        staff, heads[0] if heads else None, custodians,
        solo=current_app.config["ALLOW_SOLO"],
    )  # fmt: skip
    return Standings(office, {case_id: _of(office, rows) for case_id, rows in notes.items()})


Notes = list[tuple[str, int, str]]


def _of(office: Standing, rows: Notes) -> Standing:
    conflicted = {account for kind, account, _role in rows if kind == "conflict"}
    acts_as = {one: set(own) for one, own in office.acts_as.items() if one not in conflicted}
    deputies = tuple((account, Role(role)) for kind, account, role in rows if kind == "deputy" and account in acts_as)
    for account, role in deputies:
        acts_as[account].add(role)
    closers = [account for kind, account, _role in rows if kind == "appeal"]
    return replace(
        office,
        acts_as={one: frozenset(own) for one, own in acts_as.items()},
        custodians=office.custodians - conflicted,
        deputies=deputies,
        proposers=tuple(account for kind, account, _role in rows if kind == "proposal"),
        shut_out=frozenset(conflicted),
        proposed=frozenset(step for kind, _account, step in rows if kind == "proposal"),
        beside=frozenset(account for kind, account, _role in rows if kind == "beside"),
        appealed=bool(closers),
        closers=frozenset(one for one in closers if one is not None),
    )


def _read(query: CompoundSelect[Any], which: dict[str, str]) -> tuple[dict[str, Notes], dict[str, Notes]]:
    """People by their party, and what is noted of cases by the case: conflicts, deputies, proposals, appeals."""
    own: dict[str, Notes] = {"secretariat": [], "custodians": [], "head": []}
    notes: dict[str, Notes] = {}
    for case_id, kind, account, role in db.session.execute(query, which):
        if case_id is None:
            own[kind].append((kind, account, role))
        else:
            notes.setdefault(case_id, []).append((kind, account, role))
    return own, notes


def _parts(which: Callable[[Any], ColumnElement[bool]]) -> Iterator[Rows]:
    """`which`: of the number of a case. Each part begins at the few rows that it is about, and looks up their cases."""
    nothing, no_case = literal(""), cast(null(), String(32))
    people = holders().subquery()
    office = people.c.kind.in_([PartyKind.SECRETARIAT, PartyKind.CUSTODIANS])
    yield select(no_case, cast(people.c.kind, String), people.c.id, cast(people.c.role, String)).where(office)
    yield select(no_case, literal("head"), people.c.id, nothing).where(people.c.head)
    conflicts = select(Conflict.case_id, literal("conflict"), Conflict.account_id, nothing)
    yield conflicts.where(which(Conflict.case_id))
    deputies = select(Deputy.case_id, literal("deputy"), Deputy.account_id, cast(Deputy.role, String))
    yield deputies.where(which(Deputy.case_id))
    beside = select(Beside.case_id, literal("beside"), Beside.account_id, nothing)
    yield beside.where(which(Beside.case_id))
    proposals = select(Decision.case_id, literal("proposal"), Decision.proposed_by, Decision.step)
    yield proposals.where(which(Decision.case_id), Decision.outcome.is_(None))
    waits = (
        Limit.key == literal_column(f"'{Deadline.APPEAL_DECISION}'"),
        Limit.met_at.is_(None),
        Limit.stopped_at.is_(None),
    )
    appeals = select(Limit.case_id, literal("appeal"), Case.closed_by, nothing).outerjoin(
        Case, Case.id == Limit.case_id
    )
    yield appeals.where(which(Limit.case_id), *waits)
    proposed = select(Limit.case_id, literal("appeal"), Decision.proposed_by, nothing)
    proposed = proposed.outerjoin(Case, Case.id == Limit.case_id).outerjoin(Decision, CLOSED_IT)
    yield proposed.where(which(Limit.case_id), *waits)


def closers(case: Case) -> frozenset[int]:
    """Who closed a closed case, and who proposed to: both judged it, and neither decides what is said against that."""
    if case.closed_at is None:
        return frozenset()
    proposed = select(Decision.proposed_by).join(Case, Case.id == Decision.case_id).where(Case.id == case.id, CLOSED_IT)
    return frozenset(one for one in (case.closed_by, *db.session.scalars(proposed)) if one is not None)


def roles_in(person: Person, case: Case) -> tuple[Role, ...]:
    """What this person may act as in this case: their own role, and what they were named as there."""
    if person.role not in SECRETARIAT_ROLES:
        return (person.role,)
    named = select(Deputy.role).where(Deputy.case_id == case.id, Deputy.account_id == person.account_id)
    return (person.role, *(role for role in db.session.scalars(named) if role != person.role))


def of_company(case: Case) -> frozenset[int]:
    """Who of the company could read what is handed over to it now: nobody before its key is confirmed."""
    return frozenset(db.session.scalars(_of_company(), {"company_id": case.company_id, "case_id": case.id}))


@cache
def _of_company() -> Rows:
    theirs = select(Party.id).where(Party.company_id == bindparam("company_id"), Party.unconfirmed_since.is_(None))
    shut_out = select(Conflict.account_id).where(Conflict.case_id == bindparam("case_id"))
    return holders().where(Account.party_id.in_(theirs), Account.id.not_in(shut_out))


def could(who: Collection[Role], case: Case, *, judges: bool = False, names: bool = False) -> frozenset[int]:
    """The accounts that could take a step of a row `who` in this case now. `judges`: what another than who closed the
    case, or proposed to, decides. `names`: it names a deputy."""
    found = standing(case)
    if names:
        return found.naming()
    but = closers(case) if judges and not found.solo else frozenset[int]()
    able = found.able(set(who) & SECRETARIAT_ROLES - {Role.APPROVER})
    if Role.APPROVER in who:
        able |= found.able((Role.APPROVER,), but=but)
    if Role.CUSTODIAN in who and _custodians_reach(case):
        able |= found.custodians
    return able | reads_at_company(case) if Role.COMPANY in who else able


def _custodians_reach(case: Case) -> bool:
    """Custodians see a case only where they are asked for something."""
    return db.session.scalars(reachable(Person(Role.CUSTODIAN)).where(Case.id == case.id)).first() is not None


def reads_at_company(case: Case) -> frozenset[int]:
    """Who of the company can read the case: nobody before something was handed over, or once it was recalled."""
    return of_company(case) if _handed(case) else frozenset()


def _handed(case: Case) -> bool:
    theirs = select(Party.id).where(Party.company_id == case.company_id)
    query = select(CompanyEnvelope.case_id).where(CompanyEnvelope.case_id == case.id)
    return db.session.scalars(query.where(CompanyEnvelope.party_id.in_(theirs)).limit(1)).first() is not None


def mailed(role: Role, case_id: str) -> ColumnElement[bool]:
    """Of accounts: of this role, or named as its deputy in this case."""
    if role not in ACTS_AS:
        return Account.role == role
    named = select(Deputy.account_id).where(Deputy.case_id == case_id, Deputy.role == role)
    return (Account.role == role) | Account.id.in_(named)
