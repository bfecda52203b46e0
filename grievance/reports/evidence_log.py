"""The evidence log of a case: each file with what it is, from whom, by which hashes it is known, and each step of its
life in order. The hash of the plain text is read from the sealed writing that the file came with: in clear, a copy of
the database would confirm that somebody filed a file that is known."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from grievance import clock
from grievance.access import Person, opened
from grievance.deadlines import days
from grievance.evidence.types import KINDS
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import StoredFile
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Account, Role
from grievance.models.writing import Attachment, Writing
from grievance.record import files
from grievance.record.compare import Looked
from grievance.record.files import THEIRS, store
from grievance.reports.files_opened import Opening, openings
from grievance.reports.packet import Stripper, stripper
from grievance.reports.who_read import Stands
from grievance.storage.store import StoreAway
from grievance.workflow import file_words, labels, taking_out, unsigned, words

AT_ONCE = 200 * 1024 * 1024
"""Bytes of ciphertext that one page reads to compare them: half a second's work. The log of one file compares it."""
ENDS = ("recall_packet", "change_respondent")
"""After these the company reads no more what it had."""
HERS = (Role.COMPLAINANT.value, Role.REPRESENTATIVE.value)


class Whole(StrEnum):
    """Whether what is stored is what the record vouches for."""

    FITS = "fits"
    CHANGED = "changed"
    MISSING = "missing"
    UNVOUCHED = "unvouched"
    NOT_COMPARED = "not_compared"


SAID: dict[Whole, Label] = {
    Whole.FITS: _l("What is stored has this hash, and the record vouches for it."),
    Whole.CHANGED: _l("What is stored does NOT have the hash that the record vouches for: it was changed, and proves"
                      " nothing. Tell whoever runs the server."),
    Whole.MISSING: _l("It is NOT stored any more where it should be. Tell whoever runs the server."),
    Whole.UNVOUCHED: _l("The record does NOT vouch for this hash: the database was changed. Tell whoever runs the"
                        " server."),
    Whole.NOT_COMPARED: _l("Not compared here, because the files of this case are large together. The PDF file of this"
                           " one compares it."),
}  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """SHA-256, in hexadecimal digits, of what was sealed and of the plain bytes; `size` of these."""

    id: str
    size: int
    sealed: str
    plain: str
    whole: Whole

    @property
    def said(self) -> Label:
        return SAID[self.whole]

    @property
    def bad(self) -> bool:
        return self.whole not in (Whole.FITS, Whole.NOT_COMPARED)


@dataclass(frozen=True)
class Step:
    """One step of a file's life. `at`: None where its day alone is known; then it stands behind what has an hour on
    it. `seq`: of its event in the record of the case; 0 where it has none there."""

    day: date
    at: datetime | None
    when: str
    what: str
    who: str
    seq: int = 0

    @property
    def place(self) -> tuple[date, bool, float]:
        return self.day, self.at is None, self.at.timestamp() if self.at else 0.0


@dataclass
class Piece:
    """One file. `original` and `copy` are None once it was taken out; `gone`: the hashes of what was sealed then."""

    id: str
    name: str = ""
    kind: str = ""
    from_whom: str = ""
    spoken: bool = False
    original: Sums | None = None
    copy: Sums | None = None
    no_copy: str = ""
    gone: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def bad(self) -> bool:
        return any(one.bad for one in (self.original, self.copy) if one)


@dataclass(frozen=True)
class EvidenceLog:
    case: Case
    pieces: list[Piece]

    @property
    def bad(self) -> bool:
        return any(one.bad for one in self.pieces)

    def only(self, file_id: str) -> "EvidenceLog | None":
        """Of one file alone; None where there is none of that number."""
        found = [one for one in self.pieces if one.id == file_id]
        return EvidenceLog(self.case, found) if found else None


def evidence_log(person: Person, case: Case, only: str = "") -> EvidenceLog:
    """The files in the order in which they came, as far as this person's keys open the case. `only`: compare what is
    stored of this file alone, however large it is."""
    maker = _Maker(person, case, only)
    return EvidenceLog(case, maker.pieces() if not case.erased_at else [])


