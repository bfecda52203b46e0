"""With which words each case of a list begins, so that one row differs from another: opened for the members of the
Secretariat alone, a page at a time, and kept nowhere."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from grievance.access import Person, WrongKey, envelope_place, fitting, openers
from grievance.crypto.compartments import CaseKeys, Compartment, NoKey
from grievance.crypto.envelopes import Opener
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.keys import SecretariatEnvelope
from grievance.models.people import SECRETARIAT_ROLES
from grievance.models.writing import Writing
from grievance.record.writings import read_writing
from grievance.reports.as_recorded import is_as_recorded
from grievance.reports.packet import FILED

LONGEST = 110
"""Characters of an account that stand in a list: a line at 1280 pixels, three on a telephone."""
_ACCOUNTS: Select[Any] = (
    select(
        *Writing.__table__.columns,
        SecretariatEnvelope.key_id,
        SecretariatEnvelope.sealed.label("master"),
        SecretariatEnvelope.commit,
        Event.sealed.label("recorded"),
    )
    .join(SecretariatEnvelope, SecretariatEnvelope.case_id == Writing.case_id)
    .outerjoin(Event, Event.id == Writing.event_id)
    .where(Writing.compartment == Compartment.CORRESPONDENCE, Writing.step.in_(FILED))
    .where(Writing.case_id.in_(bindparam("cases", expanding=True)))
)


class Beginning(NamedTuple):
    """`words`: of her account, cut at a word; `where`: the place that she named. Either may be empty."""

    words: str = ""
    where: str = ""


def first_words(person: Person, case_ids: Sequence[str]) -> dict[str, Beginning]:
    """By case, what this person's keys open of its account; cases that do not open, or whose account is not the one
    that the record knows, are left out: their own page says why. One statement for all."""
    return {
        case_id: Beginning(cut(says.get("account") or ""), cut(says.get("where") or "", LONGEST // 2))
        for case_id, says in told(person, case_ids).items()
    }


def told(person: Person, case_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By case, what was answered to the form that this person's keys open."""
    if person.role not in SECRETARIAT_ROLES or person.party_seed is None or not case_ids:
        return {}
    found: dict[str, dict[str, Any]] = {}
    opener = openers(person)
    for row in db.session.execute(_ACCOUNTS, {"cases": list(case_ids)}):
        with suppress(CannotOpen, NoKey, WrongKey):
            found[row.case_id] = _says(opener, row)
    return found


def _says(opener: Callable[[str], Opener], row: Any) -> dict[str, Any]:
    """`row`: of `_ACCOUNTS`, a writing's columns, its case's key, and as `recorded` the hashes of what came with its
    event; None of one from before. Raises `CannotOpen`, `WrongKey`."""
    if not is_as_recorded(row, row.recorded):
        raise CannotOpen
    place = envelope_place("secretariat", row.case_id)
    master = fitting(opener(row.key_id).open(row.master, place), row.commit)
    return read_writing(CaseKeys.from_master(master), row)


def cut(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text on one line, cut between two words where it is too long, with a mark that it goes on."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    head, _space, _rest = line[: longest + 1].rpartition(" ")
    return f"{head or line[:longest]}…"
