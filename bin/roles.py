"""`make docs`: deploy/roles.sql, from what each process may do with each table."""

from pathlib import Path

from grievance import models  # noqa: F401 - so that every table is known
from grievance.maintenance.database_roles import as_sql
from grievance.maintenance.grants import GRANTS

FILE = Path(__file__).parent.parent / "deploy" / "roles.sql"

if __name__ == "__main__":
    FILE.write_text(as_sql(GRANTS), "utf-8")
