"""Since when a case is frozen: somebody said that a receipt of it was replaced without them.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("cases", sa.Column("frozen_at", UtcDateTime(), nullable=True))


def downgrade():
    op.drop_column("cases", "frozen_at")
