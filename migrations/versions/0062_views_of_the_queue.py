"""A view of the queue can be shared with the office, and each member keeps which parts of a line they are shown.

Revision ID: 0062
Revises: 0061
"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("saved_views", sa.Column("kind", sa.String(10), nullable=False, server_default="own"))


def downgrade():
    op.execute("DELETE FROM saved_views WHERE kind = 'parts'")
    op.drop_column("saved_views", "kind")
