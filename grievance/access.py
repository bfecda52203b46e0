"""Who may see which case, and what this person's keys open of it. Default deny."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from grievance.crypto.compartments import CaseKeys, Later, NoKey, Where, commit, none_later
from grievance.crypto.envelopes import KeyPair, Opener, derived_key_pair, open_with
from grievance.crypto.sealing import CannotOpen, place
from grievance.extensions import db
from grievance.models.case import CANARY, TAKEN_BACK, Case, Conflict
from grievance.models.keys import CompanyEnvelope, IdentityRequest, SecretariatEnvelope
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Role
from grievance.models.vouching import Epoch, EpochEnvelope
from grievance.models.writing import Decision, Outcome


class NoSuchCase(Exception):
    """There is no such case, or it is not for this person: both get the same answer."""


class WrongKey(Exception):
    """A key opens, or would be sealed to, that is not the one which the record names: nothing is read or written."""


@dataclass(frozen=True)
class Person:
    """Who acts: an account with its party's seed, a complainant with the receipt's key, or the clock."""

    role: Role
    account_id: int | None = None
    name: str = ""
    party_id: int | None = None
    company_id: int | None = None
    party_seed: bytes | None = field(default=None, repr=False)
    former_seeds: Mapping[str, bytes] = field(default_factory=dict, repr=False, hash=False)
    """By the key's identifier: what a rotation that is under way has not sealed again yet opens with these."""
    own_seed: bytes | None = field(default=None, repr=False)
    case_id: str | None = None
    complainant_key: bytes | None = field(default=None, repr=False)
    checked: bool = False
    """The receipt replaced a lost one a short time ago: a second person checks the weightiest steps."""
    seen_seq: int = 0
    """The last event of the case when its page was opened with this receipt."""
    receipt_id: str | None = None
    receipt_seed: bytes | None = field(default=None, repr=False)
    """Of the receipt's own keys: what is written with it is signed by them."""
    new_after: int | None = None
    """The same when they came: what is new then stays so until they leave. None before they opened the page."""
    opened_before: date | None = None
    """The day on which their receipt had opened the case before they came."""
    deputy: bool = False
    """They act in one case as what they were named as there, and not by their own role."""
    zone: str = ""
    """Of this person's company, by whose days they read; empty for everybody else (`clock.reader_day`)."""
    language: str = ""
    """In which an account's person reads, as they chose; a desk that is not offered in it is in English."""

    @property
    def side(self) -> str:
        """The party that a time limit names: secretariat, complainant or company."""
        if self.role in SECRETARIAT_ROLES:
            return "secretariat"
        return "complainant" if self.case_id else self.role.value

    def seed_for(self, key_id: str) -> bytes:
        """The party's seed for what was sealed to this key. Raises `CannotOpen` for who was not admitted."""
        seed = self.former_seeds.get(key_id, self.party_seed)
        if seed is None:
            raise CannotOpen
        return seed


def without_keys(person: Person) -> Person:
    """Who they are: by this the statements of a page are kept, of which many take longer to build than to ask."""
    return Person(
        person.role, person.account_id, party_id=person.party_id, company_id=person.company_id,
        case_id=person.case_id, zone=person.zone,
    )  # fmt: skip


def openers(person: Person) -> Callable[[str], Opener]:
    """By the identifier of a key pair of the party, what opens with it: for one request, in which much is opened.
    Raises `CannotOpen`."""
    return cache(lambda key_id: Opener(person.seed_for(key_id)))


CLOCK = Person(Role.CLOCK)
NEXT_MOVE, APPEAL_DECISION = "L17", "L19"
"""As cases and events hold them (`deadlines.kinds`)."""
CLOSED_IT = (
    (Decision.case_id == Case.id)
    & (Decision.outcome == Outcome.APPROVED)
    & (Decision.decided_at == Case.closed_at)
    & (Decision.decided_by == Case.closed_by)
)
"""The decision by which a closed case was closed this time."""


OF_SOMEBODY = func.coalesce(Case.register_key, "").not_like(f"{CANARY}%") & func.coalesce(
    Case.register_key, ""
).not_like(f"{TAKEN_BACK}%")
"""Not the canary of the drills, nor what is left of an import that was taken back. They are closed and owe nothing, so
that lists of open cases need not ask; what shows closed ones, searches, or opens a case by its reference does."""


