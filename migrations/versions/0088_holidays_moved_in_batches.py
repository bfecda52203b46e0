"""How far the limits that a holiday moves have been moved: many are moved some at a time.

Revision ID: 0088
Revises: 0087
"""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None
kind = "expand"


def upgrade():
    op.add_column("holidays", sa.Column("moved_until", sa.String(32)))


def downgrade():
    op.drop_column("holidays", "moved_until")
