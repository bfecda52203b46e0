"""Several respondents on one complaint: what another company does is a part, and a case of its own.

Revision ID: 0083
Revises: 0082
"""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("part_of", sa.String(32), nullable=True))
        batch.add_column(sa.Column("part_number", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("parts", sa.Integer(), nullable=False, server_default="0"))
        batch.create_foreign_key(op.f("fk_cases_part_of_cases"), "cases", ["part_of"], ["id"])
        batch.create_check_constraint(op.f("ck_cases_parts_have_no_parts"), "part_of IS NULL OR parts = 0")
        batch.create_check_constraint(op.f("ck_cases_parts_are_numbered"), "(part_of IS NULL) = (part_number = 0)")
    op.create_index("ix_cases_part_of", "cases", ["part_of"])
    op.create_table(
        "part_keys",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_part_keys_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_part_keys")),
    )


def downgrade():
    op.drop_table("part_keys")
    op.drop_index("ix_cases_part_of", "cases")
    with op.batch_alter_table("cases") as batch:
        batch.drop_constraint(op.f("ck_cases_parts_are_numbered"), type_="check")
        batch.drop_constraint(op.f("ck_cases_parts_have_no_parts"), type_="check")
        batch.drop_constraint(op.f("fk_cases_part_of_cases"), type_="foreignkey")
        for name in ("parts", "part_number", "part_of"):
            batch.drop_column(name)
