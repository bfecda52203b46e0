"""She asks to be called, and the office sees that she waits for it."""

from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import Case
from tests.her_steps import with_names
from tests.scenarios.pages import press

ASKED = "/follow/case/steps/call_me"


def page_of(app, **answers):
    _reference, _amina, code = demonstration.file_one(clock.now(), **answers)
    her = app.test_client()
    her.post("/follow", data={"code": code})
    return her


def the_case():
    return db.session.scalars(select(Case)).one()


def test_who_has_left_a_number_asks_to_be_called_and_waits_for_a_word(app, cast):
    her = page_of(app, phone="+999 555 0142")
    assert ASKED in with_names(her.get("/follow/case").text)
    assert press(her, ASKED).status_code == 303
    assert the_case().waits_since and not the_case().safety_alert
    assert "You asked us to call you" in her.get("/follow/case").text


def test_ticked_as_about_her_safety_it_is_looked_at_first(app, cast):
    her = page_of(app, phone="+999 555 0142")
    press(her, ASKED, about_safety="yes")
    assert the_case().safety_alert


def test_who_has_left_none_is_offered_it_once_the_number_is_written(app, cast):
    her = page_of(app, name="Amina Said")
    assert ASKED not in with_names(her.get("/follow/case").text)
    assert "We have no telephone number of yours. First write it" in her.get(ASKED, follow_redirects=True).text
    press(her, "/follow/case/steps/correct_identity", phone="+999 555 0142")
    assert ASKED in with_names(her.get("/follow/case").text)
