"""What a person of the office says of themselves, if they want to: a complainant may wish to speak with a woman, or a
man. It decides nothing; whoever assigns a case reads it beside the wish."""

from flask_babel import gettext as _

from grievance.access import Person
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind
from grievance.models.people import Account
from grievance.record.transaction import unit_of_work

ASKED = (
    Field(
        "sex",
        _l("You are"),
        Kind.CHOICE,
        required=False,
        choices=(("woman", _l("A woman")), ("man", _l("A man")), ("", _l("I do not say"))),
        help=_l("Some complainants wish to speak with a woman, or with a man. Who assigns such a case reads it. Nobody"
                " else does."),
    ),
)  # fmt: skip


def said(person: Person) -> str:
    return db.session.get_one(Account, person.account_id).sex or ""


def say(person: Person, sex: str) -> None:
    """Raises `BadInput` for an answer that there is not."""
    if sex not in dict(ASKED[0].choices):
        raise BadInput({"sex": _("Choose one of the answers in the list.")})
    with unit_of_work() as session:
        session.get_one(Account, person.account_id).sex = sex or None
