"""Alembic's environment: the application's own engine and tables."""

from alembic import context
from flask import current_app

from grievance.extensions import Base

config = context.config
engine = current_app.extensions["migrate"].db.engine
arguments = current_app.extensions["migrate"].configure_args

if context.is_offline_mode():
    context.configure(url=str(engine.url), target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, **arguments)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
