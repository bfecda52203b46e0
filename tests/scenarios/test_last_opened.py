"""She sees on which day each receipt last opened her case; the Secretariat only where she lets it, a company never."""

import pytest
import time_machine
from sqlalchemy import inspect, select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.crypto import receipt_codes
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.keys import Holder, ReceiptEnvelope
from tests.outside import another_receipt
from tests.scenarios.pages import press
from tests.times import days_later
from tests.views.test_routes import client_of

PAGE = "/follow/case"
SHOW, HIDE = (f"{PAGE}/steps/{step}" for step in ("show_visits", "hide_visits"))
TUESDAY = "3 March 2026"


@pytest.fixture
def hers(app, cast):
    """Her case, to which she came on a Tuesday."""
    with time_machine.travel("2026-03-03 09:00Z", tick=False):
        reference, _amina, code = demonstration.file_one(clock.now())
    return reference, code


def page_with(app, code):
    her = app.test_client()
    her.post("/follow", data={"code": code})
    return her, her.get(PAGE).text


def test_she_sees_on_which_day_the_receipt_had_opened_it_before(app, hers):
    assert f"This receipt: opened today. Before that: {TUESDAY}." in page_with(app, hers[1])[1]


def test_with_another_visit_of_the_day_it_was_opened_before_on_that_day(app, hers):
    page_with(app, hers[1])
    assert "Before that: today, too." in page_with(app, hers[1])[1]


def test_a_look_with_the_api_is_a_day_too(app, hers):
    receipts.person_with(hers[1], visits=True)
    assert db.session.scalars(select(ReceiptEnvelope.opened_on)).one() == clock.office_today()


def test_no_hour_is_kept(app, hers):
    kept = {c.name: str(c.type) for c in inspect(ReceiptEnvelope).columns if c.name.startswith("opened")}
    assert kept == {"opened_on": "DATE"}


def test_she_sees_the_day_of_whoever_helps_her_and_they_see_none_of_hers(app, hers):
    reference, code = hers
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    his = receipt_codes.make()
    person = receipts.person_with(code)
    another_receipt(case, person, his, Holder.REPRESENTATIVE, clock.now())
    assert "The receipt of the person who helps you: no day is noted" in page_with(app, code)[1]
    with time_machine.travel(days_later(1)):
        receipts_of_his = page_with(app, his)[1].partition("<strong>Receipts")[2].partition("</details>")[0]
        assert "Before that" not in receipts_of_his and "last opened on" not in receipts_of_his
        today = clock.office_today()
        said = f"The receipt of the person who helps you: last opened on {today.day} {today:%B %Y}"
        assert said in page_with(app, code)[1]


def test_the_secretariat_sees_the_day_only_while_she_lets_it(app, cast, hers):
    reference, code = hers
    noor, at = client_of(app, "Noor"), f"/desk/cases/{reference}"
    her, page = page_with(app, code)
    assert "The Secretariat does not see it." in page and "Last here" not in noor.get(at).text
    press(her, SHOW)
    assert "The Secretariat sees on which day you were last here" in her.get(PAGE).text
    assert "Last here, as the complainant lets us see" in noor.get(at).text
    press(her, HIDE)
    assert "Last here" not in noor.get(at).text
