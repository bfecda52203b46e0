"""One form, one effect: what was sent is noted in the transaction of its effect, with where its answer leads.

A race: two presses of one button arrive together. The note comes first in the unit of work, so that the second press
waits there for the first one's commit, and then finds its note: it changes nothing, and is led to the first answer.
"""

import hmac
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app, g
from sqlalchemy import Delete, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock
from grievance.crypto.sealing import derive
from grievance.extensions import db
from grievance.models.sent_form import SentForm
from grievance.record.transaction import CLAIM, unit_of_work

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(hours=24)
LONGEST_ADDRESS = 400
FORMS = cast(Table, SentForm.__table__)
_KNOWN = select(FORMS).where(FORMS.c.key_hash == bindparam("key"), FORMS.c.expires_at > bindparam("now"))
FORGET_SENT: Delete = delete(SentForm).where(SentForm.expires_at <= bindparam("now"))


class Repeated(Exception):
    """This form had its effect before. `result`: the address that its answer led to."""

    def __init__(self, result: str, secret_shown: bool) -> None:
        super().__init__()
        self.result, self.secret_shown = result, secret_shown


class InProgress(Exception):
    """The same request is being done at this moment, by whoever sent it first."""


class OtherBody(Exception):
    """The same key was used before, for a request that said something else."""


@dataclass
class Claim:
    """What a request carries to be known again. `waits`: for the same one that is under way, as a browser does;
    otherwise that is `InProgress`, where the database can tell."""

    key: str
    body: str
    result: str
    waits: bool = True
    taken: bool = False

    def __call__(self) -> None:
        """Note it, as part of the caller's unit of work and before its first change. Raises `Repeated`."""
        now, postgres = clock.now(), db.engine.dialect.name == "postgresql"
        if postgres and not self.waits and not db.session.scalar(_LOCK, {"number": int(self.key[:15], 16)}):
            raise InProgress
        if db.session.scalar(_NOTE[db.engine.dialect.name], self._row(now)) is None:
            raise repeated(self) or InProgress

    def _row(self, now: datetime) -> dict[str, Any]:
        return {"key_hash": self.key, "body": self.body, "result": self.result, "secret_shown": False,
                "expires_at": now + KEPT_FOR, "now": now}  # fmt: skip

    def stands(self) -> None:
        """Its effect is committed; whatever else this request does is part of the same sending."""
        self.taken = True
        g.pop(CLAIM, None)


_LOCK = select(db.func.pg_try_advisory_xact_lock(bindparam("number")))


def _note(dialect: Any) -> Any:
    """One that died and was not swept yet is noted anew."""
    new = dialect.insert(FORMS).values({column.name: bindparam(column.name) for column in FORMS.columns})
    return new.on_conflict_do_update(
        index_elements=[FORMS.c.key_hash],
        set_={column.name: new.excluded[column.name] for column in FORMS.columns},
        where=FORMS.c.expires_at <= bindparam("now"),
    ).returning(FORMS.c.key_hash)


_NOTE = {"sqlite": _note(sqlite), "postgresql": _note(postgresql)}


def mac(*parts: str | bytes) -> str:
    """Of everything that a request is known by, under the server's key: a short word cannot be guessed from it."""
    key = derive(current_app.config["SECRETS"].current[1], "sent-forms")
    whole = hmac.new(key, digestmod="sha256")
    for part in parts:
        text = part.encode() if isinstance(part, str) else part
        whole.update(len(text).to_bytes(8, "big") + text)
    return whole.hexdigest()


def mac_of_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Of the fields of a form, in whatever order they came."""
    return mac(*(part for pair in sorted(pairs) for part in pair))


def begin(claim: Claim) -> None:
    """From here on the first unit of work that has an effect notes it. Raises `Repeated` for one that did, `OtherBody`
    where that one said something else."""
    if before := repeated(claim):
        raise before
    g.setdefault(CLAIM, claim)


def repeated(claim: Claim) -> Repeated | None:
    row = db.session.execute(_KNOWN, {"key": claim.key, "now": clock.now()}).one_or_none()
    if row and row.body != claim.body:
        raise OtherBody
    return Repeated(row.result, row.secret_shown) if row else None


def is_first(key: str) -> bool:
    """Whether nothing was known by this key, which is noted as part of the caller's unit of work."""
    now = clock.now()
    row = {"key_hash": key, "body": "", "result": "", "secret_shown": False, "expires_at": now + KEPT_FOR, "now": now}
    return db.session.scalar(_NOTE[db.engine.dialect.name], row) is not None


def settle(claim: Claim, address: str, refused: bool, secret_shown: bool) -> None:
    """What its answer was: where it led, or that it was refused, and then nothing was sent. An answer that is made
    stands, whether or not this can be written."""
    change: Any = None
    if refused:
        change = delete(SentForm).where(SentForm.key_hash == claim.key)
    elif address != claim.result or secret_shown:
        change = update(SentForm).where(SentForm.key_hash == claim.key)
        change = change.values(result=address[:LONGEST_ADDRESS], secret_shown=secret_shown)
    if change is None:
        return
    try:
        with unit_of_work(effect=False) as session:
            session.execute(change, execution_options={"synchronize_session": False})
    except SQLAlchemyError as fault:
        log.warning("where a form's answer led could not be noted: %s", type(fault).__name__)
