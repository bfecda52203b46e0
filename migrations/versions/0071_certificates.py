"""Of each company: its tier, its certificate, its services and its own grievance mechanism; and which reminders of a
certificate that lapses were sent.

What stands in `certification` stays: it names the standard where none of the list was chosen. Nobody has said yet which
members are certified: their tier is empty.

Revision ID: 0071
Revises: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None
TIERS = ("certified", "transitional", "affiliate", "former")
NEW = ("tier", "standard", "certified_by", "services", "certified_from", "certify_by", "grievance_at",
       "grievance_languages")  # fmt: skip


def _tier():
    return sa.Column("tier", sa.Enum(*TIERS, name="tier", native_enum=False, create_constraint=True, length=20))


def _listed(name):
    return sa.Column(name, sa.JSON(), nullable=False, server_default="[]")


def upgrade():
    with op.batch_alter_table("companies") as companies:
        companies.add_column(_tier())
        companies.add_column(sa.Column("standard", sa.String(20), nullable=False, server_default=""))
        companies.add_column(sa.Column("certified_by", sa.String(200), nullable=False, server_default=""))
        companies.add_column(_listed("services"))
        companies.add_column(sa.Column("certified_from", sa.Date()))
        companies.add_column(sa.Column("certify_by", sa.Date()))
        companies.add_column(_listed("grievance_at"))
        companies.add_column(_listed("grievance_languages"))
    with op.batch_alter_table("memberships") as memberships:
        memberships.add_column(_tier())
    op.create_table(
        "certificate_reminders",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_mail", sa.JSON(), nullable=False),
        sa.Column("mail_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_certificate_reminders_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "until", "days", name=op.f("pk_certificate_reminders")),
    )
    op.create_index("ix_certificate_reminders_mail_at", "certificate_reminders", ["mail_at"])


def downgrade():
    op.drop_table("certificate_reminders")
    with op.batch_alter_table("memberships") as memberships:
        memberships.drop_constraint("tier", type_="check")
        memberships.drop_column("tier")
    with op.batch_alter_table("companies") as companies:
        companies.drop_constraint("tier", type_="check")
        for name in NEW:
            companies.drop_column(name)
