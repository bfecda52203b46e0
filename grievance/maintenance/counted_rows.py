"""A database chooses among its indexes by how many rows each has: SQLite has to be told to count, PostgreSQL counts."""

from grievance.extensions import db
from grievance.record.transaction import unit_of_work

LOOKED_AT = 400
"""Rows of each index that are looked at: some milliseconds, however many there are."""


def count_rows() -> None:
    """Each hour. Connections that are open know of it when they are made anew (`pool_recycle` of the configuration)."""
    if db.engine.dialect.name == "sqlite":
        with unit_of_work() as session:
            connection = session.connection()
            connection.exec_driver_sql(f"PRAGMA analysis_limit={LOOKED_AT}")
            connection.exec_driver_sql("ANALYZE")
