"""In which countries a company's people guard, and what they wear: by these a complainant finds it.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade():
    for column in ("works_in", "uniforms"):
        op.add_column("companies", sa.Column(column, sa.JSON(), server_default="[]", nullable=False))


def downgrade():
    for column in ("uniforms", "works_in"):
        op.drop_column("companies", column)
