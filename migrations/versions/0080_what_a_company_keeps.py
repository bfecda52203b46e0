"""What a company keeps for itself of its cases: its own reference, who is in charge, notes and wordings.

Revision ID: 0080
Revises: 0079
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "cases_at_companies",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("in_charge", sa.Integer()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("key_id", sa.String(16)),
        sa.Column("commit", sa.String(64)),
        sa.CheckConstraint(
            "(sealed IS NULL) = (key_id IS NULL)", name=op.f("ck_cases_at_companies_sealed_to_a_key")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_cases_at_companies_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_cases_at_companies_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["in_charge"], ["accounts.id"], name=op.f("fk_cases_at_companies_in_charge_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases_at_companies")),
        sa.UniqueConstraint("company_id", "case_id", name=op.f("uq_cases_at_companies_company_id")),
    )
    op.create_index(op.f("ix_cases_at_companies_case_id"), "cases_at_companies", ["case_id"])
    op.create_index(op.f("ix_cases_at_companies_key_id"), "cases_at_companies", ["key_id"])
    op.create_table(
        "company_words",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(32)),
        sa.Column(
            "kind",
            sa.Enum("note", "wording", name="kept", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "(kind = 'note') = (case_id IS NOT NULL)", name=op.f("ck_company_words_a_note_is_of_a_case")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_company_words_account_id_accounts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_company_words_case_id_cases")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_company_words_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_words")),
    )
    for column in ("case_id", "company_id", "key_id"):
        op.create_index(op.f(f"ix_company_words_{column}"), "company_words", [column])


def downgrade():
    op.drop_table("company_words")
    op.drop_table("cases_at_companies")
