"""People, companies and the parties whose keys they share."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class Role(StrEnum):
    """Who takes a step. Complainant and representative have a receipt, not an account; the clock has neither. An
    observer or auditor takes none: they read what is counted, and nothing of a case; nor does a seat of the Board."""

    COMPLAINANT = "complainant"
    REPRESENTATIVE = "representative"
    OFFICER = "officer"
    APPROVER = "approver"
    CUSTODIAN = "custodian"
    COMPANY = "company"
    CLOCK = "clock"
    OBSERVER = "observer"
    BOARD = "board"


SECRETARIAT_ROLES = frozenset({Role.OFFICER, Role.APPROVER})


class PartyKind(StrEnum):
    SECRETARIAT = "secretariat"
    CUSTODIANS = "custodians"
    COMPANY = "company"
    OBSERVERS = "observers"
    BOARD = "board"


class Membership(StrEnum):
    """What the company is to the association now. `suspended`: a member to which nothing new is referred, and which
    still owes what it owed. `unconfirmed` came with an imported register."""

    MEMBER = "member"
    AFFILIATE = "affiliate"
    SUSPENDED = "suspended"
    FORMER = "former"
    UNCONFIRMED = "unconfirmed"


class Tier(StrEnum):
    """How far a company is on the association's path, in the field's words: beside `Membership`, which says what may be
    referred to it. Stored of a member alone: an affiliate's and a former member's follow from what they are."""

    CERTIFIED = "certified"
    TRANSITIONAL = "transitional"
    AFFILIATE = "affiliate"
    FORMER = "former"


class AccountStatus(StrEnum):
    """Invited: a link waits. Waiting: has a key pair, no share of the party's key yet. Active. Left."""

    INVITED = "invited"
    WAITING = "waiting"
    ACTIVE = "active"
    LEFT = "left"


class Company(Base):
    """A respondent company, with the calendar by which its time limits run.

    `weekend`: days, Monday is 0. `language` is the one for letters, `other_languages` are read there too.
    `works_in`: codes of other countries in which its people guard; `uniforms`: what they wear, in words, as somebody
    says it who does not know the company's name.
    `member_of_id`: the member that it works for as a subcontractor; `subcontractors`: names of its own.
    `version` grows with every change, so that a form loaded before a change is told so. `region`: of its country, for
    days that only this region has. `calendar_confirmed_at`: empty until two people have seen to country, zone and
    weekend; nothing is handed to the company before.
    Of its certificate: `standard` and `services` are keys of vocabulary.toml, `certification` names a standard that is
    none of these, `certified_by` who certified. `certify_by`: the day by which one on the path is to be certified.
    `grievance_at` and `grievance_languages`: its own grievance mechanism, as it tells everybody.
    """

    __tablename__ = "companies"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    membership: Mapped[Membership] = mapped_column(enum_column(Membership))
    trade_names: Mapped[list[Any]] = mapped_column(JSON, default=list)
    country: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    weekend: Mapped[list[Any]] = mapped_column(JSON, default=lambda: [5, 6])
    language: Mapped[str] = mapped_column(String(8), default="en")
    other_languages: Mapped[list[Any]] = mapped_column(JSON, default=list)
    subcontractors: Mapped[list[Any]] = mapped_column(JSON, default=list)
    works_in: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    uniforms: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    member_of_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    certification: Mapped[str] = mapped_column(String(200), default="")
    certified_until: Mapped[date | None]
    tier: Mapped[Tier | None] = mapped_column(enum_column(Tier))
    standard: Mapped[str] = mapped_column(String(20), default="", server_default="")
    certified_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    services: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    certified_from: Mapped[date | None]
    certify_by: Mapped[date | None]
    grievance_at: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    grievance_languages: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    region: Mapped[str] = mapped_column(String(8), default="", server_default="")
    calendar_confirmed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)


