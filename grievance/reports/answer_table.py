"""Where each answer stands for each of its readers, or why it stands nowhere: docs/answers.md is what this gives, and
tests keep it so. It comes from the rows; a row that says less makes a cell without a place and without a reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grievance.forms.fields import READ_IN, Field, Kind, Shown
from grievance.intake.filing import ASSISTED
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.sides import COMPANY, COMPLAINANT, SECRETARIAT
from grievance.workflow.events import FILED
from grievance.workflow.letter_texts import LetterTo
from grievance.workflow.procedure import ROWS
from grievance.workflow.readers import AUDIENCES
from grievance.workflow.row import Happening, Row

CUSTODIANS = "custodians"
READERS = (SECRETARIAT, COMPLAINANT, COMPANY, CUSTODIANS)
PAGE, LETTER, TAKEN = "page", "letter", "taken along"
MEDIA = (PAGE, LETTER, TAKEN)
"""`taken along`: a company's export; what the API gives to whoever has the receipt."""
RECIPIENTS = {SECRETARIAT: {"officer", "approver"}, COMPLAINANT: {"complainant"}, COMPANY: {"company"},
              CUSTODIANS: {"custodian"}}  # fmt: skip


@dataclass(frozen=True)
class Silent:
    """Not shown, and why."""

    why: str


Place = str | Silent


@dataclass(frozen=True)
class Cell:
    """One answer for one reader in one medium. `place` None: nobody has said where, nor why not."""

    step: str
    who: str
    question: str
    reader: str
    medium: str
    place: Place | None


NO_EXPORT = Silent("the office takes no cases along: it has the desk")
NO_FILES = Silent("a letter carries no files: they lie on the page")
IN_ITS_LETTER = "in the letter of its event"
PLACES: Mapping[Shown, Mapping[str, Place]] = MappingProxyType(
    {
        Shown.WRITING: {PAGE: "with the words of its step", LETTER: IN_ITS_LETTER, TAKEN: "with the words of its step"},
        Shown.REMEDY: {PAGE: "on the remedy's card", LETTER: IN_ITS_LETTER, TAKEN: "with the remedy"},
        Shown.RECORD: {PAGE: "beside its event", LETTER: IN_ITS_LETTER, TAKEN: "beside its event"},
        Shown.CONSENTS: {PAGE: "under what was agreed to, and beside its event", LETTER: IN_ITS_LETTER,
                         TAKEN: "under what was agreed to, and beside its event"},
        Shown.CASE: {PAGE: "at the head of the case", TAKEN: "at the head of the case",
                     LETTER: Silent("a letter tells what happened; what the case is stands at its head")},
        Shown.LIMIT: {PAGE: "beside the time limit", TAKEN: "beside the time limit",
                      LETTER: Silent("a letter tells what happened; each limit's date stands on the page")},
        Shown.STEP: dict.fromkeys(MEDIA, Silent("without this tick the step cannot be taken, so that it says nothing")),
        Shown.NOWHERE: dict.fromkeys(MEDIA, Silent("it only names what was looked at")),
    }
)  # fmt: skip
"""By where its readers find an answer. What is said of an identity is below, question by question."""
ITSELF = Silent("it is the reader itself")
AUDIENCE = Silent("who reads a letter is whom it goes to")
WHICH_REMEDY = Silent("the letter says what became of it; its number stands on the page")
HEAD_IN_EXPORT = Silent("the export says what was written and what happened")
HERS_BY_HEAD = frozenset({"company", "topics"})

GRANTED = "on the page that opens the identity, to the officer who has the grant"
NO_IDENTITY = Silent("an identity is in no letter and no export")
_OPENED: Mapping[str, Mapping[str, Place]] = {SECRETARIAT: {PAGE: GRANTED, LETTER: NO_IDENTITY, TAKEN: NO_EXPORT}}
IDENTITY: Mapping[tuple[str, str], Mapping[str, Mapping[str, Place]]] = {
    ("ask_identity", "words"): {CUSTODIANS: {
        PAGE: "on the request that waits", LETTER: Silent("a mail says that something waits, never what"),
        TAKEN: Silent("custodians take nothing along")}},
    ("grant_identity", "words"): {SECRETARIAT: {PAGE: "beside its event", LETTER: IN_ITS_LETTER, TAKEN: NO_EXPORT}},
    ("refuse_identity", "why"): {SECRETARIAT: {PAGE: "beside its event", LETTER: IN_ITS_LETTER, TAKEN: NO_EXPORT}},
    ("share_identity", "entries"): {
        SECRETARIAT: {PAGE: "on the proposal", LETTER: Silent("no letter goes to the office"), TAKEN: NO_EXPORT},
        COMPANY: {PAGE: "under who complained", LETTER: NO_IDENTITY, TAKEN: NO_IDENTITY}},
    ("correct_identity", "whose"): {
        SECRETARIAT: {PAGE: "beside its event", LETTER: Silent("no letter is owed for it"), TAKEN: NO_EXPORT},
        COMPLAINANT: {PAGE: "under the names and contacts that we have", LETTER: Silent("no letter is owed for it"),
                      TAKEN: Silent("the API does not say which contacts there are")}},
    **{(step, name): _OPENED for step in ("correct_identity", FILED.kind)
       for name in ("name", "phone", "reach", "email", "address")},
}  # fmt: skip
"""What is asked about an identity, whose readers have keys of their own."""


