"""`Idempotency-Key`: a request that is sent again after a broken connection is done once.

The key is its caller's own, kept for a day, and stands for one caller, one address and one body.
"""

import re

from flask import request
from flask_babel import gettext as _

from grievance.forms.fields import BadInput
from grievance.intake import filing, resubmission
from grievance.record import sent_forms

HEADER = "Idempotency-Key"
PATTERN = r"[A-Za-z0-9_-]{16,100}"


def key_sent() -> str:
    """The header; empty where there is none. Raises `BadInput` for one that somebody else could send by chance."""
    key = request.headers.get(HEADER, "")
    if key and not re.fullmatch(PATTERN, key):
        raise BadInput({HEADER: _("Use 16 to 100 random letters, digits, - or _.")})
    return key


def begin(caller: str, *, again: bool = False) -> None:
    """What this request does is noted with its key, if it has one. `caller`: whose case it is; empty for who files.
    `again`: whether a request that was done before is let through, because what it does is safe and its answer cannot
    be kept: that of filing holds a receipt. Raises `Repeated`, `OtherBody`, `InProgress`."""
    if not (key := key_sent()):
        return
    said = _said()
    known_by = sent_forms.mac("api", key, caller, request.path)
    claim = sent_forms.Claim(known_by, said, request.path, waits=False)
    try:
        sent_forms.begin(claim)
    except sent_forms.Repeated:
        if not again:
            raise


def _said() -> str:
    """Its body; of files, which are sealed while they arrive, what their seal says of them."""
    if request.mimetype != "multipart/form-data":
        return sent_forms.mac(request.get_data())
    files = [(name, f"{one.filename}:{getattr(one.stream, 'fingerprint', '')}")
             for name, one in request.files.items(multi=True)]  # fmt: skip
    return sent_forms.mac_of_pairs([*request.form.items(multi=True), *files])


def secret() -> str:
    """The secret of the form that this request stands for: its key gives the same one again, and so its receipt for as
    long as that is shown."""
    key = key_sent()
    return resubmission.secret_of(f"idempotency-key {key}") if key else filing.new_secret()
