"""checklists.toml, read and checked: what the office goes through in cases of some kind (docs/decisions/0072)."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grievance.forms.vocabulary import STORED_TOGETHER, Vocabulary

FILE = "checklists.toml"
SHIPPED = Path(__file__).resolve().parents[2] / FILE
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


def load(procedure: Path, vocabulary: Vocabulary) -> tuple[Checklist, ...]:
    """The lists beside this procedure.toml, or where it has none beside it those that are shipped. Raises ValueError
    with a sentence that names the list; of the shipped ones not for a topic that the office's vocabulary left out."""
    own = procedure.with_name(FILE).resolve()
    try:
        data = tomllib.loads((own if own.exists() else SHIPPED).read_text("utf-8"))
    except ValueError as reason:
        raise ValueError(f"{FILE}: {reason}") from None
    found = tuple(_lists(data))
    if own.exists() and own != SHIPPED:
        _check_topics(found, vocabulary)
    return found


def _check_topics(lists: Iterable[Checklist], vocabulary: Vocabulary) -> None:
    """A list for a topic that there is not would never show."""
    known = {key for name in STORED_TOGETHER[0] for key in vocabulary.lists[name]}
    for one in lists:
        if unknown := one.topics - known:
            names = ", ".join(sorted(unknown))
            raise ValueError(f"{FILE}: {one.key}: topics that vocabulary.toml does not have: {names}")


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
