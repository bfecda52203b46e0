"""A queue in a chosen order: each case once, forwards and backwards, and as many as are told."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert, update

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.forms.choices import TAGS
from grievance.models.case import Case, Channel, Severity
from grievance.models.desk import OFFICERS, NewMark
from grievance.reports import queue as queues
from grievance.reports import queue_order
from grievance.reports.queue import queue
from grievance.reports.queue_asked import NEW_FIRST, SHOWS, Wanted
from grievance.reports.queue_counts import MOST_COUNTED, counts_and_total
from tests.views.test_routes import client_of

TAG = next(iter(dict(TAGS)))
LIKE = (
    {"severity": Severity.LOW, "country": "KE", "channel": Channel.PHONE, "language": "fr"},
    {"severity": Severity.CRITICAL, "country": None, "channel": Channel.WEB, "language": "en"},
    {"severity": None, "country": "AF", "channel": Channel.WEB, "language": "en", "company_id": None},
)


@pytest.fixture
def noor(both, monkeypatch):
    """Nine cases, of which no two are alike in everything, on pages of two: new ones, some of hers, a closed one."""
    monkeypatch.setattr(queues, "PAGE", 2)
    now = clock.now()
    for number in range(9):
        if number % 3:
            reference = demonstration.file_one(now - timedelta(days=1, hours=number))[0]
        else:
            reference = demonstration.walk_story(both.cast, "acknowledge", now - timedelta(days=9, hours=number))[0]
        db.session.execute(update(Case).where(Case.reference == reference).values(**LIKE[number % 2 + number // 8]))
    db.session.commit()
    return both.cast["Noor"]


def forwards(person, **wanted):
    pages, page = [], queue(person, Wanted(**wanted))
    while True:
        pages.append(page)
        if not page.after:
            return pages
        passed = page.first + len(page.lines) - 1
        page = queue(person, Wanted(**wanted, after=page.after, passed=passed))


def backwards(person, last, **wanted):
    pages, page = [last], last
    while page.before:
        page = queue(person, Wanted(**wanted, before=page.before, passed=page.first - 1))
        pages.append(page)
    return pages[::-1]


def ids(pages):
    return [[line.case.id for line in page.lines] for page in pages]


@pytest.mark.parametrize("order", queue_order.KNOWN)
def test_forwards_and_backwards_the_pages_are_the_same_and_hold_each_case_once(noor, order):
    for show in ("open", "mine", "unseen", "new", "unacknowledged"):
        there = forwards(noor, show=show, order=order)
        found = [one for page in ids(there) for one in page]
        assert len(found) == len(set(found))
        back = backwards(noor, there[-1], show=show, order=order)
        assert ids(back) == ids(there), (show, order)
        assert [page.first for page in back] == [page.first for page in there]
        assert counts_and_total(noor, SHOWS[:-1], Wanted(show, order=order))[1] == len(found), (show, order)


def test_an_order_is_by_what_it_says_and_what_nobody_knows_comes_last(noor):
    def of(order, what):
        return [what(line.case) for page in forwards(noor, order=order) for line in page.lines]

    days = of("day", lambda case: case.received_at)
    assert days == sorted(days, reverse=True) and of("oldest", lambda case: case.received_at) == days[::-1]
    severities = of("severity", lambda case: [*Severity, None].index(case.severity))
    assert severities == sorted(severities)
    for order in ("company", "country"):
        said = of(order, lambda case, name=order: getattr(case, name))
        known = [one for one in said if one]
        assert known == sorted(known, key=str.lower) and said == known + [None] * (len(said) - len(known))
    for order in ("channel", "language"):
        said = of(order, lambda case, name=order: str(getattr(case, name)))
        assert sum(one != two for one, two in pairwise(said)) == len(set(said)) - 1


def test_a_filter_by_tag_finds_what_was_marked_with_it_and_counts_it(both):
    noor = both.cast["Noor"]
    marked, _other = (demonstration.file_one(clock.now())[0] for _each in range(2))
    topics = [*find_case(noor, marked).topics, TAG]
    db.session.execute(update(Case).where(Case.reference == marked).values(topics=topics))
    db.session.commit()
    for show in NEW_FIRST:
        found = queue(noor, Wanted(show, tag=TAG))
        assert {line.case.reference for line in found.lines} <= {marked}
    assert counts_and_total(noor, (), Wanted("open", tag=TAG))[1] == 1


def test_a_place_that_is_gone_or_was_made_up_begins_at_the_first_page(noor):
    for place in ("x", "0" * 32, "~", "new~1~x", "2026-01-01"):
        for order in ("company", "new", "due"):
            assert queue(noor, Wanted(order=order, after=place)).lines
            assert queue(noor, Wanted(order=order, before=place)).lines


def test_a_queue_whose_closed_cases_hold_news_counts_them_where_it_shows_them(both):
    """They stand there for what is new in them, though nothing is owed."""
    demonstration.walk_story(both.cast, "close", clock.now() - timedelta(days=120))
    noor = both.cast["Noor"]
    shown = [line.case.reference for line in queue(noor, Wanted()).lines]
    assert counts_and_total(noor, (), Wanted())[1] == len(shown)


def test_the_page_says_which_of_how_many_and_leads_on_and_back(both, noor):
    client = client_of(both.app, "Noor")
    page = client.get("/desk?order=company")
    assert "1–2 of 9" in page.text and "The page before" not in page.text
    after = queue(noor, Wanted(order="company")).after
    second = client.get(f"/desk?order=company&after={after}&passed=2").text
    assert "3–4 of 9" in second and "The page before" in second and "The next page" in second
    assert "Larkfield" not in "".join(part.split('"')[0] for part in second.split('href="'))


def many(number):
    """So many open cases as rows alone, each with what it is sorted by; a tenth of them with news for every officer."""
    now = clock.now()
    rows = [
        {"id": f"{n * 7919 % 1_000_003:032x}", "reference": f"GR-{n:04d}-T{n % 1000:03d}", "channel": Channel.WEB,
         "language": ("en", "fr", "ar")[n % 3], "country": (None, "KE", "AF", "ML")[n % 4],
         "severity": (None, *Severity)[n % 5], "received_at": now - timedelta(days=n % 90),
         "queue_at": now + timedelta(days=n % 40, minutes=n % 7), "topics": []}
        for n in range(number)
    ]  # fmt: skip
    db.session.execute(insert(Case), rows)
    marks = [
        {"case_id": row["id"], "reader": OFFICERS, "first_seq": 1, "since": now - timedelta(days=n % 9), "rank": n % 2}
        for n, row in enumerate(rows[::10])
    ]
    db.session.execute(insert(NewMark), marks)
    db.session.commit()


@pytest.mark.parametrize("number", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_of_many_cases_each_is_there_once_in_every_order_forwards_and_backwards(both, monkeypatch, number):
    monkeypatch.setattr(queues, "PAGE", max(50, number // 20))
    many(number)
    noor = both.cast["Noor"]
    for order in queue_order.KNOWN:
        there = forwards(noor, order=order)
        found = [one for page in ids(there) for one in page]
        assert len(found) == len(set(found)) == number, order
        assert there[-1].first + len(there[-1].lines) - 1 == number
        assert ids(backwards(noor, there[-1], order=order)) == ids(there), order
        assert counts_and_total(noor, (), Wanted(order=order))[1] == min(number, MOST_COUNTED + 1)
