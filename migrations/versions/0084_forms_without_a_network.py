"""Forms without a network: who sends them, what arrived, and the keys to which phones seal.

Revision ID: 0084
Revises: 0083
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

WAITS = sa.text("settled_at IS NULL")


def upgrade():
    op.create_table(
        "field_tokens",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_field_tokens_ended_by_somebody")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_field_tokens_made_by_accounts")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_field_tokens_ended_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_field_tokens_digest")),
    )
    op.create_table(
        "field_submissions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("known", sa.String(64), nullable=False),
        sa.Column("said", sa.String(64), nullable=False),
        sa.Column("token_id", sa.String(32), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("unsealed", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(20), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_field_submissions_settled_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["field_tokens.id"], name=op.f("fk_field_submissions_token_id_field_tokens")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_field_submissions_case_id_cases")),
        sa.ForeignKeyConstraint(["settled_by"], ["accounts.id"], name=op.f("fk_field_submissions_settled_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_submissions")),
        sa.UniqueConstraint("known", "said", name=op.f("uq_field_submissions_known")),
    )
    op.create_index("ix_field_submissions_token_id", "field_submissions", ["token_id"])
    op.create_index("ix_field_submissions_case_id", "field_submissions", ["case_id"])
    op.create_index(
        "ix_field_submissions_waits", "field_submissions", ["arrived_at"], sqlite_where=WAITS, postgresql_where=WAITS
    )
    op.create_table(
        "field_parts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("submission_id", sa.String(32), nullable=False),
        sa.Column("is_form", sa.Boolean(), nullable=False),
        sa.Column("known", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("commit", sa.String(64), nullable=True),
        sa.CheckConstraint("(sealed IS NULL) = (key_id IS NULL)", name=op.f("ck_field_parts_sealed_to_a_key")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["field_submissions.id"], name=op.f("fk_field_parts_submission_id_field_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_parts")),
        sa.UniqueConstraint("submission_id", "known", name=op.f("uq_field_parts_submission_id")),
    )
    op.create_index("ix_field_parts_key_id", "field_parts", ["key_id"])
    op.create_table(
        "field_keys",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_field_keys_decided_by_somebody")),
        sa.CheckConstraint("decided_at IS NOT NULL OR NOT confirmed", name=op.f("ck_field_keys_confirmed_when_decided")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_field_keys_proposed_by_accounts")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_field_keys_decided_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_keys")),
    )
    op.create_index("ix_field_keys_key_id", "field_keys", ["key_id"])


def downgrade():
    for table in ("field_keys", "field_parts", "field_submissions", "field_tokens"):
        op.drop_table(table)