def may_administer(person: Person) -> bool:
    """Whether this person may change companies and calendars: an admitted approver, and nobody else."""
    return person.role == Role.APPROVER and person.party_seed is not None


def envelope_place(kind: str, case_id: str, n: int = 0) -> bytes:
    """The place that an envelope's ciphertext is bound to."""
    return place("envelope", kind, case_id, n)


def visible(person: Person) -> Select[Case]:
    """The cases that this person may see; nothing for a role that is not listed."""
    cases = select(Case)
    if person.case_id:
        return cases.where(Case.id == person.case_id)
    mine = select(Conflict.case_id).where(Conflict.account_id == person.account_id)
    cases = cases.where(Case.id.not_in(mine))
    if person.role in SECRETARIAT_ROLES:
        return cases
    if person.role == Role.COMPANY:
        return cases.where(Case.company_id == person.company_id, _was_handed(person))
    if person.role == Role.CUSTODIAN:  # only what waits for a custodian, and of that no content
        asked = select(IdentityRequest.case_id).where(IdentityRequest.granted.is_(None))
        return cases.where(Case.id.in_(asked))
    return cases.where(Case.id.is_(None))


def _was_handed(person: Person) -> ColumnElement[bool]:
    """Asked of each case that is looked at: a list of all that a company was ever handed is made for no page."""
    envelope = select(CompanyEnvelope.id).where(CompanyEnvelope.case_id == Case.id)
    return envelope.where(CompanyEnvelope.party_id == person.party_id).correlate(Case).exists()


def reachable(person: Person) -> Select[Case]:
    """What they may see; and for a custodian also the cases in which the head of the office may be the one who cannot
    act: there a custodian names who does, and reads no word of it."""
    if person.role != Role.CUSTODIAN:
        return visible(person)
    mine = select(Conflict.case_id).where(Conflict.account_id == person.account_id)
    asked = select(IdentityRequest.case_id).where(IdentityRequest.granted.is_(None))
    return select(Case).where(Case.id.not_in(mine), Case.id.in_(asked) | _where_the_head_cannot_act())


def _where_the_head_cannot_act() -> ColumnElement[bool]:
    """A conflict of theirs, an appeal against what they closed or proposed to close, a proposal of theirs; and what
    waits for its next move in an office without a head."""
    head = select(Account.id).where(Account.head, Account.status == AccountStatus.ACTIVE)
    conflict = select(Conflict.case_id).where(Conflict.account_id.in_(head))
    proposal = select(Decision.case_id).where(Decision.outcome.is_(None), Decision.proposed_by.in_(head))
    owed = select(Limit.case_id).where(Limit.met_at.is_(None), Limit.stopped_at.is_(None))
    appealed = owed.where(Limit.key == APPEAL_DECISION)
    closing = select(Decision.id).where(CLOSED_IT, Decision.proposed_by.in_(head)).correlate(Case).exists()
    own_closing = Case.id.in_(appealed) & (Case.closed_by.in_(head) | closing)
    theirs = Case.id.in_(conflict) | Case.id.in_(proposal) | own_closing
    waits = Case.id.in_(owed.where(Limit.key.in_((NEXT_MOVE, APPEAL_DECISION)))) & ~head.exists()
    return Case.queue_at.is_not(None) & (theirs | waits)


def find_case(person: Person, reference: str, *, lock: bool = False) -> Case:
    """The case with this reference, if this person may see it. Raises `NoSuchCase`."""
    query = reachable(person).where(Case.reference == reference.strip().upper())
    if person.role in SECRETARIAT_ROLES:
        query = query.where(OF_SOMEBODY)
    if lock:
        query = query.with_for_update(of=Case)
    else:
        query = query.options(joinedload(Case.company), joinedload(Case.officer).load_only(Account.name))
    case = db.session.scalars(query).one_or_none()
    if case is None:
        raise NoSuchCase
    return case


def find_cases(person: Person, references: Iterable[str]) -> dict[str, Case]:
    """Those of these that a member of the Secretariat may see, by their reference, each with what is owed in it: two
    statements, however many."""
    wanted = {reference.strip().upper() for reference in references}
    query = reachable(person).where(Case.reference.in_(wanted), OF_SOMEBODY)
    about = (joinedload(Case.company), joinedload(Case.officer).load_only(Account.name), selectinload(Case.open_limits))
    return {case.reference: case for case in db.session.scalars(query.options(*about))}


