"""Figures for the public, in editions: proposed by one person, approved by another, and never issued again.

Revision ID: 0075
Revises: 0074
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None
PUBLIC = sa.text("approved")


def upgrade():
    op.create_table(
        "editions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(8), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name=op.f("ck_editions_decided_has_a_date")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_editions_proposed_by_accounts")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_editions_decided_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    op.create_index(
        "ix_editions_public", "editions", ["slug"], unique=True, sqlite_where=PUBLIC, postgresql_where=PUBLIC
    )


def downgrade():
    op.drop_table("editions")
