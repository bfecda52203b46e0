"""Officers who are beside the one in charge of a case; and of each mailbox, on which day its mail told of tasks.

Revision ID: 0068
Revises: 0067
"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "beside",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "account_id"),
    )
    op.create_index("ix_beside_account_id", "beside", ["account_id"])
    op.add_column("mailboxes", sa.Column("tasks_told_on", sa.Date(), nullable=True))


def downgrade():
    op.drop_column("mailboxes", "tasks_told_on")
    op.drop_index("ix_beside_account_id", "beside")
    op.drop_table("beside")
