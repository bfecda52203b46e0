"""One public verb, one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import scoped_session

from grievance.extensions import db


@contextmanager
def unit_of_work() -> Iterator[scoped_session[Any]]:
    """Everything inside is committed together or not at all; raising rolls back.

    The read snapshot ends first: what was read before the lock must not decide what is written under it.
    """
    session = db.session
    session.rollback()
    session.connection(execution_options={"sqlite_write": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
