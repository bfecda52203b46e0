"""Requests to open an identity: what waits for a custodian, and what was decided before. No word of the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Select, func, select
from sqlalchemy.orm import aliased

from grievance.access import Person, visible
from grievance.accounts import hands
from grievance.desk.new_marks import new_cases
from grievance.extensions import Label, db
from grievance.forms.choices import IDENTITY_REASONS_TO_OTHERS
from grievance.models.case import Case
from grievance.models.keys import IdentityRequest
from grievance.models.people import Account
from grievance.workflow import custody, words
from grievance.workflow.custody import answered_words, asked_words

_REASONS: dict[str, Label] = dict(IDENTITY_REASONS_TO_OTHERS)
_OFFICER, _CUSTODIAN = aliased(Account), aliased(Account)


@dataclass(frozen=True)
class Decided:
    """A request of before. `words`: what the custodian said with it, to the Secretariat alone."""

    officer: str
    reason: Label
    asked_at: datetime
    granted: bool
    custodian: str
    at: datetime
    words: str = ""


@dataclass(frozen=True)
class Counted:
    """How often an officer asked, in all cases that are not erased, and what became of it."""

    officer: str
    asked: int
    granted: int
    refused: int


@dataclass(frozen=True)
class Request:
    """`before`: what was decided in this case, the newest first; `counted`: of the officer who asks."""

    reference: str
    officer: str
    reason: Label
    words: str
    asked_at: datetime
    own: bool
    new: bool
    before: list[Decided]
    counted: Counted
    marks: list[Label]
    """What the record would say besides, if this custodian granted it."""


def requests_for(person: Person, only: Case | None = None) -> list[Request]:
    """The requests that this custodian may decide, the new ones first, then the oldest; of all cases, or of one."""
    cases = {case.id: case for case in ([only] if only else db.session.scalars(visible(person)))}
    query = select(IdentityRequest, Account.name).join(Account, Account.id == IdentityRequest.asked_by)
    waiting = query.where(IdentityRequest.granted.is_(None)).order_by(IdentityRequest.asked_at)
    new = new_cases(person)
    rows = [(one, name) for one, name in db.session.execute(waiting) if one.case_id in cases]
    before, counted = _before(one.case_id for one, _name in rows), dict(_counted()) if rows else {}
    alone = bool(rows) and custody.one_custodian()
    found = [
        Request(cases[one.case_id].reference, name, _REASONS[one.reason], asked_words(person, one), one.asked_at,
                one.asked_by == person.account_id, one.case_id in new,
                before.get(one.case_id, []), counted[one.asked_by], _marks(person, one, alone))
        for one, name in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.new)


def _marks(person: Person, request: IdentityRequest, alone: bool) -> list[Label]:
    return words.marks({**hands.mark(person, request.asked_by), "one_custodian": alone})


def counts_by_officer() -> list[Counted]:
    """Of everybody who ever asked, who asked most first."""
    return sorted((one for _id, one in _counted()), key=lambda one: (-one.asked, one.officer))


def _counted() -> list[tuple[int, Counted]]:
    granted, refused = (func.sum(IdentityRequest.granted.is_(was).cast(Integer)) for was in (True, False))
    query = select(Account.id, Account.name, func.count(), granted, refused).join(
        IdentityRequest, IdentityRequest.asked_by == Account.id
    )
    return [(row[0], Counted(*row[1:])) for row in db.session.execute(query.group_by(Account.id, Account.name))]


def _decided_in(case_ids: list[str]) -> Select[IdentityRequest, str, str]:
    query = select(IdentityRequest, _OFFICER.name, _CUSTODIAN.name).join(
        _OFFICER, _OFFICER.id == IdentityRequest.asked_by
    )
    query = query.outerjoin(_CUSTODIAN, _CUSTODIAN.id == IdentityRequest.decided_by)
    decided = query.where(IdentityRequest.case_id.in_(case_ids), IdentityRequest.granted.is_not(None))
    return decided.order_by(IdentityRequest.decided_at.desc())


def _before(case_ids: Iterable[str]) -> dict[str, list[Decided]]:
    found: dict[str, list[Decided]] = {}
    if wanted := list(case_ids):
        for one, officer, custodian in db.session.execute(_decided_in(wanted)):
            found.setdefault(one.case_id, []).append(_decided(one, officer, custodian))
    return found


def _decided(one: IdentityRequest, officer: str, custodian: str | None, words: str = "") -> Decided:
    at = one.decided_at or one.asked_at
    return Decided(officer, _REASONS[one.reason], one.asked_at, bool(one.granted), custodian or "", at, words)


def decided_in(person: Person, case: Case) -> list[Decided]:
    """What custodians decided in this case, with their words, as the Secretariat reads it; the newest first."""
    rows = db.session.execute(_decided_in([case.id]))
    return [_decided(one, officer, custodian, answered_words(person, one)) for one, officer, custodian in rows]
