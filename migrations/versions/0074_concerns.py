"""Concerns about companies: what they were asked to put right, measures against them, what is owed by a day, and words.

Revision ID: 0074
Revises: 0073
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "concerns",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "personnel", "governance", "other", name="of", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "case",
                "figures",
                "news",
                "audit",
                "visit",
                "certification",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("may_ask", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "closed",
                "asked",
                "reported",
                "verified",
                "unmet",
                "withdrawn",
                "hearing",
                "heard",
                "in_force",
                "not_taken",
                "appealed",
                "ended",
                name="stands",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_concerns_closed_has_a_date")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_concerns_case_id_cases")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_concerns_company_id_companies")),
        sa.ForeignKeyConstraint(["opened_by"], ["accounts.id"], name=op.f("fk_concerns_opened_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    op.create_index(op.f("ix_concerns_case_id"), "concerns", ["case_id"], unique=False)
    op.create_index(op.f("ix_concerns_company_id"), "concerns", ["company_id"], unique=False)
    op.create_table(
        "concern_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("concern_id", sa.String(length=32), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "thing",
            sa.Enum("concern", "action", "measure", name="thing", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "rung",
            sa.Enum(
                "advice",
                "warning",
                "good_standing",
                "suspension",
                "expulsion",
                name="rung",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "cause",
            sa.Enum(
                "personnel",
                "governance",
                "action",
                "duties",
                "other",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "closed",
                "asked",
                "reported",
                "verified",
                "unmet",
                "withdrawn",
                "hearing",
                "heard",
                "in_force",
                "not_taken",
                "appealed",
                "ended",
                name="stands",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("in_force_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(thing = 'measure') = (rung IS NOT NULL)", name=op.f("ck_concern_items_a_measure_has_a_rung")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_concern_items_company_id_companies")),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f("fk_concern_items_concern_id_concerns")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_concern_items_decided_by_accounts")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_concern_items_proposed_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_items")),
    )
    op.create_index(op.f("ix_concern_items_company_id"), "concern_items", ["company_id"], unique=False)
    op.create_index(op.f("ix_concern_items_concern_id"), "concern_items", ["concern_id"], unique=False)
    op.create_table(
        "concern_limits",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("warn_first_at", UtcDateTime(), nullable=True),
        sa.Column("warn_last_at", UtcDateTime(), nullable=True),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("met_at", UtcDateTime(), nullable=True),
        sa.Column("missed_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("wake_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["concern_items.id"], name=op.f("fk_concern_limits_item_id_concern_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_limits")),
    )
    op.create_index(op.f("ix_concern_limits_item_id"), "concern_limits", ["item_id"], unique=False)
    op.create_index(op.f("ix_concern_limits_wake_at"), "concern_limits", ["wake_at"], unique=False)
    op.create_table(
        "concern_proposals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("concern_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("words_id", sa.String(length=32), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("solo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL)", name=op.f("ck_concern_proposals_decided_has_a_date")
        ),
        sa.CheckConstraint(
            "solo OR decided_by IS NULL OR NOT approved OR decided_by <> proposed_by",
            name=op.f("ck_concern_proposals_two_people"),
        ),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f("fk_concern_proposals_concern_id_concerns")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_concern_proposals_decided_by_accounts")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["concern_items.id"], name=op.f("fk_concern_proposals_item_id_concern_items")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["accounts.id"], name=op.f("fk_concern_proposals_proposed_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_proposals")),
    )
    op.create_index(op.f("ix_concern_proposals_concern_id"), "concern_proposals", ["concern_id"], unique=False)
    op.create_table(
        "concern_words",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("concern_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column(
            "reader",
            sa.Enum("secretariat", "company", name="reader", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("of_case", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_concern_words_account_id_accounts")),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f("fk_concern_words_concern_id_concerns")),
        sa.ForeignKeyConstraint(["item_id"], ["concern_items.id"], name=op.f("fk_concern_words_item_id_concern_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_words")),
    )
    op.create_index(op.f("ix_concern_words_concern_id"), "concern_words", ["concern_id"], unique=False)
    op.create_index(op.f("ix_concern_words_item_id"), "concern_words", ["item_id"], unique=False)
    op.create_index(op.f("ix_concern_words_key_id"), "concern_words", ["key_id"], unique=False)


def downgrade():
    for table in ("concern_words", "concern_proposals", "concern_limits", "concern_items", "concerns"):
        op.drop_table(table)
