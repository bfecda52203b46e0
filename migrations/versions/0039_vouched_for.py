"""Who signed what, digests of rows beside the events, and keys of later epochs.

What is here already has none of it: it is from before, until its first member signs or she comes.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

COMPARTMENT = sa.Enum(
    "internal", "correspondence", "company", "shared", name="compartment", native_enum=False, create_constraint=True,
    length=20,
)  # fmt: skip
BLOB, TEXT = sa.LargeBinary(), sa.String(64)
NEW = (
    ("accounts", "sign_key", BLOB),
    ("parties", "sign_key", BLOB),
    ("receipt_envelopes", "public_key", BLOB),
    ("receipt_envelopes", "sign_key", BLOB),
    ("secretariat_envelopes", "commit", TEXT),
    ("company_envelopes", "commit", TEXT),
)


def upgrade():
    for table, name, kind in NEW:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column("events", sa.Column("format", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("events", sa.Column("rows", sa.Text(), nullable=False, server_default=""))
    op.add_column("writings", sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.String(64), nullable=False),
        sa.Column("signer", sa.String(12), nullable=False),
        sa.Column("signer_id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("signer IN ('account', 'party', 'receipt', 'intake', 'record')", name="signer"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_hash", "signer", "signer_id"),
    )
    op.create_table(
        "epochs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False, index=True),
        sa.Column("compartment", COMPARTMENT, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("number > 0", name="epoch_0_has_no_row"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "compartment", "n", "number"),
    )
    op.create_table(
        "epoch_envelopes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("epoch_id", sa.String(32), sa.ForeignKey("epochs.id"), nullable=False),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False, index=True),
        sa.Column("holder", sa.String(12), nullable=False),
        sa.Column("receipt_id", sa.String(32), sa.ForeignKey("receipt_envelopes.id"), nullable=True),
        sa.Column("party_id", sa.Integer(), sa.ForeignKey("parties.id"), nullable=True),
        sa.Column("key_id", sa.String(16), nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("holder IN ('secretariat', 'receipt', 'company')", name="holder"),
        sa.CheckConstraint("(holder = 'receipt') = (receipt_id IS NOT NULL)", name="of_a_receipt"),
        sa.CheckConstraint("(holder = 'receipt') = (party_id IS NULL)", name="of_a_party"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("epoch_id", "holder", "receipt_id", "party_id"),
    )
    _only_added()


def _only_added():
    """As the events: nobody takes a signature away, or puts another in its place."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER signatures_only_added BEFORE UPDATE OR DELETE ON signatures "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER signatures_no_{change.lower()} BEFORE {change} ON signatures "
            "BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END"
        )


def downgrade():
    for table in ("epoch_envelopes", "epochs", "signatures"):
        op.drop_table(table)
    for table, name in (("writings", "epoch"), ("events", "rows"), ("events", "format")):
        op.drop_column(table, name)
    for table, name, _kind in reversed(NEW):
        op.drop_column(table, name)
