"""How the office keeps its doors: added, changed, checked, retired. Each is an event of the office's record."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person
from grievance.doors import entries
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.door import Door
from grievance.models.people import SECRETARIAT_ROLES
from grievance.record import chain
from grievance.record.transaction import unit_of_work


def add(by: Person, raw: Mapping[str, Any]) -> int:
    """A door that whoever adds it has asked today. Returns its number. Raises `BadInput`, `Refused`."""
    _only_the_office(by)
    values = entries.read(raw)
    with unit_of_work() as session:
        door = Door(**values, checked_on=clock.office_today(), checked_by=by.account_id)
        session.add(door)
        _note(by, "door_added", door)
        return door.id


def change(by: Person, door_id: int, raw: Mapping[str, Any], version: int | None) -> None:
    """Raises `BadInput`, `Refused`: also where a colleague changed it since `version`."""
    _only_the_office(by)
    values = entries.read(raw)
    with unit_of_work():
        door = _locked(door_id)
        if version != door.version:
            raise Refused(_("Somebody changed this since you opened it. What you wrote is kept below: look again."))
        for name, value in values.items():
            setattr(door, name, value)
        door.version += 1
        _note(by, "door_changed", door)


def checked(by: Person, door_id: int) -> None:
    """Somebody asked them today, and what the page says is right. Raises `Refused`."""
    _only_the_office(by)
    with unit_of_work():
        door = _locked(door_id)
        door.checked_on, door.checked_by = clock.office_today(), by.account_id
        _note(by, "door_checked", door)


def retire(by: Person, door_id: int) -> None:
    """It is shown to nobody any more. Raises `Refused`."""
    _only_the_office(by)
    with unit_of_work():
        door = _locked(door_id)
        door.active = False
        _note(by, "door_retired", door)


def _only_the_office(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("The Secretariat looks after the other doors."))


def _locked(door_id: int) -> Door:
    found = db.session.get(Door, door_id, with_for_update=True, populate_existing=True)
    if found is None or not found.active:
        raise Refused(_("This door is not in the list any more."))
    return found


def _note(by: Person, kind: str, door: Door) -> None:
    now = clock.now()
    db.session.flush()
    chain.append(None, kind, by, now, now, {"door": door.id, "name": door.name})
