"""The office writes down self-assessments, visits to sites and audits of a company, sealed to its own key.

Revision ID: 0079
Revises: 0078
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "monitoring",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "self_assessment",
                "site_visit",
                "audit",
                name="looked",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_monitoring_account_id_accounts")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_monitoring_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring")),
    )
    op.create_index(op.f("ix_monitoring_company_id"), "monitoring", ["company_id"])
    op.create_index(op.f("ix_monitoring_key_id"), "monitoring", ["key_id"])


def downgrade():
    op.drop_table("monitoring")
