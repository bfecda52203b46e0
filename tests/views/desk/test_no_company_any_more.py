"""A company was right that the complaint is not its own, and nobody knows whose it is: the case has no company."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.accounts import receipts
from tests.views.test_routes import client_of


@pytest.fixture
def reference(app, cast):
    found, code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=20))
    amina = receipts.complainant_of(receipts.follow(code, now=clock.now()).session)
    for step, who, ago in (("contest_referral", cast["Victor"], 10), ("answer_contest", amina, 9)):
        demonstration.do(step, who, found, clock.now() - timedelta(days=ago))
    more = {"company": "", "told": "You were right."}
    demonstration.do("change_respondent", cast["Noor"], found, clock.now() - timedelta(days=8), cast["Tomas"], **more)
    return found


def test_the_desk_shows_it_and_classify_names_the_next_one(app, cast, reference):
    noor = client_of(app, "Noor")
    case = f"/desk/cases/{reference}"
    for path in ("/desk", case, f"{case}/steps/classify", f"{case}/brief.pdf", "/desk/figures"):
        assert noor.get(path).status_code == 200, path
    demonstration.do("classify", cast["Noor"], reference, clock.now())
    assert find_case(cast["Noor"], reference).company is not None


def test_the_company_that_was_right_reads_its_last_letter_and_no_more(app, reference):
    victor = client_of(app, "Victor")
    assert victor.get(f"/company/cases/{reference}").status_code == 404
    assert victor.get("/company").status_code == 200 and reference in victor.get("/company").text
