"""A sign that there is news: the texts that two people of the office approved, and who asked for one. Nobody has asked
before.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "sign_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(160), nullable=False),
        sa.Column("proposed_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 5", name="one_of_five"),
        sa.CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "signs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("receipt_id", sa.String(32), sa.ForeignKey("receipt_envelopes.id"), nullable=False),
        sa.Column("text_id", sa.Integer(), sa.ForeignKey("sign_texts.id"), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("from_hour", sa.Integer(), nullable=False),
        sa.Column("to_hour", sa.Integer(), nullable=False),
        sa.Column("heard_seq", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("went_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failed_since", UtcDateTime(), nullable=True),
        sa.CheckConstraint("0 <= from_hour AND from_hour < to_hour AND to_hour <= 24", name="hours_of_one_day"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("receipt_id"),
    )
    op.create_index("ix_signs_case_id", "signs", ["case_id"])
    op.create_index("ix_signs_due", "signs", ["due_at"])


def downgrade():
    op.drop_table("signs")
    op.drop_table("sign_texts")
