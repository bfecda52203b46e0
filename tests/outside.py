"""Changes by somebody who can write to the database and does not use the program."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import scoped_session

from grievance.extensions import db


@contextmanager
def from_outside() -> Iterator[scoped_session[Any]]:
    """What is changed inside is committed, and no event of the record speaks of it."""
    db.session.rollback()
    yield db.session
    db.session.commit()
