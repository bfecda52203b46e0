"""Printed cards with opening codes, and hotlines with tokens.

Revision ID: 0085
Revises: 0084
"""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "card_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("given_by", sa.String(60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("ended_by", sa.Integer()),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", name=op.f("ck_card_sheets_ended_by_somebody")),
        sa.CheckConstraint("used >= 0 AND used <= size", name=op.f("ck_card_sheets_counts_its_cards")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_card_sheets_made_by_accounts")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_card_sheets_ended_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_sheets")),
    )
    op.create_table(
        "printed_cards",
        sa.Column("lookup", sa.String(64), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["card_sheets.id"], name=op.f("fk_printed_cards_sheet_id_card_sheets")),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_printed_cards")),
    )
    op.create_index("ix_printed_cards_sheet_id", "printed_cards", ["sheet_id"])
    op.create_index("ix_printed_cards_valid_until", "printed_cards", ["valid_until"])
    op.create_table(
        "hotlines",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("made_by", sa.Integer()),
        sa.Column("made_on", sa.Date()),
        sa.Column("used_on", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("ended_by", sa.Integer()),
        sa.CheckConstraint("(made_on IS NULL) = (made_by IS NULL)", name=op.f("ck_hotlines_made_by_somebody")),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", name=op.f("ck_hotlines_ended_by_somebody")),
        sa.CheckConstraint(
            "digest IS NULL OR (made_on IS NOT NULL AND ended_on IS NULL)", name=op.f("ck_hotlines_works_once_made")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_hotlines_proposed_by_accounts")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_hotlines_made_by_accounts")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_hotlines_ended_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotlines")),
        sa.UniqueConstraint("digest", name=op.f("uq_hotlines_digest")),
    )


def downgrade():
    op.drop_table("hotlines")
    op.drop_table("printed_cards")
    op.drop_table("card_sheets")
