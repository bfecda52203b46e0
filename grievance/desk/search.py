"""What an officer types into the field above the queue: a reference however it is written, a part of one, the number of
an earlier register, a company."""

import re
import unicodedata
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance.access import OF_SOMEBODY, NoSuchCase, Person, find_case, visible
from grievance.crypto.receipt_codes import BadReceipt, normalise
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.people import Company
from grievance.models.register import LIVING, RegisterEntry, sought
from grievance.search.query import without_star

SHORTEST, MOST = 3, 20
WHOLE = 8
"""Letters and digits of a reference, behind GR."""
NEVER = frozenset("01OIL")
"""No reference has these: they look alike."""


@dataclass(frozen=True)
class Found:
    """`sentence`: what was typed, where nothing is found. `secret`: it must not be shown again.
    `exact`: it is a whole reference."""

    references: list[str] = field(default_factory=list)
    companies: list[tuple[int, str]] = field(default_factory=list)
    sentence: str = ""
    secret: bool = False
    exact: bool = False


def search(person: Person, typed: str) -> Found:
    """The cases that this person may see, and the companies. A whole reference is looked up by its index."""
    if _is_receipt(typed):
        sentence = _(
            "This is a receipt, and no reference: it opens the complaint of whoever holds it. Type it nowhere here."
        )
        return Found(sentence=str(sentence), secret=True)
    plain = "".join(char for char in unicodedata.normalize("NFKC", typed).upper() if char.isalnum())
    short = plain.removeprefix("GR") if len(plain) > WHOLE else plain
    if len(short) == WHOLE and (whole := _whole(person, short)):
        return Found([whole], exact=True)
    companies = _companies(typed)
    parts = _parts(person, plain) if len(plain) >= SHORTEST and plain.isascii() else []
    references = list(dict.fromkeys((*_of_a_register(person, typed), *parts)))
    if companies or references:
        return Found(references, companies)
    return Found(sentence=_nothing(short))


def _is_receipt(typed: str) -> bool:
    """Twenty digits, even where one of them is wrong or a letter: it is somebody's key, and no search."""
    try:
        normalise(typed)
    except BadReceipt as bad:
        return bad.reason in ("slip", "letter")
    return True


def _whole(person: Person, short: str) -> str:
    try:
        return find_case(person, f"GR-{short[:4]}-{short[4:]}").reference
    except NoSuchCase:
        return ""


def _companies(typed: str) -> list[tuple[int, str]]:
    """Whose name or trade name has these words in it, or with a star a word that begins so. An office has a few hundred
    companies at most."""
    plain, begins = without_star(typed)
    words = " ".join(plain.casefold().split())
    if len(words) < SHORTEST:
        return []
    stands = re.compile((r"(?<!\w)" if begins else "") + re.escape(words))
    query = select(Company.id, Company.name, Company.trade_names).where(LIVING)
    rows = db.session.execute(query.order_by(Company.name))
    return [
        (number, name) for number, name, trade in rows if any(stands.search(one.casefold()) for one in (name, *trade))
    ]


def _parts(person: Person, plain: str) -> list[str]:
    """References with this in them; a search of all of them, and never more than a page."""
    without = func.replace(Case.reference, "-", "")
    cases = (
        visible(person).with_only_columns(Case.reference).where(OF_SOMEBODY, without.contains(plain, autoescape=True))
    )
    return list(db.session.scalars(cases.order_by(Case.received_at.desc()).limit(MOST)))


def _of_a_register(person: Person, typed: str) -> list[str]:
    """The cases that an earlier register has under this very number."""
    number = sought(typed)
    if not number:
        return []
    cases = visible(person).with_only_columns(Case.reference).join(RegisterEntry, RegisterEntry.case_id == Case.id)
    cases = cases.where(OF_SOMEBODY, RegisterEntry.sought == number)
    return list(db.session.scalars(cases.order_by(Case.received_at.desc()).limit(MOST)))


def _nothing(short: str) -> str:
    if len(short) == WHOLE and NEVER & set(short):
        return str(_("A reference has no 0, O, 1, I or L, because they look alike. Please compare it once more."))
    return str(_("There is no case with this reference, or it is not for you, and no company with this name."))
