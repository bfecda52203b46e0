"""What a step asks for: one description from which pages, the server and the refusals come."""

import dataclasses
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from grievance.addresses import may_be_one
from grievance.crypto.compartments import Compartment
from grievance.crypto.streams import SealingSpool
from grievance.evidence import recordings
from grievance.evidence.types import Kind as FileKind
from grievance.evidence.types import judge, refusal
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms import typed_dates
from grievance.forms.kinds import FACTS, SEVERAL, Widget
from grievance.forms.kinds import Kind as Kind
from grievance.models.sides import ALL, COMPANY, HER, NONE

LONG, SHORT = 20_000, 200
MEGABYTES, FILES_AT_ONCE = 25, 20
FILE_SIZE = MEGABYTES * 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """A file whose ciphertext lies in the folder: what a sealed writing, or a sealed draft, remembers of it."""

    id: str
    name: str
    size: int
    key: str = dataclasses.field(repr=False)
    digest: str
    kind: str
    """The extension of its kind, judged by its content."""
    fingerprint: str
    copy: "StoredFile | None" = None
    """The same file without metadata; None where none can be made, or is needed (an account that is spoken)."""
    taken: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Of a copy: what was taken out of it (`evidence.notes`). No company reads it."""
    why: str = ""
    """Why there is no copy (`evidence.refusals`)."""
    spoken: bool = False
    """A recording that is the account: it stays with the Secretariat."""
    seconds: int = 0
    """How long a recording is, about; 0 where that cannot be said."""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "StoredFile":
        """From what a sealed writing or draft remembers."""
        copy = said.get("copy")
        return cls(**{**said, "copy": cls.read(copy) if copy else None})


@dataclass(frozen=True)
class Upload:
    """A file as it arrived: sealed already, with the name that the sender's device gave it."""

    name: str
    stream: SealingSpool
    spoken: bool = False

    def stored(self) -> StoredFile:
        kind = judged(self.stream)
        extension = kind.extension if kind else ""
        return dataclasses.replace(
            _remembered(self.stream, self.name, extension),
            copy=self._copy(extension), why=self.stream.why,
            spoken=self.spoken, seconds=recordings.seconds(self.stream, extension) if self.spoken else 0,
        )  # fmt: skip

    def _copy(self, extension: str) -> StoredFile | None:
        if self.stream.copy is None:
            return None
        kind = self.stream.copy_kind or extension
        return dataclasses.replace(_remembered(self.stream.copy, f"file.{kind}", kind), taken=self.stream.taken)


def judged(stream: SealingSpool) -> FileKind | None:
    return judge(stream.head, stream.plain_size, stream.part)


def _remembered(stream: SealingSpool, name: str, kind: str) -> StoredFile:
    return StoredFile(
        stream.file_id, name, stream.plain_size, stream.key.hex(), stream.digest, kind, stream.fingerprint
    )


class Shown(StrEnum):
    """Where an answer stands for those who may read it."""

    WRITING = "with the words of its step"
    REMEDY = "on the remedy's card"
    CASE = "at the head of the case"
    LIMIT = "in the time limit's date"
    IDENTITY = "where the identity is asked for, opened or shared"
    CONSENTS = "under what she agreed to"
    RECORD = "beside what happened"
    STEP = "in the step itself: it can be taken only with this tick"
    NOWHERE = "nowhere: it only names what was looked at"


BESIDE_THE_EVENT = frozenset({Shown.RECORD, Shown.CONSENTS, Shown.REMEDY})
"""A plain answer that is kept with its event, and told with it: on the page, in the letter, in the export."""


READ_IN = {
    Compartment.INTERNAL: NONE,
    Compartment.CORRESPONDENCE: HER,
    Compartment.COMPANY: frozenset({COMPANY}),
    Compartment.SHARED: ALL,
}
"""Who reads a compartment besides the Secretariat."""


