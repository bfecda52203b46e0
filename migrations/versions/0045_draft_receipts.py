"""Receipts of forms that were not sent yet. A form that was begun before has none, and dies after a day as it would.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "draft_receipts",
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.Column("kept_until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_draft_receipts")),
    )
    op.create_index(op.f("ix_draft_receipts_kept_until"), "draft_receipts", ["kept_until"])


def downgrade():
    op.drop_table("draft_receipts")
