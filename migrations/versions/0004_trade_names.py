"""Companies are found by their trade names too.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("companies", sa.Column("trade_names", sa.JSON(), nullable=False, server_default="[]"))


def downgrade():
    op.drop_column("companies", "trade_names")
