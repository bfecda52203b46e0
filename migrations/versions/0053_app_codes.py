"""Codes of an app behind the password (TOTP): whoever sets one up is asked for it from then on.

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "app_codes",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("wrong_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_app_codes_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_app_codes")),
    )


def downgrade():
    op.drop_table("app_codes")
