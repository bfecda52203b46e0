"""Codes on paper, and the escrow of companies' keys: ways back where nobody of a party can sign in any more.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "recovery_shares",
        sa.Column("party_id", sa.Integer(), sa.ForeignKey("parties.id"), primary_key=True),
        sa.Column("key_id", sa.String(16), primary_key=True),
        sa.Column("paper_key", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime()),
    )
    op.create_table(
        "escrow_halves",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("party_id", sa.Integer(), sa.ForeignKey("parties.id"), nullable=False),
        sa.Column("opens", sa.String(16), nullable=False),
        sa.Column(
            "holder",
            sa.Enum("secretariat", "custodians", "company", name="partykind", native_enum=False, create_constraint=True,
                    length=20),
            nullable=False,
        ),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("party_id", "opens", "holder"),
        sa.CheckConstraint("holder <> 'company'", name="held_by_the_office"),
    )
    op.create_index("ix_escrow_halves_key_id", "escrow_halves", ["key_id"])
    op.create_table(
        "escrow_grants",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("half_id", sa.String(32), sa.ForeignKey("escrow_halves.id"), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )


def downgrade():
    op.drop_table("escrow_grants")
    op.drop_table("escrow_halves")
    op.drop_table("recovery_shares")
