"""Whose proposals were refused is found by an index: the queue counts them for their author.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
REFUSED = sa.text("outcome = 'refused'")


def upgrade():
    op.create_index(
        "ix_decisions_refused",
        "decisions",
        ["proposed_by", "decided_at"],
        sqlite_where=REFUSED,
        postgresql_where=REFUSED,
    )


def downgrade():
    op.drop_index("ix_decisions_refused", "decisions")
