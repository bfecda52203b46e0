"""What may be of one incident: proposed to an officer, from words that her keys open, and never decided.

A case is put beside the newest others about the same company, or of the same country where no company is known. Two
accounts are proposed where they share a day and `RARE` words that few others have; a record, where the account names
it, or the place that the complainant named is its place. Nothing of it is kept, and nothing is asked of the words of a
case that this person may not see.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from grievance.access import OF_SOMEBODY, Person, visible
from grievance.extensions import db
from grievance.forms import typed_dates
from grievance.models.case import Case
from grievance.models.group import SpokenFor
from grievance.models.incident import StandsIn
from grievance.reports.alleged import Record
from grievance.reports.first_words import told
from grievance.search.words import words_of

BESIDE, RARE, SHORTEST = 200, 8, 5
"""Cases that are looked at; words that two accounts must share; letters that such a word has."""
FEW = 20
"""A word is rare that at most one of so many accounts has, and two at least."""
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")


class Alike(NamedTuple):
    """Another case, and why it may be of the same incident: rare words that both accounts have, and a day as it stands
    in one of them."""

    reference: str
    words: tuple[str, ...]
    day: str


class Proposed(NamedTuple):
    named: list[Record]
    alike: list[Alike]


def proposed(person: Person, case: Case, records: Sequence[Record]) -> Proposed:
    """What may be said of this case; each account is opened once."""
    rows: dict[str, str] = dict(_beside(person, case))
    texts = told(person, [case.id, *rows])
    mine = texts.pop(case.id, {})
    return Proposed(_named(case, mine, records), _alike(mine, texts, rows))


def words(text: str) -> list[str]:
    """As a search folds them."""
    return [one.terms[0] for one in words_of(text)]


def _named(case: Case, says: Mapping[str, Any], records: Sequence[Record]) -> list[Record]:
    """Of these, those that its account names, or whose place it names, and of which nothing was said yet."""
    known = set(db.session.scalars(select(StandsIn.incident_id).where(
        StandsIn.case_id == case.id, StandsIn.ended_at.is_(None))))  # fmt: skip
    text = f" {' '.join(words(' '.join(says.get(name) or '' for name in ('account', 'where'))))} "
    return [one for one in records if one.id not in known and _stands(one, text)]


def _stands(record: Record, text: str) -> bool:
    return any(f" {' '.join(words(part))} " in text for part in (record.name, record.where) if words(part))


def _alike(
    mine: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]], references: Mapping[str, str]
) -> list[Alike]:
    """The cases whose account shares a day and rare words with this one; the most words first."""
    sets, own = {case_id: _long(says) for case_id, says in texts.items()}, _long(mine)
    rare = _rare([own, *sets.values()])
    found = [
        Alike(references[case_id], tuple(sorted(shared)), day)
        for case_id, theirs in sets.items()
        if len(shared := own & theirs & rare) >= RARE and (day := _day_of_both(mine, texts[case_id]))
    ]
    return sorted(found, key=lambda one: (-len(one.words), one.reference))


def _beside(person: Person, case: Case) -> Iterator[tuple[str, str]]:
    """Id and reference. Not those of its own group, of which everybody knows, nor of which an officer spoke already."""
    group = select(SpokenFor.lead_id).where(or_(SpokenFor.case_id == case.id, SpokenFor.lead_id == case.id))
    theirs = select(SpokenFor.case_id).where(SpokenFor.lead_id.in_(group))
    apart = select(StandsIn.other_id).where(StandsIn.case_id == case.id, StandsIn.ended_at.is_(None))
    parted = select(StandsIn.case_id).where(StandsIn.other_id == case.id, StandsIn.ended_at.is_(None))
    here = select(StandsIn.incident_id).where(
        StandsIn.case_id == case.id, StandsIn.ended_at.is_(None), StandsIn.incident_id.is_not(None)
    )
    same = select(StandsIn.case_id).where(StandsIn.incident_id.in_(here), StandsIn.same, StandsIn.ended_at.is_(None))
    known = [group, theirs, apart.where(StandsIn.other_id.is_not(None)), parted, same]
    query = visible(person).where(Case.id != case.id, Case.erased_at.is_(None), OF_SOMEBODY)
    query = query.where(*(Case.id.not_in(one) for one in known))
    alike = Case.company_id == case.company_id if case.company_id else Case.country == case.country
    newest = query.where(alike).order_by(Case.received_at.desc(), Case.id).limit(BESIDE)
    yield from (
        (row.id, row.reference) for row in db.session.execute(newest.with_only_columns(Case.id, Case.reference))
    )


def _long(says: Mapping[str, Any]) -> set[str]:
    return {word for word in words(says.get("account") or "") if len(word) >= SHORTEST and not word.isdigit()}


def _rare(texts: Sequence[set[str]]) -> set[str]:
    number = Counter(word for text in texts for word in text)
    return {word for word, count in number.items() if count <= max(2, len(texts) // FEW)}


def _day_of_both(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """A day that both name, as it stands there; empty where there is none."""
    mine = _days(one)
    return min((mine[day] for day in mine.keys() & _days(other).keys()), default="")


def _days(says: Mapping[str, Any]) -> dict[str, str]:
    """Dates in figures, in ISO's form where they can be one date only; and what was answered to *when*, as it stands
    there, by its folded words."""
    when = says.get("when") or ""
    found = {day: day for day in map(_iso, _DATE.findall(f"{when} {says.get('account') or ''}"))}
    folded = " ".join(words(when))
    return {folded: when.strip(), **found} if folded else found


def _iso(text: str) -> str:
    try:
        return typed_dates.read(text)
    except ValueError:
        return text
