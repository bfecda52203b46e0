"""When each open case is due next, indexed in the ways in which the desk asks for it.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STANDING = "('L6', 'L15')"
COLUMNS = ("company_id", "officer_id", "state", "severity")


def upgrade():
    op.add_column("cases", sa.Column("queue_at", UtcDateTime()))
    op.execute(
        "UPDATE cases SET queue_at = (SELECT min(due_at) FROM limits WHERE limits.case_id = cases.id AND met_at IS NULL "
        f"AND stopped_at IS NULL AND key NOT IN {STANDING}) WHERE state <> 'closed'"
    )
    op.create_index("ix_cases_queue_at", "cases", ["queue_at", "id"])
    for column in COLUMNS:
        op.create_index(f"ix_cases_queue_{column}", "cases", [column, "queue_at", "id"])
    op.create_index("ix_cases_closed", "cases", ["closed_at", "id"])
    op.create_index("ix_cases_alert", "cases", ["safety_alert", "queue_at", "id"])
    running = sa.text("met_at IS NULL AND stopped_at IS NULL")
    op.create_index("ix_limits_running", "limits", ["key", "case_id"], sqlite_where=running, postgresql_where=running)


def downgrade():
    op.drop_index("ix_limits_running", "limits")
    for name in ("alert", "closed", "queue_at", *(f"queue_{column}" for column in COLUMNS)):
        op.drop_index(f"ix_cases_{name}", "cases")
    op.drop_column("cases", "queue_at")
