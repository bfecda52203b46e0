"""What a second person confirms about an account, whose key was vouched for, and companies' keys nobody confirmed yet.

A company that has its key already stays as it is: nobody has to confirm it before work goes on. Who had left before
has left for good.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "account_waits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "what",
            sa.Enum("left_for_good", "invited_again", "came_back", name="began", native_enum=False,
                    create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("began_by", sa.Integer(), nullable=True),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column(
            "ended",
            sa.Enum("confirmed", "alone", "objected", "overtaken", name="ended", native_enum=False,
                    create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("to_mail", sa.JSON(), nullable=False),
        sa.Column("mail_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name=op.f("ck_account_waits_ended_has_a_date")),
        sa.CheckConstraint(
            "ended IS NULL OR ended <> 'confirmed' OR began_by IS NULL OR ended_by <> began_by",
            name=op.f("ck_account_waits_two_people"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_waits_account_id_accounts")),
        sa.ForeignKeyConstraint(["began_by"], ["accounts.id"], name=op.f("fk_account_waits_began_by_accounts")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_account_waits_ended_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_waits")),
    )  # fmt: skip
    open_ones = sa.text("ended IS NULL")
    op.create_index(
        "uq_account_waits_one_open", "account_waits", ["account_id"], unique=True, sqlite_where=open_ones,
        postgresql_where=open_ones,
    )  # fmt: skip
    op.add_column("parties", sa.Column("unconfirmed_since", UtcDateTime(), nullable=True))
    op.add_column("accounts", sa.Column("vouched_key", sa.String(64), nullable=True))


def downgrade():
    op.drop_column("accounts", "vouched_key")
    op.drop_column("parties", "unconfirmed_since")
    op.drop_table("account_waits")
