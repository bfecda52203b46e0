"""A closed case in which the office still owes something is in the queue.

Revision ID: 0019
Revises: 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "UPDATE cases SET queue_at = (SELECT min(due_at) FROM limits WHERE limits.case_id = cases.id AND met_at IS NULL "
        "AND stopped_at IS NULL AND key NOT IN ('L6', 'L15') AND owed_by IN ('secretariat', 'approver')) "
        "WHERE state = 'closed'"
    )


def downgrade():
    op.execute("UPDATE cases SET queue_at = NULL WHERE state = 'closed'")
