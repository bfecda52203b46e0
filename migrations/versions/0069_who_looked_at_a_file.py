"""Who opened which file of a case is counted by day, as readings of cases are.

Revision ID: 0069
Revises: 0068
"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None
UNSAID = sa.text("number > said")


def upgrade():
    op.create_table(
        "file_readings",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("file_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("other_id", sa.String(32), nullable=False, server_default=""),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("said", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_file_readings_case_id_cases")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_file_readings_account_id_accounts")),
        sa.PrimaryKeyConstraint("case_id", "file_id", "account_id", "day", name=op.f("pk_file_readings")),
    )
    op.create_index("ix_file_readings_day", "file_readings", ["day"])
    op.create_index(
        "ix_file_readings_unsaid", "file_readings", ["day"], sqlite_where=UNSAID, postgresql_where=UNSAID
    )


def downgrade():
    op.drop_table("file_readings")
