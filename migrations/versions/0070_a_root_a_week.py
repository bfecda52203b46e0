"""One root a week over the checkpoints, for everybody to keep.

Revision ID: 0070
Revises: 0069
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "week_roots",
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("last_checkpoint", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_checkpoint"], ["checkpoints.id"], name=op.f("fk_week_roots_last_checkpoint_checkpoints")
        ),
        sa.PrimaryKeyConstraint("until", name=op.f("pk_week_roots")),
        sa.UniqueConstraint("last_checkpoint", name=op.f("uq_week_roots_last_checkpoint")),
    )


def downgrade():
    op.drop_table("week_roots")