def opened(person: Person, case: Case) -> CaseKeys:
    """What this person's keys open of a case: mathematics, whatever a bug above may ask for. Raises `WrongKey`."""
    if person.complainant_key and person.case_id == case.id:
        return CaseKeys.from_complainant_key(person.complainant_key, _later_of_receipt(person, case.id))
    if person.party_seed is None:
        return CaseKeys()
    if person.role in SECRETARIAT_ROLES:
        envelope = db.session.get(SecretariatEnvelope, case.id)
        if envelope is None:  # erased
            return CaseKeys()
        seed = person.seed_for(envelope.key_id)
        master = open_with(seed, envelope.sealed, envelope_place("secretariat", case.id))
        later = LaterKeys(case.id, EpochEnvelope.holder == SECRETARIAT, person.seed_for)
        return CaseKeys.from_master(fitting(master, envelope.commit), later)
    if person.role == Role.COMPANY:
        rows = db.session.scalars(
            select(CompanyEnvelope).where(
                CompanyEnvelope.case_id == case.id, CompanyEnvelope.party_id == person.party_id
            )
        )
        grants = {row.n: _grant(person, case, row) for row in rows}
        mine = (EpochEnvelope.holder == COMPANY) & (EpochEnvelope.party_id == person.party_id) & Epoch.n.in_(grants)
        return CaseKeys.from_grants(grants, LaterKeys(case.id, mine, person.seed_for))
    return CaseKeys()


def _grant(person: Person, case: Case, row: CompanyEnvelope) -> tuple[bytes, bytes]:
    sealed_to = envelope_place("company", case.id, row.n)
    both = fitting(open_with(person.seed_for(row.key_id), row.sealed, sealed_to), row.commit)
    return both[:32], both[32:]


def _later_of_receipt(person: Person, case_id: str) -> Later:
    """One from before has no keys of its own, and its case no later epoch of what she reads."""
    secret = person.receipt_seed
    if secret is None:
        return none_later
    mine, own = EpochEnvelope.receipt_id == person.receipt_id, cache(lambda: receipt_pair(secret).seed)
    return LaterKeys(case_id, mine, lambda _key_id: own())


def receipt_pair(seed: bytes) -> KeyPair:
    """The pair that later keys are sealed to, from the random seed in a receipt."""
    return derived_key_pair(seed, "receipt")


def fitting(key: bytes, said: str | None) -> bytes:
    """The key, where it is the one that was committed to; one from before says nothing. Raises `WrongKey`."""
    if said is not None and commit(key) != said:
        raise WrongKey
    return key


# --- later epochs ------------------------------------------------------------------------------------------

SECRETARIAT, RECEIPT, COMPANY = "secretariat", "receipt", "company"
"""Who a later key is sealed to, as `EpochEnvelope.holder` has it."""
_SEALED = select(
    Epoch.compartment, Epoch.n, Epoch.number, Epoch.commit, EpochEnvelope.holder, EpochEnvelope.receipt_id,
    EpochEnvelope.party_id, EpochEnvelope.key_id, EpochEnvelope.sealed,
).join(Epoch, Epoch.id == EpochEnvelope.epoch_id)  # fmt: skip


def epoch_place(case_id: str, where: Where, holder: str, whose: str | int | None) -> bytes:
    """An envelope opens as that of its own compartment, epoch and reader: labels that were changed open nothing."""
    compartment, n, number = where
    return place("epoch", case_id, compartment.value, n, number, holder, whose or "")


class LaterKeys:
    """The keys of a case's later epochs, as one person opens them: all envelopes by one statement, once the first is
    asked for. `seed_for`: of the pair that an envelope was sealed to, by its identifier."""

    def __init__(self, case_id: str, mine: ColumnElement[bool], seed_for: Callable[[str], bytes]) -> None:
        self.case_id, self.mine, self.seed_for = case_id, mine, seed_for

    @cached_property
    def rows(self) -> dict[Where, Any]:
        found = db.session.execute(_SEALED.where(EpochEnvelope.case_id == self.case_id, self.mine))
        return {(row.compartment, row.n, row.number): row for row in found}

    def __call__(self, where: Where) -> bytes:
        row = self.rows.get(where)
        if row is None:
            raise NoKey(where)
        sealed_to = epoch_place(self.case_id, where, row.holder, row.receipt_id or row.party_id)
        return fitting(open_with(self.seed_for(row.key_id), row.sealed, sealed_to), row.commit)
