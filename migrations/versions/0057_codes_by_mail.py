"""Codes that prove a mailbox go by mail: of an invitation, and of another address; and mail about another role.

Revision ID: 0057
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "code_mails",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "what",
            sa.Enum("invitation", "address", name="proves", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("owed_at", UtcDateTime(), nullable=False),
        sa.Column("again_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("refused_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_code_mails_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_code_mails")),
    )
    op.add_column("account_waits", sa.Column("proof_hash", sa.String(64), nullable=True))
    op.add_column("account_waits", sa.Column("proven_at", UtcDateTime(), nullable=True))
    op.add_column("account_changes", sa.Column("to_mail", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("account_changes", sa.Column("mail_at", UtcDateTime(), nullable=True))


def downgrade():
    op.drop_column("account_changes", "mail_at")
    op.drop_column("account_changes", "to_mail")
    op.drop_column("account_waits", "proven_at")
    op.drop_column("account_waits", "proof_hash")
    op.drop_table("code_mails")
