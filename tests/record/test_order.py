"""What happened in a case is in the order of its sequence: `events.id` runs over all cases, and who can read it would
learn from the numbers of one case what happens in others, and when."""

import re
from pathlib import Path

import pytest

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
