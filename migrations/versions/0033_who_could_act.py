"""The head of the office, deputies in one case, and changes of an account that two people make.

The head of an office of before is its first approver who has not left.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ROLES = ("complainant", "representative", "officer", "approver", "custodian", "company", "clock")


def _role(name):
    return sa.Enum(*ROLES, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade():
    op.add_column("accounts", sa.Column("head", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE accounts SET head = true WHERE id ="
        " (SELECT min(id) FROM accounts WHERE role = 'approver' AND status <> 'left')"
    )
    head = sa.text("head")
    op.create_index("uq_accounts_one_head", "accounts", ["head"], unique=True, sqlite_where=head, postgresql_where=head)
    op.create_table(
        "deputies",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_id", sa.String(32), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("role", _role("role"), nullable=False),
        sa.Column("named_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("case_id", "account_id", "role"),
        sa.CheckConstraint("role IN ('officer', 'approver')", name="acts_for_the_secretariat"),
    )
    op.create_index("ix_deputies_account_id", "deputies", ["account_id"])
    op.create_table(
        "account_changes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column(
            "what",
            sa.Enum("head", "role", name="change", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("role", _role("role"), nullable=True),
        sa.Column("company_id", sa.Integer(), sa.ForeignKey("companies.id"), nullable=True),
        sa.Column("proposed_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("(what = 'role') = (role IS NOT NULL)", name="a_role_is_named"),
        sa.CheckConstraint("(confirmed IS NULL) = (decided_at IS NULL)", name="decided_has_a_date"),
        sa.CheckConstraint("confirmed IS NULL OR NOT confirmed OR decided_by <> proposed_by", name="two_people"),
    )
    waiting = sa.text("decided_at IS NULL")
    op.create_index(
        "uq_account_changes_one_open",
        "account_changes",
        ["account_id", "what"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade():
    op.drop_table("account_changes")
    op.drop_table("deputies")
    op.drop_index("uq_accounts_one_head", "accounts")
    op.drop_column("accounts", "head")
