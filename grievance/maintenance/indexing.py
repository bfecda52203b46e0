"""Keeps the index of sealed words up to date, in the session of a member of the Secretariat: nobody else holds a key.

Few words wait until there are more, so that a segment tells of no single writing: a search reads them as they are. At
the day's first search they are indexed all the same. After an upgrade or a restore there are many: a button indexes
them, and shows how far it is."""

import gc
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.search import SearchSegment
from grievance.record.transaction import unit_of_work
from grievance.reports import searchable
from grievance.reports.word_search import WAITS
from grievance.search import merging, store

CASES = 100
"""So many at once: about a second."""
PRESS = 5_000
"""More of them no press of the button reads, however fast it is: their order is asked for once."""
SECONDS = 8.0
"""For so long one press of the button works."""


def at_a_search(person: Person) -> None:
    """What a search does first, where it is due: the words of at most `CASES` cases. Raises `Refused`."""
    until, waiting = time.monotonic() + SECONDS, len(searchable.waiting(WAITS + 1))
    if waiting and (not _made_today() or (waiting > WAITS and searchable.cases_waiting(CASES + 1) <= CASES)):
        index_some(person)
        merge_once(person, until)


def merge_once(person: Person, until: float = math.inf) -> None:
    """Small segments become one where there are enough of them: at most one such, and none once the time is over, so
    that nobody waits for more at one request. `until`: of `time.monotonic`. Raises `Refused`."""
    with suppress(CannotOpen, KeyError):  # a search finds that out, and it is made again
        if time.monotonic() < until and (some := merging.due(person)):
            merging.merge(some)


def index_some(person: Person) -> bool:
    """The words of at most `CASES` cases; whether there were any. Raises `Refused`."""
    return index_cases(person, searchable.newest_waiting(CASES))


def index_cases(person: Person, case_ids: Sequence[str]) -> bool:
    """All that waits of these cases; whether there was anything. Raises `Refused`."""
    with uncollected():
        some = searchable.of_waiting_cases(person, case_ids)
        return bool(some) and store.add([one.document() for one in some])


@contextmanager
def uncollected() -> Iterator[None]:
    """For a batch, about a second: of each word in each writing there is a list, and none of them is garbage before the
    segment is made. The collector would look at all of them again and again, for two thirds of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def go_on(person: Person) -> None:
    """What the button does. Raises `Refused`."""
    until, ids = time.monotonic() + SECONDS, searchable.newest_waiting(PRESS)
    for at in range(0, len(ids), CASES):
        if not index_cases(person, ids[at : at + CASES]) or time.monotonic() > until:
            break
    merge_once(person, until)


def make_again(person: Person) -> None:
    """Take away what does not open: its writings wait, and are indexed again. So do writings that stand nowhere."""
    numbers = store.unfit(person)
    with unit_of_work(effect=False):
        store.drop(SearchSegment.number.in_(numbers))
        store.find_left()


def _made_today() -> bool:
    newest = db.session.scalar(select(func.max(SearchSegment.made_on)))
    return newest is not None and newest >= clock.office_today()
