"""Sealed words are found by an index of sealed blocks.

Revision ID: 0061
Revises: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "search_segments",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("dense", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_segments")),
        sa.UniqueConstraint("number", name=op.f("uq_search_segments_number")),
    )
    op.create_index("ix_search_segments_key_id", "search_segments", ["key_id"])
    op.create_table(
        "search_blocks",
        sa.Column("segment", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["segment"], ["search_segments.number"],
                                name=op.f("fk_search_blocks_segment_search_segments")),
        sa.PrimaryKeyConstraint("segment", "number", name=op.f("pk_search_blocks")),
    )
    if op.get_bind().dialect.name == "postgresql":  # two rows fill a page: nothing of it is to be laid apart
        op.execute("ALTER TABLE search_blocks ALTER COLUMN sealed SET STORAGE PLAIN")
    op.create_table(
        "searched_writings",
        sa.Column("writing_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["writing_id"], ["writings.id"], name=op.f("fk_searched_writings_writing_id_writings")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_searched_writings_case_id_cases")),
        sa.ForeignKeyConstraint(["segment"], ["search_segments.number"],
                                name=op.f("fk_searched_writings_segment_search_segments")),
        sa.PrimaryKeyConstraint("writing_id", name=op.f("pk_searched_writings")),
    )
    op.create_index("ix_searched_writings_case_id", "searched_writings", ["case_id"])
    op.create_index("ix_searched_writings_segment", "searched_writings", ["segment"])


def downgrade():
    op.drop_table("searched_writings")
    op.drop_table("search_blocks")
    op.drop_table("search_segments")
