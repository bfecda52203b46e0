"""Signatures over events, and the keys of a case's later epochs (docs/confidentiality.md, "Vouched for")."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grievance.crypto.compartments import Compartment
from grievance.extensions import Base
from grievance.models.types import RowId, enum_column


class Signature(Base):
    """Who holds a seed signed an event: over its hash, and so over all that it says. Rows are only ever added.

    `signer`: whose seed, with `signer_id` the account's or party's number, or the receipt's row; `intake` and `record`
    are processes. `key`: the SHA-256 of the Ed25519 half of the verifying key.
    """

    __tablename__ = "signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_hash: Mapped[str] = mapped_column(String(64))
    signer: Mapped[str] = mapped_column(String(12))
    signer_id: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("event_hash", "signer", "signer_id"),
        CheckConstraint("signer IN ('account', 'party', 'receipt', 'intake', 'record')", name="signer"),
    )


class Epoch(Base):
    """A later key of a compartment of a case, random: who holds the case's master of before does not hold it.

    `number` from 1 on; epoch 0 is what the master gives. `commit` is made of the key and does not give it.
    """

    __tablename__ = "epochs"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    compartment: Mapped[Compartment] = mapped_column(enum_column(Compartment))
    n: Mapped[int] = mapped_column(default=0)
    number: Mapped[int]
    commit: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("case_id", "compartment", "n", "number"),
        CheckConstraint("number > 0", name="epoch_0_has_no_row"),
    )


class EpochEnvelope(Base):
    """An epoch's key, sealed to one reader: the Secretariat, a living receipt, or the company of that hand-over."""

    __tablename__ = "epoch_envelopes"

    id: Mapped[RowId] = mapped_column(primary_key=True)
    epoch_id: Mapped[RowId] = mapped_column(ForeignKey("epochs.id"))
    case_id: Mapped[RowId] = mapped_column(ForeignKey("cases.id"), index=True)
    holder: Mapped[str] = mapped_column(String(12))
    receipt_id: Mapped[RowId | None] = mapped_column(ForeignKey("receipt_envelopes.id"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    key_id: Mapped[str] = mapped_column(String(16), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    epoch: Mapped[Epoch] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("epoch_id", "holder", "receipt_id", "party_id"),
        CheckConstraint("holder IN ('secretariat', 'receipt', 'company')", name="holder"),
        CheckConstraint("(holder = 'receipt') = (receipt_id IS NOT NULL)", name="of_a_receipt"),
        CheckConstraint("(holder = 'receipt') = (party_id IS NULL)", name="of_a_party"),
    )
