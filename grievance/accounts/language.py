"""The language in which a person gets mail and reads their due dates, and of a company's person also that of their
pages: chosen by themselves."""

from flask_babel import gettext as _

from grievance.access import Person
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES_EVERYWHERE
from grievance.forms.fields import BadInput, Field, Kind
from grievance.models.people import Account, Role
from grievance.record.transaction import unit_of_work

OF_THE_OFFICE = (
    Field(
        "account_language",
        _l("Language of your mail and of your calendar"),
        Kind.CHOICE,
        choices=LANGUAGES_EVERYWHERE,
        help=_l("The pages where you work are in English."),
    ),
)
OF_A_COMPANY = (
    Field(
        "account_language",
        _l("Language of your pages, your mail and your calendar"),
        Kind.CHOICE,
        choices=LANGUAGES_EVERYWHERE,
        help=_l("It is yours alone: each of your colleagues chooses their own."),
    ),
)


def asked(person: Person) -> tuple[Field, ...]:
    return OF_A_COMPANY if person.role == Role.COMPANY else OF_THE_OFFICE


def chosen(person: Person) -> str:
    return db.session.get_one(Account, person.account_id).language


def choose(person: Person, language: str) -> None:
    """Raises `BadInput` for one that there is not."""
    if language not in dict(LANGUAGES_EVERYWHERE):
        raise BadInput({"account_language": _("Choose one of the answers in the list.")})
    with unit_of_work() as session:
        session.get_one(Account, person.account_id).language = language
