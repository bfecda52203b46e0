"""A form that a phone sends: taken with the Secretariat's public key alone, sealed at once, and rung for.

A phone sends a form with many files in parts, and sends again what it had no answer to. Parts are put together by the
form's own number (instanceID); the same again changes nothing; another one under the same number stands beside the
first, and is never merged with it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from grievance import clock
from grievance.access import CLOCK, envelope_place
from grievance.accounts.keys.party_keys import party_key
from grievance.crypto.committed import seal_committed
from grievance.crypto.streams import SealingSpool
from grievance.extensions import db
from grievance.forms.fields import FILE_SIZE, Upload
from grievance.intake import opening
from grievance.intake.field_form import FORM_ID
from grievance.intake.field_xml import LARGEST, FilledIn, NotAForm, read
from grievance.models.concern import ConcernMail
from grievance.models.field import FieldPart, FieldSubmission, FieldToken
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, PartyKind
from grievance.record import chain, files, record_key
from grievance.record.sent_forms import mac
from grievance.record.transaction import unit_of_work


class TooLarge(ValueError):
    """A file is larger than a file may be: the phone keeps the form. With the file's name."""


def take(token: FieldToken, xml: Upload, media: Sequence[Upload], *, whole: bool, form_id: str = FORM_ID) -> bool:
    """What one request brought; `whole`: nothing more of it comes. `form_id`: what the form is called where it was
    given out. Returns whether any of it is new. Raises `NotAForm`, `TooLarge`, `Closed`, OSError."""
    for one in (xml, *media):
        if one.stream.plain_size > (LARGEST if one is xml else FILE_SIZE):
            raise TooLarge(one.name)
    said = read(xml.stream.part(0, LARGEST))
    if said.form_id != form_id:
        raise NotAForm(said.form_id)
    opening.only_when_open()
    try:
        return _take(token.id, said, xml, media, whole)
    except IntegrityError:  # the same, sent twice at once: the other one is here now
        return _take(token.id, said, xml, media, whole)


def _take(token_id: str, said: FilledIn, xml: Upload, media: Sequence[Upload], whole: bool) -> bool:
    known, now = mac("field-number", said.instance_id), clock.now()
    text = mac("field-form", xml.stream.fingerprint)
    before = db.session.scalar(select(FieldSubmission.id).where(*_same(known, text)))
    new = _new_ones(before, xml, media)
    ended = whole and before is not None and not db.session.get_one(FieldSubmission, before).whole
    if not new and not ended:
        return False
    with files.brought(one.stream for one in new.values()), unit_of_work() as session:
        row = session.scalars(select(FieldSubmission).where(*_same(known, text)).with_for_update()).one_or_none()
        more = row is not None
        if row is None:
            row = FieldSubmission(id=chain.new_id(), known=known, said=text, token_id=token_id, arrived_at=now,
                                  last_at=now, unsealed=said.manifest is None, whole=whole)  # fmt: skip
            session.add(row)
            ring(now)
        row.last_at, row.whole = now, row.whole or whole
        if more and new and row.settled_at:  # late: somebody has to look once more
            row.settled_at = row.settled_by = None
        session.add_all(_part(row, one, name, one is xml, now) for name, one in new.items())
        arrived = record_key.intake()
        session.get_one(FieldToken, token_id).used_on = clock.office_day(now)
        facts = {"submission": row.id, "token": token_id, "parts": len(new), "sealed": not row.unsealed}
        chain.append(None, "field_more_arrived" if more else "field_arrived", CLOCK, now, now, facts,
                     signed_by=(arrived,) if arrived else ())  # fmt: skip
    return bool(new)


def is_here(xml: Upload) -> bool:
    """Whether this form is here with all that belongs to it. Raises `NotAForm`."""
    known = mac("field-number", read(xml.stream.part(0, LARGEST + 1)).instance_id)
    same = _same(known, mac("field-form", xml.stream.fingerprint))
    return bool(db.session.scalar(select(FieldSubmission.id).where(*same, FieldSubmission.whole)))


def _same(known: str, text: str) -> tuple[ColumnElement[bool], ...]:
    return (FieldSubmission.known == known, FieldSubmission.said == text)


def _new_ones(before: str | None, xml: Upload, media: Sequence[Upload]) -> dict[str, Upload]:
    """What is not here yet, each under its MAC; the form itself is the same under any name of its file."""
    brought = {mac("field-part", "" if one is xml else one.name, one.stream.fingerprint): one for one in (xml, *media)}
    if before is None:
        return brought
    here = set(db.session.scalars(select(FieldPart.known).where(FieldPart.submission_id == before)))
    return {name: one for name, one in brought.items() if name not in here}


def _part(row: FieldSubmission, one: Upload, known: str, is_form: bool, now: datetime) -> FieldPart:
    stream, key = one.stream, party_key(PartyKind.SECRETARIAT)
    sealed, commit = seal_committed(
        key.public_key, json.dumps(_described(one.name, stream)).encode(), envelope_place("field-part", stream.file_id)
    )
    return FieldPart(
        id=stream.file_id, submission_id=row.id, is_form=is_form, known=known, digest=stream.digest, arrived_at=now,
        key_id=key.key_id, sealed=sealed, commit=commit,
    )  # fmt: skip


def _described(name: str, stream: SealingSpool) -> Mapping[str, object]:
    return {"name": name, "size": stream.plain_size, "key": stream.key.hex()}


def ring(now: datetime) -> None:
    """How grave it is nobody knows before somebody opens it: everybody of the Secretariat who is here gets a mail."""
    here = (Account.role.in_(SECRETARIAT_ROLES), Account.status == AccountStatus.ACTIVE)
    people = sorted(db.session.scalars(select(Account.id).where(*here)))
    if people:
        db.session.add(ConcernMail(id=chain.new_id(), to_mail=people, mail_at=now))
