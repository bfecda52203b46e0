"""What the office owes stands in each row of the queue, and what is late is found by one press: also what began anew
after it was missed."""

from datetime import timedelta

import pytest
from lxml import html

from grievance import clock, demonstration
from grievance.deadlines.kinds import DUTIES, Deadline
from grievance.maintenance.sweep import sweep
from grievance.reports import queue_owed
from grievance.reports.queue import queue
from grievance.reports.queue_asked import NEW_FIRST, SHOWS, Wanted
from grievance.reports.queue_counts import counts
from tests.times import days_later
from tests.views.test_routes import client_of

HOW_IT_STANDS = "tell the complainant how it stands"


def referred(cast, days):
    """A case that the company has: its answer is due 45 days after, word to her 30 days after the last one."""
    reference = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=days))[0]
    sweep(clock.now())
    return reference


def line_of(person, reference, show="open"):
    return next((one for one in queue(person, Wanted(show)).lines if one.case.reference == reference), None)


def row_of(page, reference):
    found = html.fromstring(page.text).xpath(f"//tbody/tr[.//a[text()='{reference}']]")
    return " ".join(found[0].text_content().split())


def test_a_row_says_what_the_office_owes_her_next_beside_what_the_company_owes(both):
    reference = referred(both.cast, 20)
    line = line_of(both.cast["Noor"], reference)
    assert (line.owed_by, line.title) == ("company", "answer the complaint")
    assert (line.office.owed_by, line.office.title, line.office.overdue) == ("secretariat", HOW_IT_STANDS, False)
    assert line.office.days_left < 20
    row = row_of(client_of(both.app, "Noor").get("/desk"), reference)
    assert "The company: answer the complaint" in row and f"The Secretariat: {HOW_IT_STANDS}" in row


def test_word_to_her_that_was_missed_is_late_until_she_gets_one_although_it_began_anew(both):
    reference = referred(both.cast, 42)
    noor = both.cast["Noor"]
    line = line_of(noor, reference)
    assert (line.office.title, line.office.overdue) == (HOW_IT_STANDS, True)
    assert line.office.days_left < 0
    assert "overdue" in row_of(client_of(both.app, "Noor").get("/desk"), reference)
    for show in ("late_office", "overdue"):
        assert line_of(noor, reference, show)
    assert line_of(noor, reference, "late_company") is None
    demonstration.do("write", noor, reference, clock.now(), audience="complainant", message="We wait for the answer.")
    assert not line_of(noor, reference).office.overdue
    assert line_of(noor, reference, "late_office") is None


def test_it_is_late_since_the_first_of_the_days_that_passed(both):
    reference = demonstration.walk_story(both.cast, "company_acknowledge", clock.now() - timedelta(days=40))[0]
    noor = both.cast["Noor"]
    sweep(clock.now())
    once = line_of(noor, reference).office.due_on
    sweep(days_later(31))
    assert line_of(noor, reference).office.due_on == once


def test_what_a_company_is_late_with_is_found_by_one_press(both):
    reference = demonstration.walk_story(both.cast, "refer", clock.now() - timedelta(days=15))[0]
    noor = both.cast["Noor"]
    assert line_of(noor, reference, "late_company").case.reference == reference
    page = client_of(both.app, "Noor").get("/desk")
    (link,) = html.fromstring(page.text).xpath("//p[@class='late-ones']//a[contains(., 'company')]/@href")
    assert row_of(client_of(both.app, "Noor").get(link), reference)
    assert counts(noor, ("late_company",)) == {"late_company": 1}


def test_where_nothing_is_late_nothing_is_said_of_it(both):
    demonstration.file_one(clock.now())
    assert "late-ones" not in client_of(both.app, "Noor").get("/desk").text


def test_a_company_learns_nothing_of_what_the_office_owes(both):
    reference = referred(both.cast, 42)
    victor = both.cast["Victor"]
    assert line_of(victor, reference).office is None
    page = client_of(both.app, "Victor").get("/company").text
    assert HOW_IT_STANDS not in page and "late-ones" not in page


def test_a_closed_case_that_owes_a_follow_up_is_a_show_of_its_own_and_no_open_case(both):
    reference = demonstration.walk_story(both.cast, "close", clock.now() - timedelta(days=40))[0]
    noor = both.cast["Noor"]
    client = client_of(both.app, "Noor")
    client.get(f"/desk/cases/{reference}")
    assert line_of(noor, reference) is None, "nothing is new in it"
    assert line_of(noor, reference, "owing")
    assert line_of(noor, reference, "mine")
    found = html.fromstring(client.get("/desk?show=owing").text).xpath("//nav[@class='filters']/a[@aria-current]")
    assert " ".join(found[0].text_content().split()) == "Closed, still owing 1"


@pytest.mark.parametrize("show", [one for one in SHOWS if one != "closed"])
def test_each_count_is_of_what_its_page_lists_closed_ones_that_are_new_too(both, show):
    for days in (1, 15, 42):
        demonstration.walk_story(both.cast, "close", clock.now() - timedelta(days=days))
        demonstration.walk_story(both.cast, "refer", clock.now() - timedelta(days=days))
        demonstration.file_one(clock.now() - timedelta(days=days))
    sweep(clock.now())
    noor = both.cast["Noor"]
    assert counts(noor, (show,))[show] == len(queue(noor, Wanted(show)).lines)


def test_shows_that_begin_with_what_is_new_are_those_that_count_it():
    assert set(NEW_FIRST) <= set(SHOWS)


def test_how_long_a_whole_case_takes_is_in_no_row_and_what_repeats_is_known_from_its_duty():
    assert {Deadline.WHOLE_CASE, Deadline.TELL_COMPANY} == queue_owed.NO_ACT
    assert {one.key for one in DUTIES if one.repeats} == queue_owed.REPEATING
