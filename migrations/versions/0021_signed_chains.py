"""Each chain of events says how far the checkpoints have signed it.

Revision ID: 0021
Revises: 0020
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNSIGNED = "head_seq - signed_seq <> 0"
CLOSED_AND_OWED = (
    "UPDATE cases SET queue_at = (SELECT min(due_at) FROM limits WHERE limits.case_id = cases.id AND met_at IS NULL "
    "AND stopped_at IS NULL AND key NOT IN ('L6', 'L15') AND owed_by IN ('secretariat', 'approver')) "
    "WHERE state = 'closed'"
)


def upgrade():
    if "signed_seq" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("cases")}:
        # a branch called this one 0019 before it was merged: there it has run, and the 0019 of today has not
        op.execute(CLOSED_AND_OWED)
        return
    for table in ("cases", "chain_heads"):
        op.add_column(table, sa.Column("signed_seq", sa.Integer(), nullable=False, server_default="0"))
    _mark()
    which = sa.text(UNSIGNED)
    op.create_index("ix_cases_unsigned", "cases", ["id"], sqlite_where=which, postgresql_where=which)
    if op.get_bind().dialect.name == "postgresql":
        # without it, it would take nearly every case for unsigned, and read them all
        op.execute("CREATE STATISTICS st_cases_unsigned ON (head_seq - signed_seq) FROM cases")


def _mark():
    """What the checkpoints up to now have signed."""
    connection, signed = op.get_bind(), {}
    for (body,) in connection.execute(sa.text("SELECT body FROM checkpoints ORDER BY id")):
        signed |= {chain: seq for chain, (seq, _hash) in json.loads(body)["heads"].items()}
    marks = [{"chain": chain, "seq": seq} for chain, seq in signed.items()]
    for table, key in (("cases", "id"), ("chain_heads", "chain")):
        if marks:
            connection.execute(sa.text(f"UPDATE {table} SET signed_seq = :seq WHERE {key} = :chain"), marks)  # noqa: S608


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP STATISTICS st_cases_unsigned")
    op.drop_index("ix_cases_unsigned", "cases")
    for table in ("cases", "chain_heads"):
        op.drop_column(table, "signed_seq")
