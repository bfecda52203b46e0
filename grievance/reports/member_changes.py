"""What changed about the members, from one published edition to the next, as an Atom feed (RFC 4287)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree import ElementTree

from flask_babel import gettext as _

from grievance import clock
from grievance.companies.published import Difference, Facts, differences
from grievance.deadlines.days import full_date
from grievance.reports.member_addresses import CHANGES, at_site, of_member
from grievance.reports.member_pages import Published, lapsed, measure, tier_label
from grievance.site import site_name
from grievance.workflow import words

MOST = 100
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class News:
    """One change of one company, on the day on which everybody could read it. `mark`: the same for ever."""

    on: date
    company: Facts
    said: str
    mark: str


def news(editions: Sequence[Published]) -> list[News]:
    """The newest first, at most `MOST`. `editions`: the newest first."""
    oldest_first = list(reversed(editions))
    found: list[News] = []
    for place, edition in enumerate(oldest_first):
        later = oldest_first[place + 1] if place + 1 < len(oldest_first) else None
        if place:
            found += _between(oldest_first[place - 1], edition)
        found += _lapses(edition, later)
    return sorted(found, key=lambda one: (one.on, one.mark), reverse=True)[:MOST]


def _between(old: Published, new: Published) -> Iterator[News]:
    for one in differences(old.facts, new.facts):
        if said := _said(one, new.on):
            yield News(new.on, one.company, said, f"{new.number}-{one.kind}")


def _said(one: Difference, on: date) -> str:
    """Empty for what is no news: another number to call, another country."""
    if one.kind == "joined":
        return str(_("Joined: %(tier)s", tier=tier_label(one.company, on)))
    if one.kind == "gone":
        return str(_("No longer in the list"))
    if one.kind == "tier":
        return str(_("Now: %(tier)s", tier=tier_label(one.company, on)))
    if one.kind == "membership" and one.old and one.old["tier"] == one.company["tier"]:
        return str(_("Now: %(tier)s", tier=words.MEMBERSHIP[one.company["membership"]]))
    if one.kind == "measures" and one.new and one.old:
        before, after = one.old.get("measures", []), one.new["measures"]
        added = ", ".join(measure(line) for line in after if line not in before)
        return str(_("Measure of the association: %(measure)s", measure=added)) if added else str(_("A measure ended"))
    if one.kind == "certificate" and one.company["certified_until"]:
        day = full_date(date.fromisoformat(one.company["certified_until"]))
        return str(_("The certificate is now good until %(date)s", date=day))
    return ""


def _lapses(edition: Published, later: Published | None) -> Iterator[News]:
    """Certificates whose last day passed while this edition was what everybody read."""
    end = later.on if later else clock.office_today()
    for one in edition.facts:
        if one["tier"] not in ("certified", "transitional") or not one["certified_until"] or not lapsed(one, end):
            continue
        last = date.fromisoformat(one["certified_until"])
        if last >= edition.on:
            said = _("The certificate lapsed on %(date)s", date=full_date(last))
            yield News(last + timedelta(days=1), one, said, f"lapsed-{last}")


def as_atom(found: Iterable[News], updated: date, lang: str) -> bytes:
    """A feed in the page's language."""
    here = at_site(CHANGES)
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": lang.replace("_", "-")})
    _add(feed, "id", here)
    _add(feed, "title", f"{site_name()}: {_('Changes among the members')}")
    _add(feed, "updated", _moment(updated))
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": here})
    _add(ElementTree.SubElement(feed, "author"), "name", site_name())
    for one in found:
        entry, page = ElementTree.SubElement(feed, "entry"), of_member(one.company["slug"])
        _add(entry, "id", f"{page}#{one.mark}")
        _add(entry, "title", f"{one.company['name']}: {one.said}")
        _add(entry, "updated", _moment(one.on))
        ElementTree.SubElement(entry, "link", {"href": page})
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _moment(day: date) -> str:
    """A feed wants a moment, and a day is all that there is."""
    return f"{day.isoformat()}T00:00:00Z"
