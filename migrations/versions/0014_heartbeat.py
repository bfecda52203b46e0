"""The web process leaves a heartbeat; a limit knows how long the site was silent on its last day; a letter knows
whom a mail about it has reached.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "heartbeats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("began_at <= last_at", name=op.f("ck_heartbeats_begins_before_it_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeats")),
    )
    op.add_column("limits", sa.Column("grace_seconds", sa.Integer()))
    op.add_column("letters", sa.Column("mailed", sa.JSON(), nullable=False, server_default="[]"))


def downgrade():
    op.drop_column("letters", "mailed")
    op.drop_column("limits", "grace_seconds")
    op.drop_table("heartbeats")
