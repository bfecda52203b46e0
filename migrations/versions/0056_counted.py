"""Sign-ins and readings are counted by day; who tries passwords often is slowed in every process.

Revision ID: 0056
Revises: 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

TRIED = ("password", "code", "passkey", "failed", "wrong_code")


def counted():
    return (
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("said", sa.Integer(), nullable=False, server_default="0"),
    )


def indexed(table):
    unsaid = sa.text("number > said")
    op.create_index(f"ix_{table}_day", table, ["day"])
    op.create_index(f"ix_{table}_unsaid", table, ["day"], sqlite_where=unsaid, postgresql_where=unsaid)


def upgrade():
    tried = sa.Enum(*TRIED, name="tried", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "sign_in_counts",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tried", tried, nullable=False),
        *counted(),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_sign_in_counts_hour_of_a_day")),
        sa.PrimaryKeyConstraint("account_id", "day", "hour", "tried", name=op.f("pk_sign_in_counts")),
    )
    indexed("sign_in_counts")
    op.create_table(
        "reading_counts",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *counted(),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reading_counts_case_id_cases")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_reading_counts_account_id_accounts")),
        sa.PrimaryKeyConstraint("case_id", "account_id", "day", name=op.f("pk_reading_counts")),
    )
    indexed("reading_counts")
    op.create_table(
        "slowed_tries",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_slowed_tries")),
    )
    op.create_index("ix_slowed_tries_until", "slowed_tries", ["until"])


def downgrade():
    op.drop_table("slowed_tries")
    op.drop_table("reading_counts")
    op.drop_table("sign_in_counts")
