"""Webhooks of companies, and what each is still to be told.

Revision ID: 0078
Revises: 0077
"""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("again_at IS NOT NULL")


def upgrade():
    op.create_table(
        "company_webhooks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(253), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("former", sa.LargeBinary(), nullable=True),
        sa.Column("former_until", MOMENT, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("fault", sa.String(20), nullable=True),
        sa.Column("given_up_at", MOMENT, nullable=True),
        sa.Column("off_at", MOMENT, nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_company_webhooks_account_id_accounts")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_company_webhooks_party_id_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_webhooks")),
    )
    op.create_index(op.f("ix_company_webhooks_account_id"), "company_webhooks", ["account_id"])
    op.create_index(op.f("ix_company_webhooks_party_id"), "company_webhooks", ["party_id"])
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("webhook_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("again_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_webhook_messages_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["company_webhooks.id"], name=op.f("fk_webhook_messages_webhook_id_company_webhooks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_messages")),
    )
    op.create_index(op.f("ix_webhook_messages_case_id"), "webhook_messages", ["case_id"])
    op.create_index(op.f("ix_webhook_messages_webhook_id"), "webhook_messages", ["webhook_id"])
    op.create_index(
        "ix_webhook_messages_waiting", "webhook_messages", ["again_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "webhook_letters",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_webhook_letters_letter_id_letters")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_webhook_letters_party_id_parties")),
        sa.PrimaryKeyConstraint("letter_id", "party_id", name=op.f("pk_webhook_letters")),
    )


def downgrade():
    op.drop_table("webhook_letters")
    op.drop_table("webhook_messages")
    op.drop_table("company_webhooks")
