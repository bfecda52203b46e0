"""What phones sent, opened in a session of the Secretariat, and made a case of.

The case begins when the form arrived, and so do its time limits; the day on which it was told stands beside that.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, func, select

from grievance import clock
from grievance.access import NoSuchCase, Person, envelope_place
from grievance.accounts.receipts import shown
from grievance.crypto.committed import open_committed
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import SealingSpool, open_stream
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, Upload, clean
from grievance.intake import field_sealed, filing, resubmission
from grievance.intake.field_questions import ASKED
from grievance.intake.field_xml import FilledIn, NotAForm, read
from grievance.models.case import Case
from grievance.models.field import FieldPart, FieldSubmission, FieldToken
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.record import chain, files
from grievance.record.transaction import unit_of_work

LISTED = 100
WHY = Field("why", _l("Why does it make no case?"), Kind.CHOICE, choices=(
    ("again", _l("It is the same complaint as another form")),
    ("trial", _l("Somebody tried the form, and it is about nothing")),
    ("damaged", _l("It cannot be read, and whoever sent it was told")),
))  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One form in the list. `beside`: how many others came under the same number."""

    row: FieldSubmission
    sender: str
    beside: int


@dataclass(frozen=True)
class Brought:
    """One file as it came: `content` gives its plain bytes."""

    part: FieldPart
    name: str
    size: int
    content: Callable[[], Iterator[bytes]] = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """`said`: the answers, by the name of the question; None where the form does not open. `media`: files of it.
    `faults`: what makes it damaged or altered, a sentence each."""

    row: FieldSubmission
    sender: str
    said: FilledIn | None
    media: tuple[Brought, ...]
    faults: tuple[str, ...]
    beside: tuple[FieldSubmission, ...]

    @property
    def how(self) -> filing.Came:
        """The case says it for good: what shows it here is gone then."""
        if self.faults:
            return filing.Came.DAMAGED
        return filing.Came.UNSEALED if self.row.unsealed else filing.Came.SEALED

    @property
    def raw(self) -> dict[str, Any]:
        """The answers as our own page would send them, without the files."""
        answers = self.said.answers if self.said else {}
        return {f.name: _as_sent(f, answers[f.name]) for f in ASKED if f.name in answers and f.name != "spoken"}


def _as_sent(asked: Field, text: str) -> Any:
    return text.split() if asked.kind == Kind.CHOICES else text


# --- what waits --------------------------------------------------------------------------------------------


def number_waiting() -> ScalarSelect[int]:
    waits = FieldSubmission.settled_at.is_(None)
    return select(func.count(FieldSubmission.id)).where(waits).scalar_subquery()


def lines(*, settled: bool = False) -> list[Line]:
    """What waits, who waits longest first; or what was settled, the newest first."""
    done, other = FieldSubmission.settled_at.is_not(None), FieldSubmission.__table__.alias()
    beside = select(func.count()).select_from(other).where(
        other.c.known == FieldSubmission.known, other.c.id != FieldSubmission.id).scalar_subquery()  # fmt: skip
    query = select(FieldSubmission, FieldToken.name, beside).join(FieldToken, FieldToken.id == FieldSubmission.token_id)
    order = FieldSubmission.settled_at.desc() if settled else FieldSubmission.arrived_at
    query = query.where(done if settled else ~done).order_by(order, FieldSubmission.id).limit(LISTED)
    return [Line(*one) for one in db.session.execute(query)]


# --- opened ------------------------------------------------------------------------------------------------


def opened(person: Person, submission_id: str) -> Opened:
    """Raises `NoSuchCase`."""
    row, sender = _row(person, submission_id)
    parts = [_brought(person, one) for one in _parts(row)]
    form = next((one for one in parts if one.part.is_form), None)
    media = tuple(one for one in parts if not one.part.is_form)
    others = select(FieldSubmission).where(FieldSubmission.known == row.known, FieldSubmission.id != row.id)
    beside = tuple(db.session.scalars(others.order_by(FieldSubmission.arrived_at)))
    if form is None or row.settled_at:
        return Opened(row, sender, None, media, (), beside)
    try:
        said = read(b"".join(form.content()))
    except (NotAForm, CannotOpen):
        return Opened(row, sender, None, media, (_("The form itself does not open."),), beside)
    if said.manifest is None:
        return Opened(row, sender, said, media, (), beside)
    return _unsealed(person, Opened(row, sender, said, media, (), beside))


def _unsealed(person: Person, came: Opened) -> Opened:
    """What the phone had sealed, and what does not fit of it."""
    if came.said is None or came.said.manifest is None:
        return came
    content = dict(_those_that_open(came.media))
    found = field_sealed.opened(person, came.said, content)
    parts = {one.name: one.part for one in came.media}
    media = tuple(
        Brought(parts[sealed], name, len(plain), lambda plain=plain: iter((plain,)))  # type: ignore[misc]
        for sealed, name, plain in found.media
    )
    named = {sealed for sealed, _name, _plain in found.media} | {came.said.manifest.form}
    besides = tuple(one for one in came.media if one.name not in named)
    strange = (_("%(name)s is not on the phone's own list: it came beside it.", name=one.name) for one in besides)
    return Opened(came.row, came.sender, found.form, (*media, *besides), (*found.faults, *strange), came.beside)


def _those_that_open(media: tuple[Brought, ...]) -> Iterator[tuple[str, bytes]]:
    for one in media:
        with suppress(CannotOpen):
            yield one.name, b"".join(one.content())


