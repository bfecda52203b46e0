"""The sweep finds the receipts that are shown too long by an index: each complaint leaves a row.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    shown = sa.text("sealed_receipt IS NOT NULL")
    op.create_index("ix_filings_shown", "filings", ["expires_at"], sqlite_where=shown, postgresql_where=shown)


def downgrade():
    op.drop_index("ix_filings_shown", "filings")
