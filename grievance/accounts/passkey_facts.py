"""How the record names passkeys."""

import hashlib
from collections.abc import Sequence
from typing import Any

from grievance.models.passkey import Counts, Passkey
from grievance.record.events import canonical

ASKED, TAKEN_BACK, ADDED, KEY_CHANGED = "passkey_asked", "passkey_taken_back", "passkey_added", "own_key_changed"
CONFIRMED, REFUSED, REMOVED = "passkey_confirmed", "passkey_refused", "passkey_removed"


def digest_of(row: Passkey) -> str:
    """How the record names a passkey: all of it that does not change by use."""
    parts = [row.account_id, row.credential_id.hex(), row.public_key.hex(), row.half.hex(), row.name]
    return hashlib.sha256(canonical([*parts, row.since.isoformat()]).encode()).hexdigest()


def facts(rows: Sequence[Passkey]) -> dict[str, Any]:
    """What an event of their person says of them."""
    counting = sorted(digest_of(row) for row in rows if row.state == Counts.COUNTING)
    waits = [digest_of(row) for row in rows if row.state != Counts.COUNTING]
    return {"passkeys": counting, "waits": waits[0] if waits else ""}
