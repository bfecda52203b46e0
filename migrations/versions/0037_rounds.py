"""Rounds: which one runs for a respondent, and to which one a time limit belonged.

What happened before is counted from the record: each hand-over, and each return of a case from an end, began one.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KEYS = "('L4', 'L5', 'L7', 'L8', 'L9', 'L9c', 'L9m', 'L10')"
BEGAN = (
    "SELECT count(*) FROM events WHERE events.case_id = respondents.case_id"
    " AND events.recorded_at >= respondents.named_at"
    " AND (respondents.ended_at IS NULL OR events.recorded_at <= respondents.ended_at)"
    " AND (events.kind IN ('refer', 'notify_company', 'refer_back', 'reopen', 'reopen_admission', 'come_back')"
    " OR (events.kind = 'dispute_remedy' AND events.facts LIKE '%\"to\":%'))"
)
OF_THIS_LIMIT = (
    "(respondents.id = limits.respondent_id OR (limits.respondent_id IS NULL"
    " AND respondents.case_id = limits.case_id AND respondents.ended_at IS NULL))"
)


def upgrade():
    op.add_column("respondents", sa.Column("round", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("limits", sa.Column("round", sa.Integer(), nullable=True))
    op.execute(f"UPDATE respondents SET round = ({BEGAN})")
    op.execute(
        f"UPDATE limits SET round = (SELECT ({BEGAN} AND events.happened_at <= limits.opened_at)"
        f" FROM respondents WHERE {OF_THIS_LIMIT}) WHERE key IN {KEYS}"
    )


def downgrade():
    op.drop_column("limits", "round")
    op.drop_column("respondents", "round")
