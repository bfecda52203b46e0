"""Queries of the queue that one account keeps under a name: known filters only, nothing of any case."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.access import Person
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.case import Severity, State
from grievance.models.desk import SavedView
from grievance.models.people import Account
from grievance.record.transaction import unit_of_work
from grievance.workflow.words import COUNTS

MOST, LONGEST = 20, 60
NAME = Field("name", _l("Name of the view"), Kind.LINE)


def _number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10


FILTERS: dict[str, Callable[[str], bool]] = {
    "show": COUNTS.__contains__,
    "company": _number,
    "officer": _number,
    "state": set(State).__contains__,
    "severity": set(Severity).__contains__,
}


def save(person: Person, raw: Mapping[str, Any]) -> None:
    """Keep `raw`'s filters under `raw`'s name; a view of the same name is replaced. Raises `BadInput`, `Refused`."""
    name = clean((NAME,), raw)["name"]
    if len(name) > LONGEST:
        raise BadInput({"name": _("This is too long: write at most %(number)s characters.", number=LONGEST)})
    query = urlencode({key: raw[key] for key, known in FILTERS.items() if raw.get(key) and known(raw[key])})
    with unit_of_work() as session:
        session.get_one(Account, person.account_id, with_for_update=True)  # two tabs, one after the other
        mine = {view.name: view for view in saved(person)}
        view = mine.get(name) or SavedView(account_id=person.account_id, name=name)
        if name not in mine and len(mine) >= MOST:
            raise Refused(_("You have %(number)s saved views, which is the most. Remove one first.", number=MOST))
        view.query = query
        session.add(view)


def remove(person: Person, view_id: int) -> None:
    """Forget one of this person's own; another's, or none, changes nothing."""
    with unit_of_work() as session:
        view = session.get(SavedView, view_id)
        if view and view.account_id == person.account_id:
            session.delete(view)


def saved(person: Person) -> list[SavedView]:
    """This person's views, by name."""
    query = select(SavedView).where(SavedView.account_id == person.account_id)
    return list(db.session.scalars(query.order_by(SavedView.name)))
