"""Public figures at their pages: an officer proposes an edition, an approver makes it public, and it stays as it is."""

import json
import random
import re
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from grievance import clock, demonstration
from grievance.deadlines.kinds import Deadline
from grievance.desk import editions
from grievance.desk.editions import Made
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import State
from grievance.models.concern import Cause
from grievance.models.edition import Edition
from grievance.models.people import Company
from grievance.models.sides import COMPANY
from grievance.models.writing import RemedyStatus
from grievance.reports import making_editions, member_figures, public_counts
from grievance.reports.told_cases import Duty, Told
from tests.concerns import road
from tests.scenarios.pages import hidden
from tests.times import days_later
from tests.views.test_routes import client_of

PAGE = "/desk/editions"


def last_year() -> int:
    """A year that has been over for 90 days."""
    return (clock.office_today() - timedelta(days=91)).year - 1


def generated(number: int, company: int, topics: tuple[str, ...] = ("pay", "conduct", "safety")) -> list[Told]:
    """So many complaints of the three years until then, all told to the company, one in five not."""
    chance = random.Random(number)
    found = []
    for n in range(number):
        day = date(last_year() - n % 3, chance.randint(1, 12), chance.randint(1, 28))
        says = {"channel": "web", "company": company, "country": "KE", "reason": None, "received_on": day.isoformat()}
        told = Told(f"{n:032d}", {**says, "topics": [chance.choices(topics, (6, 3, 1))[0]]})
        told.first = {"filed": day}
        told.handed_on = day + timedelta(days=3) if chance.random() < 0.8 else None
        if told.handed_on and chance.random() < 0.7:
            missed = chance.random() < 0.3
            told.duties = [Duty(Deadline.COMPANY_RESPONSE, COMPANY, told.handed_on + timedelta(days=30), missed=missed)]
            told.remedies = {1: ("pay", chance.choice((RemedyStatus.VERIFIED, RemedyStatus.ACCEPTED)))}
        if chance.random() < 0.6:
            told.state, told.closed_on = State.CLOSED, day + timedelta(days=60)
            told.says["reason"] = chance.choice(("remedied", "no_remedy"))
        found.append(told)
    return found


@pytest.fixture
def many(monkeypatch, cast):
    company = db.session.query(Company).first().id
    monkeypatch.setattr(public_counts, "known_then", lambda as_of: generated(120, company))
    return company


def propose(client, slug):
    page = client.get(PAGE)
    return client.post(PAGE, data={**hidden(page), "period": slug}, follow_redirects=True)


def decide(client, outcome="approve"):
    (address,) = re.findall(r'href="(/desk/editions/[0-9a-f]{32})"', client.get(PAGE).text)[:1]
    page = client.get(address)
    return client.post(f"{address}/decide", data={**hidden(page), "outcome": outcome}, follow_redirects=True)


def public(app, path="/figures"):
    return app.test_client().get(path)


def test_an_officer_proposes_a_quarter_and_the_public_sees_it_when_an_approver_said_yes(app, cast):
    quarter_ends = clock.now() - timedelta(days=100)
    demonstration.walk_story(cast, "close", quarter_ends - timedelta(days=120))
    slug = f"{quarter_ends.year}-{(quarter_ends.month - 1) // 3 + 1}"
    noor, tomas = client_of(app, "Noor"), client_of(app, "Tomas")
    assert "No figures are public yet." in public(app).text
    said = propose(noor, slug)
    assert "It waits for an approver." in said.text and 'value="approve"' not in said.text
    assert "No figures are public yet." in public(app).text
    assert "It is public from now on." in decide(tomas).text
    page = public(app).text
    assert "All complaints" in page and "Few complaints do not mean few harms." in page
    table = public(app, f"/figures/{slug}/totals.csv")
    assert table.mimetype == "text/csv" and "All complaints,1,1" in table.text
    assert public(app, f"/figures/{slug}").status_code == 200 and public(app, "/figures/1999").status_code == 404


def test_whoever_proposed_does_not_approve_and_what_is_refused_is_never_public(app, cast, many):
    tomas = client_of(app, "Tomas")
    propose(tomas, f"{last_year()}-4")
    assert "An approver who did not propose it approves it." in decide(tomas).text
    assert "Nothing of it is public." in decide(client_of(app, "Noor"), "refuse").text
    assert public(app, f"/figures/{last_year()}-4").status_code == 404


