"""Passkeys: a device without which its person's password opens nothing.

Revision ID: 0055
Revises: 0054
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from grievance.extensions import Base, UtcDateTime

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

BEFORE = ("left_for_good", "invited_again", "came_back", "address")
AFTER = (*BEFORE, "passkey")
SINCE = "passkeys_since"
"""From when on people are asked to enrol one."""
OPEN = sa.text("ended IS NULL")


def listed(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def account_waits(values):
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
        sa.Column("wanted", sa.String(200), nullable=True),
        sa.CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name=op.f("ck_account_waits_ended_has_a_date")),
        sa.CheckConstraint(
            "ended IS NULL OR ended <> 'confirmed' OR began_by IS NULL OR ended_by <> began_by",
            name=op.f("ck_account_waits_two_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_waits")),
        sa.Index("uq_account_waits_one_open", "account_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )  # fmt: skip


def changed(values):
    """The table with another list of what somebody began: made anew on SQLite, altered in place elsewhere."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("account_waits", copy_from=account_waits(values), recreate="always"):
            return
    op.drop_constraint("began", "account_waits", type_="check")
    op.create_check_constraint("began", "account_waits", sa.column("what").in_(values))


def upgrade():
    changed(AFTER)
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("half", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", listed("counts", ("waiting", "confirmed", "counting")), nullable=False),
        sa.CheckConstraint(
            "(state = 'counting') = (sealed IS NOT NULL)", name=op.f("ck_passkeys_a_counting_one_opens")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_passkeys_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_account_id"), "passkeys", ["account_id"])
    # of an office that is here already; where nobody is, each account's own beginning counts
    note = sa.text("INSERT INTO settings (name, value) SELECT :name, :now WHERE EXISTS (SELECT 1 FROM accounts)")
    op.execute(note.bindparams(name=SINCE, now=datetime.now(UTC).isoformat()))


def downgrade():
    op.execute(f"DELETE FROM settings WHERE name = '{SINCE}'")
    op.drop_table("passkeys")
    op.execute("DELETE FROM account_waits WHERE what = 'passkey'")
    changed(BEFORE)
