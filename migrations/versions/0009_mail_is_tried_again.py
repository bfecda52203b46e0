"""The outbox remembers how often a letter was tried, and when it is tried again.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("letters", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("letters", sa.Column("again_at", UtcDateTime()))
    unsent = sa.text("sent_at IS NULL")
    op.create_index("ix_letters_unsent", "letters", ["recipient", "owed_at"], sqlite_where=unsent, postgresql_where=unsent)


def downgrade():
    op.drop_index("ix_letters_unsent", "letters")
    op.drop_column("letters", "again_at")
    op.drop_column("letters", "tries")
