"""One file with everything that must outlive a machine; back from it; and the drill that shows that it works.

`archive` knows the file, `tables` which tables are in it, `lines` what a row looks like in it, `required_keys` which
server keys it asks for. `write` makes one, `restore` goes back, with `re_erase` for what was erased since; `canary` and
`drill` try it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Tick = Callable[[int], object]
Progress = Callable[[str, int], AbstractContextManager[Tick]]
"""Called with what is done now and how many there are; gives what to call with each number that is done."""


class BackupError(Exception):
    """A backup cannot be made or used; the sentence says what is missing."""


@contextmanager
def silent(_label: str, _total: int) -> Iterator[Tick]:
    """The progress that nobody watches."""
    yield lambda _number: None
