"""What the mail knows of each account; since when a letter has no living reader; what a company has opened.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "mailboxes",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("mailed_at", UtcDateTime()),
        sa.Column("refused_since", UtcDateTime()),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mailboxes_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mailboxes")),
    )
    op.add_column("letters", sa.Column("unreached_since", UtcDateTime()))
    op.add_column("cases", sa.Column("company_opened", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE cases SET company_opened = handovers")  # nobody noted it before: no company is blamed for that


def downgrade():
    op.drop_column("cases", "company_opened")
    op.drop_column("letters", "unreached_since")
    op.drop_table("mailboxes")
