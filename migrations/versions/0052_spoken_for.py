"""People of one incident for whom somebody speaks, each with a case of her own. Nobody has filed for a group before.

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "spoken_for",
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("lead_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.String(32), sa.ForeignKey("receipt_envelopes.id"), nullable=False),
        sa.Column("slip_id", sa.String(32), sa.ForeignKey("receipt_envelopes.id"), nullable=False),
        sa.Column("lead_receipt_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("lead_id", "number"),
    )
    op.create_index("ix_spoken_for_slip_id", "spoken_for", ["slip_id"])
    op.create_index("ix_spoken_for_lead_receipt_id", "spoken_for", ["lead_receipt_id"])


def downgrade():
    op.drop_table("spoken_for")
