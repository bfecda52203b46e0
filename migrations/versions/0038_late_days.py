"""Misses that two people found to be none, who entered a day off and when, and feasts whose date is not sure.

Of the days that are in the calendars already nobody knows who entered them: they count as entered in time.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("limits", sa.Column("corrected_at", UtcDateTime(), nullable=True))
    op.add_column("limits", sa.Column("corrected_on", sa.Date(), nullable=True))
    op.add_column("holidays", sa.Column("expected", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("holidays", sa.Column("added_at", UtcDateTime(), nullable=True))
    op.add_column("holidays", sa.Column("added_by", sa.Integer(), nullable=True))


def downgrade():
    for name in ("added_by", "added_at", "expected"):
        op.drop_column("holidays", name)
    for name in ("corrected_on", "corrected_at"):
        op.drop_column("limits", name)
