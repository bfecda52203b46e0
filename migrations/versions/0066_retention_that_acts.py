"""A case knows whether she was asked what shall become of it when its time ends, and what she said.

Revision ID: 0066
Revises: 0065
"""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None
RETAINED = sa.text("retain_until IS NOT NULL AND erased_at IS NULL")


def upgrade():
    op.add_column("cases", sa.Column("retention_asked_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("retention_answer", sa.String(10), nullable=True))
    op.add_column("cases", sa.Column("retention_ended_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_cases_retained", "cases", ["retain_until", "id"], sqlite_where=RETAINED, postgresql_where=RETAINED
    )


def downgrade():
    op.drop_index("ix_cases_retained", "cases")
    op.drop_column("cases", "retention_ended_on")
    op.drop_column("cases", "retention_answer")
    op.drop_column("cases", "retention_asked_on")
