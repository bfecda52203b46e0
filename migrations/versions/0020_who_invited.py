"""Who invited an account, so that the same person does not admit it.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("accounts", sa.Column("invited_by", sa.Integer()))


def downgrade():
    op.drop_column("accounts", "invited_by")
