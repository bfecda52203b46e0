"""Whom a mail is owed to because something of a concern waits for them.

Revision ID: 0077
Revises: 0076
"""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "concern_mails",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("to_mail", sa.JSON(), nullable=False),
        sa.Column("mail_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_mails")),
    )
    op.create_index("ix_concern_mails_mail_at", "concern_mails", ["mail_at"])


def downgrade():
    op.drop_table("concern_mails")
