from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect

from grievance.extensions import Base, db
from tests.conftest import ROOT


def test_the_migrations_make_exactly_the_tables_of_the_models_and_go_back(both):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    folder = str(ROOT / "migrations")
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    downgrade(directory=folder, revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(directory=folder)
    assert "events" in inspect(db.engine).get_table_names()


def test_the_checks_of_the_models_are_in_the_database(both):
    """Alembic does not compare them, and SQLite loses them where a table is made anew without care."""
    found = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
        there = {check["name"] for check in found.get_check_constraints(table.name)}
        assert wanted <= there, table.name