@dataclass(frozen=True)
class Field:
    """One question of a step.

    `sealed_into`: the compartment that its answer is sealed into; None for a plain fact on the record, which must
    come from a closed list, be a date or a tick. `read_as`: what stands above the answer for whoever reads it, where
    the label speaks to the writer. `limit`: the most characters.
    """

    name: str
    label: Label
    kind: Kind = Kind.TEXT
    required: bool = True
    sealed_into: Compartment | None = None
    choices: Sequence[tuple[str, Label]] = ()
    besides: Sequence[tuple[str, Label]] = ()
    """What the record may hold as its answer though nobody can choose it: the clock's own."""
    company_reads: frozenset[str] = NONE
    """Answers that a company reads too, where it reads no other: what says only what it did itself."""
    help: Label = ""
    among: tuple[str, ...] = ()
    by_effect: bool = False
    """Its step seals it itself, to somebody's key."""
    read_as: Label = ""
    shown: Shown | None = None
    """Where its readers find the answer; None where that follows from the kind (`stands`)."""
    read_by: frozenset[str] | None = None
    """Who reads it besides the Secretariat; None where that follows from the compartment or the chosen audience."""
    for_the_office: bool = False
    """Whatever opens it, its page shows it to the Secretariat alone: whoever made somebody answer may look at that
    page afterwards."""
    goes_on: bool = False
    """The company reads it too, word for word, once the complainant has said that it is right."""
    goes_out: bool = False
    """It is written for somebody outside, who gets it with a later step."""
    about_words: bool = False
    """It is an answer about a text or a file, with readers of its own: who reads the answer is said of the answer."""
    at_the_answer_about_safety: bool = False
    """It says that somebody looked at that answer: the page shows the answer right above it."""
    missing: Label = ""
    """What is said where it is needed and was left out: it names the thing. Whoever complains is told no other way."""
    needed_if: Label = ""
    """When an answer that may be left out is needed after all, in words; the step itself sees to it."""
    follows: tuple[str, frozenset[str]] | None = None
    """The question that it comes from, and the answers to that for which it is asked; None where it stands by itself.
    An empty answer to the other one is written as an empty text."""
    follows_any: tuple[tuple[str, frozenset[str]], ...] = ()
    """The same, where it comes from one of several questions, or from one to which several answers are given."""
    weighed: bool = False
    """Its answers stand open under each other, however many they are: each is read before one is chosen."""
    on_yes: Label = ""
    """What happens where the answer is yes: then it is no tick but a question with two answers, and none is no."""
    on_no: Label = ""
    by_silence: str = ""
    """The answer after which silence counts: it is offered only while there is time left, and with its last day."""
    is_of_the_day: bool = False
    """A day on which something takes place, and no time limit that would end with it."""
    is_mail: bool = False
    """An e-mail address: a slip in it and nobody is ever reached."""

    def could_apply(self, raw: Mapping[str, Any]) -> bool:
        """Whether somebody with these answers can have anything to say here."""
        if self.follows_any:
            return any(_given(raw.get(name)) & answers for name, answers in self.follows_any)
        return self.follows is None or str(raw.get(self.follows[0]) or "") in self.follows[1]

    @property
    def limit(self) -> int:
        return LONG if self.kind == Kind.TEXT else SHORT

    @property
    def widget(self) -> Widget:
        return Widget.YES_OR_NO if self.on_yes else FACTS[self.kind].widget

    @property
    def names_itself(self) -> bool:
        return FACTS[self.kind].names_itself

    @property
    def schema(self) -> dict[str, Any]:
        """What an answer is in JSON (JSON Schema)."""
        facts, keys = FACTS[self.kind], [key for key, _text in self.choices]
        if facts.schema == "array":
            return {"type": "array", "items": {"type": "string", **({"enum": keys} if keys else {})}}
        if facts.schema == "boolean":
            return {"type": "boolean"}
        return {"type": "string", **({"enum": keys} if keys else {"maxLength": self.limit})}

    @property
    def sealed_as_chosen(self) -> bool:
        """Words and files without a compartment of their own go to the audience that the writer chooses."""
        return self.sealed_into is None and self.kind in (Kind.TEXT, Kind.FILES) and not self.by_effect

    @property
    def stands(self) -> Shown | None:
        """Where its readers find the answer; None where nobody has said so yet."""
        if self.shown:
            return self.shown
        if self.sealed_into or self.sealed_as_chosen:
            return Shown.WRITING
        if self.kind == Kind.YES and self.required:
            return Shown.STEP
        return Shown.NOWHERE if self.kind == Kind.HIDDEN else None

    @property
    def readers(self) -> frozenset[str] | None:
        """Who reads the answer besides the Secretariat; None where nobody has said so, or the writer chooses."""
        if self.for_the_office:
            return NONE
        if self.read_by is not None:
            return self.read_by
        if self.sealed_into:
            return READ_IN[self.sealed_into]
        return NONE if self.stands in (Shown.STEP, Shown.NOWHERE) else None

    @property
    def beside_the_event(self) -> bool:
        """Whether it is a plain answer on the record, told beside its event; which remedy it is has a number there."""
        return self.stands in BESIDE_THE_EVENT and self.kind != Kind.REMEDY

    def is_read_by(self, side: str, answer: Any) -> bool:
        """Whether a side besides the Secretariat, which reads all, reads this very answer."""
        if side == COMPANY and isinstance(answer, str) and answer in self.company_reads:
            return True
        return side in (self.readers or NONE)

    @property
    def several(self) -> bool:
        return self.kind in SEVERAL


def _given(answer: Any) -> set[str]:
    return set(answer) if isinstance(answer, list) else {str(answer or "")}


