"""Forms whose effect is done, for a day: the same form sent once more has none.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "sent_forms",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("body", sa.String(64), nullable=False),
        sa.Column("result", sa.String(400), nullable=False),
        sa.Column("secret_shown", sa.Boolean(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_sent_forms_expires_at", "sent_forms", ["expires_at"])


def downgrade():
    op.drop_table("sent_forms")
