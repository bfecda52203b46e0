"""Another address of somebody waits for a second person, or three days.

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import Base, UtcDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

BEFORE = ("left_for_good", "invited_again", "came_back")
AFTER = (*BEFORE, "address")
OPEN = sa.text("ended IS NULL")


def listed(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def account_waits(values, *more):
    """The whole table: SQLite makes it anew, and would lose the checks if it only looked at what is there."""
    accounts = {name: sa.ForeignKey("accounts.id", name=op.f(f"fk_account_waits_{name}_accounts"))
                for name in ("account_id", "began_by", "ended_by")}  # fmt: skip
    return sa.Table(
        "account_waits", sa.MetaData(naming_convention=Base.metadata.naming_convention),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), accounts["account_id"], nullable=False),
        sa.Column("what", listed("began", values), nullable=False),
        sa.Column("began_by", sa.Integer(), accounts["began_by"], nullable=True),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("ended", listed("ended", ("confirmed", "alone", "objected", "overtaken")), nullable=True),
        sa.Column("ended_by", sa.Integer(), accounts["ended_by"], nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("to_mail", sa.JSON(), nullable=False),
        sa.Column("mail_at", UtcDateTime(), nullable=True),
        *more,
        sa.CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name=op.f("ck_account_waits_ended_has_a_date")),
        sa.CheckConstraint(
            "ended IS NULL OR ended <> 'confirmed' OR began_by IS NULL OR ended_by <> began_by",
            name=op.f("ck_account_waits_two_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_waits")),
        sa.Index("uq_account_waits_one_open", "account_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )  # fmt: skip


def changed(values, *more):
    """The table with another list of what somebody began: made anew on SQLite, altered in place elsewhere."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.drop_constraint("began", "account_waits", type_="check")
        op.create_check_constraint("began", "account_waits", sa.column("what").in_(values))
    table = account_waits(values, *more)
    return op.batch_alter_table("account_waits", copy_from=table, recreate="always" if sqlite else "never")


def wanted():
    return sa.Column("wanted", sa.String(200), nullable=True)


def upgrade():
    with changed(AFTER) as table:
        table.add_column(wanted())


def downgrade():
    op.execute("DELETE FROM account_waits WHERE what = 'address'")
    with changed(BEFORE, wanted()) as table:
        table.drop_column("wanted")
