"""A company keeps one of its own people out of a case, and loses neither the case nor the reason."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.accounts import leaving, people, sessions
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Conflict
from grievance.models.people import Account, AccountStatus, Role
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.accounts import two_people
from tests.scenarios.conftest import story
from tests.scenarios.days import day, facts, letters
from tests.views.test_routes import client_of, token

__all__ = ["story"]


def join(victor):
    """A second person of Larkfield Guarding."""
    code = people.invite(victor, "wanda@example.org", "Wanda", Role.COMPANY, victor.company_id)
    people.accept(code, demonstration.PASSWORD)
    (waiting,) = people.waiting(victor)
    two_people.admit(victor, waiting.id)
    return demonstration.signed_in("Wanda")


@pytest.fixture
def wanda(story):
    return join(story.victor)


def recuse(story, by, whom, **more):
    raw = {"person": str(whom.account_id), "why": "She was on duty that night.", **more}
    return steps.take("recuse_person", by, story.reference, raw, now=day(6))


def sees(person, reference):
    try:
        return bool(find_case(person, reference))
    except NoSuchCase:
        return False


def test_who_is_named_loses_the_case_and_the_others_keep_it(story, wanda):
    assert sees(wanda, story.reference)
    recuse(story, story.victor, wanda)
    assert (sees(wanda, story.reference), sees(story.victor, story.reference)) == (False, True)


def test_a_person_may_step_aside_themselves(story, wanda):
    recuse(story, wanda, wanda)
    assert (sees(wanda, story.reference), sees(story.victor, story.reference)) == (False, True)


def test_the_secretariat_reads_who_and_why_and_is_told(story, wanda):
    recuse(story, story.victor, wanda)
    for person in (story.noor, story.victor):
        (writing,) = [w for w in open_case_file(person, story.case).writings if w.step == "recuse_person"]
        assert [text for _question, text in writing.fields] == ["Wanda", "She was on duty that night."]
    assert letters(story.case, "officer")[-1] == "person_recused"
    assert facts(story.case, "recuse_person") == [{"account": wanda.account_id}]


def test_the_complainant_learns_that_it_happened_and_not_who_or_why(story, wanda):
    recuse(story, story.victor, wanda)
    hers = open_case_file(story.amina, story.case)
    assert [e.facts for e in hers.timeline if e.kind == "recuse_person"] == [{}]
    assert "recuse_person" not in [w.step for w in hers.writings]


def test_the_last_who_can_see_the_case_stays(story, wanda):
    recuse(story, story.victor, wanda)
    with pytest.raises(Refused, match="Nobody else of your company"):
        recuse(story, story.victor, story.victor)
    assert sees(story.victor, story.reference)


@pytest.mark.parametrize("status", [AccountStatus.WAITING, AccountStatus.INVITED, AccountStatus.LEFT])
def test_who_cannot_sign_in_to_it_does_not_count_as_somebody_left(story, wanda, status):
    db.session.get_one(Account, wanda.account_id).status = status
    db.session.commit()
    with pytest.raises(Refused, match="Nobody else of your company"):
        recuse(story, story.victor, story.victor)


def waits(story, status):
    """Somebody of the company who was named before they could sign in to read."""
    code = people.invite(story.victor, "boss@example.org", "Boss", Role.COMPANY, story.victor.company_id)
    if status == AccountStatus.WAITING:
        people.accept(code, demonstration.PASSWORD)
    boss = db.session.scalars(select(Account).where(Account.email == "boss@example.org")).one()
    assert boss.status == status
    return boss.id, code


def arrives(story, account_id, code, status):
    if status == AccountStatus.INVITED:
        people.accept(code, demonstration.PASSWORD)
    two_people.admit(story.victor, account_id)
    return demonstration.signed_in("Boss")


@pytest.mark.parametrize("status", [AccountStatus.WAITING, AccountStatus.INVITED])
@pytest.mark.parametrize(("step", "name"), [("recuse_person", "victor"), ("exclude_person", "tomas")])
def test_who_still_waits_can_be_kept_out_and_reads_nothing_once_admitted(story, status, step, name):
    boss, code = waits(story, status)
    steps.take(step, getattr(story, name), story.reference, {"person": str(boss), "why": "Named."}, now=day(6))
    assert not sees(arrives(story, boss, code, status), story.reference)
    assert sees(story.victor, story.reference)


def test_who_still_waits_can_be_named_when_the_complaint_is_referred(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    story = SimpleNamespace(victor=cast["Victor"], reference=reference)
    boss, code = waits(story, AccountStatus.INVITED)
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"], subjects=[str(boss)])
    assert not sees(arrives(story, boss, code, AccountStatus.INVITED), reference) and sees(cast["Victor"], reference)


def test_who_still_waits_is_nobody_who_could_go_on_with_the_case(story):
    waits(story, AccountStatus.WAITING)
    with pytest.raises(Refused, match="Nobody else of your company"):
        recuse(story, story.victor, story.victor)


def test_who_left_is_not_offered(story, wanda):
    leaving.leave(story.victor, wanda.account_id)
    for step, by in (("recuse_person", story.victor), ("exclude_person", story.tomas)):
        with pytest.raises((BadInput, Refused)):
            steps.take(step, by, story.reference, {"person": str(wanda.account_id), "why": "Named."}, now=day(6))
    assert db.session.scalars(select(Conflict)).all() == []


@pytest.mark.parametrize("whom", ["noor", "olga", "ines"])
def test_nobody_of_another_office_or_company_can_be_named(story, wanda, whom):
    with pytest.raises(BadInput):
        recuse(story, story.victor, getattr(story, whom))
    assert db.session.scalars(select(Conflict)).all() == []


def test_a_reason_is_needed(story, wanda):
    with pytest.raises(BadInput) as bad:
        recuse(story, story.victor, wanda, why=" ")
    assert set(bad.value.errors) == {"why"}


def test_it_is_a_step_of_the_company_alone(story, wanda):
    for person in (story.noor, story.tomas, story.amina):
        with pytest.raises(Refused):
            recuse(story, person, wanda)


def test_it_goes_through_the_pages_and_who_stepped_aside_is_back_at_the_queue(story, app, wanda):
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in("wanda@example.org", demonstration.PASSWORD)
    path = f"/company/cases/{story.reference}/steps/recuse_person"
    page = client.get(path)
    assert "Victor" in page.text and "Noor" not in page.text
    form = {"csrf_token": token(page), "person": str(wanda.account_id), "why": "I was there."}
    assert client.post(path, data=form).headers["Location"] == "/company"
    assert client.get(f"/company/cases/{story.reference}").status_code == 404
    assert client_of(app, "Victor").get(f"/company/cases/{story.reference}").status_code == 200


def test_on_each_database_the_person_loses_it(both):
    reference, wanda = demonstration.walk_story(both.cast, "refer", day(0))[0], join(both.cast["Victor"])
    raw = {"person": str(wanda.account_id), "why": "She was there."}
    steps.take("recuse_person", both.cast["Victor"], reference, raw, now=day(6))
    assert (sees(wanda, reference), sees(both.cast["Victor"], reference)) == (False, True)
