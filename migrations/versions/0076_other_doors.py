"""The office keeps a directory of other doors: who else may help, where, with what, and when somebody last asked them.

Revision ID: 0076
Revises: 0075
"""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "doors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("harms", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("does", sa.Text(), nullable=False),
        sa.Column("does_not", sa.Text(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("telephone", sa.String(200), nullable=False),
        sa.Column("website", sa.String(200), nullable=False),
        sa.Column("costs", sa.String(10), nullable=False),
        sa.Column("needs_name", sa.String(10), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.Integer()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_doors_counts_changes")),
        sa.ForeignKeyConstraint(["checked_by"], ["accounts.id"], name=op.f("fk_doors_checked_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doors")),
    )


def downgrade():
    op.drop_table("doors")