def cells(rows: Iterable[Row] = ROWS, first: Iterable[Field] = ASSISTED) -> Iterator[Cell]:
    """Each answer × each reader × each medium: of the form first, then of the steps in the order of the table."""
    for field in first:
        yield from _of(
            FILED.kind, "complainant, officer", frozenset({Role.COMPLAINANT}), FILED.event, FILED.letters, field
        )
    for row in rows:
        who = ", ".join(sorted(role.value for role in row.who)) + (" for her" if row.recorded else "")
        for field in row.asks:
            yield from _of(row.step, who, row.who, row.event, row.letters, field)


def _of(
    step: str, who: str, roles: frozenset[Role], event: Happening, letters: tuple[LetterTo, ...], field: Field
) -> Iterator[Cell]:
    for reader in readers(step, roles, field):
        for medium in MEDIA:
            yield Cell(step, who, field.name, reader, medium, _place(step, event, letters, field, reader, medium))


def readers(step: str, roles: frozenset[Role], field: Field) -> list[str]:
    """Who may read an answer, in the order of `READERS`."""
    if field.stands == Shown.IDENTITY:
        found = set(IDENTITY.get((step, field.name), {SECRETARIAT: {}}))
    elif field.sealed_as_chosen:
        sides = {
            SECRETARIAT if role in SECRETARIAT_ROLES else COMPANY if role == Role.COMPANY else COMPLAINANT
            for role in roles
        }
        found = {side for (by, _to), where in AUDIENCES.items() if by in sides for side in READ_IN[where]}
    else:
        found = set(field.readers or ()) | ({COMPANY} if field.company_reads else set())
    return [one for one in READERS if one in found or (one == SECRETARIAT and field.stands != Shown.IDENTITY)]


def _place(
    step: str, event: Happening, letters: tuple[LetterTo, ...], field: Field, reader: str, medium: str
) -> Place | None:
    if field.stands is None:
        return None
    if field.stands == Shown.IDENTITY:
        return IDENTITY.get((step, field.name), {}).get(reader, {}).get(medium)
    place = PLACES.get(field.stands, {}).get(medium)
    if place is None or isinstance(place, Silent):
        return place
    if field.beside_the_event and not (reader == SECRETARIAT or reader in event.shown_to):
        return None
    return _but(letters, field, reader, medium) or place


def _but(letters: tuple[LetterTo, ...], field: Field, reader: str, medium: str) -> Silent | None:
    """Why it is not where answers of its kind stand."""
    if medium == TAKEN and reader == SECRETARIAT:
        return NO_EXPORT
    if field.kind == Kind.COMPANY and reader == COMPANY:
        return ITSELF
    if medium == TAKEN and field.stands == Shown.CASE and field.name not in HERS_BY_HEAD:
        return HEAD_IN_EXPORT
    if medium == LETTER:
        return _not_in_a_letter(letters, field, reader)
    return None


def _not_in_a_letter(letters: tuple[LetterTo, ...], field: Field, reader: str) -> Silent | None:
    if not any(letter.recipient in RECIPIENTS[reader] for letter in letters):
        return Silent("no letter of it goes to this reader")
    if field.kind in (Kind.FILES, Kind.FILE):
        return NO_FILES
    if field.name == "audience":
        return AUDIENCE
    return WHICH_REMEDY if field.kind == Kind.REMEDY else None


# --- the document ------------------------------------------------------------------------------------------


def document() -> str:
    """Markdown: the numbers, then a line for each answer and reader."""
    found = list(cells())
    silent = [one for one in found if isinstance(one.place, Silent)]
    lines: dict[tuple[str, str, str, str], dict[str, Place | None]] = {}
    for one in found:
        lines.setdefault((one.step, one.who, one.question, one.reader), {})[one.medium] = one.place
    return "\n".join(
        [
            "# Where each answer is shown",
            "",
            (
                "Made from the questions of the form and of each step (`grievance/workflow/questions.py`) by `make"
                " docs`; do not edit it by hand."
            ),
            "",
            (
                f"{len(found)} cells: {len(found) - len(silent)} say where an answer stands for a reader, {len(silent)}"
                " say why it does not stand there. Whoever is not named beside an answer never reads it."
            ),
            "",
            "| step | by | question | reader | on the page | in the letter (PDF) | in the export, by the API |",
            "|---|---|---|---|---|---|---|",
            *(_line(*key, *(_told(places[medium]) for medium in MEDIA)) for key, places in lines.items()),
            "",
        ]
    )  # fmt: skip


def _line(*parts: str) -> str:
    return f"| {' | '.join(parts)} |"


def _told(place: Place | None) -> str:
    return f"*not: {place.why}*" if isinstance(place, Silent) else place or "?"
