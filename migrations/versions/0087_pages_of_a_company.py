"""A company's pages read by indexes of its own: what it was handed, lost and closed, what is held back from it, and by
when it owes something, which stands on the case now. Cases from before are noted by a worker, once.

Revision ID: 0087
Revises: 0086
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime
from grievance.maintenance.schema import beside

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None
kind = "expand"
NOT_NOTED = {"sqlite": "1900-01-01 00:00:00.000000", "postgresql": "1900-01-01 00:00:00+00"}
PARTS = (
    ("ix_cases_at_company", "cases", ["company_id", "company_at", "id"], "company_at IS NOT NULL"),
    ("ix_cases_closed_at_company", "cases", ["company_id", "closed_at", "id"], "closed_at IS NOT NULL AND handovers > 0"),
    ("ix_respondents_lost", "respondents", ["company_id", "ended_at"], "notice IS NOT NULL"),
)


def upgrade():
    default = NOT_NOTED[op.get_context().dialect.name]
    op.add_column("cases", sa.Column("company_at", UtcDateTime(), server_default=default))
    for name, table, columns, where in PARTS:
        beside(op, op.create_index, name, table, columns,
               sqlite_where=sa.text(where), postgresql_where=sa.text(where))  # fmt: skip
    beside(op, op.create_index, "ix_company_envelopes_handed", "company_envelopes", ["party_id", "case_id"])
    beside(op, op.drop_index, "ix_company_envelopes_party_id", "company_envelopes")
    beside(op, op.create_index, "ix_held_back_release", "held_back", ["until"])
    beside(op, op.drop_index, "ix_held_back_until", "held_back")
    beside(op, op.create_index, "ix_cases_at_companies_charge", "cases_at_companies", ["in_charge", "case_id"])


def downgrade():
    beside(op, op.drop_index, "ix_cases_at_companies_charge", "cases_at_companies")
    beside(op, op.create_index, "ix_held_back_until", "held_back", ["case_id", "until"])
    beside(op, op.drop_index, "ix_held_back_release", "held_back")
    beside(op, op.create_index, "ix_company_envelopes_party_id", "company_envelopes", ["party_id"])
    beside(op, op.drop_index, "ix_company_envelopes_handed", "company_envelopes")
    for name, table, _columns, _where in PARTS:
        beside(op, op.drop_index, name, table)
    op.drop_column("cases", "company_at")
