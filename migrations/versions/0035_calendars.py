"""Calendars of companies are proposed by one person and confirmed by another; days of one region or one company, and
days that are worked although they are a weekend's.

What companies have stays as it is; nobody has confirmed it yet, and a page lists them all.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
WAITS = sa.text("decided_at IS NULL")


def upgrade():
    op.add_column("companies", sa.Column("region", sa.String(8), nullable=False, server_default=""))
    op.add_column("companies", sa.Column("calendar_confirmed_at", UtcDateTime()))
    with op.batch_alter_table("holidays") as table:
        table.alter_column("country", type_=sa.String(12), existing_type=sa.String(2), existing_nullable=False)
        table.add_column(sa.Column("kind", sa.String(8), nullable=False, server_default="off"))
        table.create_check_constraint("kind_of_day", "kind IN ('off', 'works', 'half')")
    op.create_table(
        "calendar_proposals",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("company_id", sa.Integer(), sa.ForeignKey("companies.id"), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("region", sa.String(8), nullable=False, server_default=""),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("weekend", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), sa.ForeignKey("accounts.id")),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("accounts.id")),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("confirmed", sa.Boolean()),
        sa.CheckConstraint("(confirmed IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
    )
    op.create_index(
        "uq_calendar_proposals_one_open",
        "calendar_proposals",
        ["company_id"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade():
    op.drop_table("calendar_proposals")
    op.execute("DELETE FROM holidays WHERE kind <> 'off' OR length(country) > 2")
    with op.batch_alter_table("holidays") as table:
        table.drop_constraint("kind_of_day", type_="check")
        table.drop_column("kind")
        table.alter_column("country", type_=sa.String(2), existing_type=sa.String(12), existing_nullable=False)
    op.drop_column("companies", "calendar_confirmed_at")
    op.drop_column("companies", "region")
