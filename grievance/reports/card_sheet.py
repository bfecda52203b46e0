"""A sheet of printed cards as a PDF, made at the moment when its codes are: they are stored nowhere."""

from datetime import date

from flask import current_app
from flask_babel import gettext as _

from grievance.crypto import receipt_codes
from grievance.deadlines.days import full_date
from grievance.digits import written
from grievance.extensions import lazy_gettext as _l
from grievance.extensions import speaking
from grievance.intake import opening
from grievance.reports.pdf import typeset

ON_A_CARD = _l("Open this address, or call us. Give this number when you are asked for your card.")


def pdf(number: int, language: str, valid_until: date, codes: list[str]) -> bytes:
    """`number`: of the sheet; it stands at its head, and on no card."""
    contact = opening.contact(language)
    with speaking(language):
        number_of_ours = contact.telephone.replace(" ", "\u00a0") if contact else ""
        data = {
            "title": f"{_('Information')} · {number}", "outside": _("Information"), "lang": language,
            "where": " · ".join(one for one in (current_app.config["SITE_URL"], number_of_ours) if one),
            "says": str(ON_A_CARD),
            "until": _("It works once, until %(date)s.", date=full_date(valid_until)),
            "cards": [_card(code, language) for code in codes],
        }  # fmt: skip
        return typeset("cards", data)


def _card(code: str, language: str) -> dict[str, object]:
    """In the digits of its language, and once more in those that every telephone has."""
    lines = receipt_codes.lines(code)
    said = [written(line, language) for line in lines]
    return {"said": said, "plain": receipt_codes.grouped(code) if said != lines else ""}
