"""What is published of a company, frozen as plain values, and what differs between two editions."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from grievance.companies.companies import tier_of
from grievance.concerns.in_public import measures_in_public
from grievance.extensions import db
from grievance.models.people import Company, Membership, MembershipSince
from grievance.models.register import LIVING

Facts = Mapping[str, Any]
"""One company of an edition: what `facts_of` returns."""
DAYS = ("certified_from", "certified_until", "certify_by")
AS_THEY_ARE = ("name", "trade_names", "country", "works_in", "standard", "certified_by", "services", "grievance_at",
               "grievance_languages")  # fmt: skip
CERTIFICATE = frozenset(("standard", "standard_named", "certified_by", "certified_from", "certified_until"))
NOT_TOLD = frozenset(("company", "slug"))
"""What is no public fact by itself: the number of its row, and its address."""
RESERVED = ("tender", "data")
"""Pages beside those of members."""
LONGEST = 60
"""Characters of a name that stand in an address."""


def now(before: Sequence[Facts]) -> list[dict[str, Any]]:
    """The facts of all companies as they are in their rows, by name. `before`: the last edition; an address that a
    company was published at stays its own."""
    lines: dict[int, list[MembershipSince]] = {}
    for line in db.session.scalars(select(MembershipSince).order_by(MembershipSince.since)):
        lines.setdefault(line.company_id, []).append(line)
    query = select(Company).where(LIVING, Company.membership != Membership.UNCONFIRMED)
    slugs = {one["company"]: one["slug"] for one in before}
    taken: set[str] = {*slugs.values(), *RESERVED}
    made = []
    for company in db.session.scalars(query.order_by(Company.name, Company.id)):
        slug = slugs.get(company.id) or _slug(company.name, taken)
        taken.add(slug)
        made.append(facts_of(company, slug, lines.get(company.id, [])))
    return made


def facts_of(company: Company, slug: str, history: Iterable[MembershipSince]) -> dict[str, Any]:
    """Keys of vocabularies and codes of countries, days as ISO text or None; `history`: the oldest line first.
    `standard_named`: another standard than those of the vocabulary, in words."""
    tier = tier_of(company.membership, company.tier)
    return {
        "company": company.id,
        "slug": slug,
        "membership": company.membership.value,
        "tier": tier.value if tier else None,
        **{name: getattr(company, name) for name in AS_THEY_ARE},
        "standard_named": "" if company.standard else company.certification,
        **{name: _iso(getattr(company, name)) for name in DAYS},
        "history": [_line(one) for one in history],
        "measures": [{"rung": one.rung.value, "since": _iso(one.since)} for one in measures_in_public(company.id)],
    }


def _line(one: MembershipSince) -> dict[str, str | None]:
    tier = tier_of(one.membership, one.tier)
    return {"since": _iso(one.since), "membership": one.membership.value, "tier": tier.value if tier else None}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _slug(name: str, taken: set[str]) -> str:
    """A name as it stands in an address: small Latin letters and digits; with a number where another has it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    said = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or "company"
    number = 1
    while (slug := said if number == 1 else f"{said}-{number}") in taken:
        number += 1
    return slug


@dataclass(frozen=True)
class Difference:
    """One company, and what about it: `kind` is joined, gone, tier, membership, certificate, measures or
    other. `fields`: names
    of the facts that differ. `old` and `new`: the company in each edition, None where it is in one alone."""

    kind: str
    fields: tuple[str, ...]
    old: Facts | None
    new: Facts | None

    @property
    def company(self) -> Facts:
        return self.new or self.old or {}


def differences(old: Sequence[Facts], new: Sequence[Facts]) -> Iterator[Difference]:
    """By the order of the newer edition, then what is in it no more; a company with several kinds several times."""
    before = {one["company"]: one for one in old}
    for one in new:
        known = before.pop(one["company"], None)
        if known is None:
            yield Difference("joined", (), None, one)
            continue
        changed = {name for name in one.keys() | known.keys() if one.get(name) != known.get(name)} - NOT_TOLD
        yield from (Difference(kind, names, known, one) for kind, names in _kinds(changed))
    yield from (Difference("gone", (), one, None) for one in before.values())


def _kinds(changed: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind, theirs in (
        ("membership", {"membership"}),
        ("tier", {"tier"}),
        ("certificate", CERTIFICATE),
        ("measures", {"measures"}),
    ):
        if names := changed & theirs:
            yield kind, tuple(sorted(names))
        changed = changed - theirs
    if other := changed - ({"history"} if len(changed) > 1 else set()):
        yield "other", tuple(sorted(other))
