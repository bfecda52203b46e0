"""Alembic's environment: the application's own engine and tables."""

from alembic import context
from flask import current_app

from grievance.extensions import Base
from grievance.maintenance import schema

config = context.config
engine = current_app.extensions["migrate"].db.engine
arguments = current_app.extensions["migrate"].configure_args

if context.is_offline_mode():
    context.configure(url=str(engine.url), target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        if engine.dialect.name == "postgresql":
            context.execute(schema.GIVES_WAY)
        context.run_migrations()
else:
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # a table that is made anew is dropped for a moment; what refers to it must not stop that
            raw.execute("PRAGMA foreign_keys=OFF")
            connection.execution_options(writes=True)  # nobody writes between the first look and the end
        else:
            connection.exec_driver_sql(schema.GIVES_WAY)
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transactional_ddl=True,
            on_version_apply=schema.note_step,
            **arguments,
        )  # everything that one command does, or nothing: SQLite can, though Alembic does not expect it
        try:
            with context.begin_transaction():
                context.run_migrations()
                if sqlite and (broken := raw.execute("PRAGMA foreign_key_check").fetchall()):
                    raise RuntimeError(f"a migration left rows without what they refer to: {broken[:3]}")
            connection.commit()
        finally:
            if not sqlite:
                connection.invalidate()  # what was set on it ends with it
        if sqlite:
            raw.execute("PRAGMA foreign_keys=ON")
