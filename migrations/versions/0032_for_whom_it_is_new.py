"""For whom something is new in a case, who waits for a word from the office, and what a receipt has shown.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
WAITING = sa.text("waits_since IS NOT NULL")


def upgrade():
    """What happened before is new to nobody, so that no desk begins with a thousand marks."""
    op.create_table(
        "new_marks",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("reader", sa.String(20), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.CheckConstraint("(account_id IS NULL) = (reader = 'officer')", name=op.f("ck_new_marks_an_account_or_the_desk")),
        sa.CheckConstraint("rank IN (0, 1)", name=op.f("ck_new_marks_urgent_or_not")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_new_marks_case_id_cases")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_new_marks_account_id_accounts")),
        sa.PrimaryKeyConstraint("case_id", "reader", name=op.f("pk_new_marks")),
    )
    op.create_index("ix_new_marks_reader", "new_marks", ["reader", "rank", "since", "case_id"])
    op.create_index("ix_new_marks_account_id", "new_marks", ["account_id"])
    op.add_column("cases", sa.Column("waits_since", UtcDateTime()))
    where = {"sqlite_where": WAITING, "postgresql_where": WAITING}
    op.create_index("ix_cases_waits", "cases", ["waits_since", "id"], **where)
    op.create_index("ix_cases_waits_officer", "cases", ["officer_id", "waits_since", "id"], **where)
    op.add_column("receipt_envelopes", sa.Column("seen_seq", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE receipt_envelopes SET seen_seq ="
        " (SELECT head_seq FROM cases WHERE cases.id = receipt_envelopes.case_id)"
    )
    op.add_column("follow_sessions", sa.Column("new_after", sa.Integer()))


def downgrade():
    op.drop_column("follow_sessions", "new_after")
    op.drop_column("receipt_envelopes", "seen_seq")
    op.drop_index("ix_cases_waits_officer", "cases")
    op.drop_index("ix_cases_waits", "cases")
    op.drop_column("cases", "waits_since")
    op.drop_table("new_marks")
