"""A case that was escalated for somebody's safety, while the company is not shown that yet.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("cases", sa.Column("escalation_unseen", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    op.drop_column("cases", "escalation_unseen")
