"""A form that is sent twice makes one complaint; and where it says something else by then, that is not dropped
without a word."""

import base64
import hmac
import json
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select

from grievance.crypto.hashes import bytes_of, sha256
from grievance.crypto.sealing import derive
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused, StoredFile
from grievance.models.case import Case
from grievance.models.keys import Filing

MAC = 32
_OF_FORM = (Case.id == Filing.case_id, Filing.secret_hash == bindparam("form"))
_BEFORE = select(Case.reference, Filing.said).where(*_OF_FORM)
REFERENCE, SAID = (select(one).where(*_OF_FORM).scalar_subquery() for one in (Case.reference, Filing.said))
"""Of the complaint that a form made, beside another question; "form": the digest of the form's secret."""
SENT_BEFORE = _l(
    "It is safe with us. What you changed after you sent it is not part of it."
    " Open the complaint with its receipt, and write the change as a message."
)


class SentBefore(Refused):
    """This form made a complaint before, and what it says now is not in it."""


def secret_of(external_id: str) -> str:
    """The form's secret of a caller that has a number of its own: it follows by HMAC, so that the same number gives the
    same secret, and a number alone gives nothing to whoever has a copy of the database."""
    key = derive(current_app.config["SECRETS"].current[1], "external-id")
    return base64.urlsafe_b64encode(hmac.digest(key, external_id.encode(), "sha256")).rstrip(b"=").decode()


def fingerprint(secret: str, values: dict[str, Any]) -> bytes:
    """A MAC of the answers, and one of each file, under the form's secret, which only the browser has."""
    answers = json.dumps({name: value for name, value in values.items() if name != "files"}, sort_keys=True)
    key = derive(bytes_of(secret), "said")
    sent = [one if isinstance(one, StoredFile) else one.stream for one in values.get("files", [])]
    return b"".join(hmac.digest(key, one.encode(), "sha256") for one in (answers, *(file.fingerprint for file in sent)))


def filed(secret: str, digests: bytes | None = None) -> str | None:
    """The reference of the complaint that this form made, if any. Raises `SentBefore` where it said something else."""
    row = db.session.execute(_BEFORE, {"form": sha256(secret)}).first()
    return made(row[0], row[1], digests) if row else None


def made(reference: str | None, before: bytes | None, digests: bytes | None) -> str | None:
    """The same where both were read already. Raises `SentBefore`."""
    if reference is None:
        return None
    if digests is not None and before is not None and _is_new(digests, before):
        raise SentBefore(SENT_BEFORE)
    return reference


def _is_new(digests: bytes, before: bytes) -> bool:
    """Whether the answers are others, or a file is there that was not: a page that comes again has lost its files."""
    known = {before[at : at + MAC] for at in range(0, len(before), MAC)}
    return any(digests[at : at + MAC] not in known for at in range(0, len(digests), MAC))
