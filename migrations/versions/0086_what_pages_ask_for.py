"""What the desk's pages ask for is a piece of an index: late limits, what began anew, alerts, open cases of a company.

Revision ID: 0086
Revises: 0085
"""

import sqlalchemy as sa
from alembic import op

from grievance.maintenance.schema import beside

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None
kind = "expand"

RUNNING = "met_at IS NULL AND stopped_at IS NULL"
INDEXES = (
    ("ix_cases_open", "cases", ("company_id",), "closed_at IS NULL"),
    ("ix_cases_alert_officer", "cases", ("officer_id", "queue_at", "id"), "safety_alert"),
    (
        "ix_cases_asked_about", "cases", ("id",),
        "erased_at IS NULL AND (retention_asked_on IS NOT NULL OR retention_answer IS NOT NULL)",
    ),
    ("ix_letters_unreached", "letters", ("recipient", "case_id"), "unreached_since IS NOT NULL AND sent_at IS NULL"),
    ("ix_signs_failed", "signs", ("case_id",), "failed_since IS NOT NULL"),
    ("ix_limits_due", "limits", ("due_at", "owed_by", "case_id"), RUNNING),
    (
        "ix_limits_missed", "limits", ("key", "case_id", "stopped_at"),
        "missed_at IS NOT NULL AND stopped_at IS NOT NULL AND corrected_at IS NULL",
    ),
)  # fmt: skip


def upgrade():
    for name, table, columns, where in INDEXES:
        of_sqlite = "safety_alert = 1" if where == "safety_alert" else where
        beside(op, op.create_index, name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(of_sqlite))


def downgrade():
    for name, table, _columns, _where in reversed(INDEXES):
        beside(op, op.drop_index, name, table)
