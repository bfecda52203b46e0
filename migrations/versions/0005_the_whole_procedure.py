"""What the remaining steps of the procedure need to remember.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

def columns():
    """New ones at each call: a column belongs to one table."""
    return (
        ("cases", sa.Column("admitted", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("cases", sa.Column("membership_then", sa.String(20))),
        ("cases", sa.Column("referred_back", sa.Integer(), nullable=False, server_default="0")),
        ("cases", sa.Column("mediation", sa.JSON(), nullable=False, server_default="{}")),
        ("cases", sa.Column("withdrawn_at", UtcDateTime())),
        ("cases", sa.Column("erased_at", UtcDateTime())),
        ("cases", sa.Column("closed_by", sa.Integer())),
        ("limits", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("limits", sa.Column("asked_until", sa.Date())),
        ("limits", sa.Column("waits_until", UtcDateTime())),
    )


def upgrade():
    for table, column in columns():
        op.add_column(table, column)
    op.execute("UPDATE cases SET admitted = (state IN ('referred', 'escalated', 'remedied') OR handovers > 0)")
    op.create_table(
        "case_links",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id", name="fk_case_links_case_id_cases"), nullable=False),
        sa.Column("other_id", sa.String(32), sa.ForeignKey("cases.id", name="fk_case_links_other_id_cases"), nullable=False),
        sa.UniqueConstraint("case_id", "other_id", name="uq_case_links_case_id"),
    )
    op.create_index("ix_case_links_other_id", "case_links", ["other_id"])


def downgrade():
    op.drop_table("case_links")
    for table, column in columns():
        op.drop_column(table, column.name)
