"""checklists.toml, read and checked: what the office goes through in cases of some kind (docs/decisions/0072)."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "checklists.toml"
SHIPPED = Path(__file__).parents[2] / FILE
KEY = re.compile(r"[a-z][a-z0-9_]{0,38}", re.ASCII)


@dataclass(frozen=True)
class Checklist:
    """`key`: as the file has it; `topics`: a case with one of them has the list; `items`: sentences by their keys."""

    key: str
    title: str
    topics: frozenset[str]
    items: Mapping[str, str]

    def is_for(self, topics: Collection[str]) -> bool:
        return not self.topics.isdisjoint(topics)


def load(procedure: Path) -> tuple[Checklist, ...]:
    """The lists beside this procedure.toml, or where it has none beside it those that are shipped. Raises ValueError
    with a sentence that names the list."""
    own = procedure.with_name(FILE)
    try:
        data = tomllib.loads((own if own.exists() else SHIPPED).read_text("utf-8"))
    except ValueError as reason:
        raise ValueError(f"{FILE}: {reason}") from None
    return tuple(_lists(data))


def _lists(data: Mapping[str, Any]) -> Iterator[Checklist]:
    for key, said in data.items():
        if not KEY.fullmatch(key) or not isinstance(said, dict) or set(said) != {"title", "topics", "items"}:
            raise ValueError(f"{FILE}: {key}: a list has a title, topics and items, and nothing else")
        topics, items = said["topics"], said["items"]
        if not _is_text(said["title"]) or not isinstance(topics, list) or not all(map(_is_text, topics)):
            raise ValueError(f"{FILE}: {key}: its title is a text, and its topics are a list of texts")
        if not isinstance(items, dict) or not all(KEY.fullmatch(one) and _is_text(text) for one, text in items.items()):
            raise ValueError(f"{FILE}: {key}: its items are sentences, each under a key of small letters")
        yield Checklist(key, said["title"], frozenset(topics), dict(items))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
