"""A column that one version had, and no other, is taken away: a backup with it could not be restored.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade():
    """What was called 0019 then left it in databases that were made or upgraded with it."""
    there = sa.inspect(op.get_bind())
    if "ix_cases_company_owes" in {index["name"] for index in there.get_indexes("cases")}:
        op.drop_index("ix_cases_company_owes", "cases")
    if "company_at" in {column["name"] for column in there.get_columns("cases")}:
        op.drop_column("cases", "company_at")


def downgrade():
    pass
