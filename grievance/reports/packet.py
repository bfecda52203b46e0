"""What is looked at before a packet goes to a company: what the complainant wrote, the words in the packet that could
show who it was, and what was left out and added. Reads only; whoever holds no key of the Secretariat gets nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import select

from grievance import clock
from grievance.access import Person, opened
from grievance.crypto.compartments import Compartment
from grievance.extensions import db
from grievance.forms.choices import LANGUAGES
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.writing import Writing
from grievance.record.writings import is_emptied, read_writing
from grievance.redaction.identity_leaks import Shows, Warned, marked, warn
from grievance.redaction.name_spans import IDENTITY_SPANS, texts_of
from grievance.reports.answer_view import label_of
from grievance.reports.casefile import NOT_SHOWN, Opened, in_clear
from grievance.workflow import summaries
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import Row
from grievance.workflow.spoken import WRITE_DOWN

OwnWords = tuple[Writing, dict[str, Any]]

FILED = ("file", "imported")
PACKET_STEPS = frozenset(row.step for row in ROWS if any(f.name == "packet" for f in row.asks))
_FOR_THEM = frozenset(row.step for row in ROWS if row.recorded) | {"record_message", WRITE_DOWN.step, *FILED}
"""Steps that are the complainant's also where an officer wrote them down."""

CERTAIN = frozenset({Shows.IDENTITY, Shows.EMAIL, Shows.PHONE})
FEWEST_ALIKE = 3
"""Words that must follow each other to count as kept: single ones would tear a comparison to shreds."""


@dataclass(frozen=True)
class Material:
    """What a packet is written from. `first`: what its field begins with; `held`: the packet that the company has."""

    theirs: list[Opened]
    first: str
    held: str
    languages: tuple[str, str] | None


@dataclass(frozen=True)
class Review:
    """One packet as officer and approver look at it.

    `marked`: (text, whether warned of) pieces. `compared`: ("same", "out" or "in", text) pieces against `held`, the
    packet that it replaces, or else against the account. `languages`: the complainant's and the company's, where they
    differ.
    """

    shown: Opened
    warned: list[Warned]
    marked: list[tuple[str, bool]]
    compared: list[tuple[str, str]]
    held: str
    languages: tuple[str, str] | None


def material(person: Person, case: Case, row: Row) -> Material | None:
    """For a step that asks for a packet; None for any other. A recall begins with an empty field: left empty, it ends
    the company's access, and that must not need a deletion first."""
    if row.step not in PACKET_STEPS:
        return None
    said = all_words(person, case)
    held = _held(said)
    first = (
        "" if row.step == "recall_packet" else (_shown(case, said) if row.hands_over else "") or held or _account(said)
    )
    theirs = [in_clear(writing, says) for writing, says in said if is_theirs(writing)]
    return Material(theirs, first, held, _languages(case))


def review(person: Person, case: Case, step: str, values: Mapping[str, Any]) -> Review | None:
    """What stands in the answers of a step as its packet; None where there is none."""
    packet = values.get("packet")
    if not packet:
        return None
    said = all_words(person, case)
    warned = _warned(case, said, packet)
    held = _held(said) if step == "recall_packet" else ""
    return Review(
        _as_the_company_sees(step, packet), warned, marked(packet, warned), compared(held or _account(said), packet),
        held, _languages(case),
    )  # fmt: skip


def compared(before: str, after: str) -> list[tuple[str, str]]:
    """What became of a text, in its order: ("same", "out" or "in", words)."""
    old, new = (re.findall(r"\S+\s*|\s+", text) for text in (before, after))
    blocks = SequenceMatcher(None, old, new).get_matching_blocks()
    pieces, i, j = [], 0, 0
    for a, b, size in blocks:
        if 0 < size < min(FEWEST_ALIKE, len(old), len(new)):
            continue
        pieces += [("out", old[i:a]), ("in", new[j:b]), ("same", new[b : b + size])]
        i, j = a + size, b + size
    return [(kind, "".join(words)) for kind, words in pieces if words]


def all_words(person: Person, case: Case) -> list[OwnWords]:
    """What this person's keys open, the oldest first."""
    keys = opened(person, case)
    rows = db.session.scalars(select(Writing).where(Writing.case_id == case.id).order_by(Writing.written_at))
    theirs = [row for row in rows if keys.can_open(row.compartment, row.n, row.epoch) and not is_emptied(row)]
    return [(row, read_writing(keys, row)) for row in theirs]


