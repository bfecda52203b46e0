"""A sealed writing without a part of it: what is left is sealed anew in its place, and a mark stands for what went. The
record still holds the hash of what was there, and the event that took it out that of what is there now.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from grievance.crypto.compartments import CaseKeys
from grievance.crypto.sealing import open_sealed, seal
from grievance.extensions import db
from grievance.models.writing import Attachment, Decision, Writing
from grievance.record.writings import EXACT, is_emptied, writing_place

MARK = "\u2587\u2587\u2587"
"""Of one length: how much was taken out would tell what it was."""
TAKEN_OUT = "taken_out"
"""The answer by which a writing says that a part of it is gone; `answer_view` has its words."""
PLACES = "places"
_FILES = "files/"


def whole(keys: CaseKeys, writing: Writing) -> dict[str, Any]:
    """All that a writing says, with what stands beside the words. Raises `NoKey` or `CannotOpen`."""
    key = keys.key(writing.compartment, writing.n, writing.epoch)
    says: dict[str, Any] = json.loads(open_sealed(key, writing.sealed, writing_place(writing)))
    return says


def seal_anew(keys: CaseKeys, writing: Writing, says: Mapping[str, Any]) -> None:
    """What it says from now on. The event of the step vouches for the row as it is then."""
    key = keys.key(writing.compartment, writing.n, writing.epoch)
    writing.sealed = seal(key, json.dumps(says, ensure_ascii=False).encode(), writing_place(writing))


def texts_with(says: Mapping[str, Any], passage: str) -> list[tuple[str, int]]:
    """In which answers a passage stands, and how often. A chosen answer is one word of the program's, and none of
    anybody's: an answer of one word has no passages."""
    prose = {name: text for name, text in says.items() if _is_prose(name, text)}
    return [(name, text.count(passage)) for name, text in prose.items() if passage in text]


def _is_prose(name: str, text: Any) -> bool:
    return name not in (EXACT, TAKEN_OUT) and isinstance(text, str) and _is_written(text)


def _is_written(text: str) -> bool:
    return len(text.split()) > 1


def is_prose(says: Mapping[str, Any]) -> bool:
    """Whether anything in it was written, so that a passage of it can go."""
    return any(_is_prose(name, text) for name, text in says.items())


def without_passage(says: Mapping[str, Any], passage: str) -> dict[str, Any]:
    return {**{name: _masked(text, passage) if _is_prose(name, text) else text for name, text in says.items()},
            TAKEN_OUT: MARK}  # fmt: skip


def proposed_without(says: Mapping[str, Any], passage: str) -> dict[str, Any]:
    """What was proposed, its prose without the passage: which step it is and what was chosen stay."""
    return {**says, "values": _masked(says["values"], passage)}


def _masked(value: Any, passage: str) -> Any:
    """In whatever prose it stands: a text, a list, an answer of a proposal."""
    if isinstance(value, str):
        return value.replace(passage, MARK) if _is_written(value) else value
    if isinstance(value, list):
        return [_masked(one, passage) for one in value]
    return {name: _masked(one, passage) for name, one in value.items()} if isinstance(value, dict) else value


def without_file(says: Mapping[str, Any], ids: Iterable[str]) -> dict[str, Any]:
    """Its name and its key go with it, and those of its copy."""
    gone = set(ids)
    return {**says, "files": [one for one in says["files"] if one["id"] not in gone], TAKEN_OUT: MARK}


def names_file(says: Mapping[str, Any], ids: Iterable[str]) -> bool:
    gone = set(ids)
    return any(one["id"] in gone for one in says.get("files", []))


def places_after_passage(places: list[Any], question: str, start: int, passage: str) -> list[Any]:
    """Where an identity stands in a text that has lost a passage: what stood in it is gone, what stood behind moves."""
    end, moved = start + len(passage), len(MARK) - len(passage)
    kept = [one for one in places if one[0] != question or one[2] <= start or one[1] >= end]
    return [[name, a + moved, b + moved] if name == question and a >= end else [name, a, b] for name, a, b in kept]


def places_after_file(places: list[Any], number: int) -> list[Any]:
    """The same, where the file of this number is gone: those behind it have another number."""
    kept = [one for one in places if one[0] != f"{_FILES}{number}"]
    return [[_renumbered(name, number), a, b] for name, a, b in kept]


def _renumbered(name: str, number: int) -> str:
    own = int(name.removeprefix(_FILES)) if name.startswith(_FILES) else -1
    return f"{_FILES}{own - 1}" if own > number else name


def decided_proposals(case_id: str) -> list[Writing]:
    """The sealed proposals that nobody decides about any more: they hold what was handed over once more."""
    query = select(Writing).join(Decision, Decision.writing_id == Writing.id)
    rows = db.session.scalars(query.where(Writing.case_id == case_id, Decision.outcome.is_not(None)))
    return [one for one in rows if not is_emptied(one)]


def proposals_to(step: str, case_id: str) -> list[Writing]:
    """What each proposal of this step says, however it was decided."""
    query = select(Writing).join(Decision, Decision.writing_id == Writing.id)
    return list(db.session.scalars(query.where(Writing.case_id == case_id, Decision.step == step)))


def held_by_open(keys: CaseKeys, case_id: str, words: Collection[str], but: str) -> bool:
    """Whether a proposal that waits for a decision holds one of these, a passage or a file's number or name; `but` one
    of this step. Approved, it would bring it back, or hand it over."""
    query = select(Writing).join(Decision, Decision.writing_id == Writing.id)
    query = query.where(Writing.case_id == case_id, Decision.outcome.is_(None), Decision.step != but)
    return any(_holds(whole(keys, one)["values"], words) for one in db.session.scalars(query))


def _holds(value: Any, words: Collection[str]) -> bool:
    if isinstance(value, str):
        return value in words or (_is_written(value) and any(one in value for one in words))
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(one, words) for one in inside)


def mask_proposals(keys: CaseKeys, case_id: str, passage: str) -> list[Writing]:
    """The decided proposals that held the passage, without it."""
    return _changed(keys, decided_proposals(case_id), lambda says: proposed_without(says, passage))


def mask_name(keys: CaseKeys, writings: Iterable[Writing], name: str) -> list[Writing]:
    """Those of these that said a file's name, without it: one word, too."""
    return _changed(keys, writings, lambda says: {asked: _unnamed(said, name) for asked, said in says.items()})


def _unnamed(said: Any, name: str) -> Any:
    return said.replace(name, MARK) if isinstance(said, str) else said


def _changed(
    keys: CaseKeys, writings: Iterable[Writing], without: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[Writing]:
    found = []
    for writing in writings:
        says = whole(keys, writing)
        if (masked := without(says)) != says:
            seal_anew(keys, writing, masked)
            found.append(writing)
    return found


def forget_files(ids: Iterable[str]) -> list[str]:
    """No row names these files any more, so that the next round of the worker takes their ciphertext away. Returns the
    hashes of what nobody can open from now on."""
    rows = list(db.session.scalars(select(Attachment).where(Attachment.id.in_(list(ids)))))
    for row in rows:
        db.session.delete(row)
    return [row.digest for row in rows]
