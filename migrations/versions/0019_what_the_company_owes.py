"""When a company owes something next in each open case, so that its queue goes by nothing else; and closed cases in
which the office still owes something are in the queue.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

RUNNING = "limits.case_id = cases.id AND met_at IS NULL AND stopped_at IS NULL AND key NOT IN ('L6', 'L15')"


def upgrade():
    op.add_column("cases", sa.Column("company_at", UtcDateTime()))
    nothing = "9999-01-01 00:00:00.000000" if op.get_bind().dialect.name == "sqlite" else "9999-01-01 00:00:00+00"
    op.execute(
        f"UPDATE cases SET company_at = coalesce((SELECT min(due_at) FROM limits WHERE {RUNNING} "
        f"AND owed_by = 'company'), '{nothing}') WHERE state <> 'closed'"
    )
    op.execute(
        f"UPDATE cases SET queue_at = (SELECT min(due_at) FROM limits WHERE {RUNNING} "
        "AND owed_by IN ('secretariat', 'approver')) WHERE state = 'closed'"
    )
    op.create_index("ix_cases_company_owes", "cases", ["company_id", "company_at", "id"])


def downgrade():
    op.drop_index("ix_cases_company_owes", "cases")
    op.execute("UPDATE cases SET queue_at = NULL WHERE state = 'closed'")
    op.drop_column("cases", "company_at")
