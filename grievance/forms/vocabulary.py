"""The words that belong to an association (vocabulary.toml): what is stored is the key, never the label.

A key on which the program depends is refused when it is missing: the rule that it carries would silently stop working.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from flask import current_app, has_app_context

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Severity
from grievance.models.people import Membership

SHIPPED = Path(__file__).parents[2] / "vocabulary.toml"
NEEDED: dict[str, dict[str, str]] = {
    "groups": {"sexual": "help stands on top for it, and only her own choice sends it to a company"},
    "topics": {},
    "tags": {"child": "only the complainant's own choice sends it to a company"},
    "memberships": {key.value: "companies are stored with it" for key in Membership},
    "services": {},
    "standards": {},
    "memberships_then": dict.fromkeys(
        ("member", "affiliate", "suspended", "subcontractor"),
        "it is a link to a member, and a complaint about one is not dismissed as not_member",
    ),
    "dismissals": {"not_member": "it is refused where the company had a link to a member"},
    "closings": {
        "remedied": "a remedied case ends by it",
        "settled": "a referred case ends by it",
        "no_answer": "who comes back after it goes on without an appeal",
    },
}
"""The lists that the file must have, and the keys that the program depends on, each with the reason."""
CAME_LATER = ("services", "standards")
"""Lists that an older file of an association lacks: it takes the shipped ones."""
CRITERIA = "criteria"
"""The one list that may be left out: what makes a case how severe."""
MAY_SAY = {"groups": {"label", "sign"}, "topics": {"label", "under", "means"}}
"""Of which lists a line may be a table, and what it may say."""
STORED_TOGETHER = (("groups", "topics", "tags"), ("dismissals", "closings"))
RESERVED = dict.fromkeys(("concern", "withdrawn", "wish_for_deletion"), "closings")
"""A step of its own closes a case with these; a choice by that name would read as that step."""
_KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
_SIGN = re.compile(r"[MmZzLlHhVvCcSsQqTtAa0-9 .,-]+")


@dataclass(frozen=True)
class Vocabulary:
    """`lists`: for each list its labels by key, in the order of the file. `signs`: paths of pictures, by group. `under`
    and `means`: the headings and definitions of topics; `criteria`: of severities."""

    lists: Mapping[str, Mapping[str, Any]]
    signs: Mapping[str, str]
    under: Mapping[str, Label]
    means: Mapping[str, Label]
    criteria: Mapping[str, Label]


def load(path: Path) -> Vocabulary:
    """Read vocabulary.toml. Raises ValueError with a sentence that names the list and the key."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        if missing := [name for name in CAME_LATER if name not in data and path != SHIPPED]:
            shipped = tomllib.loads(SHIPPED.read_text("utf-8"))
            data |= {name: shipped[name] for name in missing}
        _check(data)
    except ValueError as reason:
        raise ValueError(f"vocabulary.toml: {reason}") from None
    criteria = {key: _l(row) for key, row in data.pop(CRITERIA, {}).items()}
    lists = {name: {key: _l(_label(row)) for key, row in rows.items()} for name, rows in data.items()}
    signs = {key: row["sign"] for key, row in data["groups"].items() if "sign" in row}
    under, means = (_said(data["topics"], name) for name in ("under", "means"))
    return Vocabulary(lists, signs, under, means, criteria)


def _said(rows: dict[str, Any], name: str) -> dict[str, Label]:
    return {key: _l(row[name]) for key, row in rows.items() if isinstance(row, dict) and name in row}


def _check(data: dict[str, Any]) -> None:
    if wrong := sorted((set(data) - {CRITERIA}) ^ set(NEEDED)):
        raise ValueError(f"missing or unknown lists: {', '.join(wrong)}")
    for name, rows in data.items():
        if not isinstance(rows, dict) or not rows:
            raise ValueError(f'{name}: it needs at least one line like key = "What people read"')
        for key, row in rows.items():
            _check_row(name, key, row)
        _check_needed(name, rows)
    for names in STORED_TOGETHER:
        _check_apart(names, data)
    if unknown := sorted(set(data.get(CRITERIA, {})) - {key.value for key in Severity}):
        raise ValueError(f"criteria: {unknown[0]}: the program knows no such severity")