def test_a_year_shows_numbers_of_five_and_more_and_one_mark_for_all_else(app, cast, many):
    propose(client_of(app, "Noor"), str(last_year()))
    decide(client_of(app, "Tomas"))
    page = public(app, f"/figures/{last_year()}").text
    assert "not shown" in page and "What they are about" in page
    content = json.loads(db.session.query(Edition).one().content)
    numbers = [number for table in content["tables"] for _key, number in table["rows"]]
    assert None in numbers and any(numbers) and all(number is None or number >= 5 for number in numbers)
    lines = public(app, f"/figures/{last_year()}/topic.csv").text
    assert ",not shown" in lines and "%" not in lines


def test_what_was_counted_is_sealed_and_opens_for_the_office(app, cast, many):
    propose(client_of(app, "Noor"), str(last_year()))
    edition = db.session.query(Edition).one()
    assert b"observers" not in edition.sealed
    sealed = editions.sealed_of(cast["Tomas"], edition)
    assert len(sealed["kept"]["rows"]) and sealed["witnesses"]["observers"][0]["speak"]


def test_a_period_is_never_issued_again_and_what_came_late_is_counted_in_the_next_one(app, cast, many, monkeypatch):
    noor, tomas = client_of(app, "Noor"), client_of(app, "Tomas")
    propose(noor, str(last_year()))
    decide(tomas)
    assert "never issued again" in propose(noor, str(last_year())).text
    kept = editions.kept(cast["Tomas"])
    late = generated(120, many)
    (one, *_others) = [case for case in late if case.handed_on is None]
    one.handed_on = one.received_on + timedelta(days=5)
    year = last_year() + 1
    rows = public_counts.counted(late, year, date(year + 1, 12, 31), kept)
    assert rows[one.case_id].year == year
    assert all(rows[number] == row for number, row in kept[-1].rows.items())
    by = cast["Noor"].account_id
    again = {"slug": str(last_year()), "as_of": clock.office_today(), "content": b"{}", "proposed_at": clock.now()}
    db.session.add(Edition(id="0" * 32, key_id="", sealed_key=b"", sealed=b"", proposed_by=by, approved=True,
                           decided_at=clock.now(), **again))  # fmt: skip
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_few_complaints_have_a_sentence_in_the_place_of_companies(app, cast, many, monkeypatch):
    monkeypatch.setattr(public_counts, "known_then", lambda as_of: generated(40, many))
    propose(client_of(app, "Noor"), str(last_year()))
    decide(client_of(app, "Tomas"))
    page = public(app, f"/figures/{last_year()}").text
    assert "Too few complaints to show figures of companies and countries without showing people." in page
    assert "About which company" not in page


def test_a_period_that_is_not_over_is_refused_with_why(app, cast):
    today = clock.office_today()
    assert "This period is not over yet." in propose(client_of(app, "Noor"), str(today.year)).text
    assert "Choose one of the periods." in propose(client_of(app, "Noor"), "2O26").text


def test_an_edition_that_was_made_before_another_became_public_is_proposed_again(app, cast, many):
    made = making_editions.make(cast["Noor"], str(last_year()))
    number = editions.propose(cast["Noor"], Made(made.slug, made.as_of, made.content, made.sealed, ""))
    other = editions.propose(cast["Noor"], Made(str(last_year() - 1), made.as_of, made.content, made.sealed, ""))
    editions.decide(cast["Tomas"], other, True)
    with pytest.raises(Refused, match="meanwhile"):
        editions.decide(cast["Tomas"], number, True)


def test_an_edition_that_takes_too_long_says_so_keeps_what_was_chosen_and_leaves_nothing(app, cast, many, monkeypatch):
    monkeypatch.setitem(app.config, "EDITION_SECONDS", 0)
    said = propose(client_of(app, "Noor"), str(last_year()))
    assert said.status_code == 409 and "It took longer than 0 seconds and was ended. Nothing was kept." in said.text
    assert f'<option value="{last_year()}" selected>' in said.text
    assert not db.session.query(Edition).count()
    monkeypatch.setitem(app.config, "EDITION_SECONDS", 50)
    assert "It waits for an approver." in propose(client_of(app, "Noor"), str(last_year())).text


