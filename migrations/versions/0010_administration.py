"""Companies have a history of membership, subcontractors, a certification, languages and a version.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from grievance.extensions import Base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = ("member", "affiliate", "former", "unconfirmed")
AFTER = ("member", "affiliate", "suspended", "former", "unconfirmed")


def membership(values):
    return sa.Enum(*values, name="membership", native_enum=False, create_constraint=True, length=20)


def columns():
    """New ones at each call: a column belongs to one table."""
    member = sa.ForeignKey("companies.id", name=op.f("fk_companies_member_of_id_companies"))
    return (
        sa.Column("other_languages", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("subcontractors", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("member_of_id", sa.Integer(), member),
        sa.Column("certification", sa.String(200), nullable=False, server_default=""),
        sa.Column("certified_until", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
    )


def companies(values, *more):
    """The whole table: SQLite makes it anew, and would lose the checks if it only looked at what is there."""
    return sa.Table(
        "companies", sa.MetaData(naming_convention=Base.metadata.naming_convention),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("membership", membership(values), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("weekend", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("trade_names", sa.JSON(), nullable=False, server_default="[]"),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("name", name=op.f("uq_companies_name")),
    )


def changed(values, *more):
    """The table with another list of memberships: made anew on SQLite, altered in place elsewhere."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.drop_constraint("membership", "companies", type_="check")
        op.create_check_constraint("membership", "companies", sa.column("membership").in_(values))
    table = companies(values, *more)
    return op.batch_alter_table("companies", copy_from=table, recreate="always" if sqlite else "never")


def upgrade():
    with changed(AFTER) as table:
        for column in columns():
            table.add_column(column)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("membership", membership(AFTER), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_memberships_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("company_id", "since", name=op.f("uq_memberships_company_id")),
    )


def downgrade():
    """A suspended member becomes a former one: to that, too, nothing new is referred."""
    op.drop_table("memberships")
    op.execute("UPDATE companies SET membership = 'former' WHERE membership = 'suspended'")
    with changed(BEFORE, *columns()) as table:
        for column in reversed(columns()):
            table.drop_column(column.name)
