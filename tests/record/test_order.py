"""What happened in a case is in the order of its sequence: `events.id` runs over all cases, and who can read it would
learn from the numbers of one case what happens in others, and when."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Integer
from werkzeug.routing import IntegerConverter

from grievance.extensions import Base
from grievance.views import faces

ORDERS = re.compile(
    r"order_by\([^)]*\bEvent\.id\b|func\.(?:max|min)\(Event\.id\)|\bevent_id\s*[<>]|\bEvent\.id\s*(?:[<>]|\.(?:asc|desc)\b)"
)
WHY = {
    "foretelling.py": "which events were added since, in a dry run on the server that is taken back: no order is read",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(Path("grievance").rglob("*.py")), ids=lambda path: path.stem)
def test_no_query_reads_an_order_from_the_numbers_of_events(path):
    found = ORDERS.findall(path.read_text("utf-8"))
    assert not found or path.name in WHY, found


@pytest.mark.parametrize(
    "text",
    ["q.order_by(Event.id)", "q.order_by(Event.happened_at, Event.id)", "func.max(Event.id)", "Letter.event_id > x",
     "Event.id > before", "Event.id.desc()"],
)  # fmt: skip
def test_an_order_by_numbers_would_be_found(text):
    assert ORDERS.search(text)


def counted():
    """The tables of a case whose rows are numbered over all cases."""
    models = {mapper.class_ for mapper in Base.registry.mappers}
    return sorted(
        model.__name__ for model in models
        if "case_id" in (columns := model.__table__.c) and "id" in columns and isinstance(columns.id.type, Integer)
    )  # fmt: skip


READ = {
    "Event": WHY,
    "HeldBack": {"as_told.py": "of what one company is not told yet the newest is taken back first; none of it shows"},
    "Limit": {
        "again.py": "in one case, those that ended in one moment",
        "calendar.py": "behind the case's reference, so that it parts the limits of one case",
        "corrections.py": "for the office, behind the day on which they are due",
        "doctor.py": "for whoever runs the server",
        "holidays.py": "for the office, behind the day on which they are due",
        "recomputed.py": "for whoever runs the server",
    },
}  # fmt: skip
"""By table, the modules that do read an order from its numbers, and why nobody learns of other cases by it."""


@pytest.mark.parametrize("name", counted())
def test_no_query_reads_an_order_from_the_numbers_of_any_other_rows_of_cases(name):
    orders = re.compile(rf"order_by\([^)]*\b{name}\.id\b|func\.(?:max|min)\({name}\.id\)")
    found = {path.name for path in Path("grievance").rglob("*.py") if orders.search(path.read_text("utf-8"))}
    assert found == set(READ.get(name, ()))


def test_no_number_that_counts_over_all_cases_stands_in_an_address_of_hers_or_of_a_company(app):
    """`number` is that of a remedy in its case, or of a person in their group; what else an address names is random."""
    theirs = [
        rule for rule in app.url_map.iter_rules() if faces.of_endpoint(rule.endpoint) in (faces.FOLLOW, faces.COMPANY)
    ]
    numbered = {
        name for rule in theirs for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)
    }
    assert numbered == {"number"}
