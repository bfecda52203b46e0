"""What she did is told to a company at the day's release: until then its pages are made without it.

Revision ID: 0059
Revises: 0058
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "held_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_held_back_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_back")),
        sa.UniqueConstraint("case_id", "first_seq", name=op.f("uq_held_back_case_id")),
    )
    op.create_index("ix_held_back_until", "held_back", ["case_id", "until"])


def downgrade():
    op.drop_table("held_back")
