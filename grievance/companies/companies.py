"""The companies: what the association knows of each, and what each was to it on which day.

Each change is one event on the office's chain, with the names of what changed and, of what comes from closed lists, the
new answer. Names are told by their field alone: what is on a chain can never be taken back.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from grievance import clock
from grievance.access import Person, may_administer
from grievance.accounts.people import enter_company
from grievance.companies import company_form, proposals
from grievance.companies.company_form import CALENDAR, COMPANY, MEMBERSHIP, NEW, described
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused, clean
from grievance.models.people import Company, Membership, MembershipSince, Tier
from grievance.record import chain
from grievance.record.transaction import unit_of_work

PLAIN = ("language", "other_languages", "member_of_id", "services", "standard", "certified_from", "certified_until",
         "certify_by", "grievance_languages")  # fmt: skip
"""What the record tells with its new answer."""


OF_A_TIER = (Membership.MEMBER, Membership.SUSPENDED)


class NoSuchCompany(LookupError):
    """There is no company with this number."""


def find_company(company_id: int, *, lock: bool = False) -> Company:
    """Raises `NoSuchCompany`."""
    company = db.session.get(Company, company_id, with_for_update=lock, populate_existing=lock)
    if company is None:
        raise NoSuchCompany
    return company


def history(company: Company) -> list[MembershipSince]:
    """What it was since when, the newest first."""
    query = select(MembershipSince).where(MembershipSince.company_id == company.id)
    return list(db.session.scalars(query.order_by(MembershipSince.since.desc())))


def membership_on(company: Company, day: date) -> Membership | None:
    """What the company was on a day; None where its history does not reach back to it."""
    return next((line.membership for line in history(company) if line.since <= day), None)


def add(by: Person, raw: Mapping[str, Any]) -> Company:
    """A new company, with what it is since when. Raises `Refused`, `BadInput`."""
    _may(by)
    try:
        with unit_of_work():
            return enter(by, raw)
    except IntegrityError:
        raise BadInput({"name": _taken()}) from None


def enter(by: Person, raw: Mapping[str, Any]) -> Company:
    """`add` inside the caller's transaction, who has seen to it that this person may. Raises `BadInput`."""
    answers, line = _read(NEW + MEMBERSHIP, raw)
    calendar = company_form.calendar(clean(CALENDAR, raw))
    company = Company(membership=line.membership, tier=line.tier, **answers, **calendar)
    _free(company.name)
    _other(company, answers["member_of_id"])
    enter_company(company, by, _of_line(line))
    proposals.enter(company, calendar, by)
    line.company_id = company.id
    db.session.add(line)
    return company


def change(by: Person, company_id: int, raw: Mapping[str, Any], version: int | None) -> None:
    """Change what is known of a company, its calendar left out; where nothing differs, nothing is recorded.

    Raises `NoSuchCompany`, `Refused`, `BadInput`.
    """
    _may(by)
    values = clean(COMPANY, raw)
    answers = described(values)
    try:
        with unit_of_work():
            company = _loaded(company_id, version)
            _free(answers["name"], Company.id != company.id)
            _other(company, answers["member_of_id"])
            changed = sorted(name for name, value in answers.items() if getattr(company, name) != value)
            for name in changed:
                setattr(company, name, answers[name])
            if changed:
                told = {name: _told(answers[name]) for name in changed if name in PLAIN}
                _note(by, company, {"fields": changed, **told})
    except IntegrityError:
        raise BadInput({"name": _taken()}) from None


def set_membership(by: Person, company_id: int, raw: Mapping[str, Any], version: int | None) -> None:
    """A line of the company's history: what it is from a day on. One with the same day takes the place of the other.

    Raises `NoSuchCompany`, `Refused`, `BadInput`.
    """
    _may(by)
    _answers, line = _read(MEMBERSHIP, raw)
    with unit_of_work() as session:
        company = _loaded(company_id, version)
        same = next((one for one in history(company) if one.since == line.since), None)
        if same and (same.membership, same.tier) == (line.membership, line.tier):
            return
        if same:
            same.membership, same.tier = line.membership, line.tier
        else:
            line.company_id = company.id
            session.add(line)
        session.flush()
        newest = history(company)[0]
        company.membership, company.tier = newest.membership, newest.tier
        _note(by, company, {"fields": ["membership"], **_of_line(line)})


def tier_of(membership: Membership, tier: Tier | None) -> Tier | None:
    """The tier in the field's words; None of a member of whom nobody has said it, and of one that is not confirmed."""
    follows = {Membership.AFFILIATE: Tier.AFFILIATE, Membership.FORMER: Tier.FORMER, Membership.UNCONFIRMED: None}
    return follows.get(membership, tier)


def _of_line(line: MembershipSince) -> dict[str, Any]:
    """What the record says of a line of the history."""
    tier = {"tier": line.tier.value} if line.tier else {}
    return {"membership": line.membership.value, **tier, "since": line.since.isoformat()}


def _may(by: Person) -> None:
    if not may_administer(by):
        raise Refused(_("Only an approver may change what is known of a company."))


def _read(asks: Any, raw: Mapping[str, Any]) -> tuple[dict[str, Any], MembershipSince]:
    values = clean(asks, raw)
    since = date.fromisoformat(values.pop("since"))
    if since > clock.office_today():
        raise BadInput({"since": _("This day has not come yet. Write it down on the day itself.")})
    membership, tier = Membership(values.pop("membership")), values.pop("tier", "")
    if tier and membership not in OF_A_TIER:
        raise BadInput({"tier": _("Only a member is certified or on its path: leave it empty.")})
    line = MembershipSince(membership=membership, tier=Tier(tier) if tier else None, since=since)
    return described(values) if values else {}, line


def _loaded(company_id: int, version: int | None) -> Company:
    """The company, locked, as it was when the form was opened."""
    company = find_company(company_id, lock=True)
    if version is not None and version != company.version:
        raise Refused(
            _("Somebody has changed this company since you opened the page. What you typed is still here. Look at the"
              " company in another window; save again only if yours is to replace it.")
        )  # fmt: skip
    return company


def _note(by: Person, company: Company, facts: Mapping[str, Any]) -> None:
    company.version += 1
    now: datetime = clock.now()
    chain.append(None, "company_changed", by, now, now, {"company": company.id, **facts})


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _free(name: str, *among: ColumnElement[bool]) -> None:
    if db.session.scalar(select(Company.id).where(func.lower(Company.name) == name.lower(), *among)):
        raise BadInput({"name": _taken()})


def _taken() -> str:
    return str(_("There is a company with this name already."))


def _other(company: Company, member_of_id: int | None) -> None:
    """Whom it works for: another company that is there."""
    if member_of_id is None:
        return
    if member_of_id == company.id or db.session.get(Company, member_of_id) is None:
        raise BadInput({"member_of": _("Choose another company from the list.")})
