"""Many cases from one officer to another by one press: each an event of its own, each refusal named."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.record import compare
from grievance.workflow import steps
from tests.views.test_routes import client_of, token

NOTE = "She is best reached in the evening."


@pytest.fixture
def references(app, cast):
    start = clock.now() - timedelta(days=6)
    return [demonstration.walk_story(cast, "acknowledge", start)[0] for _number in range(3)]


def press(client, cast, **answers):
    page = client.get(f"/desk/handing-over?officer={cast['Noor'].account_id}")
    said = {"csrf_token": token(page), "from": cast["Noor"].account_id, **answers}
    return client.post("/desk/handing-over", data=said)


def officers_of(cast, references):
    db.session.rollback()
    return {find_case(cast["Tomas"], one).officer_id for one in references}


def test_all_cases_go_over_by_one_press_with_a_note_and_an_event_each(app, cast, petra, references):
    answer = press(client_of(app, "Tomas"), cast, to=petra.account_id, which="all", note=NOTE)
    assert answer.location == f"/desk?officer={petra.account_id}"
    assert officers_of(cast, references) == {petra.account_id}
    assert list(compare.everything()) == []
    for reference in references:
        case = find_case(cast["Tomas"], reference)
        kinds = select(Event.kind).where(Event.case_id == case.id, Event.role == Role.APPROVER.value)
        assert list(db.session.scalars(kinds.order_by(Event.seq))) == ["note", "assign"]
        assert NOTE in client_of(app, "Tomas").get(f"/desk/cases/{reference}").text


def test_only_what_is_ticked_goes_over_where_that_was_said(app, cast, petra, references):
    press(client_of(app, "Tomas"), cast, to=petra.account_id, which="ticked", case=references[:1])
    assert officers_of(cast, references[:1]) == {petra.account_id}
    assert officers_of(cast, references[1:]) == {cast["Noor"].account_id}


def test_a_case_that_the_other_must_not_have_is_named_and_the_rest_goes_over(app, cast, petra, references):
    steps.take("declare_conflict", petra, references[1], {"why": "My brother works there."})
    answer = press(client_of(app, "Tomas"), cast, to=petra.account_id, which="all")
    assert answer.status_code == 409 and f"{references[1]}: " in answer.text
    assert officers_of(cast, [references[0], references[2]]) == {petra.account_id}
    assert officers_of(cast, references[1:2]) == {cast["Noor"].account_id}


@pytest.mark.parametrize(
    ("answers", "where"),
    [({"which": "all"}, "to"), ({"to": "petra"}, "which"), ({"to": "petra", "which": "ticked"}, "which")],
)
def test_nothing_goes_over_before_everything_is_said_and_what_was_typed_stays(
    app, cast, petra, references, answers, where
):
    said = {name: petra.account_id if value == "petra" else value for name, value in answers.items()}
    page = press(client_of(app, "Tomas"), cast, note=NOTE, **said)
    assert page.status_code == 422 and f'href="#{where}"' in page.text and NOTE in page.text
    assert officers_of(cast, references) == {cast["Noor"].account_id}


def test_a_case_of_which_somebody_declared_a_conflict_is_not_in_their_list(app, cast, petra, references):
    steps.take("declare_conflict", cast["Tomas"], references[0], {"why": "My brother works there."})
    page = client_of(app, "Tomas").get(f"/desk/handing-over?officer={cast['Noor'].account_id}").text
    assert references[0] not in page and references[1] in page
