"""A one-use code proves a mailbox: it goes there by mail, and to the screen of nobody (docs/confidentiality.md).

Until the worker has handed it in, it lies sealed under the server's key together with where it goes, so that whoever
writes to the database leads it nowhere else. Where there is no mail, whoever runs the server prints it.
"""

import json
from collections.abc import Collection
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select

from grievance.crypto.keyring import Keyring
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.models.mailbox import CodeMail, Proves


def go_out() -> bool:
    """Whether there is mail here at all."""
    return bool(current_app.config["MAIL_URL"])


def owe(account_id: int, what: Proves, address: str, code: str, now: datetime) -> None:
    """Instead of an earlier one. Part of the caller's transaction; nothing where there is no mail."""
    forget(account_id)
    if not go_out():
        return
    key_id, key = _ring().current
    said = json.dumps([address, code]).encode()
    sealed = seal(_key(key), said, place("code-mail", account_id, what.value))
    db.session.add(
        CodeMail(account_id=account_id, what=what, key_id=key_id, sealed=sealed, owed_at=now, again_at=now)
    )  # fmt: skip
    db.session.flush()


def forget(account_id: int) -> None:
    """It was used, or is void. Part of the caller's transaction."""
    db.session.execute(delete(CodeMail).where(CodeMail.account_id == account_id))


def opened(mail: CodeMail) -> tuple[str, str] | None:
    """Where it goes, and the code; None where this server does not open it."""
    key = _ring().get(mail.key_id)
    if key is None or mail.sealed is None:
        return None
    try:
        said = open_sealed(_key(key), mail.sealed, place("code-mail", mail.account_id, mail.what.value))
    except CannotOpen:
        return None
    address, code = json.loads(said)
    return address, code


def of(account_ids: Collection[int]) -> dict[int, CodeMail]:
    """What is known of each that is under way or went, by its account."""
    query = select(CodeMail).where(CodeMail.account_id.in_(account_ids))
    return {one.account_id: one for one in db.session.scalars(query)} if account_ids else {}


def _ring() -> Keyring:
    ring: Keyring = current_app.config["SECRETS"]
    return ring


def _key(key: bytes) -> bytes:
    return derive(key, "code-mail")