class BadInput(Exception):
    """What was sent cannot be used: `errors` has a sentence for each field's name; `candidates` what may be meant by an
    answer that can mean several things."""

    def __init__(self, errors: Mapping[str, str], candidates: Mapping[str, Any] | None = None) -> None:
        super().__init__(", ".join(errors))
        self.errors, self.candidates = dict(errors), dict(candidates or {})


class Refused(Exception):
    """The procedure does not allow it: `sentence` says why. Nothing was changed or recorded."""

    def __init__(self, sentence: Label) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)


def clean_text(text: str) -> str:
    """NFC, one kind of line end, no control characters and no marks that turn the writing direction around
    (they can make a text read otherwise than it is written: "Trojan source")."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return "".join(c for c in kept if c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069").strip()


def clean(fields: tuple[Field, ...], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the workflow wants them: text, lists of text, ISO dates, True. Raises `BadInput`."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in fields:
        try:
            value = _clean_one(field, raw.get(field.name))
        except ValueError as sentence:
            errors[field.name] = str(sentence)
            continue
        if field.required and not value:
            errors[field.name] = str(field.missing or untold(field.kind, field.label))
        elif value:
            values[field.name] = value
    if errors:
        raise BadInput(errors)
    return values


def untold(kind: Kind, label: Label) -> str:
    """What is missing, where a field has no words of its own for that."""
    return str(_("Tick to go on: %(what)s", what=label) if kind == Kind.YES else _("Please answer this."))


def _clean_one(field: Field, raw: Any) -> Any:
    if raw is None:
        return None
    if field.several:
        return _several(field, raw)
    if field.kind == Kind.FILES:
        return _files(raw)
    if field.kind == Kind.SPOKEN:
        return _spoken(raw)
    if field.kind == Kind.YES:
        return True if raw in (True, "y", "yes", "on", "1", "True") else None
    if not isinstance(raw, str):
        raise ValueError(_("Write this as text."))
    if len(raw) > 3 * field.limit:
        raise ValueError(_("This is too long: write at most %(number)s characters.", number=field.limit))
    text = clean_text(raw)
    if len(text) > field.limit:
        raise ValueError(_("This is too long: write at most %(number)s characters.", number=field.limit))
    if field.is_mail and text and not may_be_one(text):
        raise ValueError(_("Write the e-mail address like this: name@example.org"))
    if field.kind == Kind.CHOICE and text and text not in dict(field.choices):
        raise ValueError(_("Choose one of the answers in the list."))
    if field.kind == Kind.DATE and text:
        return typed_dates.read(text)
    return text


def _several(field: Field, raw: Any) -> list[str]:
    items = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(item, str) for item in items) or len(items) > 40:
        raise ValueError(_("Choose from the list."))
    if field.kind == Kind.CHOICES and not set(items) <= set(dict(field.choices)):
        raise ValueError(_("Choose from the list."))
    return sorted(set(items))


def _files(raw: Any) -> list[Upload | StoredFile]:
    """Each file with a name that is safe to show; a refusal names the file that it is about."""
    if not isinstance(raw, list) or not all(isinstance(item, (Upload, StoredFile)) for item in raw):
        raise ValueError(_("Choose the files with the button."))
    if len(raw) > FILES_AT_ONCE:
        raise ValueError(_("Send at most %(number)s files at once.", number=FILES_AT_ONCE))
    return [checked(item) if isinstance(item, Upload) else item for item in raw]


def _spoken(raw: Any) -> list[Upload | StoredFile]:
    """One recording, or none."""
    if not isinstance(raw, list) or not all(isinstance(item, (Upload, StoredFile)) for item in raw):
        raise ValueError(_("Choose the recording with the button."))
    if len(raw) > 1:
        raise ValueError(_("Send one recording here. Others can go with the files."))
    return [checked(item) if isinstance(item, Upload) else item for item in raw]


def checked(upload: Upload) -> Upload:
    """The file under a name that is safe to show. Raises ValueError with a sentence that names it."""
    if upload.spoken:
        recordings.check(upload.stream, judged(upload.stream), FILE_SIZE)
    name = _file_name(upload.name)
    if upload.stream.plain_size == 0:
        raise ValueError(_("%(name)s is empty. Choose it again.", name=name))
    if upload.stream.plain_size > FILE_SIZE:
        raise ValueError(
            _("%(name)s is too large: a file may have at most %(number)s MB.", name=name, number=MEGABYTES)
        )
    if judged(upload.stream) is None:
        raise ValueError(refusal(name, upload.stream.head, upload.stream.plain_size, upload.stream.part))
    return dataclasses.replace(upload, name=name)


def _file_name(name: str) -> str:
    """The last part of what a device calls a file, for the eye alone: nothing is ever stored under it."""
    last = clean_text(name[-1000:]).replace("\\", "/").rpartition("/")[2]
    return " ".join(last.split())[-SHORT:] or _("a file without a name")


YES_NO = (("yes", _l("Yes")), ("no", _l("No")))
