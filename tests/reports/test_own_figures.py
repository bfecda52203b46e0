"""A company's own numbers are of what it was handed, by what its pages show, and nothing untold moves them."""

from datetime import timedelta

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.demonstration import do
from grievance.maintenance.sweep import sweep
from grievance.reports.own_figures import Of, own_figures
from tests.outside import a_release_came
from tests.views.company.test_company_queue import HIDDEN, happens
from tests.views.company.test_company_queue import two as two
from tests.views.test_routes import client_of, token


def numbers(person):
    return [(one.received, one.acknowledged, one.answered) for one in own_figures(person).years]


def test_what_was_acknowledged_and_answered_counts_in_time_or_late_and_what_runs_does_not(both):
    victor = both.cast["Victor"]
    now = clock.now()
    late, _code = demonstration.walk_story(both.cast, "refer", now - timedelta(days=6))
    assert numbers(victor) == [(1, Of(0, 0), Of(0, 0))]
    with time_machine.travel(now + timedelta(days=20), tick=False):
        assert numbers(victor) == [(1, Of(0, 1), Of(0, 0))]
        sweep(clock.now())
        prompt, _code = demonstration.walk_story(both.cast, "respond", clock.now() - timedelta(days=25))
        assert sum(one.received for one in own_figures(victor).years) == 2
        assert sum(one.acknowledged.in_time for one in own_figures(victor).years) == 1
        assert sum(one.acknowledged.counted for one in own_figures(victor).years) == 2
        assert sum(one.answered.in_time for one in own_figures(victor).years) == 1
        assert own_figures(victor).open == 2 and late != prompt
    assert numbers(both.cast["Olga"]) == []


def test_remedies_are_counted_once_they_were_agreed(app, cast):
    demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=30))
    assert (own_figures(cast["Victor"]).agreed, own_figures(cast["Victor"]).verified) == (0, 0)
    demonstration.walk_story(cast, "verify_remedy", clock.now() - timedelta(days=60))
    a_release_came()
    assert (own_figures(cast["Victor"]).agreed, own_figures(cast["Victor"]).verified) == (1, 1)


def test_a_case_that_was_taken_from_it_is_none_of_its_numbers_and_one_of_the_next_companys_only_when_it_has_it(
    app, cast
):
    reference, _code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))
    do("change_respondent", cast["Noor"], reference, clock.now(), cast["Tomas"])
    assert own_figures(cast["Victor"]).years == [] and own_figures(cast["Victor"]).open == 0
    assert own_figures(cast["Olga"]).years == []


def page_of(app):
    return client_of(app, "Victor").get("/company/figures").text.partition("<main")[2].partition("<form")[0]


@pytest.mark.parametrize("what", HIDDEN)
def test_its_page_is_the_same_after_something_that_it_must_not_know(app, cast, two, what):
    reference, code = two[1]
    before = page_of(app)
    happens(cast, what, reference, code)
    assert page_of(app) == before


def test_what_she_did_today_is_in_no_number_before_the_days_release(app, cast):
    reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=30))
    before = page_of(app)
    do("accept_remedy", receipts.person_with(code), reference, clock.now())
    assert page_of(app) == before
    a_release_came()
    assert page_of(app) != before


def test_the_table_has_a_line_for_each_year(app, cast):
    demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    client = client_of(app, "Victor")
    said = {"csrf_token": token(client.get("/company/figures"))}
    head, line = client.post("/company/figures/table.csv", data=said).text.splitlines()
    assert head.startswith("As of,Year,Cases that you received") and line.endswith(",1,1,1,1,1")
