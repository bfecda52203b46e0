"""Whether complaints can be received.

Before its first opening an office needs what a row of `NEEDS` names: a complaint that nobody could decide, or whose
name nobody could open, must not be taken. Afterwards the form closes only where nothing can be sealed: somebody who
needs the office must not find a closed door because a colleague left.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance.access import CLOCK
from grievance.accounts.keys.party_keys import Closed, office_can_seal
from grievance.contacts import Contact, Emergency
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.models.keys import Setting
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Role
from grievance.record import chain

OPENED = "first_opened"
PEOPLE = 2
"""Of the Secretariat: what one proposes, another decides."""


@dataclass(frozen=True)
class Standing:
    """What an office has. `sealing`: why nothing can be sealed, empty where it can. `without_contact`: languages."""

    sealing: str
    people: dict[Role, int]
    without_contact: tuple[str, ...]
    solo: bool


@dataclass(frozen=True)
class Need:
    """One thing without which the form does not open. `lacks` gives a sentence, or nothing. `endpoint`: where it is
    done; empty where that is not in the browser."""

    key: str
    title: Label
    lacks: Callable[[Standing], str]
    endpoint: str = ""


def _lacks_people(has: Standing) -> str:
    there = sum(has.people.get(role, 0) for role in SECRETARIAT_ROLES)
    if not has.people.get(Role.APPROVER):
        return str(_("There is no approver who accepted the invitation and was admitted."))
    if there >= PEOPLE or has.solo:
        return ""
    return str(_("One person of the Secretariat is here. Invite a second one, and admit them when they have accepted."))


def _lacks_custodian(has: Standing) -> str:
    if has.people.get(Role.CUSTODIAN):
        return ""
    return str(_("Invite an identity custodian. Names are locked until one has accepted."))


def _lacks_contacts(has: Standing) -> str:
    if not has.without_contact:
        return ""
    names = ", ".join(dict(LANGUAGES)[code] for code in has.without_contact)
    return str(_("CONTACTS has no contact in %(languages)s. Whoever runs the server writes it there.", languages=names))


NEEDS: tuple[Need, ...] = (
    Need("people", _l("Two people of the Secretariat"), _lacks_people, "people.everybody"),
    Need("custodian", _l("An identity custodian"), _lacks_custodian, "people.everybody"),
    Need("keys", _l("The keys of the office"), lambda has: has.sealing, "people.everybody"),
    Need("contacts", _l("A contact for each language"), _lacks_contacts),
)


def standing() -> Standing:
    there = select(Account.role, func.count()).where(Account.status == AccountStatus.ACTIVE).group_by(Account.role)
    config = current_app.config
    without = tuple(code for code in config["LANGUAGES"] if code not in config["CONTACTS"])
    people = {role: int(number) for role, number in db.session.execute(there)}
    return Standing(office_can_seal(), people, without, config["ALLOW_SOLO"])


def missing() -> list[Need]:
    """What the first opening still waits for."""
    has = standing()
    return [need for need in NEEDS if need.lacks(has)]


def was_opened() -> bool:
    """Whether the office was ever open. A process asks until it was, and then never again."""
    if not current_app.extensions.get(OPENED):
        current_app.extensions[OPENED] = db.session.scalar(select(Setting.name).where(Setting.name == OPENED))
    return bool(current_app.extensions[OPENED])


def closed() -> str:
    """Why no complaint can be received just now, as a sentence; empty where one can."""
    if was_opened():
        return office_can_seal()
    return str(_("Complaints cannot be received yet: this office is still being set up.")) if missing() else ""


def only_when_open() -> None:
    """Before a complaint is taken. That the keys can be sealed to, sealing itself sees to. Raises `Closed`."""
    if not was_opened() and (sentence := closed()):
        raise Closed(sentence)


def contact(language: str) -> Contact | None:
    """Who can be reached in this language; in the first that there is, where nobody can be in this one."""
    known: dict[str, Contact] = current_app.config["CONTACTS"]
    return known.get(language) or next((known[code] for code in current_app.config["LANGUAGES"] if code in known), None)


def emergency(country: str = "") -> list[tuple[str, Emergency]]:
    """Who can help at once: in this country, or where nobody was checked there, in each that there is."""
    known: dict[str, Emergency] = current_app.config["EMERGENCY"]
    return [(country, known[country])] if country in known else sorted(known.items())


def on_the_spot(about: Collection[str], countries: Collection[str]) -> list[tuple[str, Emergency]]:
    """Who helps with this, then who helps at once with anything: in these countries, or where none is known in each
    that there is. Another country's number helps nobody."""
    helpers: dict[str, dict[str, Emergency]] = current_app.config["HELPERS"]
    tables = [*(helpers[one] for one in about), current_app.config["EMERGENCY"]]
    found = [(country, one) for known in tables for country, one in sorted(known.items())]
    return [(country, one) for country, one in found if country in countries or not countries]


def note(now: datetime) -> None:
    """Remember that the office is open. Part of the sweep's last transaction, behind the row that two workers both
    change: the second finds what the first one wrote."""
    if not was_opened() and not missing():
        remember(now)


def remember(now: datetime) -> None:
    db.session.add(Setting(name=OPENED, value=now.isoformat()))
    chain.append(None, "first_opened", CLOCK, now, now, {})
