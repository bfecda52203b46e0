"""What the texts must be that a rotation seals again: the last letter to a company, what is asked of a custodian and
answered, what a company was told of who complained.

Rows of before commit to nothing: what they hold is opened as it is.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

COLUMNS = (
    ("respondents", "notice_commit"),
    ("identity_requests", "words_commit"),
    ("identity_requests", "answer_commit"),
    ("identity_shares", "commit"),
)


def upgrade():
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.String(64), nullable=True))


def downgrade():
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
