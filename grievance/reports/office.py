"""The office's record: what happened to people, keys, companies and calendars, and who did it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.accounts.waits import ALONE_AFTER
from grievance.at_company.own_words import KEPT
from grievance.companies import company_form
from grievance.deadlines import days
from grievance.deadlines.countries import country_name, of_company
from grievance.deadlines.lengths import length
from grievance.extensions import Label, db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Account, Company, Role
from grievance.workflow import labels, words

PAGE = 50
LABELS: dict[str, Label] = {f.name: f.label for f in (*company_form.NEW, *company_form.MEMBERSHIP)}
LABELS["member_of_id"] = LABELS["member_of"]


@dataclass(frozen=True)
class Entry:
    seq: int
    at: datetime
    what: Label
    about: str
    who: str


@dataclass(frozen=True)
class OfficeRecord:
    """One page, newest first; `older` is what the next page begins below, None on the last one."""

    entries: list[Entry]
    older: int | None


def office_record(before: int | None = None) -> OfficeRecord:
    """The events below the number `before`, or the newest; not that a company kept something for itself."""
    query = (
        select(Event).where(Event.chain == OFFICE_CHAIN, Event.kind != KEPT).order_by(Event.seq.desc()).limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(Event.seq < before)
    events = list(db.session.scalars(query))
    facts = [json.loads(event.facts) for event in events]
    named = [f.get(name) for f in facts for name in ("account", "asked_by")]
    people = _names(Account, [*(e.actor_id for e in events), *named])
    companies = _names(Company, [f.get("company") or of_company(f.get("country", "")) for f in facts])
    entries = [_entry(e, f, people, companies) for e, f in zip(events[:PAGE], facts, strict=False)]
    return OfficeRecord(entries, entries[-1].seq if len(events) > PAGE else None)


def _names(kind: Any, ids: list[int | None]) -> dict[int, str]:
    query = select(kind.id, kind.name).where(kind.id.in_({one for one in ids if one is not None}))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _entry(event: Event, facts: dict[str, Any], people: dict[int, str], companies: dict[int, str]) -> Entry:
    asked_by = facts.get("asked_by") if facts.get("alone") else None
    who = people.get(event.actor_id or asked_by or 0) or (
        str(_("The command line")) if event.role == Role.CLOCK else str(words.PEOPLE.get(event.role, event.role))
    )
    whose = facts.get("company") or of_company(facts.get("country", ""))
    about = [people.get(facts.get("account", 0), ""), companies.get(whose or 0, ""), *_days(facts)]
    about += [str(_("by one person alone, after %(time)s", time=length(ALONE_AFTER)))] if facts.get("alone") else []
    about += [str(said) for said in words.marks(facts)]
    about += [str(LABELS.get(name, name)) for name in facts.get("fields", [])]
    what = labels.OFFICE_LABELS.get(event.kind) or labels.happened(event.kind, event.role, "")
    return Entry(event.seq, event.happened_at, what, " · ".join(one for one in about if one), who)


def _days(facts: dict[str, Any]) -> list[str]:
    """What was added to which calendar, and what it moved."""
    key = facts.get("country", "")
    told = [country_name(key)] if key and not of_company(key) else []
    told += [days.full_date(date.fromisoformat(day)) for day in facts.get("days", [])[:3]]
    if len(facts.get("days", [])) > 3:
        told.append(str(_("and %(number)s more days", number=len(facts["days"]) - 3)))
    if facts.get("limits"):
        told.append(str(_("%(number)s dates moved later", number=facts["limits"])))
    return told
