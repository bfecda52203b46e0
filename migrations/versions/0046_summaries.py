"""She reads the summary before the company does: what she was shown, for which company, and what she said to it.

A case that was handed over before has no row here and stays as it is; the next hand-over asks her.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

VERDICT = sa.Enum("right", "change", "stop", name="verdict", native_enum=False, create_constraint=True, length=20)


def upgrade():
    op.create_table(
        "summaries",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), sa.ForeignKey("companies.id"), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("writing_id", sa.String(32), sa.ForeignKey("writings.id"), nullable=False),
        sa.Column("shown_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=True),
        sa.Column("shown_at", UtcDateTime(), nullable=False),
        sa.Column("silence_at", UtcDateTime(), nullable=True),
        sa.Column("verdict", VERDICT, nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_as", sa.String(20), nullable=True),
        sa.Column("handed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(verdict IS NULL) = (answered_at IS NULL)", name="answered_has_a_date"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "number"),
    )


def downgrade():
    op.drop_table("summaries")
