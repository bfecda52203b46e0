"""What becomes of a case when its time of keeping ends: her page, the letter, the office's list and the clock say one
day, and what was said there is what happens."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines.days import full_date
from grievance.extensions import db
from grievance.maintenance import doctor, retention_clock
from grievance.models.case import Case
from grievance.models.keys import IdentityEntry, SecretariatEnvelope
from grievance.record import chain
from grievance.reports import retention as said_of_it
from grievance.workflow import keeping, steps
from grievance.workflow.keeping import Said
from tests import ways
from tests.scenarios.days import START, events, letters
from tests.views.test_routes import client_of

ENDINGS = {"dismissed": ways.DISMISSED, "closed": ways.CLOSED, "unanswered": ways.UNANSWERED}
ANSWERS = ("", "delete", "keep", "name_only")
TABLE = list(product(ENDINGS, ANSWERS, (False, True)))
DAY = timedelta(days=1)


def begun(people, ending):
    """A case with the name of who complained, at its end."""
    place, at = ways.begin(people, START, False), START
    for stop in ENDINGS[ending]:
        at += timedelta(days=stop.after, minutes=1)
        ways.go(place, stop, at)
    return place


def case_of(place):
    db.session.expire_all()
    return db.session.get_one(Case, place.case.id)


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def over(last):
    """The first moment after that day, wherever on earth she may be."""
    return noon(last + DAY)


def say(place, answer, at):
    return steps.take("answer_retention", place.people["Amina"], place.case.reference, {"retention": answer}, now=at)


def by_two(place, step, at):
    person, reference = place.people["Noor"], place.case.reference
    case = case_of(place)
    decision = steps.take(step, person, reference, demonstration.answers_for(step, person, case), now=at)
    steps.decide(place.people["Tomas"], reference, decision.id, True, now=at)


def names(place):
    return len(db.session.scalars(select(IdentityEntry).where(IdentityEntry.case_id == place.case.id)).all())


def listed(place):
    (line,) = [one for one in said_of_it.lines(place.people["Noor"]) if one.reference == place.case.reference]
    return line


def refused(place, step, at):
    with pytest.raises(steps.Refused) as why:
        by_two(place, step, at)
    return str(why.value.sentence)


def test_what_her_page_says_is_what_happens_after_each_ending_answer_and_hold(both):
    for ending, answer, hold in TABLE:
        place = begun(both.cast, ending)
        what = f"{ending}, {answer or 'no answer'}, {'a hold' if hold else 'no hold'}"
        last = case_of(place).retain_until
        _is_asked(place, last, what)
        if answer:
            say(place, answer, noon(last - 30 * DAY))
            assert str(said_of_it.ANSWERS[answer]) in " ".join(said_of_it.for_her(case_of(place))), what
        if hold:
            by_two(place, "set_legal_hold", noon(last - 20 * DAY))
        retention_clock.run(over(last) - timedelta(seconds=1))
        assert events(case_of(place), "propose_erasing") == events(place.case, "keep_longer") == 0, what
        at = over(last)
        retention_clock.run(at)
        if hold:
            assert events(case_of(place), "propose_erasing") == events(place.case, "keep_longer") == 0, what
            assert not listed(place).step and refused(place, "erase_name", at), what
            at += 10 * DAY
            by_two(place, "lift_legal_hold", at)
            retention_clock.run(at)
        EXPECTED[answer or "delete"](place, last, at, what)
    assert doctor.examine() == [] == chain.verify()


def _is_asked(place, last, what):
    retention_clock.run(noon(last - 91 * DAY))
    assert case_of(place).retention_asked_on is None and full_date(last) in said_of_it.for_her(place.case)[0], what
    retention_clock.run(noon(last - 90 * DAY))
    retention_clock.run(noon(last - 89 * DAY))
    assert events(case_of(place), "ask_retention") == 1 and letters(place.case, "complainant")[-1] == "retention_ends"
    assert case_of(place).retain_until == last == listed(place).until, what
    assert full_date(last) in said_of_it.for_her(place.case)[0], what


def _deleted(place, last, at, what):
    assert events(case_of(place), "propose_erasing") == 1 and letters(place.case, "officer")[-1] == "retention_over"
    assert case_of(place).erased_at is None, f"{what}: the clock alone erases nothing"
    assert "The name goes first" in refused(place, "erase", at), what
    by_two(place, "erase_name", at)
    assert names(place) == 0 and case_of(place).retain_until == last, what
    by_two(place, "erase", at)
    assert case_of(place).erased_at == at, what


def _kept(place, last, at, what):
    longer = keeping.years_more(last)
    assert events(case_of(place), "keep_longer") == 1 and case_of(place).retain_until == longer, what
    assert names(place) and full_date(longer) in said_of_it.for_her(place.case)[0], what
    assert "until its retention ends" in refused(place, "erase", at), what


def _name_alone(place, last, at, what):
    assert "only the name" in refused(place, "erase", at), what
    by_two(place, "erase_name", at)
    case = case_of(place)
    assert names(place) == 0 and case.erased_at is None and case.retain_until == keeping.years_more(last), what
    assert db.session.scalar(select(SecretariatEnvelope).where(SecretariatEnvelope.case_id == case.id)), what
    assert letters(case, "complainant")[-1] == "name_erased", what


EXPECTED = {"delete": _deleted, "keep": _kept, "name_only": _name_alone}


@pytest.fixture
def asked(both):
    """A case that ended, ninety days before its time does; `last`: that day."""
    place = begun(both.cast, "dismissed")
    last = place.case.retain_until
    retention_clock.run(noon(last - 90 * DAY))
    return SimpleNamespace(**vars(place), last=last)


def test_she_may_change_what_she_said_until_it_was_done(asked):
    for number, answer in enumerate(("keep", "name_only", "delete"), 1):
        say(asked, answer, noon(asked.last - (60 - number) * DAY))
        assert case_of(asked).retention_answer == answer
    retention_clock.run(over(asked.last))
    assert case_of(asked).retention_ended_on
    say(asked, "keep", over(asked.last) + DAY)
    assert "kept longer" in refused(asked, "erase_name", over(asked.last) + DAY)
    retention_clock.run(over(asked.last) + DAY)
    assert case_of(asked).retain_until == keeping.years_more(asked.last)


def test_a_proposal_that_waits_does_not_outlive_another_answer(asked):
    at = over(asked.last)
    retention_clock.run(at)
    noor, reference = asked.people["Noor"], asked.case.reference
    decision = steps.take("erase_name", noor, reference, {"reason": "Its time is over."}, now=at)
    say(asked, "keep", at)
    with pytest.raises(steps.Refused, match="kept longer"):
        steps.decide(asked.people["Tomas"], reference, decision.id, True, now=at)
    assert names(asked)


def test_nobody_is_erased_who_was_never_asked(both):
    place = begun(both.cast, "dismissed")
    at = over(place.case.retain_until) + 30 * DAY
    assert "was not asked yet" in refused(place, "erase", at)
    retention_clock.run(at)
    assert case_of(place).retain_until == clock.office_day(at) + 90 * DAY, "the full ninety days from the update on"
    assert "until its retention ends" in refused(place, "erase_name", at + 89 * DAY)
    assert full_date(case_of(place).retain_until) in said_of_it.for_her(place.case)[0]


def test_a_case_that_is_reopened_is_asked_about_its_new_end_alone(both):
    place = begun(both.cast, "unanswered")
    last = place.case.retain_until
    retention_clock.run(noon(last - 90 * DAY))
    say(place, "delete", noon(last - 80 * DAY))
    steps.take("come_back", place.people["Amina"], place.case.reference, {"message": "I am back."},
               now=noon(last - 70 * DAY))  # fmt: skip
    case = case_of(place)
    assert case.closed_at is None and said_of_it.for_her(case) == []
    assert (case.retention_asked_on, case.retention_answer, case.retain_until) == (None, None, None)
    retention_clock.run(over(last))
    assert events(case_of(place), "propose_erasing") == 0


def test_a_representative_never_changes_her_answer_and_says_nothing_of_the_name(asked):
    at, joseph = noon(asked.last - 50 * DAY), asked.people["Joseph"]

    def he_says(answer):
        steps.take("answer_retention", joseph, asked.case.reference, {"retention": answer}, now=at)

    with pytest.raises(steps.Refused, match="can say this of the name"):
        he_says("name_only")
    he_says("keep")
    say(asked, "delete", at)
    with pytest.raises(steps.Refused, match="Only they can change it"):
        he_says("keep")
    assert case_of(asked).retention_answer == "delete"


def test_what_an_officer_writes_down_for_her_needs_a_second_person_and_nothing_ends_before(asked):
    noor, at = asked.people["Noor"], noon(asked.last - 50 * DAY)
    raw = demonstration.answers_for("answer_retention", noor, case_of(asked))
    decision = steps.take("answer_retention", noor, asked.case.reference, raw, now=at)
    assert decision and case_of(asked).retention_answer is None
    retention_clock.run(over(asked.last))
    assert events(case_of(asked), "propose_erasing") == 0
    assert "waits for an approver" in refused(asked, "erase_name", over(asked.last))


def test_the_clock_proposes_nothing_while_somebody_may_be_in_danger(asked):
    ways.go(asked, ways.Stop("report_retaliation", "Amina"), noon(asked.last - 10 * DAY))
    retention_clock.run(over(asked.last))
    assert events(case_of(asked), "propose_erasing") == 0
    ways.go(asked, ways.Stop("lift_safety_alert", "Noor"), over(asked.last))
    retention_clock.run(over(asked.last))
    assert events(case_of(asked), "propose_erasing") == 1


def test_a_company_learns_nothing_of_it(both):
    place = begun(both.cast, "closed")
    before, last = letters(place.case, "company"), place.case.retain_until
    retention_clock.run(noon(last - 90 * DAY))
    say(place, "name_only", noon(last - 50 * DAY))
    retention_clock.run(over(last))
    by_two(place, "erase_name", over(last))
    assert letters(case_of(place), "company") == before


@pytest.mark.parametrize("zone", ["Europe/Zurich", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
@pytest.mark.parametrize("last", [date(2029, 3, 1), date(2028, 2, 29), date(2029, 10, 28), date(2029, 12, 31)])
def test_the_day_has_ended_everywhere_before_anything_is_proposed_and_the_clock_and_the_rule_agree(app, zone, last):
    """The condition that SQL asks and the one that stands against a step are one: hour by hour around the day."""
    app.config["TIME_ZONE"] = zone
    for hours in range(-60, 60):
        at = noon(last) + timedelta(hours=hours)
        assert keeping.is_over(last, Said.DELETE, at) == (last < keeping.over_before(at)) == (at >= over(last))
        ninety = keeping.asked_until(last, at - 90 * DAY) - clock.office_day(at - 90 * DAY)
        assert ninety >= 90 * DAY


def an_alert(place, at):
    ways.go(place, ways.Stop("report_retaliation", "Amina"), at)


def a_freeze(place, at):
    case_of(place).frozen_at = at
    db.session.commit()


def an_answer_that_waits(place, at):
    noor = place.people["Noor"]
    raw = demonstration.answers_for("answer_retention", noor, case_of(place))
    steps.take("answer_retention", noor, place.case.reference, raw, now=at)


@pytest.mark.parametrize("kept_by", [an_alert, a_freeze, an_answer_that_waits])
def test_the_list_offers_nothing_where_the_clock_proposes_nothing_and_says_that_something_waits(
    asked, monkeypatch, kept_by
):
    kept_by(asked, noon(asked.last - 10 * DAY))
    monkeypatch.setattr(clock, "now", lambda: over(asked.last))
    retention_clock.run(over(asked.last))
    line = listed(asked)
    assert events(case_of(asked), "propose_erasing") == 0 and (line.over, line.step, line.waits) == (True, "", True)


def test_the_list_offers_the_step_that_is_next_and_no_other(asked, monkeypatch):
    at = over(asked.last)
    assert (listed(asked).step, listed(asked).waits) == ("", False)
    monkeypatch.setattr(clock, "now", lambda: at)
    for step in ("erase_name", "erase"):
        assert (listed(asked).step, listed(asked).waits) == (step, False)
        by_two(asked, step, at)
    assert asked.case.reference not in {one.reference for one in said_of_it.lines(asked.people["Noor"])}


def test_the_page_says_that_there_are_more_cases_than_it_shows(app, cast, monkeypatch):
    for _each in range(2):
        retention_clock.run(noon(begun(cast, "dismissed").case.retain_until - 90 * DAY))
    desk, more = client_of(app, "Noor"), "There are more: the 1 that end first are shown."
    assert more not in desk.get("/desk/retention").text
    monkeypatch.setattr("grievance.reports.retention.MOST", 1)
    monkeypatch.setattr("grievance.views.desk.retention.MOST", 1)
    assert more in desk.get("/desk/retention").text
