"""For two weeks after a receipt was replaced, some steps by it are checked by a second person.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import Base, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def decisions(nullable):
    """The whole table: SQLite makes it anew, and would lose the checks if it only looked at what is there."""
    return sa.Table(
        "decisions", sa.MetaData(naming_convention=Base.metadata.naming_convention),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=nullable),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writing_id", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Enum("approved", "refused", "overtaken", name="outcome", native_enum=False,
                                     create_constraint=True, length=20)),
        sa.Column("solo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("solo OR decided_by IS NULL OR outcome <> 'approved' OR decided_by <> proposed_by",
                           name=op.f("ck_decisions_four_eyes")),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_decisions_decided_has_a_date")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id_cases")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_decisions_decided_by_accounts")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_decisions_proposed_by_accounts")),
        sa.ForeignKeyConstraint(["writing_id"], ["writings.id"], name=op.f("fk_decisions_writing_id_writings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.Index("ix_decisions_case_id", "case_id"),
        sa.Index("uq_decisions_one_open", "case_id", "step", unique=True, sqlite_where=sa.text("outcome IS NULL"),
                 postgresql_where=sa.text("outcome IS NULL")),
    )


def upgrade():
    op.add_column("receipt_envelopes", sa.Column("checked_until", UtcDateTime()))
    with op.batch_alter_table("decisions", copy_from=decisions(False)) as table:
        table.alter_column("proposed_by", existing_type=sa.Integer(), nullable=True)


def downgrade():
    op.execute("DELETE FROM decisions WHERE proposed_by IS NULL")
    with op.batch_alter_table("decisions", copy_from=decisions(True)) as table:
        table.alter_column("proposed_by", existing_type=sa.Integer(), nullable=False)
    op.drop_column("receipt_envelopes", "checked_until")
