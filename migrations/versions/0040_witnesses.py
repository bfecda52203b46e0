"""What a checkpoint of format 2 signed stands beside its body, and whom the weekly mail about it goes to.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("checkpoints", sa.Column("leaves", sa.Text(), nullable=True))
    op.create_table(
        "witness_mails",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False, autoincrement=False),
        sa.Column("checkpoint_id", sa.Integer(), sa.ForeignKey("checkpoints.id"), nullable=False),
        sa.Column("owed_at", UtcDateTime(), nullable=False),
        sa.Column("again_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("account_id"),
    )


def downgrade():
    op.drop_table("witness_mails")
    op.drop_column("checkpoints", "leaves")
