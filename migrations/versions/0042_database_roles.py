"""What a public process locks of a party without being able to write it.

PostgreSQL lets only those lock a row who may update a column of it. The processes that receive complaints hold the
parties' keys still while they seal to them, and must never put others in their place: they may update this column, in
which nothing is ever written.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("parties", sa.Column("lock", sa.Integer(), nullable=False, server_default="0"))


def downgrade():
    op.drop_column("parties", "lock")
