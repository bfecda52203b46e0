"""Self-assessments, visits to sites and audits of a company, as the Secretariat writes them down. Each is one event of
the office's record; nothing of it is the company's to read, and none names a case."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person, envelope_place
from grievance.accounts.keys.party_keys import party_key
from grievance.concerns.questions import NOBODY
from grievance.crypto.committed import open_committed, seal_committed
from grievance.crypto.compartments import Compartment
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.monitoring import Looked, Monitoring
from grievance.models.people import SECRETARIAT_ROLES, Account, Company, PartyKind
from grievance.record import chain
from grievance.record.transaction import unit_of_work

KINDS = (
    (Looked.SELF_ASSESSMENT, _l("Self-assessment of the company")),
    (Looked.SITE_VISIT, _l("Visit to a site")),
    (Looked.AUDIT, _l("Audit, or report of the certification body")),
)
ASKS = (
    Field("kind", _l("What it was"), Kind.CHOICE, choices=KINDS),
    Field("on_day", _l("Day of the visit, or on which the report came"), Kind.DATE, missing=_l("Choose a day.")),
    Field("words", _l("What it found, for the Secretariat alone"), sealed_into=Compartment.INTERNAL, help=NOBODY),
)


@dataclass(frozen=True)
class Entry:
    """`says`: None where it does not open for who asks. `by`: who wrote it down."""

    kind: Label
    on_day: date
    says: str | None
    by: str


def write_down(by: Person, company_id: int, raw: Mapping[str, Any]) -> str:
    """Its number. Raises `BadInput`; `Refused` for who is not of the Secretariat, and for a key that the record does
    not vouch for."""
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("The Secretariat writes down what it looked at."))
    values, now = clean(ASKS, raw), clock.now()
    if values["on_day"] > clock.office_today().isoformat():
        raise BadInput({"on_day": _("This day is still to come.")})
    row_id, key = chain.new_id(), party_key(PartyKind.SECRETARIAT)
    with unit_of_work() as session:
        company = session.get_one(Company, company_id)
        sealed, commit = seal_committed(key.public_key, values["words"].encode(), envelope_place("monitoring", row_id))
        session.add(Monitoring(
            id=row_id, company_id=company.id, kind=Looked(values["kind"]),
            on_day=date.fromisoformat(values["on_day"]), account_id=by.account_id, written_at=now, sealed=sealed,
            key_id=key.key_id, commit=commit,
        ))  # fmt: skip
        facts = {"monitoring": row_id, "company": company.id, "kind": values["kind"], "on_day": values["on_day"]}
        chain.append(None, "monitored", by, now, now, facts)
    return row_id


def of(person: Person, company_id: int) -> list[Entry]:
    """Of this company, the newest first."""
    query = select(Monitoring, Account.name).join(Account, Account.id == Monitoring.account_id)
    rows = db.session.execute(
        query.where(Monitoring.company_id == company_id).order_by(Monitoring.on_day.desc(), Monitoring.id)
    )
    return [Entry(dict(KINDS)[row.kind], row.on_day, _opened(person, row), name) for row, name in rows]


def _opened(person: Person, row: Monitoring) -> str | None:
    with suppress(CannotOpen):
        place = envelope_place("monitoring", row.id)
        return open_committed(person.seed_for(row.key_id), row.sealed, place, row.commit).decode()
    return None
