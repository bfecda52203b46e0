"""Envelopes and sessions: who holds which key, always sealed, always with the identifier of what sealed it."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.extensions import Base
from grievance.models.types import RowId, enum_column

OPEN_FOR = timedelta(hours=24)
"""For how long a granted identity can be opened."""
HANDED_OVER_FOR = timedelta(days=7)
"""For how long a one-use code to hand over is good."""


class SecretariatEnvelope(Base):
    """The case's master key, sealed to the Secretariat's public key."""

    __tablename__ = "secretariat_envelopes"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    commit: Mapped[str | None] = mapped_column(String(64))
    """Made of the master, by HKDF, and does not give it: another one in its place does not fit."""


class Holder(StrEnum):
    """Whose code it is. A hand-over code dies at its first use, when the complainant's page makes the receipt."""

    COMPLAINANT = "complainant"
    REPRESENTATIVE = "representative"
    HANDOVER = "handover"


class ReceiptEnvelope(Base):
    """The complainant key, sealed under what a receipt gives; `lookup` finds it without storing the receipt.

    `checked_until`: it replaced another one, or a one-use code made it, and until then a second person checks the
    weightiest steps by it.
    `made_for`: of a hand-over code, whose receipt its first use makes. `seen_seq`: the last event of the case when its
    page was opened with this receipt. `opened_on`: the day on which it last opened its case; no hour is kept, and of
    one from before no day is noted until it does. `public_key`, `sign_key`: the public halves of the keys of its own;
    a receipt from before there were any gets them when its page is opened.
    """

    __tablename__ = "receipt_envelopes"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    holder: Mapped[Holder] = mapped_column(enum_column(Holder))
    made_for: Mapped[str | None] = mapped_column(String(20))
    lookup: Mapped[str] = mapped_column(String(64), unique=True)
    pepper_id: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    checked_until: Mapped[datetime | None]
    seen_seq: Mapped[int] = mapped_column(default=0)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    opened_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("(holder = 'handover') = (expires_at IS NOT NULL)", name="handover_expires"),
        CheckConstraint("made_for IN ('complainant', 'representative')", name="made_for"),
    )

    @property
    def whose(self) -> Holder:
        """The complainant's or the representative's, also while it is still a code to hand over."""
        return Holder(self.made_for or self.holder)


class PartKey(Base):
    """The complainant key of a part, sealed under a key that HKDF makes of the first case's and the part's id: each
    receipt that opens the first case opens the part, also one that is made later."""

    __tablename__ = "part_keys"

    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    commit: Mapped[str] = mapped_column(String(64))


class CompanyEnvelope(Base):
    """The keys of `company`-n and `shared`-n, sealed to the company's public key by the hand-over."""

    __tablename__ = "company_envelopes"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    n: Mapped[int]
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    commit: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("case_id", "n"),
        CheckConstraint("n > 0", name="counts_referrals"),
        Index("ix_company_envelopes_handed", "party_id", "case_id"),
    )


class IdentityEntry(Base):
    """One name, phone or address, under its own key, which two parties hold one half of each.

    `whose`: by who wrote it; empty where that was not recorded. `person` is what older releases stored in its place:
    whether the case was represented, which says nothing of the writer.
    """

    __tablename__ = "identity_entries"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    person: Mapped[str] = mapped_column(String(20))
    whose: Mapped[str | None] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    secretariat_key_id: Mapped[str] = mapped_column(String(16), index=True)
    secretariat_half: Mapped[bytes] = mapped_column(LargeBinary)
    custodians_key_id: Mapped[str] = mapped_column(String(16), index=True)
    custodians_half: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("person IN ('complainant', 'representative')", name="person"),
        CheckConstraint("whose IN ('complainant', 'representative')", name="whose"),
        CheckConstraint("kind IN ('name', 'phone', 'email', 'address')", name="kind"),
    )


class IdentityRequest(Base):
    """An officer asks to open a case's identity; a custodian, who is another person, grants or refuses it.

    `words` are sealed to the custodians' public key, `answer` to the Secretariat's. Granted, it is open to that one
    officer until `expires_at`.
    """

    __tablename__ = "identity_requests"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    words_key_id: Mapped[str] = mapped_column(String(16), index=True)
    words_commit: Mapped[str | None] = mapped_column(String(64))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer_key_id: Mapped[str | None] = mapped_column(String(16), index=True)
    answer_commit: Mapped[str | None] = mapped_column(String(64))
    expires_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        CheckConstraint("(granted IS TRUE) = (expires_at IS NOT NULL)", name="granted_expires"),
    )


class IdentityGrant(Base):
    """The custodians' half of one entry's key, sealed to the officer who asked. It dies with its request's expiry."""

    __tablename__ = "identity_grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[RowId] = mapped_column(ForeignKey("identity_requests.id"), index=True)
    entry_id: Mapped[RowId] = mapped_column(ForeignKey("identity_entries.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (UniqueConstraint("request_id", "entry_id"),)


class IdentityShare(Base):
    """What the complainant agreed to tell the company of who they are, sealed to the company's key alone."""

    __tablename__ = "identity_shares"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    commit: Mapped[str | None] = mapped_column(String(64))


class Filing(Base):
    """A form that was sent: its secret's SHA-256 is unique, so that a form sent twice makes one complaint.

    The receipt lies here under the form's secret, which only the browser has, until "I kept it" or an hour.
    `said`: a MAC of the answers and one of each file, under the same secret: whether it was the same that was sent.
    """

    __tablename__ = "filings"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"))
    sealed_receipt: Mapped[bytes | None] = mapped_column(LargeBinary)
    said: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "ix_filings_shown",
            "expires_at",
            sqlite_where=text("sealed_receipt IS NOT NULL"),
            postgresql_where=text("sealed_receipt IS NOT NULL"),
        ),
    )


class Draft(Base):
    """A form that is being filled in: its answers, and the keys of its files, under the form's secret. For a day, or
    for thirty where a receipt opens it."""

    __tablename__ = "drafts"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class DraftReceipt(Base):
    """The receipt of a form that was not sent yet, as what it gives: it opens the form's secret, and by that the form.

    When the form ends unsent, the secret goes and the rest stays for a year, so that the receipt is not unknown; what
    it says by then is the day, `kept_until`. When the form is sent, the row goes, and the same digits open the case.
    """

    __tablename__ = "draft_receipts"

    lookup: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_until: Mapped[datetime] = mapped_column(index=True)


class AccountSession(Base):
    """A person who is signed in: the account's seed under a key that only the cookie's secret gives."""

    __tablename__ = "account_sessions"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AppCode(Base):
    """The secret of an app that makes codes (TOTP), under a key from its person's seed.

    `used`: the step of the last code that was taken, so that each works once. `wrong`: how many in a row were not,
    behind the right password, the last one at `wrong_at`.
    """

    __tablename__ = "app_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[datetime]
    used: Mapped[int]
    wrong: Mapped[int] = mapped_column(default=0)
    wrong_at: Mapped[datetime | None]


class FollowSession(Base):
    """A complainant who follows the case: the complainant key under a key that only the cookie's secret gives.

    `new_after`: the last event that they knew when they came, so that what is new stays so until they leave.
    `opened_before`: the day on which the receipt had opened the case before.
    """

    __tablename__ = "follow_sessions"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    envelope_id: Mapped[RowId] = mapped_column(ForeignKey("receipt_envelopes.id"), index=True)
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime]
    new_after: Mapped[int | None]
    opened_before: Mapped[date | None]


class Setting(Base):
    """Installation-wide values that are not secret, such as the salt of receipts."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))
