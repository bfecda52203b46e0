"""The language in which a person gets mail and reads their due dates: chosen by themselves."""

from flask_babel import gettext as _

from grievance.access import Person
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import BadInput, Field, Kind
from grievance.models.people import Account
from grievance.record.transaction import unit_of_work

ASKED = (
    Field(
        "account_language",
        _l("Language of your mail and of your calendar"),
        Kind.CHOICE,
        choices=LANGUAGES,
        help=_l("The pages where you work are in English."),
    ),
)


def chosen(person: Person) -> str:
    return db.session.get_one(Account, person.account_id).language


def choose(person: Person, language: str) -> None:
    """Raises `BadInput` for one that there is not."""
    if language not in dict(LANGUAGES):
        raise BadInput({"account_language": _("Choose one of the answers in the list.")})
    with unit_of_work() as session:
        session.get_one(Account, person.account_id).language = language
