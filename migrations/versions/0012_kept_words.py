"""Words that are kept while they are written, wordings for messages, and views of the queue.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "step_drafts",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_step_drafts_account_id_accounts"), nullable=False),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id", name="fk_step_drafts_case_id_cases"), nullable=False),
        sa.Column("slot", sa.String(60), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "case_id", "slot", name="pk_step_drafts"),
    )
    op.create_index("ix_step_drafts_case_id", "step_drafts", ["case_id"])
    op.create_index("ix_step_drafts_saved_at", "step_drafts", ["saved_at"])
    op.create_table(
        "message_templates",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_message_templates_counts_changes")),
    )
    op.create_index("ix_message_templates_step", "message_templates", ["step"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_saved_views_account_id_accounts"), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(200), nullable=False),
        sa.UniqueConstraint("account_id", "name", name="uq_saved_views_account_id"),
    )


def downgrade():
    op.drop_table("saved_views")
    op.drop_index("ix_message_templates_step", "message_templates")
    op.drop_table("message_templates")
    op.drop_index("ix_step_drafts_saved_at", "step_drafts")
    op.drop_index("ix_step_drafts_case_id", "step_drafts")
    op.drop_table("step_drafts")
