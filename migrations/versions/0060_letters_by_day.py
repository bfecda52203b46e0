"""A letter about what she did keeps its moment until the mail about it went, and not for good.

Revision ID: 0060
Revises: 0059
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("letters", sa.Column("counts_from", UtcDateTime(), nullable=True))


def downgrade():
    op.drop_column("letters", "counts_from")
