"""What an officer says of a site, a unit or an incident: writes it down, and that a case stands in it or does not. Each
is an event of the case, with who said it, and can be taken back; nothing is said by the program.

Only places, units and times: no record is of a person (who is accused is found by reading the cases).
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, exists, func, or_, select

from grievance import clock
from grievance.access import OF_SOMEBODY, Person, envelope_place, find_case, visible
from grievance.accounts.keys.party_keys import party_key
from grievance.accounts.who_could import roles_in
from grievance.crypto.committed import open_committed, seal_committed
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Refused, clean
from grievance.models.case import Case
from grievance.models.incident import Alleged, Incident, StandsIn
from grievance.models.people import PartyKind, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import beside, unfit
from grievance.workflow.events import LINKED, NOT_THE_SAME, UNDONE

KINDS = (
    (Alleged.SITE, _l("A site: a gate, a mine, a camp, a building")),
    (Alleged.UNIT, _l("A unit: a patrol, a shift, a team by its name or number")),
    (Alleged.INCIDENT, _l("An incident: what happened at one place and time")),
)
ASKS = (
    Field("kind", _l("What it is"), Kind.CHOICE, choices=KINDS),
    Field("name", _l("How it is called"), Kind.LINE,
          help=_l("As it is alleged. Never a person's name: this is no list of people.")),
    Field("where", _l("Where"), Kind.LINE, False),
    Field("day", _l("On which day, as alleged"), Kind.DATE, False),
    Field("hour", _l("When on that day, as alleged"), Kind.LINE, False),
)  # fmt: skip
SAYS = ("name", "where", "day", "hour")
"""The words of a record: all of them are sealed."""
STANDS = (StandsIn.same, StandsIn.ended_at.is_(None), StandsIn.incident_id.is_not(None))
"""Of a row: that its case stands in a record now."""


# --- words -------------------------------------------------------------------------------------------------


def words_of(person: Person, row: Incident) -> dict[str, str] | None:
    """What this person's keys open of it: `SAYS`; None where nothing opens."""
    with suppress(CannotOpen):
        text = open_committed(person.seed_for(row.key_id), row.sealed, envelope_place("incident", row.id), row.commit)
        found: dict[str, str] = json.loads(text)
        return found
    return None


def write_down(by: Person, reference: str, raw: Mapping[str, Any]) -> str:
    """A new record, in which this case stands. Its number. Raises `BadInput`, `Refused`."""
    values = clean(ASKS, raw)
    with unit_of_work():
        case = _to_write(by, reference)
        row = _sealed(by, Alleged(values["kind"]), {name: values.get(name) or "" for name in SAYS})
        _say(by, case, LINKED, incident=row.id)
    return row.id


def _sealed(by: Person, kind: Alleged, says: Mapping[str, str]) -> Incident:
    """Part of the caller's unit of work."""
    row_id, key, now = chain.new_id(), party_key(PartyKind.SECRETARIAT), clock.now()
    text = json.dumps(dict(says), ensure_ascii=False).encode()
    sealed, commit = seal_committed(key.public_key, text, envelope_place("incident", row_id))
    row = Incident(
        id=row_id, kind=kind, sealed=sealed, key_id=key.key_id, commit=commit, made_by=by.account_id, made_at=now
    )
    db.session.add(row)
    db.session.flush()
    chain.append(None, "incident_written", by, now, now, {"incident": row_id, "kind": kind.value})
    return row


def known(person: Person) -> Select[Any]:
    """The records of which this person may know, each with how many cases that stand in it they may see: one at least;
    or none stands in it now, and they wrote it."""
    theirs = visible(person).where(OF_SOMEBODY).with_only_columns(Case.id)
    here = (StandsIn.incident_id == Incident.id, *STANDS)
    seen = select(func.count(StandsIn.case_id.distinct())).where(*here, StandsIn.case_id.in_(theirs))
    number = seen.correlate(Incident).scalar_subquery()
    alone = ~exists().where(*here) & (Incident.made_by == person.account_id)
    return select(Incident, number).where(or_(number > 0, alone))


# --- the same, or not --------------------------------------------------------------------------------------