class _Maker:
    """What is read once for all files of a case."""

    def __init__(self, person: Person, case: Case, only: str) -> None:
        self.person, self.case, self.only = person, case, only
        self.looked: Looked = unsigned.look(case)[0]
        self.strip: Stripper = stripper(person, case)
        self.known = files.with_writings(case, opened(person, case))
        rows = db.session.scalars(select(Attachment).where(Attachment.case_id == case.id))
        self.attached = {one.id: one for one in rows}
        self.left = AT_ONCE
        self.events = _events(case, {writing.event_id for _file, writing in self.known if writing.event_id})

    def pieces(self) -> list[Piece]:
        came: dict[str, Piece] = {}
        handed: list[tuple[StoredFile, Writing]] = []
        of_ids: dict[str, str] = {}
        for one, writing in sorted(self.known, key=lambda pair: pair[1].compartment in THEIRS):
            if one.id in of_ids:
                handed.append((one, writing))
                continue
            came[one.id] = self._piece(one, writing)
            of_ids |= {each.id: one.id for each in (one, one.copy) if each}
        for one, writing in handed:
            came[of_ids[one.id]].steps += self._handed(one, writing)
        self._announced(came)
        for look in openings(self.case):
            piece = came.setdefault(of_ids.get(look.file_id, look.file_id), Piece(look.file_id))
            piece.steps.append(_opening(look, piece))
        for piece in came.values():
            piece.steps.sort(key=lambda step: step.place)
        return sorted(came.values(), key=lambda piece: piece.steps[0].place)

    def _piece(self, one: StoredFile, writing: Writing) -> Piece:
        event, by = self.events.get(writing.event_id or 0), self._who(writing)
        came = _step(writing.written_at, writing.role, labels.happened(writing.step, writing.role, ""), by, event)
        steps = [replace(came, what=_("Received: %(how)s", how=came.what))]
        if one.copy:
            taken = file_words.taken(one.copy.taken)
            made = _("A clean copy was made when it came: %(taken)s", taken=taken or _("nothing was taken out"))
            steps.append(replace(came, what=made, who=_("the program"), seq=0))
        return Piece(
            one.id, self._name(one.name), _kind(one), _person("", writing.role), one.spoken,
            self._sums(one), self._sums(one.copy) if one.copy else None,
            "" if one.copy else file_words.no_copy(one.why), steps=steps,
        )  # fmt: skip

    def _name(self, name: str) -> str:
        """Without what is locked apart: signs between words hide none."""
        spaced = name.replace("_", " ").replace("-", " ")
        shown = self.strip(spaced)
        return name if shown == spaced else shown

    def _who(self, writing: Writing) -> str:
        event = self.events.get(writing.event_id or 0)
        return _person(event.name if event else "", writing.role)

    def _sums(self, one: StoredFile) -> Sums:
        return Sums(one.id, one.size, one.digest, one.fingerprint, self._whole(one))

    def _whole(self, one: StoredFile) -> Whole:
        row = self.attached.get(one.id)
        if row is None or self.looked.against(row) or row.digest != one.digest:
            return Whole.UNVOUCHED
        if self.only and one.id != self.only and self.only not in _pair_of(one, self.known):
            return Whole.NOT_COMPARED
        try:
            self.left -= store().size(one.id)
            if self.left < 0 and not self.only:
                return Whole.NOT_COMPARED
            with store().get(one.id) as stored:
                same = hashlib.file_digest(stored, "sha256").hexdigest() == one.digest
        except StoreAway:
            raise
        except OSError:
            return Whole.MISSING
        return Whole.FITS if same else Whole.CHANGED

    def _handed(self, one: StoredFile, writing: Writing) -> Iterator[Step]:
        """What the company got of it, and whether it can read it no more."""
        event = self.events.get(writing.event_id or 0)
        copied = one.id not in {each.id for each, where in self.known if where.compartment not in THEIRS}
        said = _("The company got the clean copy") if copied else _("The company got it as it came")
        yield _step(writing.written_at, writing.role, said, self._who(writing), event)
        if event is None:
            return
        end = next((one for one in self.events.values() if one.kind in ENDS and one.seq > event.seq), None)
        if end is not None:
            said = _("The company that had got it can read it no more")
            yield _step(end.happened_at, end.role, said, _person(end.name, end.role), end)

    def _announced(self, came: dict[str, Piece]) -> None:
        """Of which file she was told that it is to be taken out, and which was."""
        for event in self.events.values():
            facts = json.loads(event.facts) if event.kind in (taking_out.ANNOUNCE, taking_out.REMOVE) else {}
            kind, _colon, file_id = str(facts.get("part", "")).partition(":")
            if kind != taking_out.FILE:
                continue
            piece = came.setdefault(file_id, Piece(file_id))
            piece.gone += facts.get("gone", [])
            what = str(labels.happened(event.kind, event.role, ""))
            piece.steps.append(_step(event.happened_at, event.role, what, _person(event.name, event.role), event))


def _events(case: Case, ids: Iterable[int]) -> dict[int, Any]:
    """By their numbers, in their order: those by which files came or were given, and those by which they end."""
    kinds = (*ENDS, taking_out.ANNOUNCE, taking_out.REMOVE)
    query = select(Event.id, Event.seq, Event.kind, Event.role, Event.happened_at, Event.facts, Account.name)
    query = query.outerjoin(Account, Account.id == Event.actor_id).where(Event.chain == case.id)
    query = query.where(or_(Event.id.in_(list(ids)), Event.kind.in_(kinds))).order_by(Event.seq)
    return {one.id: one for one in db.session.execute(query)}


def _pair_of(one: StoredFile, known: list[tuple[StoredFile, Writing]]) -> set[str]:
    """The file as it came that this one belongs to."""
    return {each.id for each, _writing in known if one.id in (each.id, each.copy and each.copy.id)}


def _step(at: datetime, role: str, what: object, who: str, event: Any) -> Step:
    """What she did has a day and no hour (decision 0064)."""
    day = clock.office_day(at)
    when = days.full_date(day) if role in HERS else days.time_there(at, clock.office_zone())
    return Step(day, at, when, str(what), who, event.seq if event else 0)


def _person(name: str | None, role: str) -> str:
    """She and who speaks for her have no name here."""
    who = str(words.ROLES.get(role) or words.who_did(role, "", "desk"))
    return f"{name} ({who})" if name else who


def _opening(look: Opening, piece: Piece) -> Step:
    which = _("Opened: the clean copy") if piece.copy and look.file_id == piece.copy.id else _("Opened as it came")
    if piece.original is None:
        which = _("Opened")
    often = f"{which} ({look.number}×)" if look.number > 1 else str(which)
    said = often if look.stands == Stands.ON_RECORD else f"{often}. {words.STANDS[look.stands]}"
    return Step(look.day, None, days.full_date(look.day), said, _person(look.name, look.role))


def _kind(one: StoredFile) -> str:
    if one.spoken:
        return str(_("A spoken account"))
    return str(KINDS[one.kind].label) if one.kind in KINDS else one.kind
