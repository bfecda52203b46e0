"""Texts with the office's translation beside them, and of which she says that she cannot read them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grievance.models.case import Case
from grievance.models.sides import COMPANY
from grievance.models.writing import Writing
from grievance.workflow import reading
from grievance.workflow.texts_to_read import is_one

if TYPE_CHECKING:
    from grievance.reports.casefile import Opened

Pairs = list[tuple[Writing, "Opened"]]


def beside(side: str, case: Case, readable: Pairs, events: Sequence[tuple[Any, dict[str, Any]]]) -> Pairs:
    """`events`: of the case, the newest first, each with its facts. A company has no translation and learns of none."""
    if side == COMPANY:
        return readable
    known = reading.read((e.id, e.kind, e.happened_at, facts) for e, facts in reversed(events))
    named = [(w, _translation(w, o, known)) for w, o in readable]
    return [(w, replace(o, translations=_of(w.id, named), **_read(case, w, o, known))) for w, o in named]


def _translation(row: Writing, shown: "Opened", known: reading.Read) -> "Opened":
    which, language = known.beside.get(row.event_id or 0, ("", ""))
    if row.step != reading.TRANSLATE.step or not which:
        return shown
    return replace(shown, translates=which, langs=[language] * len(shown.fields))


def _of(which: str, found: Pairs) -> list["Opened"]:
    """The newest in each language."""
    newest = {tuple(o.langs): o for _w, o in reversed(found) if o.translates == which}
    return sorted(newest.values(), key=lambda o: o.at, reverse=True)


def _read(case: Case, row: Writing, shown: "Opened", known: reading.Read) -> dict[str, Any]:
    foreign = any(lang and lang != case.language for lang in shown.langs)
    return {"id": row.id, "to_read": is_one(row), "foreign": foreign, "unread": row.id in known.unread}
