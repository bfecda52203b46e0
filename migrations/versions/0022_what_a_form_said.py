"""A form that was sent remembers whether what comes again is the same.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("filings", sa.Column("said", sa.LargeBinary()))


def downgrade():
    op.drop_column("filings", "said")
