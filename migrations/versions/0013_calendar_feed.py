"""An account may have a calendar's address: of its token only the SHA-256 is kept.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("accounts", sa.Column("calendar_hash", sa.String(64)))
    op.create_index("ix_accounts_calendar_hash", "accounts", ["calendar_hash"], unique=True)


def downgrade():
    op.drop_index("ix_accounts_calendar_hash", "accounts")
    op.drop_column("accounts", "calendar_hash")
