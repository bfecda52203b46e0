"""An edition of the public figures as its page and its files show it, from what was kept of it and nothing else."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.concerns.questions import CAUSES, KINDS
from grievance.deadlines.countries import country_name
from grievance.editions.register import CLASSES
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.vocabulary import Labels
from grievance.models.edition import Edition
from grievance.reports.exports import csv_row
from grievance.reports.figure_tables import BY_A_STEP, TIMES, TITLES

TITLES_HERE: Mapping[str, Label] = {
    "topic": TITLES["topic"], "outcome": TITLES["reason"], "company": TITLES["company"], "country": TITLES["country"],
    "topic_outcome": _l("Topics, by how it ended"), "company_outcome": _l("Companies, by how it ended"),
    "company_answer": _l("Companies, by whether they answered in time"),
    "company_remedy": _l("Companies, by what became of what they offered"), **TIMES,
}  # fmt: skip
ASSOCIATION: Mapping[str, Label] = {
    "all": _l("All complaints"), "alleging": _l("Of these alleging a breach of the Code"),
    "members": _l("Of these against member companies"),
}  # fmt: skip
MONITORING: Mapping[str, Label] = {
    **{f"opened_{kind.value}": _l("Concerns opened: %(kind)s", kind=title) for kind, title in KINDS},
    **{f"closed_{kind.value}": _l("Concerns closed: %(kind)s", kind=title) for kind, title in KINDS},
    **{f"measures_{cause.value}": _l("Measures: %(cause)s", cause=title) for cause, title in CAUSES},
}
OWN_WORDS: Mapping[str, Label] = {
    "several": _l("Several things"), "unsaid": _l("Not said"), "open": _l("Not ended yet"),
    "none": _l("Not done"), **BY_A_STEP,
}  # fmt: skip
HANDLED_WORDS: Mapping[tuple[str, str], Label] = {
    ("answer", "in_time"): _l("Answered in time"), ("answer", "late"): _l("Not answered in time"),
    ("answer", "none"): _l("No answer was due yet"), ("remedy", "verified"): _l("Offer accepted, done and verified"),
    ("remedy", "agreed"): _l("Offer accepted, not verified yet"), ("remedy", "none"): _l("No offer was accepted"),
}  # fmt: skip
_WORDS = Labels("topics", "closings", "dismissals")


@dataclass(frozen=True)
class Line:
    """`number`: None where it is not shown. `share`: of the bar, from 0 to 100; only what is shown has one."""

    name: str
    number: int | None
    share: float | None


@dataclass(frozen=True)
class Table:
    """`counted`: of how many complaints it is, None where that is not shown. `whole`: every line there can be is in it;
    else only what is shown."""

    key: str
    title: Label
    first: int
    last: int
    counted: int | None
    whole: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Shown:
    """One edition. `totals`: the association's lines, in the year until `last` and ever until then; `monitoring`: the
    same of concerns and measures. `few`: companies have no table, because there are too few complaints."""

    slug: str
    as_of: date
    last: date
    totals: tuple[tuple[Label, int, int], ...]
    monitoring: tuple[tuple[Label, int, int], ...]
    tables: tuple[Table, ...]
    few: bool


def public_ones() -> list[tuple[str, date]]:
    """Slug and day of each public edition, the newest first."""
    query = select(Edition.slug, Edition.as_of).where(Edition.approved.is_(True))
    return [(slug, day) for slug, day in db.session.execute(query.order_by(Edition.as_of.desc(), Edition.slug.desc()))]


def public_one(slug: str) -> Shown | None:
    query = select(Edition.content).where(Edition.slug == slug, Edition.approved.is_(True))
    content = db.session.scalar(query)
    return None if content is None else shown(content)


def shown(content: bytes) -> Shown:
    said: dict[str, Any] = json.loads(content)
    return Shown(
        said["slug"], date.fromisoformat(said["as_of"]), date.fromisoformat(said["last"]),
        _whole(ASSOCIATION, said["totals"]), _whole(MONITORING, said.get("monitoring", ())),
        tuple(_table(one, said["names"]) for one in said["tables"]), said.get("few", False),
    )  # fmt: skip


def _whole(labels: Mapping[str, Label], lines: Iterable[Sequence[Any]]) -> tuple[tuple[Label, int, int], ...]:
    return tuple((labels[name], this_year, ever) for name, this_year, ever in lines if name in labels)


def _table(one: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    most = max((number or 0 for _key, number in one["rows"]), default=0)
    lines = tuple(
        Line(_named(one["key"], key, names), number, None if number is None else round(100 * number / most, 1))
        for key, number in one["rows"]
    )
    whole = one["key"] in ("topic", "outcome", *TIMES)
    return Table(one["key"], TITLES_HERE[one["key"]], one["first"], one["last"], one["counted"], whole, lines)


def _named(table: str, key: list[str], names: Mapping[str, str]) -> str:
    parts = table.split("_")
    return " · ".join(
        str(HANDLED_WORDS[part, each]) if n and (part, each) in HANDLED_WORDS else _name(part, each, names)
        for n, (part, each) in enumerate(zip(parts, key, strict=True))
    )


def _name(part: str, key: str, names: Mapping[str, str]) -> str:
    if part == "company":
        return names[key]
    if part in TIMES and key.isdigit():
        return str(_("At most %(number)s days", number=key))
    if part in TIMES and key == "more":
        return str(_("More than %(number)s days", number=max(int(one) for one in CLASSES if one.isdigit())))
    if key in OWN_WORDS:
        return str(OWN_WORDS[key])
    return country_name(key) if part == "country" else str(_WORDS[key])


def named(part: str, key: str) -> str:
    """How a complaint ended, or how its company handled it, as tables name it."""
    return str(HANDLED_WORDS[part, key]) if (part, key) in HANDLED_WORDS else _name(part, key, {})


def as_csv(edition: Shown, key: str) -> Iterator[str] | None:
    """One table as UTF-8; None where the edition has none of this name."""
    if key in ("totals", "monitoring"):
        lines = edition.totals if key == "totals" else edition.monitoring
        title = _("Complaints") if key == "totals" else _("Concerns and measures")
        rows = [(str(name), str(this_year), str(ever)) for name, this_year, ever in lines]
        return _rows((title, str(edition.last.year), _("Ever")), rows)
    table = next((one for one in edition.tables if one.key == key), None)
    if table is None:
        return None
    shown_lines = [(line.name, _("not shown") if line.number is None else str(line.number)) for line in table.lines]
    return _rows((str(table.title), f"{table.first}-{table.last}"), shown_lines)


def _rows(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield csv_row(head)
    yield from map(csv_row, rows)
