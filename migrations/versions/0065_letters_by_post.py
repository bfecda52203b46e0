"""Whether she said yes to letters on paper. Nobody of before was asked, so that nobody of before said yes.

Revision ID: 0065
Revises: 0064
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("cases", sa.Column("by_post", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    op.drop_column("cases", "by_post")
