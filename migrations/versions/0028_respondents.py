"""A respondent is a row of its own: which company a complaint is about, since when, and what that company owes.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OF_RESPONDENT = ("L4", "L5", "L7", "L9", "L9c", "L9m", "L11", "L11v")
ONE_OPEN = sa.text("ended_at IS NULL")
OWNED = ("limits", "remedies")
# In one clause with its column: SQLite adds a constraint in no other way without making the table anew.
WITH_A_RESPONDENT = """
ALTER TABLE {table} ADD COLUMN respondent_id VARCHAR(32)
CONSTRAINT fk_{table}_respondent_id_respondents REFERENCES respondents (id)
"""

# Before this nothing said since when a company was named, so that a case's one respondent is named from its beginning;
# a packet can have gone to no other, because after the first one the company of a case could not be changed.
# Its number is the case's own: there is one a case, and both are 32 random hexadecimal characters.
EACH_CASE = """
INSERT INTO respondents (id, case_id, company_id, n, named_at)
SELECT id, id, company_id, 1, received_at FROM cases WHERE company_id IS NOT NULL
"""
ITS_LIMITS = f"""
UPDATE limits SET respondent_id = case_id
WHERE key IN {OF_RESPONDENT} AND case_id IN (SELECT case_id FROM respondents)
"""  # noqa: S608
ITS_REMEDIES = "UPDATE remedies SET respondent_id = case_id WHERE case_id IN (SELECT case_id FROM respondents)"


def upgrade():
    op.create_table(
        "respondents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_as", sa.Enum("corrected", "wrong_company", name="ended", native_enum=False,
                                      create_constraint=True, length=20)),
        sa.Column("notice", sa.LargeBinary()),
        sa.Column("notice_key_id", sa.String(16)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)",
                           name=op.f("ck_respondents_ended_has_a_reason")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_respondents_case_id_cases")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_respondents_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondents")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_respondents_case_id")),
    )  # fmt: skip
    for column in ("company_id", "notice_key_id"):
        op.create_index(op.f(f"ix_respondents_{column}"), "respondents", [column])
    op.create_index("uq_respondents_one_open", "respondents", ["case_id"], unique=True,
                    sqlite_where=ONE_OPEN, postgresql_where=ONE_OPEN)  # fmt: skip
    op.add_column("cases", sa.Column("handed_before", sa.Integer(), nullable=False, server_default="0"))
    for table in OWNED:
        op.execute(WITH_A_RESPONDENT.format(table=table))
        op.create_index(op.f(f"ix_{table}_respondent_id"), table, ["respondent_id"])
    for fill in (EACH_CASE, ITS_LIMITS, ITS_REMEDIES):
        op.execute(fill)


def downgrade():
    for table in OWNED:
        op.drop_index(op.f(f"ix_{table}_respondent_id"), table)
        op.drop_column(table, "respondent_id")
    op.drop_column("cases", "handed_before")
    op.drop_table("respondents")
