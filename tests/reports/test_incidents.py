"""Of a complaint that was filed for one of a group the office reads which of how many it is; nobody else does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts, spoken_for
from grievance.demonstration import do
from grievance.extensions import db
from grievance.intake import groups
from grievance.models.case import Case
from grievance.reports import incidents
from grievance.reports.incidents import Part
from grievance.workflow import steps
from tests.intake.test_groups import LATER
from tests.views.test_routes import client_of


@pytest.fixture
def group(app, cast):
    """The references of the union's complaint and of those of two people."""
    reference, lead, _code = demonstration.file_one(clock.now() - timedelta(days=2))
    for called in ("one", "two"):
        groups.add(lead, reference, {"knows": "yes", "called": called, "could_harm": "no", **LATER})
    rows = spoken_for.of(lead)
    theirs = [db.session.get(Case, row.case_id).reference for row in rows]
    slip = spoken_for.held(lead, rows[0]).slip
    return [reference, *theirs], receipts.complainant_of(receipts.follow(slip).session)


def ids(references):
    return [db.session.scalars(select(Case.id).where(Case.reference == one)).one() for one in references]


def test_both_databases_tell_the_parts_and_who_may_see_the_others(both):
    reference, lead, _code = demonstration.file_one(clock.now() - timedelta(days=2))
    groups.add(lead, reference, {"knows": "yes", "called": "one", "could_harm": "no", **LATER})
    row = spoken_for.of(lead)[0]
    case, part = db.session.get(Case, row.case_id), Part(1, 1, row.lead_id)
    assert incidents.of([row.case_id, row.lead_id]) == {row.case_id: part, row.lead_id: Part(0, 1, row.lead_id)}
    assert incidents.others(both.cast["Noor"], case, part) == [(0, reference)]
    assert incidents.others(both.cast["Victor"], case, part) == []


def test_each_knows_its_number_and_the_first_how_many_it_speaks_for(group):
    first, one, two = ids(group[0])
    assert incidents.of([first, one, two]) == {first: Part(0, 2, first), one: Part(1, 2, first), two: Part(2, 2, first)}


def test_the_desk_names_the_others_and_the_queue_says_it_shortly(app, group):
    (first, one, two), _hers = group
    noor = client_of(app, "Noor")
    page = noor.get(f"/desk/cases/{one}").text
    assert "Person 1 of 2" in page and f"the first: {first}" in page and f"2: {two}" in page
    assert "It speaks for 2 people." in noor.get(f"/desk/cases/{first}").text
    queue = noor.get("/desk").text
    assert "1 of 2, one incident" in queue and "speaks for 2, one incident" in queue


def test_whoever_is_shut_out_of_one_of_them_is_not_shown_its_reference(app, cast, group, petra):
    (_first, one, two), _hers = group
    do("declare_conflict", cast["Noor"], two, clock.now())
    assert two not in client_of(app, "Noor").get(f"/desk/cases/{one}").text


def test_a_company_learns_from_no_page_that_there_are_others(app, cast, group):
    (first, one, _two), hers = group
    decision = steps.take("change_consent", hers, one, {"share_account": "yes"})
    steps.decide(cast["Tomas"], one, decision.id, True)
    do("refer", cast["Noor"], one, clock.now(), cast["Tomas"])
    victor = client_of(app, "Victor")
    for page in (victor.get("/company").text, victor.get(f"/company/cases/{one}").text):
        assert one in page and first not in page
        assert "incident" not in page and "of 2" not in page and "speaks for" not in page


def test_the_desk_reads_what_the_spokesperson_said_for_her_as_that(app, cast):
    reference, lead, _code = demonstration.file_one(clock.now() - timedelta(days=2))
    groups.add(lead, reference, {"knows": "yes", "called": "one", "could_harm": "no", **LATER, "share_account": "yes"})
    theirs = db.session.get(Case, spoken_for.of(lead)[0].case_id).reference
    page = client_of(app, "Noor").get(f"/desk/cases/{theirs}").text
    assert "Said by the spokesperson, and not by the person: The company may be told what happened" in page