def _check_row(name: str, key: str, row: Any) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{name}: {key}: a key is up to 20 small letters, digits and _")
    if RESERVED.get(key) == name:
        raise ValueError(f"{name}: {key}: a step of its own closes a case with this")
    if name in MAY_SAY and isinstance(row, dict):
        _check_table(name, key, row)
    if not isinstance(_label(row), str) or not str(_label(row)).strip():
        raise ValueError(f"{name}: {key}: its label is missing")


def _check_table(name: str, key: str, row: dict[str, Any]) -> None:
    if unknown := sorted(set(row) - MAY_SAY[name]):
        raise ValueError(f"{name}: {key}: nothing reads {', '.join(unknown)}")
    if "sign" in row and not (isinstance(row["sign"], str) and _SIGN.fullmatch(row["sign"])):
        raise ValueError(f"{name}: {key}: sign is not the path of an SVG picture")
    for said in ("under", "means"):
        if said in row and not (isinstance(row[said], str) and row[said].strip()):
            raise ValueError(f"{name}: {key}: {said} must be a text")


def _label(row: Any) -> Any:
    return row.get("label") if isinstance(row, dict) else row


def _check_needed(name: str, rows: dict[str, Any]) -> None:
    for key, reason in NEEDED.get(name, {}).items():
        if key not in rows:
            raise ValueError(f"{name}: {key} is missing: {reason}")
    if name == "memberships" and (extra := sorted(set(rows) - set(NEEDED[name]))):
        raise ValueError(f"memberships: {extra[0]}: the program knows no such membership")


def _check_apart(names: tuple[str, ...], data: dict[str, Any]) -> None:
    """Lists whose keys lie in one column must not share any: a label would be the other one's."""
    seen: dict[str, str] = {}
    for name in names:
        for key in data[name]:
            if key in seen:
                raise ValueError(f"{name}: {key} is in {seen[key]} already, and both are stored in one place")
            seen[key] = name


@cache
def _shipped() -> Vocabulary:
    return load(SHIPPED)


def current() -> Vocabulary:
    """This application's; the shipped one where none runs, as when the tables of the procedure are looked at."""
    found: Vocabulary = current_app.extensions["vocabulary"] if has_app_context() else _shipped()
    return found


def by_heading(options: Sequence[tuple[str, Label]]) -> list[tuple[str, list[tuple[str, Label]]]]:
    """Choices below the headings that they stand under, in the order in which these come; without one, first."""
    under, groups = current().under, dict[str, list[tuple[str, Label]]]()
    for key, label in options:
        groups.setdefault(str(under.get(key, "")), []).append((key, label))
    return sorted(groups.items(), key=lambda group: group[0] != "")


class Words(Sequence[tuple[str, Label]]):
    """A list as the questions take it: (key, label) pairs, of whichever association runs the program. `more`: what
    stands behind them, of no association."""

    def __init__(self, name: str, *more: tuple[str, Label]) -> None:
        self.name, self.more = name, more

    def __iter__(self) -> Iterator[tuple[str, Label]]:
        return iter((*current().lists[self.name].items(), *self.more))

    def __len__(self) -> int:
        return len(current().lists[self.name]) + len(self.more)

    def __getitem__(self, index: Any) -> Any:
        return tuple(self)[index]


class Labels(Mapping[str, Label]):
    """The labels of some lists by key."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def __getitem__(self, key: str) -> Label:
        lists = current().lists
        found: Label = next((lists[name][key] for name in self.names if key in lists[name]), None) or _unknown(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return (key for name in self.names for key in current().lists[name])

    def __len__(self) -> int:
        return sum(1 for _key in self)


def _unknown(key: str) -> Any:
    raise KeyError(key)


def messages(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """For `pybabel extract` (babel.cfg): the texts of vocabulary.toml and the sources of procedure.toml."""
    text = file.read().decode("utf-8")
    for rows in tomllib.loads(text).values():
        for row in rows.values():
            for found in _texts(row):
                yield text.count("\n", 0, max(text.find(f'"{found}"'), 0)) + 1, None, found, []


def _texts(row: Any) -> list[str]:
    """The texts of a line that people read: an hour is none, nor is a length of time."""
    said = [row.get(name) for name in ("label", "source", "under", "means")] if isinstance(row, dict) else [row]
    return [one for one in said if isinstance(one, str) and re.search(r"[^\W\d]{2}", one)]
