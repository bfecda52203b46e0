"""Tokens by which a company's own program reads and acts.

Revision ID: 0073
Revises: 0072
"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "company_tokens",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_company_tokens_account_id_accounts")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_company_tokens_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_company_tokens_digest")),
    )
    op.create_index(op.f("ix_company_tokens_account_id"), "company_tokens", ["account_id"])
    op.create_index(op.f("ix_company_tokens_party_id"), "company_tokens", ["party_id"])


def downgrade():
    op.drop_table("company_tokens")
