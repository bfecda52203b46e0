"""What many tests begin with is made by the first of them, and lies ready for the others."""

import filecmp
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine

from grievance import clock
from grievance.extensions import db
from tests import trusted

DATABASE = "grievance.sqlite"
OF_THE_PLACE = {DATABASE, "files", "pins.json", "canary.json"}
"""What an application of the tests has in its folder."""


@dataclass(frozen=True)
class Kept:
    """A folder as it was when something was made there; what was given; and what counts as said by the record."""

    folder: Path
    given: Any
    names: frozenset[tuple[str, str]]


class Ready:
    """Of one process. What was made in one hour is not of another one: what is said to be of today is of today."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.folder, self.template = folder, template
        self.known: dict[tuple[str, str], Kept] = {}

    def made(self, name: str, place: Path, make: Callable[[], Any]) -> Any:
        """What `make` gives, on the SQLite database in this folder. Where something is there besides the cast, or the
        clock is another one, it is made here and kept for nobody."""
        if time_machine.escape_hatch.is_travelling() or not self._is_fresh(place):
            return make()
        key = name, clock.now().isoformat()[:13]
        if key in self.known:
            return self._laid(self.known[key], place)
        before = {path.name for path in place.iterdir()} - OF_THE_PLACE
        given = make()
        _closed()
        kept = Kept(self.folder / str(len(self.known)), given, frozenset(trusted.NAMES))
        kept.folder.mkdir()
        for path in place.iterdir():
            if path.name not in before:
                _copied(path, kept.folder)
        self.known[key] = kept
        return given

    def made_on(self, both: Any, name: str, place: Path, make: Callable[[], Any]) -> Any:
        """The same on each database of `both`; on PostgreSQL it is made each time."""
        return self.made(name, place, make) if both.kind == "sqlite" else make()

    def _is_fresh(self, place: Path) -> bool:
        written = place / f"{DATABASE}-wal"
        if written.exists() and written.stat().st_size:
            return False
        return filecmp.cmp(place / DATABASE, self.template, shallow=False) and not (place / "files").exists()

    def _laid(self, kept: Kept, place: Path) -> Any:
        _closed()
        for path in kept.folder.iterdir():
            _copied(path, place)
        trusted.NAMES.update(kept.names)
        return kept.given


def _closed() -> None:
    db.session.remove()
    db.engine.dispose()


def _copied(path: Path, folder: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, folder / path.name, dirs_exist_ok=True)
    else:
        shutil.copy2(path, folder / path.name)


@pytest.fixture(scope="session")
def ready(sqlite_template, tmp_path_factory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("ready")
    yield Ready(folder, sqlite_template.path)
    shutil.rmtree(folder)
