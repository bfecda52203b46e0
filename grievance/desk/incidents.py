"""What an officer says of a site, a unit or an incident: writes it down, and that a case stands in it or does not. Each
is an event of the case, with who said it, and can be taken back; nothing is said by the program.

Only places, units and times: no record is of a person (who is accused is found by reading the cases).
"""

import json
from collections.abc import Iterable, Mapping
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
    """This case stands in it, too. Once more changes nothing. Ends what was said against it: that it does not stand
    there, and that it is not of one with a case that does. Raises `Refused`, `NoSuchCase`."""
    with unit_of_work():
        parted = _owners(by, _parted(find_case(by, reference), incident_id))
        case, *others = _all_to_write(by, reference, *parted)
        _lock(by, incident_id)
        _stand(by, case, incident_id, others)


def is_not(by: Person, reference: str, incident_id: str = "", other: str = "") -> None:
    """An officer looked, and this case does not stand in the incident, or is not of one with the other case: then it
    leaves the incidents in which both stand. Once more changes nothing. Raises `Refused`, `NoSuchCase`."""
    with unit_of_work():
        if other:
            case, second = _two_to_write(by, reference, other)
            _take_back(by, case, _shared(case, second))
            if not _said(case, same=False, other_id=second.id) and not _said(second, same=False, other_id=case.id):
                _say(by, case, NOT_THE_SAME, incident=None, other=second)
            return
        case = _to_write(by, reference)
        _lock(by, incident_id)
        _take_back(by, case, _said(case, same=True, incident_id=incident_id))
        if not _said(case, same=False, incident_id=incident_id):
            _say(by, case, NOT_THE_SAME, incident=incident_id)


def are_of_one(by: Person, reference: str, other: str, raw: Mapping[str, Any]) -> str:
    """Two cases that were put beside each other are of one incident: the one in which either stands already, or a new
    one that is called `name`. Of both, or of neither. Its number. Raises `BadInput`, `Refused`, `NoSuchCase`."""
    with unit_of_work():
        both = [find_case(by, one) for one in (reference, other)]
        there = next(filter(None, map(_incident_of, both)), None)
        parted = {row.id: row for one in both if there for row in _parted(one, there)}
        first, second, *others = _two_to_write(by, reference, other, *_owners(by, parted.values()))
        known = _incident_of(first) or _incident_of(second)
        if known:
            _lock(by, known)
        else:
            values = clean(ASKS, {**raw, "kind": Alleged.INCIDENT})
            known = _sealed(by, Alleged.INCIDENT, {name: values.get(name) or "" for name in SAYS}).id
        _stand(by, first, known, [second, *others])
        _stand(by, second, known, [first, *others])
    return known


def _stand(by: Person, case: Case, incident_id: str, others: Iterable[Case]) -> None:
    """Part of the caller's unit of work, which has locked the case and those `others` whose rows may end."""
    _take_back(by, case, _said(case, same=False, incident_id=incident_id))
    locked = {one.id: one for one in (case, *others)}
    for row in _parted(case, incident_id):
        if row.case_id in locked:
            _take_back(by, locked[row.case_id], [row])
    if not _said(case, same=True, incident_id=incident_id):
        _say(by, case, LINKED, incident=incident_id)


def _parted(case: Case, incident_id: str) -> list[StandsIn]:
    """What says that this case is not of one with a case that stands in this incident, said at either of the two. Of a
    site or a unit it says nothing."""
    happened = select(Incident.id).where(Incident.id == incident_id, Incident.kind == Alleged.INCIDENT)
    there = select(StandsIn.case_id).where(StandsIn.incident_id.in_(happened), *STANDS)
    either = or_(
        (StandsIn.case_id == case.id) & StandsIn.other_id.in_(there),
        (StandsIn.other_id == case.id) & StandsIn.case_id.in_(there),
    )
    query = select(StandsIn).where(StandsIn.ended_at.is_(None), StandsIn.other_id.is_not(None), either)
    return list(db.session.scalars(query.order_by(StandsIn.at, StandsIn.id)))


def _shared(case: Case, second: Case) -> list[StandsIn]:
    """What says that this case stands in an incident in which the second one stands, too; no site and no unit."""
    theirs = select(StandsIn.incident_id).join(Incident, Incident.id == StandsIn.incident_id)
    theirs = theirs.where(StandsIn.case_id == second.id, *STANDS, Incident.kind == Alleged.INCIDENT)
    query = select(StandsIn).where(StandsIn.case_id == case.id, *STANDS, StandsIn.incident_id.in_(theirs))
    return list(db.session.scalars(query.order_by(StandsIn.at, StandsIn.id)))


def _owners(by: Person, rows: Iterable[StandsIn]) -> list[str]:
    """References of the cases at which these were said, as far as this person may see them."""
    theirs = visible(by).where(OF_SOMEBODY, Case.id.in_({row.case_id for row in rows}))
    return list(db.session.scalars(theirs.with_only_columns(Case.reference)))


def _lock(by: Person, incident_id: str) -> None:
    """Nobody brings a record into their own case of which they may not know. Raises `Refused`."""
    if db.session.scalars(known(by).where(Incident.id == incident_id).with_for_update(of=Incident)).first() is None:
        raise Refused(_("This is not there any more."))


def take_back(by: Person, reference: str, said_id: str) -> None:
    """What was said is no more; that it was said stays. Of two cases it is taken back at either. Raises `Refused`."""
    with unit_of_work():
        row = db.session.get(StandsIn, said_id)
        of_both = row is not None and row.other_id == find_case(by, reference).id
        case, *at = _all_to_write(by, reference, *(_owners(by, [row]) if row and of_both else ()))
        rows = [(one, row) for one in (case, *at) for row in _said(one) if row.id == said_id]
        if not rows:
            raise Refused(_("This was taken back already."))
        for one, said in rows:
            _take_back(by, one, [said])


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


def _two_to_write(by: Person, reference: str, other: str, *others: str) -> list[Case]:
    """Raises `Refused`, also where both are one case, and `NoSuchCase`."""
    if _spelled(reference) == _spelled(other):
        raise Refused(_("This is the same case. Say it of two."))
    return _all_to_write(by, reference, other, *others)


def _all_to_write(by: Person, *references: str) -> list[Case]:
    """These cases, each once and in this order; locked in the order of their references, so that two who say something
    of the same cases wait for each other and never both. Raises `Refused`, `NoSuchCase`."""
    names = list(dict.fromkeys(map(_spelled, references)))
    locked = {name: _to_write(by, name) for name in sorted(names)}
    return [locked[name] for name in names]


def _spelled(reference: str) -> str:
    return reference.strip().upper()


def _to_write(by: Person, reference: str) -> Case:
    """The case, locked. Raises `Refused`, `NoSuchCase`."""
    case = find_case(by, reference, lock=True)
    if erased := beside.gone(case):
        raise Refused(erased)
    if not may_say(by, case):
        raise Refused(_("An officer says this."))
    unfit.refuse(by, case)
    return case
