"""When a time limit got the date that it has, where that was after its opening.

Who owes one that runs is warned from now on, and not of what lay before: the clock looks at each once, and finds when.

Revision ID: 0036
Revises: 0035
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("limits", sa.Column("dated_at", UtcDateTime(), nullable=True))
    limits = sa.table("limits", sa.column("dated_at", UtcDateTime()), sa.column("wake_at", UtcDateTime()))
    now = datetime.now(UTC)
    op.execute(limits.update().where(limits.c.wake_at > now).values(dated_at=now, wake_at=now))


def downgrade():
    op.drop_column("limits", "dated_at")
