"""Identity: requests, grants and what was shared with the company.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "identity_requests",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id", name="fk_identity_requests_case_id_cases"), nullable=False),
        sa.Column("asked_by", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_identity_requests_asked_by_accounts"), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_identity_requests_decided_by_accounts")),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("granted", sa.Boolean()),
        sa.Column("answer", sa.LargeBinary()),
        sa.Column("expires_at", UtcDateTime()),
        sa.CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name=op.f("ck_identity_requests_decided_has_a_date")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_identity_requests_two_people")),
        sa.CheckConstraint("(granted IS TRUE) = (expires_at IS NOT NULL)", name=op.f("ck_identity_requests_granted_expires")),
    )
    op.create_index("ix_identity_requests_case_id", "identity_requests", ["case_id"])
    op.create_table(
        "identity_grants",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("request_id", sa.String(32), sa.ForeignKey("identity_requests.id", name="fk_identity_grants_request_id_identity_requests"), nullable=False),
        sa.Column("entry_id", sa.String(32), sa.ForeignKey("identity_entries.id", name="fk_identity_grants_entry_id_identity_entries"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("request_id", "entry_id", name="uq_identity_grants_request_id"),
    )
    op.create_index("ix_identity_grants_request_id", "identity_grants", ["request_id"])
    op.create_table(
        "identity_shares",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id", name="fk_identity_shares_case_id_cases"), nullable=False),
        sa.Column("party_id", sa.Integer(), sa.ForeignKey("parties.id", name="fk_identity_shares_party_id_parties"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_identity_shares_case_id", "identity_shares", ["case_id"])


def downgrade():
    for table in ("identity_shares", "identity_grants", "identity_requests"):
        op.drop_table(table)
