"""Who said that a holiday was typed wrongly, until another person decides.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("holidays", sa.Column("wrong_by", sa.Integer()))


def downgrade():
    op.drop_column("holidays", "wrong_by")
