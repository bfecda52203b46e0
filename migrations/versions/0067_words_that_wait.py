"""Writings that are in no segment of the index are rows of a small table, so that a search need not look for them.

Revision ID: 0067
Revises: 0066
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "unsearched_writings",
        sa.Column("writing_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["writing_id"], ["writings.id"], name=op.f("fk_unsearched_writings_writing_id_writings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_unsearched_writings_case_id_cases")),
        sa.PrimaryKeyConstraint("writing_id", name=op.f("pk_unsearched_writings")),
    )
    op.create_index("ix_unsearched_writings_case_id", "unsearched_writings", ["case_id"])
    op.execute(
        "INSERT INTO unsearched_writings (writing_id, case_id) SELECT writings.id, writings.case_id FROM writings"
        " JOIN secretariat_envelopes ON secretariat_envelopes.case_id = writings.case_id"
        " WHERE writings.id NOT IN (SELECT writing_id FROM searched_writings)"
    )
    _each_new_one_waits()


def _each_new_one_waits():
    """Whoever writes it, and however: also a restore, which brings the writings back and no index."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION writing_waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO unsearched_writings (writing_id, case_id) VALUES (NEW.id, NEW.case_id); RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER writings_wait AFTER INSERT ON writings FOR EACH ROW EXECUTE FUNCTION writing_waits()"
        )
        return
    op.execute(
        "CREATE TRIGGER writings_wait AFTER INSERT ON writings BEGIN "
        "INSERT INTO unsearched_writings (writing_id, case_id) VALUES (NEW.id, NEW.case_id); END"
    )


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER writings_wait ON writings")
        op.execute("DROP FUNCTION writing_waits()")
    else:
        op.execute("DROP TRIGGER writings_wait")
    op.drop_table("unsearched_writings")
