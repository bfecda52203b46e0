"""Whose an entry of an identity is, and whose receipt a hand-over code makes.

Entries of before keep an empty `whose`: who wrote them was not recorded beside them, and is not guessed. A code that was
made when an officer filed is the filer's; one that was made later was given to the complainant, for the step asked how
the officer knows that it is the complainant.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COLUMNS = (("identity_entries", "whose"), ("receipt_envelopes", "made_for"))


def upgrade():
    for table, column in COLUMNS:  # both databases take a column with its own check, without a table made anew
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(20)"
            f" CONSTRAINT ck_{table}_{column} CHECK ({column} IN ('complainant', 'representative'))"
        )
    op.execute("UPDATE receipt_envelopes SET made_for = 'complainant' WHERE holder = 'handover'")
    op.execute(
        "UPDATE receipt_envelopes SET made_for = 'representative' WHERE holder = 'handover' AND EXISTS (SELECT 1"
        " FROM cases WHERE cases.id = receipt_envelopes.case_id AND cases.represented"
        " AND cases.received_at = receipt_envelopes.created_at)"
    )


def downgrade():
    for table, column in COLUMNS:
        op.drop_column(table, column)