def stands_in(by: Person, reference: str, incident_id: str) -> None:
    """This case stands in it, too. Once more changes nothing. Raises `Refused`."""
    with unit_of_work():
        case = _to_write(by, reference)
        _lock(by, incident_id)
        if not _said(case, same=True, incident_id=incident_id):
            _take_back(by, case, _said(case, same=False, incident_id=incident_id))
            _say(by, case, LINKED, incident=incident_id)


def is_not(by: Person, reference: str, incident_id: str = "", other: str = "") -> None:
    """An officer looked, and this case does not stand in the incident, or is not of one with the other case. Raises
    `Refused`, `NoSuchCase`."""
    with unit_of_work():
        case = _to_write(by, reference)
        second = find_case(by, other) if other else None
        if second is None:
            _lock(by, incident_id)
        which = {"other_id": second.id} if second else {"incident_id": incident_id}
        if not _said(case, same=False, **which):
            _say(by, case, NOT_THE_SAME, incident=None if second else incident_id, other=second)


def are_of_one(by: Person, reference: str, other: str, raw: Mapping[str, Any]) -> str:
    """Two cases that were put beside each other are of one incident: the one in which either stands already, or a new
    one that is called `name`. Its number. Raises `BadInput`, `Refused`, `NoSuchCase`."""
    first, second = find_case(by, reference), find_case(by, other)
    known = _incident_of(first) or _incident_of(second)
    if known is None:
        known = write_down(by, first.reference, {**raw, "kind": Alleged.INCIDENT})
    for one in (reference, other):
        stands_in(by, one, known)
    return known


def _lock(by: Person, incident_id: str) -> None:
    """Nobody brings a record into their own case of which they may not know. Raises `Refused`."""
    if db.session.scalars(known(by).where(Incident.id == incident_id).with_for_update(of=Incident)).first() is None:
        raise Refused(_("This is not there any more."))


def take_back(by: Person, reference: str, said_id: str) -> None:
    """What was said is no more; that it was said stays. Raises `Refused`."""
    with unit_of_work():
        case = _to_write(by, reference)
        rows = [one for one in _said(case) if one.id == said_id]
        if not rows:
            raise Refused(_("This was taken back already."))
        _take_back(by, case, rows)


def _take_back(by: Person, case: Case, rows: list[StandsIn]) -> None:
    now = clock.now()
    for row in rows:
        row.ended_by, row.ended_at = by.account_id, now
        chain.append(case, UNDONE, by, now, now, {"incident": row.incident_id, "same": row.same})


def _say(by: Person, case: Case, kind: str, *, incident: str | None, other: Case | None = None) -> None:
    now, row_id = clock.now(), chain.new_id()
    row = StandsIn(
        id=row_id, case_id=case.id, incident_id=incident, other_id=other.id if other else None, same=kind == LINKED,
        by_id=by.account_id, at=now,
    )  # fmt: skip
    db.session.add(row)
    facts = {"other": other.reference} if other else {"incident": incident}
    chain.append(case, kind, by, now, now, facts)


def _said(case: Case, **which: Any) -> list[StandsIn]:
    """What stands of it now."""
    query = select(StandsIn).where(StandsIn.case_id == case.id, StandsIn.ended_at.is_(None)).filter_by(**which)
    return list(db.session.scalars(query))


def _incident_of(case: Case) -> str | None:
    """The incident in which it stands, the last that was said; no site and no unit."""
    query = select(Incident.id).join(StandsIn, StandsIn.incident_id == Incident.id).order_by(StandsIn.at.desc())
    query = query.where(StandsIn.case_id == case.id, StandsIn.same, StandsIn.ended_at.is_(None))
    return db.session.scalars(query.where(Incident.kind == Alleged.INCIDENT)).first()


def may_say(person: Person, case: Case) -> bool:
    """An officer, or who was named to act as one in this case."""
    return person.party_seed is not None and Role.OFFICER in roles_in(person, case)


def _to_write(by: Person, reference: str) -> Case:
    """The case, locked. Raises `Refused`, `NoSuchCase`."""
    case = find_case(by, reference, lock=True)
    if erased := beside.gone(case):
        raise Refused(erased)
    if not may_say(by, case):
        raise Refused(_("An officer says this."))
    unfit.refuse(by, case)
    return case
