"""What each new case has, whoever makes it: a reference, and the Secretariat's envelope of its master."""

import secrets
from typing import Any

from grievance.access import envelope_place
from grievance.accounts.keys.party_keys import OfficeKeys, office_keys
from grievance.crypto import envelopes
from grievance.crypto.compartments import commit
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.keys import SecretariatEnvelope
from grievance.models.people import PartyKind

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no look-alikes: 0 O, 1 I L


def new_reference() -> str:
    """Random, in no order, without look-alike letters: GR-7K4M-2QX9."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"GR-{letters[:4]}-{letters[4:]}"


def sealed_to(keys: OfficeKeys | None = None) -> dict[str, Any]:
    """To which key of the Secretariat the master was sealed, for the event: once that is changed, what is written goes
    under later keys."""
    return {"keys": {"secretariat": (keys or office_keys())[PartyKind.SECRETARIAT].key_id}}


def seal_master(case: Case, master: bytes, keys: OfficeKeys | None = None) -> None:
    """The Secretariat's envelope: the case's master under the party's public key. `keys`: what this unit of work found
    sound already."""
    key = (keys or office_keys())[PartyKind.SECRETARIAT]
    sealed = envelopes.seal_to(key.public_key, master, envelope_place("secretariat", case.id))
    db.session.add(SecretariatEnvelope(case_id=case.id, key_id=key.key_id, sealed=sealed, commit=commit(master)))
