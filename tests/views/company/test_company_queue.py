"""What is kept from a company changes nothing in its queue, nor in the pages that it fills in."""

import re
from datetime import timedelta

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.accounts import receipts
from grievance.deadlines.dates import beginning_of
from grievance.demonstration import do
from grievance.maintenance import doctor
from grievance.reports.queue import queue
from grievance.reports.queue_asked import FOR_COMPANIES, SHOWS, Wanted
from grievance.reports.queue_counts import counts
from grievance.workflow import steps
from tests.accounts.test_leaving import case_with
from tests.times import days_later
from tests.unpadded import unpadded
from tests.views.test_routes import client_of

HIDDEN = {
    "retaliation": ("report_retaliation", "Amina", {"happened": "They came to my house."}),
    "a question": ("ask", "Noor", {"question": "When was it?"}),
    "a withdrawal": ("withdraw", "Amina", {"sure": "yes", "forced": "yes"}),
    "a proposal": ("set_legal_hold", "Noor", {"reason": "A court asks."}),
    "a classification": ("classify", "Noor", {"severity": "critical", "track": "remedy"}),
    "a note": ("note", "Noor", {"note": "To ask again."}),
}


@pytest.fixture
def two(app, cast):
    """Two cases at the company, the second a day younger; references, and the complainants with their keys."""
    now = clock.now()
    found = []
    for days in (12, 11):
        reference, code = demonstration.walk_story(cast, "company_acknowledge", now - timedelta(days=days))
        found.append((reference, code))
    return found


def happens(cast, what, reference, code):
    step, who, answers = HIDDEN[what]
    steps.take(step, receipts.person_with(code) if who == "Amina" else cast[who], reference, answers)


def seen_by(victor):
    """All that a company can ask its queue for."""
    asked = [Wanted(show=show, severity=grave, officer=who, company=which) for show in (*SHOWS, "nothing")
             for grave in ("", "critical") for who in (None, 1) for which in (None, 2)]  # fmt: skip
    lines = [
        [(line.case.reference, line.title, line.due_on, line.news) for line in queue(victor, one).lines]
        for one in asked
    ]
    return lines, counts(victor, FOR_COMPANIES)


@pytest.mark.parametrize("what", HIDDEN)
def test_a_companys_queue_is_the_same_after_something_that_it_must_not_know(cast, two, what):
    reference, code = two[1]
    before = seen_by(cast["Victor"])
    happens(cast, what, reference, code)
    assert seen_by(cast["Victor"]) == before
    assert doctor.examine() == []


@pytest.mark.parametrize("what", HIDDEN)
def test_a_page_that_a_company_opened_before_something_hidden_is_sent_as_if_nothing_had_happened(app, cast, two, what):
    reference, code = two[1]
    client, path = client_of(app, "Victor"), f"/company/cases/{reference}/steps/request_extension"
    client.get(f"/company/cases/{reference}")  # what was new for it is seen
    version, before = version_of(client.get(path)), without_token(client.get(f"/company/cases/{reference}"))
    happens(cast, what, reference, code)
    assert version_of(client.get(path)) == version
    assert without_token(client.get(f"/company/cases/{reference}")) == before
    answers = {"until": (days_later(60)).date().isoformat(), "why": "We need to hear the guards."}
    steps.take("request_extension", cast["Victor"], reference, answers, version=int(version))


def test_a_page_that_a_company_opened_before_its_colleague_answered_is_not_current(app, cast, two):
    reference, _code = two[1]
    version = version_of(client_of(app, "Victor").get(f"/company/cases/{reference}/steps/request_extension"))
    do("respond", cast["Victor"], reference, clock.now(), cast["Tomas"])
    answers = demonstration.answers_for("respond", cast["Victor"], case_with(reference))
    with pytest.raises(steps.Changed):
        steps.take("respond", cast["Victor"], reference, answers, version=int(version))


def version_of(page):
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def without_token(page):
    """The page but for the tokens of its forms, which change with each second and each page."""
    return re.sub(r'(csrf|form)_token" value="[^"]+"', "", unpadded(page.text))


@pytest.mark.parametrize("hour", [1, 9, 23])
def test_what_is_due_in_three_days_by_its_line_is_counted_as_due_in_three_days(app, cast, hour):
    """At any hour of the reader's day: 72 hours would end in the middle of the third one."""
    reference = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))[0]
    limit = next(one for one in find_case(cast["Victor"], reference).open_limits if one.key == "L5")
    for before, counted in ((3, 1), (4, 0)):
        morning = beginning_of(limit.due_on - timedelta(days=before), limit.frozen["zone"])
        with time_machine.travel(morning + timedelta(hours=hour), tick=False):
            (line,) = (one for one in queue(cast["Victor"], Wanted("open")).lines)
            assert line.days_left == before
            assert counts(cast["Victor"], ("soon",)) == {"soon": counted}
            assert len(queue(cast["Victor"], Wanted("soon")).lines) == counted
