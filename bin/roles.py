"""`make docs`: the grants at the end of deploy/roles.sql, from what each process may do with each table."""

from pathlib import Path

from grievance import models  # noqa: F401 - so that every table is known
from grievance.maintenance.database_roles import MADE, as_sql
from grievance.maintenance.grants import GRANTS

FILE = Path(__file__).parent.parent / "deploy" / "roles.sql"

if __name__ == "__main__":
    by_hand = FILE.read_text("utf-8").partition(MADE)[0]
    FILE.write_text(by_hand + as_sql(GRANTS), "utf-8")
