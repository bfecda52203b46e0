"""A version that is still to come: this one with two migrations more, one that expands and one that contracts."""

from pathlib import Path

from faults.versions import unpack

EXPANDS = '''"""A table, a column that a small table of before does not fill, and an index on a table in use."""

import sqlalchemy as sa
from alembic import op

from grievance.maintenance.schema import beside

revision = "{number}"
down_revision = "{before}"
kind = "expand"


def upgrade():
    op.create_table("of_tomorrow", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("cases", sa.Column("of_tomorrow", sa.Boolean(), nullable=False, server_default=sa.false()))
    beside(op, op.create_index, "ix_cases_of_tomorrow", "cases", ["of_tomorrow", "id"])
'''
CONTRACTS = '''"""What the version before asked by, and tomorrow's does not."""

from alembic import op

from grievance.maintenance.schema import beside

revision = "{number}"
down_revision = "{before}"
kind = "contract"


def upgrade():
    beside(op, op.drop_index, "ix_cases_closed", "cases")
'''


def of_tomorrow(folder: Path) -> Path:
    """The program as it was committed last, and what it will have more."""
    unpack("HEAD", folder)
    versions = folder / "migrations" / "versions"
    for text in (EXPANDS, CONTRACTS):
        before = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
        number = f"{int(before) + 1:04}"
        (versions / f"{number}_of_tomorrow.py").write_text(text.format(number=number, before=before))
    return folder