class CalendarProposal(Base):
    """By which calendar a company's time limits are to run: proposed by one person, decided by an approver.

    `proposed_by` is empty for what came with an import. A new proposal takes the place of one that waits.
    """

    __tablename__ = "calendar_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(8), default="", server_default="")
    zone: Mapped[str] = mapped_column(String(64))
    weekend: Mapped[list[Any]] = mapped_column(JSON)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None]

    company: Mapped[Company] = relationship()

    __table_args__ = (
        CheckConstraint("(confirmed IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        Index(
            "uq_calendar_proposals_one_open",
            "company_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )


class MembershipSince(Base):
    """One line of a company's history: what it is from a day on, until the next line."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    membership: Mapped[Membership] = mapped_column(enum_column(Membership))
    tier: Mapped[Tier | None] = mapped_column(enum_column(Tier))
    since: Mapped[date]

    __table_args__ = (UniqueConstraint("company_id", "since"),)


class Party(Base):
    """Who holds a key together: the Secretariat, the custodians, one company, or the observers or the Board
    (nothing is sealed to the key of these two).

    `public_key` is empty until the first member accepts; filing is refused until Secretariat and custodians
    both have one. `sign_key`: the verifying half of its signing keys (crypto/signing.py). `exposed_since`:
    somebody who held the key has left since it was made, or it came out of the escrow, so it is to be rotated.
    """

    __tablename__ = "parties"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(enum_column(PartyKind))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[str | None] = mapped_column(String(16))
    exposed_since: Mapped[datetime | None]
    sign_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    unconfirmed_since: Mapped[datetime | None]
    """A company's first key was made then, and no approver has typed its fingerprint yet: nothing is handed over to it.
    Empty, too, where the key is older than this question."""
    lock: Mapped[int] = mapped_column(default=0, server_default="0")
    """Nothing is ever written here. Whoever may update it may lock the row, and change nothing of it: the processes
    that receive complaints (`maintenance.database_roles`)."""

    company: Mapped[Company | None] = relationship()

    __table_args__ = (
        CheckConstraint("(kind = 'company') = (company_id IS NOT NULL)", name="company_party_has_a_company"),
    )


class Account(Base):
    """A person of the Secretariat, of the custodians or of a company, an observer, or a seat of the Board.

    The seed of the person's key pair is wrapped under a key derived from the password; `sign_key` is the verifying half
    of their signing keys; the invitation is a SHA-256 of the code in the link, `calendar_hash` of the token in the
    address of the person's calendar.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    status: Mapped[AccountStatus] = mapped_column(enum_column(AccountStatus), default=AccountStatus.INVITED)
    language: Mapped[str] = mapped_column(String(8), default="en")
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invitation_expires_at: Mapped[datetime | None]
    invited_by: Mapped[int | None]
    """Who made the invitation that was accepted, and so may not be the one who admits; None from the command line."""
    password: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    wrapped_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    calendar_hash: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    head: Mapped[bool] = mapped_column(default=False)
    """The head of the office, one approver: who names a deputy where nobody could act in a case."""
    vouched_key: Mapped[str | None] = mapped_column(String(64))
    """The own key (its digest) whose fingerprint an account of the other office party typed: it, and no other key that
    stands here later, may be admitted by the recovery code."""
    sex: Mapped[str | None] = mapped_column(String(10))
    """What its person says of themselves, if they want to: a complainant may wish to speak with a woman, or a man."""
    created_at: Mapped[datetime]

    party: Mapped[Party] = relationship()

    __table_args__ = (
        CheckConstraint(
            "role IN ('officer', 'approver', 'custodian', 'company', 'observer', 'board')", name="role_of_a_person"
        ),
        CheckConstraint("email = lower(email)", name="email_in_small_letters"),
        Index("uq_accounts_of_a_party", "id", "party_id", unique=True),  # what a share of a party's key refers to
        Index("uq_accounts_one_head", "head", unique=True, sqlite_where=text("head"), postgresql_where=text("head")),
    )


class Change(StrEnum):
    """What two people change about an account."""

    HEAD = "head"
    ROLE = "role"


class AccountChange(Base):
    """A change of an account that one person proposed and another one confirms or refuses.

    `role`, and for a person of a company `company_id`: what the account is to become; empty for a new head. `to_mail`:
    the accounts that are still to get a mail about it, tried again at `mail_at`.
    """

    __tablename__ = "account_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    what: Mapped[Change] = mapped_column(enum_column(Change))
    role: Mapped[Role | None] = mapped_column(enum_column(Role))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None]
    to_mail: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    mail_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    __table_args__ = (
        CheckConstraint("(what = 'role') = (role IS NOT NULL)", name="a_role_is_named"),
        CheckConstraint("(confirmed IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        CheckConstraint("confirmed IS NULL OR NOT confirmed OR decided_by <> proposed_by", name="two_people"),
        Index(
            "uq_account_changes_one_open",
            "account_id",
            "what",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )


class PartyShare(Base):
    """A party's seed, sealed to one member's own key: two while the party's key is rotated.

    An account has a share of its own party alone (a foreign key over both columns), so that nobody can be given
    keys of the Secretariat and of the custodians (promise 5).
    """

    __tablename__ = "party_shares"

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    account_id: Mapped[int]
    key_id: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    proof: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Of before keys were logged, and read by nobody any more."""

    __table_args__ = (
        UniqueConstraint("account_id", "key_id"),
        ForeignKeyConstraint(["account_id", "party_id"], ["accounts.id", "accounts.party_id"]),
    )


class RecoveryShare(Base):
    """A party's seed, sealed to the key pair that a code on paper makes (crypto/paper.py): two while the party's key is
    rotated. Of the code itself nothing is here.

    `paper_key`: the public half, by which a new seed is sealed without the code; the key log says which it is. `proof`:
    of before keys were logged. `used_at`: when the code last admitted somebody, so that the party is told to make a new
    one.
    """

    __tablename__ = "recovery_shares"

    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    paper_key: Mapped[bytes] = mapped_column(LargeBinary)
    proof: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EscrowHalf(Base):
    """Half of the seed of a company's key, sealed to the Secretariat's or to the custodians' public key (file 3). Only
    both halves together open anything. `opens`: the identifier of the company's key, two of them during a rotation."""

    __tablename__ = "escrow_halves"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    opens: Mapped[str] = mapped_column(String(16))
    holder: Mapped[PartyKind] = mapped_column(enum_column(PartyKind))
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("party_id", "opens", "holder"),
        CheckConstraint("holder <> 'company'", name="held_by_the_office"),
    )


class EscrowGrant(Base):
    """A half that was handed to somebody of the company who waits, sealed to this person's own key."""

    __tablename__ = "escrow_grants"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    half_id: Mapped[RowId] = mapped_column(ForeignKey("escrow_halves.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    half: Mapped[EscrowHalf] = relationship()


class Rotation(Base):
    """A party's way from an old key to a new one: what was sealed to the old one is sealed again, batch by batch.

    Until `finished_at` the members hold shares of both. `done`: how many ciphertexts are sealed again so far.
    """

    __tablename__ = "rotations"

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    old_key_id: Mapped[str] = mapped_column(String(16))
    old_public_key: Mapped[bytes] = mapped_column(LargeBinary)
    new_key_id: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index(
            "uq_rotations_one_open",
            "party_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )


class Absence(Base):
    """A person of the Secretariat is away from the first to the last day, and another one stands in."""

    __tablename__ = "absences"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    stand_in: Mapped[Account] = relationship(foreign_keys=[stand_in_id])

    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="ends_after_it_begins"),
        CheckConstraint("account_id <> stand_in_id", name="somebody_else"),
    )
