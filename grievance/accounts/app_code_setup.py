"""A person begins, and ends, to be asked for the code of an app."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete

from grievance import clock
from grievance.access import Person
from grievance.accounts import app_codes, sessions
from grievance.crypto.hashes import sha256
from grievance.crypto.sealing import CannotOpen, open_sealed, place, seal
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.keys import AccountSession, AppCode
from grievance.models.people import Account
from grievance.record import chain
from grievance.record.transaction import unit_of_work

BEGUN_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class Begun:
    """A secret that no code has confirmed yet. `made`: what the page brings back, sealed to its person; nothing of it
    is stored before."""

    secret: str
    address: str
    made: str


def begin(person: Person, password: str) -> Begun:
    """A new secret, for who types their password once more: a screen that was left alone must not shut anybody out.
    Raises `BadInput`, `Refused`."""
    _may_begin(person)
    if not sessions.is_password_of(person, password):
        raise BadInput({"password": _("This is not your password.")})
    secret = app_codes.new_secret()
    said = json.dumps({"secret": secret, "until": (clock.now() + BEGUN_FOR).isoformat()})
    sealed = seal(app_codes.key_of(person.own_seed or b""), said.encode(), _place(person))
    return _begun(person, secret, base64.urlsafe_b64encode(sealed).decode())


def again(person: Person, made: str) -> Begun:
    """The same page once more, after a wrong code. Raises `Refused` where it is too old."""
    return _begun(person, _secret(person, made), made)


def _begun(person: Person, secret: str, made: str) -> Begun:
    email = db.session.get_one(Account, person.account_id).email
    return Begun(secret, app_codes.address_of(secret, email, current_app.config["SITE_NAME"]), made)


def _may_begin(person: Person) -> None:
    if app_codes.is_on(person.account_id):
        raise Refused(_("You are asked for the code of an app already. Switch it off first."))


def _secret(person: Person, made: str) -> str:
    try:
        sealed = base64.urlsafe_b64decode(made[:2000])
        said = json.loads(open_sealed(app_codes.key_of(person.own_seed or b""), sealed, _place(person)))
        if datetime.fromisoformat(said["until"]) > clock.now():
            return str(said["secret"])
    except (CannotOpen, ValueError):
        pass
    raise Refused(_("This was begun too long ago. Begin once more."))


def _place(person: Person) -> bytes:
    return place("app-code-begun", person.account_id or 0)


def confirm(session_secret: str, person: Person, made: str, typed: str) -> None:
    """From now on a code is asked for. Every other session of this person ends. Raises `BadInput`, `Refused`."""
    secret, now = _secret(person, made), clock.now()
    step = app_codes.step_of(secret, typed, now)
    if step is None:
        raise BadInput({"otp": _("This is not the code of now. See whether the telephone's time is right, and type the"
                                 " next one.")})  # fmt: skip
    with unit_of_work() as session:
        account = session.get_one(Account, person.account_id, with_for_update={"key_share": True})
        _may_begin(person)
        session.add(row := app_codes.row_of(account.id, person.own_seed or b"", secret, step, now))
        others = AccountSession.secret_hash != sha256(session_secret)
        session.execute(delete(AccountSession).where(AccountSession.account_id == account.id, others))
        facts = {"account": account.id, "sealed": app_codes.digest_of(row)}
        chain.append(None, app_codes.BEGUN, person, now, now, facts)


def end(person: Person, password: str, typed: str) -> None:
    """No code is asked for any more; for who has both. Raises `BadInput`, and does not say which of them was wrong."""
    known, now = sessions.is_password_of(person, password), clock.now()
    with unit_of_work() as session:
        row = session.get(AppCode, person.account_id, with_for_update=True)
        right = known and app_codes.lets_in(person.account_id or 0, person.own_seed or b"", typed, now)
        if row is not None and right:
            session.delete(row)
            chain.append(None, app_codes.ENDED, person, now, now, {"account": person.account_id})
    if not right:
        raise BadInput(
            {"password": _("The password or the code is not right. Each code works once: wait for the next.")}
        )
