"""Each form and each approval of the Secretariat stands beside the account, the last exchange and the safety answer."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.writing import Writing
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps
from grievance.workflow.context import StepContext
from grievance.workflow.procedure import ROWS
from tests.views.test_routes import client_of, token

ACCOUNT, HERS, OURS = "The gate was shut on us.", "They stood outside my house.", "We look at it this week."
UNTIL = {State.RECEIVED: None, State.REFERRED: "refer", State.ESCALATED: "respond", State.REMEDIED: "remedy",
         State.CLOSED: "close"}  # fmt: skip
TAKEN = [
    (row, role, state)
    for row in ROWS
    for role in sorted(row.who & SECRETARIAT_ROLES)
    for state in sorted(row.source, key=list(State).index)[:1]
]
"""Each row that the Secretariat takes, by each role that takes it, from the first state in which it is offered."""
APPROVED = [(row, state) for row, role, state in TAKEN if row.needs_approval(StepContext(*[None] * 2, {}, *[None] * 3))]


def name(value):
    return getattr(value, "step", None) or getattr(value, "value", None)


@pytest.fixture
def stands(app, cast, state, ready, tmp_path):
    """The reference of a case in that state, in which both sides wrote to each other."""
    return ready.made(f"both sides wrote: {state}", tmp_path, lambda: written(cast, state))


def written(cast, state):
    days = next((day for step, _who, day in demonstration.STORY if step == UNTIL[state]), 1)
    start = clock.now() - timedelta(days=days + 1)  # nothing that others owe is late
    reference, amina, _code = demonstration.file_one(start, account=ACCOUNT, could_harm="unsure", name="Amina Said")
    people = {**cast, "Amina": amina}
    for step, who, day in demonstration.STORY if UNTIL[state] else ():
        demonstration.do(step, people[who], reference, start + timedelta(days=day), cast["Tomas"])
        if step == "acknowledge":  # nothing is handed over before the safety was looked at
            looked = start + timedelta(days=day)
            demonstration.do("lift_safety_alert", cast["Noor"], reference, looked, cast["Tomas"])
        if step == UNTIL[state]:
            break
    if state == State.ESCALATED:
        demonstration.do("escalate", cast["Noor"], reference, clock.now())
    demonstration.do("write", amina, reference, clock.now(), audience="secretariat", message=HERS)
    demonstration.do("write", cast["Noor"], reference, clock.now(), audience="complainant", message=OURS)
    assert find_case(cast["Noor"], reference).state == state
    return reference


def case_of(page):
    """The words at the head of a page, those beside its form, and both with the form."""
    head, rest = html.unescape(page.text).split("<h1>")[1].split('<p class="jump">')
    return head, rest.split('aria-label="The case"')[1].split("</section>")[0], rest


def missing(page):
    """What of the case is not beside the form; the safety answer may stand in the form, at its tick."""
    head, beside, rest = case_of(page)
    wanted = {"account": (ACCOUNT, beside), "her word": (HERS, beside), "our word": (OURS, beside),
              "safety": ("I am not sure", rest), "company": ("Larkfield Guarding", head),
              "its language": ("reads English", head)}  # fmt: skip
    return [what for what, (words, where) in wanted.items() if words not in where]


def form_of(client, reference, row):
    """Where something stands against the step now, the form as it comes back to who had it open already."""
    audience = next((f"?audience={f.choices[0][0]}" for f in row.asks if f.name == "audience"), "")
    page = client.get(f"/desk/cases/{reference}/steps/{row.step}{audience}")
    if page.status_code != 409:
        assert page.status_code == 200, page.text
        return page
    form = {"csrf_token": token(client.get(f"/desk/cases/{reference}/steps/note"))}
    return client.post(f"/desk/cases/{reference}/steps/{row.step}", data=form)


@pytest.mark.parametrize(("row", "role", "state"), TAKEN, ids=name)
def test_each_form_of_the_secretariat_stands_beside_the_case(app, stands, row, role, state):
    client = client_of(app, "Noor" if role == Role.OFFICER else "Tomas")
    assert missing(form_of(client, stands, row)) == []


def propose(cast, row, reference):
    """As `take` does it, whatever else would stand against the step."""
    noor, now = cast["Noor"], clock.now()
    with unit_of_work():
        case = find_case(noor, reference, lock=True)
        values = demonstration.answers_for(row.step, noor, case)
        context = StepContext(case, noor, values, now, now, opened(noor, case))
        return steps._propose(replace(row, prepare=None), context).id


@pytest.mark.parametrize(("row", "state"), APPROVED, ids=name)
def test_each_approval_stands_beside_the_case_and_says_who_proposed_it_and_when(app, cast, stands, row, state):
    page = client_of(app, "Tomas").get(f"/desk/cases/{stands}/proposals/{propose(cast, row, stands)}")
    assert missing(page) == []
    assert re.search(r"Proposed by</dt><dd>Noor <span[^>]*>· \d+ \w+ \d{4}, \d\d:\d\d, \w+", case_of(page)[0])


@pytest.mark.parametrize("state", [State.RECEIVED])
def test_the_preview_of_a_packet_stands_beside_the_case_and_names_its_company(app, cast, stands):
    demonstration.do("lift_safety_alert", cast["Noor"], stands, clock.now(), cast["Tomas"])
    client = client_of(app, "Noor")
    page = client.get(f"/desk/cases/{stands}/steps/refer")
    form = {"csrf_token": re.search(r'csrf_token" value="([^"]+)', page.text).group(1), "mechanism_not_subject": "yes"}
    preview = client.post(f"/desk/cases/{stands}/steps/refer", data={**form, "packet": demonstration.PACKET})
    assert "<h1>This is what Larkfield Guarding will see</h1>" in preview.text
    assert "It goes to Larkfield Guarding, which reads English." in preview.text
    assert missing(preview) == []


@pytest.mark.parametrize("state", [State.RECEIVED])
def test_the_tick_that_one_looked_at_the_safety_answer_has_the_answer_right_above_it(app, stands):
    page = client_of(app, "Noor").get(f"/desk/cases/{stands}/steps/acknowledge").text
    form = page.split('id="do"')[1]
    before = form[: form.index('id="safety_looked_at"')]
    assert "Could someone harm you because you complain?" in before and "I am not sure" in before


def test_a_case_of_an_old_register_says_that_safety_was_not_asked_about(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    for writing in db.session.scalars(select(Writing).where(Writing.case_id == case.id)):
        db.session.delete(writing)
    db.session.commit()
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/note").text
    assert "Not asked." in page and "Nothing of it can be read." in page


@pytest.mark.parametrize("state", [State.REFERRED])
def test_a_companys_form_has_none_of_it(app, stands):
    page = client_of(app, "Victor").get(f"/company/cases/{stands}/steps/respond").text
    assert 'id="facts"' in page and not [words for words in (ACCOUNT, HERS, OURS, "harm you") if words in page]
