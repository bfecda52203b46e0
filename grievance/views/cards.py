"""The number of a printed card, as it is typed where a complaint is filed: on the site, by telephone, at the desk."""

from flask_babel import gettext as _

from grievance.accounts import printed_cards
from grievance.crypto.receipt_codes import BadReceipt
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind

CARD = Field("card", _l("The number on the card"), Kind.LINE, False,
             help=_l("If somebody on the spot gave the complainant a printed card."))  # fmt: skip
LENGTH = 60
"""Characters of what is typed that are looked at: 20 digits with whatever stands between them."""


def card_of(typed: str) -> str:
    """By what the card is found whose number was typed; empty where none was. Raises `BadInput`. One that was used
    already is as good as any: who saw her with it must not learn here whether she complained."""
    if not typed.strip():
        return ""
    if not (known := if_known(typed)):
        raise BadInput({CARD.name: _("We do not know this card. Compare its digits, or leave it out: you can complain"
                                     " without one.")})  # fmt: skip
    return known


def if_known(typed: str) -> str:
    """The same, where nobody is told that a card is not known. Raises `BadInput` for digits that are no card's."""
    try:
        return printed_cards.found(typed.strip()[:LENGTH])
    except BadReceipt:
        sentence = _("This is not the number of a card: compare its digits, or leave it out.")
        raise BadInput({CARD.name: sentence}) from None
