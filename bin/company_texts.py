"""Every text that a person of a company can be shown, found in the code: for `bin/check_languages.py`.

Three sources. What the tables say to a company: its rows, the events, letters, limits and answers that it reads. What
its pages say: the templates that they render, with all that these include. And what Python says there: each function
of the faces COMPANY, ACCOUNT and CALENDAR and of the company's rows, with all that it names, down to the texts. Tables
are not followed by name, since most of their rows are the office's; a row's own functions are.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import LazyString

ROOT = Path(__file__).parents[1]
MARKS = {"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext"}
Name = tuple[str, str]
"""A definition: (module, name at its top level)."""


@dataclass
class Module:
    """A module's definitions by name, and what its imports mean: a module, or a definition of one."""

    defined: dict[str, list[ast.stmt]] = field(default_factory=lambda: defaultdict(list))
    imported: dict[str, str] = field(default_factory=dict)


@cache
def module(name: str) -> Module | None:
    path = ROOT / name.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not name.startswith("grievance") or not file.exists():
        return None
    tree, found = ast.parse(file.read_text()), Module()
    for node in tree.body:
        for defined in _names(node):
            found.defined[defined].append(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.imported |= {(one.asname or one.name): f"{node.module}.{one.name}" for one in node.names}
    return found


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _meant(dotted: str) -> Name | str | None:
    """What an import's name is: a definition of a module of ours, or such a module."""
    if module(dotted):
        return dotted
    inside, _dot, name = dotted.rpartition(".")
    return (inside, name) if module(inside) else None


def _mentioned(where: str, node: ast.AST) -> Iterator[Name]:
    """The definitions that a piece of code names: its own module's, imported ones, and those of imported modules."""
    here = module(where)
    if here is None:
        return
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            if one.id in here.defined:
                yield where, one.id
            elif isinstance(meant := _meant(here.imported.get(one.id, "")), tuple):
                yield meant
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            meant = _meant(here.imported.get(one.value.id, ""))
            if isinstance(meant, str):
                yield meant, one.attr


def texts_in(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in MARKS and one.args:
            first = one.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def reached(roots: Iterable[Name], apart: Iterable[str]) -> dict[Name, Name | None]:
    """Each definition that the roots lead to, with the one that led there. `apart`: not followed, as `module.name`, or
    `module` for all of it."""
    kept_out, waits = set(apart), [(root, None) for root in roots]
    found: dict[Name, Name | None] = {}
    while waits:
        name, from_where = waits.pop()
        where, defined = name
        if name in found or where in kept_out or ".".join(name) in kept_out:
            continue
        here = module(where)
        if here is None:
            continue
        if defined not in here.defined:  # it is imported there
            if isinstance(meant := _meant(here.imported.get(defined, "")), tuple):
                waits.append((meant, from_where))
            continue
        found[name] = from_where
        waits += [(one, name) for node in here.defined[defined] for one in _mentioned(where, node)]
    return found


def texts_of(found: Iterable[Name]) -> Iterator[tuple[str, str]]:
    """(text, where it stands) of each definition."""
    for where, defined in found:
        here = module(where)
        for node in here.defined[defined] if here else ():
            yield from ((text, f"{where}.{defined}") for text in texts_in(node))


def templates_named(found: Iterable[Name]) -> set[str]:
    """The templates whose names these definitions hold."""
    said = set()
    for where, defined in found:
        here = module(where)
        for node in here.defined[defined] if here else ():
            said |= {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and _is_page(one.value)}
    return said


def _is_page(value: Any) -> bool:
    return isinstance(value, str) and value.endswith(".html") and (ROOT / "templates" / value).exists()


# --- functions of rows --------------------------------------------------------------------------------------


def definitions_of(function: Any) -> Iterator[Name]:
    """Where a function of a row is defined, and those that it holds inside: conditions are often made by another."""
    where, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "").split(".")[0]
    if module(where or "") and name:
        yield where, name
    for cell in getattr(function, "__closure__", None) or ():
        held = cell.cell_contents
        for one in held if isinstance(held, tuple | list | set | frozenset) else (held,):
            if callable(one) and not isinstance(one, type):
                yield from definitions_of(one)


def held_texts(function: Any) -> Iterator[str]:
    """The texts that a made condition was given."""
    for cell in getattr(function, "__closure__", None) or ():
        if isinstance(cell.cell_contents, LazyString):
            yield message_of(cell.cell_contents)
        elif callable(cell.cell_contents):
            yield from held_texts(cell.cell_contents)


def message_of(text: object) -> str:
    """What the catalogues have for a text, before values are put into it."""
    return str(text._args[0] if isinstance(text, LazyString) and text._args else text)  # noqa: SLF001 - it has no other
