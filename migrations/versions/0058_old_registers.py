"""Old registers: each run, the register's own number of a case, and what an officer found about a company's name.

Revision ID: 0058
Revises: 0057
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

FOUND = sa.Enum(
    "confirmed", "merged", "nobody", "undone", name="found", native_enum=False, create_constraint=True, length=20
)


def upgrade():
    op.create_table(
        "register_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_hash", sa.String(64), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "register_entries",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("number", sa.String(120), nullable=False),
        sa.Column("sought", sa.String(120), nullable=False),
        sa.Column("said", sa.String(64), nullable=False),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("register_runs.id"), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_register_entries_run_id", "register_entries", ["run_id"])
    op.create_index("ix_register_entries_sought", "register_entries", ["sought"])
    op.create_table(
        "register_names",
        sa.Column("company_id", sa.Integer(), sa.ForeignKey("companies.id"), nullable=False, autoincrement=False),
        sa.Column("found", FOUND, nullable=False),
        sa.Column("same_as_id", sa.Integer(), sa.ForeignKey("companies.id"), nullable=True),
        sa.Column("key", sa.String(64), nullable=True),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(found = 'merged') = (same_as_id IS NOT NULL)", name="merged_into_one"),
        sa.PrimaryKeyConstraint("company_id"),
    )


def downgrade():
    op.drop_table("register_names")
    op.drop_table("register_entries")
    op.drop_table("register_runs")
