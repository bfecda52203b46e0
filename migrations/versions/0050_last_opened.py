"""On which day each receipt last opened its case, and whether she lets the Secretariat see it. No hour is kept.

Of a receipt from before no day is noted until it opens its case again.

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("receipt_envelopes", sa.Column("opened_on", sa.Date(), nullable=True))
    op.add_column("follow_sessions", sa.Column("opened_before", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("visits_shown", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    op.drop_column("cases", "visits_shown")
    op.drop_column("follow_sessions", "opened_before")
    op.drop_column("receipt_envelopes", "opened_on")
