"""A company's pages read by indexes of its own: what it was handed, what it lost, and what is held back from it.

Revision ID: 0087
Revises: 0085
"""

import sqlalchemy as sa
from alembic import op

from grievance.maintenance.schema import beside

revision = "0087"
down_revision = "0085"
branch_labels = None
depends_on = None
kind = "expand"
LOST = sa.text("notice IS NOT NULL")


def upgrade():
    beside(op, op.create_index, "ix_company_envelopes_handed", "company_envelopes", ["party_id", "case_id"])
    beside(op, op.drop_index, "ix_company_envelopes_party_id", "company_envelopes")
    beside(op, op.create_index, "ix_held_back_release", "held_back", ["until"])
    beside(op, op.drop_index, "ix_held_back_until", "held_back")
    beside(op, op.create_index, "ix_respondents_lost", "respondents", ["company_id", "ended_at"],
           sqlite_where=LOST, postgresql_where=LOST)  # fmt: skip


def downgrade():
    beside(op, op.drop_index, "ix_respondents_lost", "respondents")
    beside(op, op.create_index, "ix_held_back_until", "held_back", ["case_id", "until"])
    beside(op, op.drop_index, "ix_held_back_release", "held_back")
    beside(op, op.create_index, "ix_company_envelopes_party_id", "company_envelopes", ["party_id"])
    beside(op, op.drop_index, "ix_company_envelopes_handed", "company_envelopes")
