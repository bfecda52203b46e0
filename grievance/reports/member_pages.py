"""What everybody reads of the members: the published edition, searched, and one company of it in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.companies import certificates
from grievance.companies.published import Facts
from grievance.concerns.questions import BOARDS
from grievance.deadlines.countries import EVERYWHERE, country_name
from grievance.deadlines.days import full_date
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.models.concern import Rung
from grievance.models.edition import MemberEdition
from grievance.reports.member_figures import of_company
from grievance.workflow import words

SAID_OF: dict[str | None, Label] = {
    "certified": _l("A member. An independent body certified that it meets the standard below."),
    "transitional": _l("A member on its way to being certified. It is not certified yet."),
    "affiliate": _l("An affiliate: it supports the Code. It is not certified."),
    "former": _l("No longer a member. The association does not check it."),
    None: _l("A member. The association has not published how far it is on its way to being certified."),
}
"""What each tier means, in one sentence."""
LAPSED = _l("A member. Its certificate has lapsed: it is not certified now.")
SUSPENDED = _l("Its membership is suspended.")


@dataclass(frozen=True)
class Published:
    """An edition: its number, the day as of which it was made, and the day on which it was published."""

    number: int
    as_of: date
    on: date
    facts: list[Facts]


def editions() -> list[Published]:
    """All that were published, the newest first."""
    return [_edition(row) for row in db.session.execute(_QUERY)]


def newest() -> Published | None:
    row = db.session.execute(_QUERY.limit(1)).first()
    return _edition(row) if row else None


_QUERY = (
    select(MemberEdition.id, MemberEdition.as_of, MemberEdition.decided_at, MemberEdition.facts)
    .where(MemberEdition.confirmed.is_(True))
    .order_by(MemberEdition.id.desc())
)
"""Of no other column: the processes that the public reaches may read no other."""


def _edition(row: Any) -> Published:
    return Published(row.id, row.as_of, clock.office_day(row.decided_at), row.facts)


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; empty where they do not mind."""

    country: str = ""
    service: str = ""
    tier: str = ""

    def fits(self, one: Facts) -> bool:
        return (
            (not self.country or self.country in (one["country"], *one["works_in"]))
            and (not self.service or self.service in one["services"])
            and (not self.tier or self.tier == tier_now(one, clock.office_today()))
        )


def countries(facts: Iterable[Facts]) -> list[tuple[str, str]]:
    """Those in which at least one of them is, by name."""
    codes = {code for one in facts for code in (one["country"], *one["works_in"]) if code != EVERYWHERE}
    return sorted(((code, country_name(code)) for code in codes), key=lambda found: found[1])


def services(facts: Iterable[Facts]) -> list[tuple[str, Label]]:
    """Those that at least one of them offers, in the vocabulary's order."""
    offered = {key for one in facts for key in one["services"]}
    return [(key, words.SERVICES[key]) for key in words.SERVICES if key in offered]


def lapsed(one: Facts, today: date) -> bool:
    """Whether its certificate was good once, and is no more. It is good until the end of its last day."""
    return bool(one["certified_until"]) and date.fromisoformat(one["certified_until"]) < today


def tier_now(one: Facts, today: date) -> str | None:
    """As it was published; nobody is found as certified whose certificate has lapsed since."""
    return None if one["tier"] == "certified" and lapsed(one, today) else one["tier"]


@dataclass(frozen=True)
class Member:
    """One company in the page's language. `certificate`: pairs of a name and what is said. `history`: a day and what
    it was from then on, the newest first; `measures`: the same of measures in force. `handling`: what the
    public figures say of it."""

    facts: Facts
    name: str
    tier: str
    certified: bool
    said: list[str]
    certificate: list[tuple[str, str]]
    services: list[str]
    countries: list[str]
    languages: list[str]
    history: list[tuple[str, str]]
    handling: list[str]
    measures: list[tuple[str, str]]


def member(edition: Published, slug: str) -> Member | None:
    """The company that is published at this address."""
    found = next((one for one in edition.facts if one["slug"] == slug), None)
    return described(found) if found else None


def described(one: Facts) -> Member:
    today = clock.office_today()
    names = dict(LANGUAGES)
    return Member(
        one,
        one["name"],
        tier_label(one, today),
        tier_now(one, today) == "certified",
        list(_said(one, today)),
        [*_certificate(one, today)],
        [str(words.SERVICES.get(key, key)) for key in one["services"]],
        [country_name(code) for code in (one["country"], *one["works_in"]) if code != EVERYWHERE],
        [names.get(code, code) for code in one["grievance_languages"]],
        [(full_date(date.fromisoformat(line["since"])), _was(line)) for line in reversed(one["history"])],
        of_company(one["company"]),
        [(full_date(date.fromisoformat(line["since"])), measure(line)) for line in one.get("measures", ())],
    )


def measure(line: Mapping[str, str]) -> str:
    """A measure of the Board by its name. The grounds of it, and what led to it, are published nowhere."""
    return str(dict(BOARDS)[Rung(line["rung"])])


def tier_label(one: Facts, today: date) -> str:
    """Its tier in a word or two, as it stands in lists."""
    if one["tier"] == "certified" and lapsed(one, today):
        return str(_("Certificate lapsed"))
    label = str(words.TIER.get(one["tier"], words.MEMBERSHIP["member"]))
    return _("%(tier)s, suspended", tier=label) if one["membership"] == "suspended" else label


def _said(one: Facts, today: date) -> Iterable[str]:
    """What a client must not overlook, first."""
    if one["membership"] == "suspended":
        yield str(SUSPENDED)
    gone = one["tier"] == "certified" and lapsed(one, today)
    yield str(LAPSED if gone else SAID_OF[one["tier"]])
    if one["tier"] == "certified" and (until := one["certified_until"]):
        yield from filter(None, [certificates.said(date.fromisoformat(until), today)])


def _certificate(one: Facts, today: date) -> Iterable[tuple[str, str]]:
    if one["tier"] == "former":
        return
    standard = str(words.STANDARDS.get(one["standard"], one["standard"])) or one["standard_named"]
    pairs = ((_("Standard"), standard), (_("Certified by"), one["certified_by"]))
    yield from ((name, said) for name, said in pairs if said)
    for name, key in ((_("From"), "certified_from"), (_("Until"), "certified_until"),
                      (_("To be certified by"), "certify_by")):  # fmt: skip
        if one[key]:
            yield name, full_date(date.fromisoformat(one[key]))


def _was(line: Facts) -> str:
    tier = line["tier"] if line["membership"] in ("member", "suspended") else None
    label = str(words.MEMBERSHIP[line["membership"]])
    return f"{label}: {words.TIER[tier]}" if tier else label
