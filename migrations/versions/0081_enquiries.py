"""Questions to the Secretariat outside any case.

Revision ID: 0081
Revises: 0080
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

WAITS = sa.text("waits")


def upgrade():
    op.create_table(
        "enquiries",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("news", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name=op.f("fk_enquiries_asked_by_accounts")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_enquiries_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
    )
    op.create_index(op.f("ix_enquiries_company_id"), "enquiries", ["company_id"])
    op.create_index(op.f("ix_enquiries_last_at"), "enquiries", ["last_at"])
    op.create_index("ix_enquiries_waits", "enquiries", ["id"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_table(
        "enquiry_words",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("enquiry_id", sa.String(32), nullable=False),
        sa.Column(
            "reader",
            sa.Enum(
                "secretariat", "company", name="enquiryreader", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("of_office", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_enquiry_words_account_id_accounts")),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name=op.f("fk_enquiry_words_enquiry_id_enquiries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_words")),
    )
    for column in ("enquiry_id", "key_id"):
        op.create_index(op.f(f"ix_enquiry_words_{column}"), "enquiry_words", [column])


def downgrade():
    op.drop_table("enquiry_words")
    op.drop_table("enquiries")
