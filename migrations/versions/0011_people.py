"""Who leaves, whose key is rotated, who is away.

Shares: two for one account while a rotation is under way, so unique over account and key. That nobody holds keys of
two parties is now said by a foreign key: a share is of the account's own party, and an account has one party.
ALLOW_SOLO does not lift that: alone, a person decides what takes two, but no account holds both halves of a name.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import Base, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY_IDS = (
    ("identity_requests", "words_key_id", "custodians"),
    ("identity_requests", "answer_key_id", "secretariat"),
    ("identity_shares", "key_id", "company"),
)
INDEXED = (
    *((table, column) for table, column, _kind in KEY_IDS),
    ("identity_entries", "secretariat_key_id"),
    ("identity_entries", "custodians_key_id"),
    ("company_envelopes", "key_id"),
)


def shares(own_party):
    """The whole table: SQLite makes it anew, and would lose what it does not look at."""
    return sa.Table(
        "party_shares", sa.MetaData(naming_convention=Base.metadata.naming_convention),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_shares_party_id_parties")),
        sa.ForeignKeyConstraint(*OWN_PARTY if own_party else ANY_PARTY, name=op.f("fk_party_shares_account_id_accounts")),
        sa.UniqueConstraint(*["account_id", "key_id"] if own_party else ["account_id"],
                            name=op.f("uq_party_shares_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_shares")),
        sa.Index("ix_party_shares_party_id", "party_id"),
    )


OWN_PARTY = (["account_id", "party_id"], ["accounts.id", "accounts.party_id"])
ANY_PARTY = (["account_id"], ["accounts.id"])


def constrain(own_party):
    with op.batch_alter_table("party_shares", copy_from=shares(not own_party)) as table:
        table.drop_constraint("fk_party_shares_account_id_accounts", type_="foreignkey")
        table.drop_constraint("uq_party_shares_account_id", type_="unique")
        here, there = OWN_PARTY if own_party else ANY_PARTY
        table.create_foreign_key(
            "fk_party_shares_account_id_accounts", "accounts", here, [name.removeprefix("accounts.") for name in there]
        )
        table.create_unique_constraint(
            "uq_party_shares_account_id", ["account_id", "key_id"] if own_party else ["account_id"]
        )


def upgrade():
    op.add_column("parties", sa.Column("exposed_since", UtcDateTime()))
    op.create_index("uq_accounts_of_a_party", "accounts", ["id", "party_id"], unique=True)
    constrain(own_party=True)
    for table, column, kind in KEY_IDS:
        empty = column == "answer_key_id"
        op.add_column(table, sa.Column(column, sa.String(16), nullable=empty, server_default=None if empty else ""))
        party = f"parties.id = {table}.party_id" if kind == "company" else f"parties.kind = '{kind}'"
        there = "WHERE answer IS NOT NULL" if empty else ""
        op.execute(f"UPDATE {table} SET {column} = (SELECT key_id FROM parties WHERE {party}) {there}")
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "rotations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("party_id", sa.Integer(), sa.ForeignKey("parties.id", name="fk_rotations_party_id_parties"), nullable=False),
        sa.Column("old_key_id", sa.String(16), nullable=False),
        sa.Column("old_public_key", sa.LargeBinary(), nullable=False),
        sa.Column("new_key_id", sa.String(16), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        sa.Column("done", sa.Integer(), nullable=False),
    )
    under_way = sa.text("finished_at IS NULL")
    op.create_index("uq_rotations_one_open", "rotations", ["party_id"], unique=True, sqlite_where=under_way,
                    postgresql_where=under_way)
    op.create_table(
        "absences",
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_absences_account_id_accounts"), primary_key=True),
        sa.Column("stand_in_id", sa.Integer(), sa.ForeignKey("accounts.id", name="fk_absences_stand_in_id_accounts"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absences_ends_after_it_begins")),
        sa.CheckConstraint("account_id <> stand_in_id", name=op.f("ck_absences_somebody_else")),
    )
    op.create_index("ix_absences_stand_in_id", "absences", ["stand_in_id"])


def downgrade():
    under_way = op.get_bind().execute(sa.text("SELECT count(*) FROM rotations WHERE finished_at IS NULL")).scalar()
    if under_way:
        raise RuntimeError("a rotation is under way: finish it first (flask keys rotate), or its old shares are lost")
    op.drop_table("absences")
    op.drop_table("rotations")
    for table, column in INDEXED:
        op.drop_index(f"ix_{table}_{column}", table)
    for table, column, _kind in reversed(KEY_IDS):
        op.drop_column(table, column)
    constrain(own_party=False)
    op.drop_index("uq_accounts_of_a_party", "accounts")
    op.drop_column("parties", "exposed_since")
