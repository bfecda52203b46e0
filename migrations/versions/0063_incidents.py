"""Sites, units and incidents as sealed records, and which cases stand in which.

Revision ID: 0063
Revises: 0062
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

ALLEGED = sa.Enum(
    "site", "unit", "incident", name="alleged", native_enum=False, create_constraint=True, length=20
)


def upgrade():
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", ALLEGED, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incidents_key_id", "incidents", ["key_id"])
    op.create_table(
        "stands_in",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("incident_id", sa.String(32), sa.ForeignKey("incidents.id"), nullable=True),
        sa.Column("other_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=True),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(incident_id IS NULL) <> (other_id IS NULL)", name="one_of_both"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("case_id", "incident_id", "other_id"):
        op.create_index(f"ix_stands_in_{name}", "stands_in", [name])


def downgrade():
    op.drop_table("stands_in")
    op.drop_table("incidents")
