from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

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
