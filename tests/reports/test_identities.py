"""A custodian decides with the reason in their own words, what was decided before, and how often the officer asked."""

import html
import re

import pytest

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.keys import IdentityRequest
from grievance.reports.identities import Counted, counts_by_officer
from grievance.workflow import steps
from tests.scenarios.pages import press
from tests.views.test_routes import client_of

ASK = {"reason": "contact", "words": "She does not read her page."}


def filed():
    return demonstration.file_one(clock.now(), name="Amina Said", known_to_secretariat="yes")


@pytest.fixture
def case(app, cast):
    """Noor asked twice, was granted it once and refused once, and asks a third time."""
    reference, amina, code = filed()
    for step, who, answers in (
        ("ask_identity", "Noor", ASK), ("grant_identity", "Ines", {"words": "Ring in the evening."}),
        ("ask_identity", "Noor", {**ASK, "reason": "safety"}),
        ("refuse_identity", "Ines", {"why": "You have it already."}), ("ask_identity", "Noor", ASK),
    ):  # fmt: skip
        steps.take(step, cast[who], reference, answers)
    return reference, amina, code


def told(client, path):
    page = client.get(path)
    assert page.status_code == 200, page.text
    return html.unescape(page.text)


STEP = "/custodian/cases/{}/steps/{}"


@pytest.mark.parametrize(
    "path", ["/custodian", STEP.format("{}", "grant_identity"), STEP.format("{}", "refuse_identity")]
)
def test_where_a_custodian_decides_stand_reason_words_past_decisions_and_counts(app, case, path):
    page = told(client_of(app, "Ines"), path.format(case[0]))
    assert "To reach the complainant" in page and "To reach you" not in page and ASK["words"] in page
    assert "Noor has asked 3 times so far, this time included: 1 granted, 1 refused." in page
    before = page.split("Before, in this case")[1]
    assert re.search(
        r"Refused</strong> · Ines.*?For the complainant's safety.*?Granted</strong> · Ines", before, re.DOTALL
    )
    assert not re.search("Amina|Ring in the evening|pushed me", page)


def test_a_custodian_adds_words_to_a_grant_which_the_desk_reads_and_nobody_else(app, cast, case):
    sent = press(client_of(app, "Ines"), STEP.format(case[0], "grant_identity"), words="Only about the visit.")
    assert sent.status_code == 303
    desk = told(client_of(app, "Noor"), f"/desk/cases/{case[0]}").split("What the custodians decided")[1]
    assert all(words in desk for words in ("Only about the visit.", "Ring in the evening.", "You have it already."))
    hers = app.test_client()
    hers.post("/follow", data={"code": case[2]})
    assert not re.search("about the visit|in the evening|have it already", told(hers, "/follow/case"))


def test_a_grant_needs_no_words_and_a_refusal_does(app, case):
    ines = client_of(app, "Ines")
    assert press(ines, STEP.format(case[0], "refuse_identity"), why="").status_code == 422
    assert press(ines, STEP.format(case[0], "grant_identity")).status_code == 303
    last = db.session.query(IdentityRequest).order_by(IdentityRequest.asked_at.desc()).first()
    assert last.granted and last.answer is None


def test_counts_go_over_all_cases(both):
    for _n in range(2):
        steps.take("ask_identity", both.cast["Noor"], filed()[0], ASK)
    reference = filed()[0]
    steps.take("ask_identity", both.cast["Noor"], reference, ASK)
    steps.take("refuse_identity", both.cast["Ines"], reference, {"why": "No."})
    assert counts_by_officer() == [Counted("Noor", 3, 0, 1)]