def is_theirs(writing: Writing | Opened) -> bool:
    """Whether it is the complainant's, or a representative's, also where an officer wrote it down for them."""
    if writing.step in NOT_SHOWN or writing.compartment == Compartment.INTERNAL:
        return False
    return writing.step in _FOR_THEM or writing.role in (Role.COMPLAINANT, Role.REPRESENTATIVE)


def _filed(said: list[OwnWords]) -> dict[str, Any]:
    return next((says for writing, says in said if writing.step in FILED), {})


def _account(said: list[OwnWords]) -> str:
    """What was written at filing, and what was written down of what was said: the newest of it."""
    spoken = [str(says.get("words", "")) for writing, says in said if writing.step == WRITE_DOWN.step]
    return "\n\n".join(filter(None, (str(_filed(said).get("account", "")), *spoken[-1:])))


def _held(said: list[OwnWords]) -> str:
    """The packet that the company has: the last one, unless it was recalled since, or the company changed."""
    packets = [(writing.written_at, says["packet"]) for writing, says in said if _is_packet(writing, says)]
    recalls = [writing.written_at for writing, _says in said if writing.step in ("recall_packet", "change_respondent")]
    if not packets or (recalls and packets[-1][0] < recalls[-1]):
        return ""
    return str(packets[-1][1])


def shown_last(person: Person, case: Case) -> str:
    """The text that she was shown last, as this person's keys open it; empty where none was."""
    return _shown(case, all_words(person, case))


def _shown(case: Case, said: list[OwnWords]) -> str:
    """The very text that she was shown last: her *right* is for it alone."""
    shown = summaries.newest(case)
    return next((str(says.get("packet", "")) for writing, says in said if shown and writing.id == shown.writing_id), "")


def _is_packet(writing: Writing, says: dict[str, Any]) -> bool:
    return writing.compartment == Compartment.SHARED and writing.step in PACKET_STEPS and "packet" in says


def _warned(case: Case, said: list[OwnWords], packet: str) -> list[Warned]:
    theirs = [says for writing, says in said if is_theirs(writing)]
    texts = [text for says in theirs for text in says.values() if isinstance(text, str)]
    names = [file["name"] for says in theirs for file in says.get("files", [])]
    company = case.company
    known = " ".join([company.name, *company.trade_names]) if company else ""
    return warn(packet, texts, _terms(said), clock.now().year, names, known)


def warned_in(person: Person, case: Case, text: str) -> list[Warned]:
    """What in a text could show who complained in this case."""
    return _warned(case, all_words(person, case), text)


class Stripper:
    """Takes out of a text what certainly shows who complained: what was typed as the identity, and ways to reach
    somebody. `left_out`: whether it found something."""

    def __init__(self, case: Case, said: list[OwnWords]) -> None:
        self.case, self.said, self.left_out = case, said, False

    def __call__(self, text: str) -> str:
        sure = [one for one in _warned(self.case, self.said, text) if one.kind in CERTAIN]
        self.left_out = self.left_out or bool(sure)
        return "".join("[…]" if warned else piece for piece, warned in marked(text, sure))


def stripper(person: Person, case: Case) -> Stripper:
    """For words that go to people who must not learn who complained."""
    return Stripper(case, all_words(person, case))


def _terms(said: list[OwnWords]) -> Iterator[str]:
    """The words in the spans that were noted when the complaint was filed."""
    texts = texts_of(_filed(said))
    for writing, says in said:
        if writing.step == IDENTITY_SPANS:
            yield from (texts[field][start:end] for field, start, end in says["places"])


def _as_the_company_sees(step: str, packet: str) -> Opened:
    """What the company's page shows of it, by the same words (tests/reports/test_packet.py holds them together)."""
    role = Role.OFFICER if step == "recall_packet" else Role.APPROVER
    return Opened(step, role.value, Compartment.SHARED, clock.now(), [(label_of(step, "packet"), packet)], [])


def _languages(case: Case) -> tuple[str, str] | None:
    if case.company is None or case.company.language == case.language:
        return None
    names = dict(LANGUAGES)
    return names.get(case.language, case.language), names.get(case.company.language, case.company.language)
