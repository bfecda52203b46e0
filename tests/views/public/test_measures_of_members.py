"""A measure of the Board at the company's page: after nobody can appeal any more, and once two people published it."""

import json

import time_machine

from grievance import clock
from grievance.companies import editions
from grievance.maintenance.sweep import sweep
from tests.concerns import road
from tests.times import days_later
from tests.views.test_routes import client_of

AT = "/members/larkfield-guarding"


def published(cast):
    editions.propose(cast["Noor"])
    editions.publish(cast["Tomas"], editions.waiting().id)


def test_a_suspension_stands_at_the_companys_page_once_published_and_goes_with_the_edition_after_its_end(app, cast):
    published(cast)
    concern = road.opened(cast)
    measure = road.both(cast, "propose_measure", concern)
    road.take(cast["Victor"], "answer_grounds", concern, measure)
    road.take(cast["Tomas"], "decide_measure", concern, measure)
    client = app.test_client()
    with time_machine.travel(days_later(45), tick=False):
        sweep(clock.now())
        assert "Membership suspended" not in client.get(AT).text
        published(cast)
        page, feed = client.get(AT).text, client.get("/members/data/changes.atom").text
        data = json.loads(client.get("/members/data/members.json").text)
        (company,) = [one for one in data["members"] if one["name"] == "Larkfield Guarding"]
        assert "Membership suspended" in page and "Measure of the association: Membership suspended" in feed
        assert [one["rung"] for one in company["measures"]] == ["suspension"]
        road.take(cast["Tomas"], "lift_measure", concern, measure)
        published(cast)
        assert "Membership suspended" not in client.get(AT).text
        assert "A measure ended" in client.get("/members/data/changes.atom").text


def test_the_page_to_publish_names_the_measure_and_nothing_that_led_to_it(app, cast):
    published(cast)
    concern = road.opened(cast)
    measure = road.both(cast, "propose_measure", concern)
    road.take(cast["Victor"], "answer_grounds", concern, measure)
    road.take(cast["Tomas"], "decide_measure", concern, measure)
    with time_machine.travel(days_later(45), tick=False):
        sweep(clock.now())
        page = client_of(app, "Noor").get("/desk/admin/members").text
        assert "measures of the Board" in page and "Membership suspended" in page
