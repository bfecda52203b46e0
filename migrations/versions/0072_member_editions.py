"""What the association publishes of its members, edition by edition.

Revision ID: 0072
Revises: 0071
"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None
OPEN = sa.text("waits")


def upgrade():
    op.create_table(
        "member_editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("proposed_by", sa.Integer()),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed", sa.Boolean()),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(confirmed IS NULL) = (decided_at IS NULL)", name=op.f("ck_member_editions_decided_has_a_date")
        ),
        sa.CheckConstraint("(decided_at IS NULL) = waits", name=op.f("ck_member_editions_waits_until_then")),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts.id"], name=op.f("fk_member_editions_proposed_by_accounts")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_member_editions_decided_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_editions")),
    )
    op.create_index(
        "uq_member_editions_one_open", "member_editions", ["waits"], unique=True, sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip


def downgrade():
    op.drop_table("member_editions")
