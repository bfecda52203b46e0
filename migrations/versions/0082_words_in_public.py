"""Lessons learnt and replies of companies, which two people make public; questions from outside; observers; and seats of the Board.

Revision ID: 0082
Revises: 0081
"""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None
REPLIES_NOW = sa.text("company_id IS NOT NULL AND approved AND ended_at IS NULL")


ROLES = ("complainant", "representative", "officer", "approver", "custodian", "company", "clock", "observer", "board")
PEOPLE = ("officer", "approver", "custodian", "company", "observer", "board")
PARTIES = ("secretariat", "custodians", "company", "observers", "board")
LISTED = (
    ("accounts", "role", "role", ROLES), ("accounts", "role_of_a_person", "role", PEOPLE),
    ("account_changes", "role", "role", ROLES), ("deputies", "role", "role", ROLES),
    ("parties", "partykind", "kind", PARTIES), ("escrow_halves", "partykind", "holder", PARTIES),
)  # fmt: skip
"""Tables with a list of values that gets two more, at its end: table, constraint, column and the longer list."""


def listed(values):
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"({quoted})"


def with_observers(there):
    """SQLite has no other way to change a check than its own text (sqlite.org/lang_altertable.html, "Making Other
    Kinds Of Table Schema Changes"): no row is touched."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("PRAGMA writable_schema=ON")
    for table, name, column, longer in LISTED:
        old, new = (longer[:-2], longer) if there else (longer, longer[:-2])
        if sqlite:
            op.get_bind().execute(
                sa.text("UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = :name"),
                {"old": f"{column} IN {listed(old)}", "new": f"{column} IN {listed(new)}", "name": table},
            )
        else:
            op.drop_constraint(name, table, type_="check")
            op.create_check_constraint(name, table, f"{column} IN {listed(new)}")
    if sqlite:
        op.execute("PRAGMA writable_schema=RESET")


def seats():
    """Of the Board: for which pillar, tied to which companies, what each was sent, and how it voted."""
    accounts = [f"fk_board_{table}_{column}_accounts" for table, column in (
        ("seats", "account_id"), ("seats", "set_by"), ("ties", "account_id"), ("papers", "sent_by"),
        ("copies", "account_id"))]  # fmt: skip
    pillar = sa.Enum("government", "industry", "civil_society", name="pillar", native_enum=False, length=20,
                     create_constraint=True)  # fmt: skip
    tie = sa.Enum("own", "client", "funder", name="tiekind", native_enum=False, length=20, create_constraint=True)
    op.create_table(
        "board_seats",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("pillar", pillar, nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(accounts[0])),
        sa.ForeignKeyConstraint(["set_by"], ["accounts.id"], name=op.f(accounts[1])),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_board_seats")),
    )
    op.create_table(
        "board_ties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("kind", tie.copy(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(accounts[2])),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_board_ties_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_ties")),
    )
    op.create_index("ix_board_ties_account_id", "board_ties", ["account_id"])
    op.create_table(
        "board_papers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(32), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["item_id"], ["concern_items.id"], name=op.f("fk_board_papers_item_id_concern_items")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_board_papers_company_id_companies")),
        sa.ForeignKeyConstraint(["sent_by"], ["accounts.id"], name=op.f(accounts[3])),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_papers")),
    )
    still = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_board_papers_one_open", "board_papers", ["item_id"], unique=True, sqlite_where=still, postgresql_where=still
    )
    op.create_table(
        "board_copies",
        sa.Column("paper_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("pillar", pillar.copy(), nullable=False),
        sa.Column("tie", tie.copy()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("vote", sa.Enum("for", "against", "abstained", name="vote", native_enum=False, length=20,
                                  create_constraint=True)),
        sa.Column("voted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(tie IS NULL) = (sealed IS NOT NULL)", name=op.f("ck_board_copies_aside_reads_nothing")),
        sa.CheckConstraint("tie IS NULL OR vote IS NULL", name=op.f("ck_board_copies_aside_votes_nothing")),
        sa.CheckConstraint("(vote IS NULL) = (voted_at IS NULL)", name=op.f("ck_board_copies_voted_has_a_date")),
        sa.ForeignKeyConstraint(["paper_id"], ["board_papers.id"], name=op.f("fk_board_copies_paper_id_board_papers")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(accounts[4])),
        sa.PrimaryKeyConstraint("paper_id", "account_id", name=op.f("pk_board_copies")),
    )  # fmt: skip


def upgrade():
    with_observers(True)
    seats()
    op.create_table(
        "public_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer()),
        sa.Column("edition", sa.String(8), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean()),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Integer()),
        sa.CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name=op.f("ck_public_texts_decided_has_a_date")),
        sa.CheckConstraint(
            "(company_id IS NULL) = (edition = '')", name=op.f("ck_public_texts_a_reply_is_about_figures")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_public_texts_company_id_companies")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_public_texts_proposed_by_accounts")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_public_texts_decided_by_accounts")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_public_texts_ended_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_texts")),
    )
    op.create_table(
        "public_questions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("about", sa.String(10), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("answered_by", sa.Integer()),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (answered_by IS NULL)", name=op.f("ck_public_questions_answered_by_somebody")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts.id"], name=op.f("fk_public_questions_answered_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_questions")),
    )
    op.create_index(
        "uq_public_texts_one_reply", "public_texts", ["company_id"], unique=True, sqlite_where=REPLIES_NOW,
        postgresql_where=REPLIES_NOW,
    )  # fmt: skip


def downgrade():
    for table in ("board_copies", "board_papers", "board_ties", "board_seats"):
        op.drop_table(table)
    op.execute("DELETE FROM accounts WHERE role IN ('observer', 'board')")
    op.execute("DELETE FROM parties WHERE kind IN ('observers', 'board')")
    with_observers(False)
    op.drop_table("public_questions")
    op.drop_table("public_texts")
