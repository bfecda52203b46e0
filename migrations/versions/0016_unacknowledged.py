"""The queue of what is not acknowledged, and its count, read a page of an index.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    owing = sa.text("key = 'L1' AND met_at IS NULL AND stopped_at IS NULL")
    columns = ["due_at", "case_id"]
    op.create_index("ix_limits_unacknowledged", "limits", columns, sqlite_where=owing, postgresql_where=owing)


def downgrade():
    op.drop_index("ix_limits_unacknowledged", "limits")
