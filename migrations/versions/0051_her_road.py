"""Sexual violence, and children: whether she chose that the company may be asked; and what a person of the office says
of themselves, because she may wish to speak with a woman, or a man.

A case from before has no answer: what it is about says whether it needs one.

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("cases", sa.Column("company_road", sa.String(3), nullable=True))
    op.add_column("accounts", sa.Column("sex", sa.String(10), nullable=True))


def downgrade():
    op.drop_column("accounts", "sex")
    op.drop_column("cases", "company_road")
