"""Fingerprints of keys, read out by whoever holds the key and typed by whoever lets it in.

What is read out is made from the reader's own seed, what is typed is held against the database: a key that somebody put
there who can only write to it is not the one that was read out. It is typed, because two rows of digits that look alike
are soon found to be the same.
"""

from flask_babel import gettext as _

from grievance.access import Person
from grievance.crypto import envelopes, signing
from grievance.crypto.receipt_codes import typed_digits
from grievance.forms.fields import BadInput
from grievance.models.people import Account, Party

FIELD = "fingerprint"


def own(person: Person) -> str:
    """What who waits reads out to whoever admits them: 24 digits in groups; empty where nobody is signed in."""
    return _of_seed(person.own_seed)


def of_company(person: Person) -> str:
    """What somebody of a company reads out to the approver who confirms its key."""
    return _of_seed(person.party_seed)


def _of_seed(seed: bytes | None) -> str:
    return signing.grouped(signing.spoken(envelopes.public_of(seed), signing.public_of(seed))) if seed else ""


def check(typed: str, of: Account | Party) -> None:
    """Whether these are the digits of the keys that the database has for an account or a party. Raises `BadInput`."""
    digits = typed_digits(typed)
    if len(digits) != signing.FINGERPRINT:
        raise BadInput({FIELD: _("The fingerprint has %(wanted)s digits, and here are %(number)s. Ask for it to be read"
                                 " out once more.", wanted=signing.FINGERPRINT, number=len(digits))})  # fmt: skip
    if of.public_key is None or of.sign_key is None:
        raise BadInput({FIELD: _("There is no complete key yet that these digits could belong to. The person has to"
                                 " sign in once more.")})  # fmt: skip
    if digits != signing.spoken(of.public_key, of.sign_key):
        raise BadInput({FIELD: _("These are not the digits of the key that is here. Let them be read out once more,"
                                 " from the page where the person is signed in. If they still differ, stop: the key may"
                                 " be somebody else's. Tell whoever runs the server.")})  # fmt: skip
