"""How far an account that was spoken is written down.

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("cases", sa.Column("spoken", sa.String(20)))


def downgrade():
    op.drop_column("cases", "spoken")