def _row(person: Person, submission_id: str) -> tuple[FieldSubmission, str]:
    if person.role not in SECRETARIAT_ROLES or person.party_seed is None:
        raise NoSuchCase
    query = select(FieldSubmission, FieldToken.name).join(FieldToken, FieldToken.id == FieldSubmission.token_id)
    found = db.session.execute(query.where(FieldSubmission.id == submission_id)).one_or_none()
    if found is None:
        raise NoSuchCase
    return found[0], found[1]


def _parts(row: FieldSubmission) -> list[FieldPart]:
    mine = select(FieldPart).where(FieldPart.submission_id == row.id, FieldPart.sealed.is_not(None))
    return list(db.session.scalars(mine.order_by(FieldPart.arrived_at, FieldPart.id)))


def _brought(person: Person, part: FieldPart) -> Brought:
    where = envelope_place("field-part", part.id)
    try:
        said = json.loads(open_committed(person.seed_for(part.key_id or ""), part.sealed or b"", where, part.commit))
    except CannotOpen:
        return Brought(part, "", 0, _does_not_open)
    return Brought(part, said["name"], said["size"], lambda: _content(bytes.fromhex(said["key"]), part.id))


def _does_not_open() -> Iterator[bytes]:
    raise CannotOpen


def _content(key: bytes, file_id: str) -> Iterator[bytes]:
    try:
        with files.store().get(file_id) as file:
            yield from open_stream(key, file_id, file)
    except FileNotFoundError:
        raise CannotOpen from None


def reference_of(row: FieldSubmission) -> str | None:
    """Of the case that was made of it."""
    return db.session.scalar(select(Case.reference).where(Case.id == row.case_id)) if row.case_id else None


def one_file(person: Person, submission_id: str, part_id: str) -> Brought:
    """One file of it, to look at. Raises `NoSuchCase`."""
    found = next((one for one in opened(person, submission_id).media if one.part.id == part_id), None)
    if found is None:
        raise NoSuchCase
    return found


# --- a case is made of it ----------------------------------------------------------------------------------


def file(person: Person, submission_id: str, put_right: Mapping[str, Any], left_out: frozenset[str]) -> filing.Filed:
    """The case, with what the officer put right among the answers, and without the files that they left out. Raises
    `BadInput`, `Refused`, `NoSuchCase`."""
    if person.role != Role.OFFICER:
        raise Refused(_("An officer makes the case."))
    came = opened(person, submission_id)
    secret = resubmission.secret_of(f"field-form {submission_id}")
    if before := resubmission.filed(secret):
        return filing.Filed(before, shown(secret) or "")
    if came.row.settled_at:
        raise Refused(_("Somebody settled this meanwhile."))
    taken = [one for one in came.media if one.part.id not in left_out]
    spoken = (came.said.answers if came.said else {}).get("spoken")
    uploads = [_upload(one, spoken=one.name == spoken) for one in taken]
    raw = {**came.raw, **put_right, "files": [one for one in uploads if not one.spoken],
           "spoken": [one for one in uploads if one.spoken]}  # fmt: skip
    gone = {one.part.id for one in taken}
    arrived = filing.Arrived(
        came.row.arrived_at, ASKED, came.how, lambda case: _settle(person, submission_id, case, gone)
    )
    return filing.file_complaint(raw, secret, "en", officer=person, arrived=arrived)


def _upload(one: Brought, *, spoken: bool) -> Upload:
    """The same bytes, sealed anew for the case."""
    stream = SealingSpool()
    try:
        for chunk in one.content():
            stream.write(chunk)
    except CannotOpen:
        raise BadInput({"files": _("%(name)s does not open. Leave it out.", name=one.name)}) from None
    return Upload(one.name, stream, spoken)


def _settle(by: Person, submission_id: str, case: Case, gone: set[str]) -> None:
    """Part of the filing's unit of work. What the case has now is nowhere else any more."""
    row = db.session.get_one(FieldSubmission, submission_id, with_for_update=True)
    if row.settled_at:
        raise Refused(_("Somebody settled this meanwhile."))
    for part in _parts(row):
        if part.is_form or part.id in gone:
            part.sealed = part.key_id = part.commit = None
    row.case_id = case.id
    _note(by, row, clock.now())


def settle(by: Person, submission_id: str, raw: Mapping[str, Any]) -> None:
    """It makes no case: why, from a closed list. It stays sealed. Raises `BadInput`, `Refused`, `NoSuchCase`."""
    why = clean((WHY,), raw)["why"]
    _row(by, submission_id)
    with unit_of_work() as session:
        row = session.get_one(FieldSubmission, submission_id, with_for_update=True)
        if row.settled_at:
            raise Refused(_("Somebody settled this meanwhile."))
        row.why = why
        _note(by, row, clock.now())


def _note(by: Person, row: FieldSubmission, now: datetime) -> None:
    row.settled_at, row.settled_by = now, by.account_id
    facts = {"submission": row.id, "case": row.case_id, "why": row.why}
    chain.append(None, "field_settled", by, now, now, facts)


def errors_of(came: Opened) -> dict[str, str]:
    """What has to be put right before a case can be made, by question."""
    try:
        raw = came.raw | ({"spoken": []} if came.said else {})
        values = clean(tuple(f for f in ASKED if f.kind not in (Kind.FILES, Kind.SPOKEN)), raw)
        filing.check_answers(values)
    except BadInput as bad:
        spoken = bool(came.said and came.said.answers.get("spoken"))
        return {name: text for name, text in bad.errors.items() if not (spoken and name == "account")}
    return {}
