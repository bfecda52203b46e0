"""Queries of the queue that one account keeps under a name, for itself or for the office, and which parts of a line it
is shown: known filters and parts only, nothing of any case."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from grievance.access import Person
from grievance.crypto.paper import ALPHABET
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import TAGS
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.case import Severity, State
from grievance.models.desk import SavedView
from grievance.models.people import SECRETARIAT_ROLES, Account
from grievance.record.transaction import unit_of_work
from grievance.workflow.words import COUNTS, ORDERS, PARTS

MOST, LONGEST = 20, 60
NAME = Field("name", _l("Name of the view"), Kind.LINE)
OWN, SHARED, OF_A_LINE = "own", "shared", "parts"
SHOWN_AT_FIRST = frozenset(PARTS) - {"severity", "country"}
_OF_WHOM = SavedView.account_id == bindparam("whose")
_VIEWS = (
    select(
        SavedView.id, SavedView.account_id, SavedView.name, SavedView.query, SavedView.kind, Account.name.label("by")
    )
    .join(Account, Account.id == SavedView.account_id)
    .order_by(SavedView.name, SavedView.id)
)
_KEPT, _KEPT_AND_SHARED = _VIEWS.where(_OF_WHOM), _VIEWS.where(_OF_WHOM | (SavedView.kind == SHARED))
_REFERENCE = re.compile(rf"(?i)\bGR-[{ALPHABET}]|\b[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b")


class View(NamedTuple):
    """A view that its reader can open. `by`: who shared it, where that was another."""

    id: int
    name: str
    query: str
    shared: bool
    by: str
    is_own: bool


def _number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10


FILTERS: dict[str, Callable[[str], bool]] = {
    "show": COUNTS.__contains__,
    "company": _number,
    "officer": _number,
    "state": set(State).__contains__,
    "severity": set(Severity).__contains__,
    "tag": lambda value: value in dict(TAGS),
    "order": ORDERS.__contains__,
}


def save(person: Person, raw: Mapping[str, Any]) -> None:
    """Keep `raw`'s filters under `raw`'s name; a view of the same name is replaced. With `share`, all members of the
    Secretariat see it: under a name that names no case. Raises `BadInput`, `Refused`."""
    name, shared = clean((NAME,), raw)["name"], bool(raw.get("share"))
    if len(name) > LONGEST:
        raise BadInput({"name": _("This is too long: write at most %(number)s characters.", number=LONGEST)})
    if shared and _REFERENCE.search(name):
        raise BadInput({"name": _("The office sees this name: leave out the reference of a case.")})
    query = urlencode({key: raw[key] for key, known in FILTERS.items() if raw.get(key) and known(raw[key])})
    with unit_of_work() as session:
        session.get_one(Account, person.account_id, with_for_update=True)  # two tabs, one after the other
        mine = {view.name: view for view in _own(person)}
        view = mine.get(name) or SavedView(account_id=person.account_id, name=name)
        if name not in mine and len(mine) >= MOST:
            raise Refused(_("You have %(number)s saved views, which is the most. Remove one first.", number=MOST))
        view.query, view.kind = query, SHARED if shared else OWN
        session.add(view)


def remove(person: Person, view_id: int) -> None:
    """Forget one of this person's own; another's, or none, changes nothing."""
    with unit_of_work() as session:
        view = session.get(SavedView, view_id)
        if view and view.account_id == person.account_id and view.kind != OF_A_LINE:
            session.delete(view)


def choose_parts(person: Person, names: Iterable[str]) -> None:
    """Which parts of a line of the queue this person is shown from now on; what is unknown is left out."""
    query = ",".join(name for name in PARTS if name in set(names))
    with unit_of_work() as session:
        session.get_one(Account, person.account_id, with_for_update=True)
        kept = select(SavedView).where(SavedView.account_id == person.account_id, SavedView.kind == OF_A_LINE)
        view = session.scalars(kept).one_or_none() or SavedView(account_id=person.account_id, name="", kind=OF_A_LINE)
        view.query = query
        session.add(view)


def _own(person: Person) -> list[SavedView]:
    query = select(SavedView).where(SavedView.account_id == person.account_id, SavedView.kind != OF_A_LINE)
    return list(db.session.scalars(query.order_by(SavedView.name)))


def saved(person: Person) -> list[View]:
    """This person's views and those that are shared with the office, by name."""
    return kept_of(person)[0]


def kept_of(person: Person) -> tuple[list[View], frozenset[str]]:
    """The views, and which parts of a line this person is shown, in one statement."""
    query = _KEPT_AND_SHARED if person.role in SECRETARIAT_ROLES else _KEPT
    views, parts = [], SHOWN_AT_FIRST
    for view in db.session.execute(query, {"whose": person.account_id}):
        is_own = view.account_id == person.account_id
        if view.kind == OF_A_LINE:
            parts = frozenset(view.query.split(","))
        else:
            by = "" if is_own else view.by
            views.append(View(view.id, view.name, view.query, view.kind == SHARED, by, is_own))
    return views, parts