def test_of_two_who_compute_the_same_period_at_once_the_first_is_kept_and_the_other_told(app, cast, many):
    made = making_editions.make(cast["Noor"], str(last_year()))
    propose(client_of(app, "Tomas"), str(last_year()))
    with pytest.raises(Refused, match="Somebody else proposed the same period"):
        editions.propose(cast["Noor"], made)
    assert [one.proposed_by for one in editions.of_the_office()] == [cast["Tomas"].account_id]
    propose(client_of(app, "Noor"), str(last_year()))
    assert [one.proposed_by for one in editions.of_the_office()] == [cast["Noor"].account_id]


def test_concerns_and_measures_are_published_whole_by_type_and_cause_none_included(app, cast):
    road.both(cast, "take_measure", road.opened(cast))
    today = clock.office_today()
    quarter = f"{today.year}-{(today.month - 1) // 3 + 1}"
    with time_machine.travel(days_later(200), tick=False):
        propose(client_of(app, "Noor"), quarter)
        decide(client_of(app, "Tomas"))
        table = public(app, f"/figures/{quarter}/monitoring.csv").text.splitlines()
    assert "Concerns opened: Management and governance,1,1" in table
    assert "Concerns closed: Management and governance,0,0" in table
    assert len([line for line in table if "Measures: " in line]) == len(Cause)
    assert sum(int(line[-1]) for line in table if "Measures: " in line) == 1


@pytest.mark.parametrize(
    ("duties", "answered"),
    [
        ([], "none"), ([("L4", True)], "none"), ([("L5", False)], "in_time"),
        ([("L5", True)], "late"), ([("L5", False), ("L5", True)], "late"),
    ],
)  # fmt: skip
def test_a_company_answered_in_time_where_no_limit_of_its_answer_was_missed(duties, answered):
    one = Told("0" * 32)
    one.duties = [Duty(key, COMPANY, date(2026, 1, 1), missed=missed) for key, missed in duties]
    assert public_counts.answered(one) == answered
    one.duties = [Duty(duty.key, COMPANY, duty.due_on, duty.missed, corrected=True) for duty in one.duties]
    assert public_counts.answered(one) == ("in_time" if answered == "late" else answered)


@pytest.mark.parametrize(
    ("standing", "remedied"),
    [
        ([], "none"), (["proposed", "declined", "waived"], "none"), (["accepted"], "agreed"),
        (["verified", "delivered"], "agreed"), (["verified", "waived"], "verified"),
    ],
)  # fmt: skip
def test_an_offer_is_verified_where_all_that_was_accepted_and_not_waived_is(standing, remedied):
    one = Told("0" * 32)
    one.remedies = {n: ("pay", RemedyStatus(status)) for n, status in enumerate(standing)}
    assert public_counts.remedied(one) == remedied


def test_a_companys_page_says_what_the_newest_edition_shows_of_it_and_no_more(app, cast, many):
    def sentences():
        return member_figures.of_company(many)

    assert sentences() == ["No figures of companies are published yet.", "Few complaints do not mean few harms."]
    propose(client_of(app, "Noor"), str(last_year()))
    decide(client_of(app, "Tomas"))
    content = json.loads(db.session.query(Edition).one().content)
    shown = {table["key"]: table for table in content["tables"]}
    ((_key, counted),) = shown["company"]["rows"]
    of_it = [shown[key]["rows"] for key in ("company_outcome", "company_answer", "company_remedy")]
    endings = [number for rows in of_it for _key, number in rows]
    first, *said, few = sentences()
    assert first == f"From {last_year() - 2} to {last_year()}: {counted} complaints of which it was told."
    assert [one.split(": ")[0] for one in said] == [f"{number} of {counted}" for number in endings] and len(said) > 1
    assert few == "Few complaints do not mean few harms."
    assert {"Answered in time", "Offer accepted, done and verified"} < {one.split(": ")[1] for one in said}
    (hidden_one, _few) = member_figures.of_company(many + 1)
    assert "is not shown" in hidden_one
