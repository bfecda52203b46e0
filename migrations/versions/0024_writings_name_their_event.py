"""A writing names the event that came with it.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

FILL = """
UPDATE writings SET event_id = (SELECT max(events.id) FROM events WHERE {same})
WHERE 1 = (SELECT count(*) FROM events WHERE {same})
"""
SAME = """events.case_id = writings.case_id AND events.kind = writings.step
AND events.happened_at = writings.written_at"""


def upgrade():
    op.add_column("writings", sa.Column("event_id", sa.Integer()))
    op.execute(FILL.format(same=SAME))  # two of the same step and moment: nobody knows any more which was whose


def downgrade():
    op.drop_column("writings", "event_id")
