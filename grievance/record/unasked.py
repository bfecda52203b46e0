"""What follows from memory alone: a question to the database about one case is noticed before it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from grievance.extensions import db

SHARED = "shared"
"""Where a unit of work has it while it reads what `transaction.once` keeps for all."""


@contextmanager
def shared() -> Iterator[None]:
    """What is read meanwhile is about no case."""
    info = db.session.info
    before = info.get(SHARED, False)
    info[SHARED] = True
    try:
        yield
    finally:
        info[SHARED] = before


@contextmanager
def unasked(refusal: type[Exception]) -> Iterator[None]:
    """Raises `refusal` where anything inside reads from the database what is not shared, or writes to it. Part of a
    unit of work, in which nothing waits to be written."""
    session = db.session()
    connection = session.connection()

    def refuse(*_said: object) -> None:
        if not session.info.get(SHARED):
            raise refusal

    watched = ((connection, "before_cursor_execute"), (session, "before_flush"))
    for target, name in watched:
        event.listen(target, name, refuse)
    try:
        with session.no_autoflush:
            yield
    finally:
        for target, name in watched:
            event.remove(target, name, refuse)
