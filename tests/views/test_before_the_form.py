"""What stands against a step is said before the first word is written, not after the last."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.demonstration import do
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.workflow import conditions, procedure, steps
from tests.views.test_routes import client_of, token

AGAINST = "The moon is not full."
FIELD = re.compile(r'<textarea|<select|<input(?![^>]*type="hidden")')
WAYS = {
    "received": ("acknowledge",),
    "referred": ("acknowledge", "refer"),
    "escalated": ("acknowledge", "refer", "escalate"),
    "remedied": tuple(step for step, _who, _day in demonstration.STORY[:11]),
    "closed": tuple(step for step, _who, _day in demonstration.STORY),
}
BY = {step: who for step, who, _day in demonstration.STORY} | {"escalate": "Noor"}
ROLES = {"Noor": Role.OFFICER, "Tomas": Role.APPROVER, "Ines": Role.CUSTODIAN, "Victor": Role.COMPANY,
         "Amina": Role.COMPLAINANT}  # fmt: skip
FACES = {"Ines": "/custodian/cases/{}/steps/{}", "Victor": "/company/cases/{}/steps/{}",
         "Amina": "/follow/case/steps/{1}"}  # fmt: skip


@pytest.fixture
def cases(app, cast):
    """By state: the reference and receipt of a case in which somebody asks a custodian for the identity."""
    found = {}
    for state, way in WAYS.items():
        start = clock.now() - timedelta(days=len(way) + 1)
        reference, amina, code = demonstration.file_one(start, name="Amina Said", known_to_secretariat="yes")
        for day, step in enumerate(way):
            do(step, {**cast, "Amina": amina}[BY[step]], reference, start + timedelta(days=day), cast["Tomas"])
        do("ask_identity", cast["Noor"], reference, clock.now())
        found[state] = reference, code
    return found


def page(app, name, case, step):
    client, (reference, code) = client_of(app, name), case
    if name == "Amina":
        client.post("/follow", data={"code": code})
    return client.get(FACES.get(name, "/desk/cases/{}/steps/{}").format(reference, step))


def main(answer):
    return answer.text[answer.text.index("<main") : answer.text.index("</main")]


def rows_of(name):
    """With the state to look at it from. No company sees a case that was not handed over."""
    role = ROLES[name]
    for row in procedure.ROWS:
        states = sorted(row.source - ({"received"} if name == "Victor" else set()))
        if role in row.who and row.only_if and states:
            yield row, states[0]


def answering(sentence):
    return lambda _context: sentence


@pytest.mark.parametrize("name", ROLES)
def test_a_step_that_a_condition_stands_against_says_so_and_has_no_field_to_write_into(app, cases, name, monkeypatch):
    """Each row, and each of its conditions that no answer can meet: this one alone fails, then none does."""
    table, wrong = procedure.ROWS, []
    for row, state in rows_of(name):
        for failing in (*row.stands_before, None):
            only = tuple(answering(AGAINST if one is failing else None) for one in row.only_if)
            changed = replace(row, only_if=only)
            monkeypatch.setattr(procedure, "ROWS", tuple(changed if one is row else one for one in table))
            answer = page(app, name, cases[state], row.step)
            said = AGAINST in main(answer) and answer.status_code == 409 and not FIELD.search(main(answer))
            if said != (failing is not None):
                wrong.append((row.step, state, getattr(failing, "__name__", "none"), answer.status_code))
    assert wrong == []


def test_every_condition_is_looked_at_or_says_that_an_answer_can_meet_it():
    """What looks at the answers is exempt by its own fact, and nothing else is."""
    everything = {condition for row in procedure.ROWS for condition in row.only_if}
    before = {condition for name in ROLES for row, _state in rows_of(name) for condition in row.stands_before}
    assert everything - before == everything & conditions.ABOUT_ANSWERS
    assert len(before) >= 40 and len(before) > len(everything - before)


def test_a_referral_under_a_safety_alert_is_neither_written_nor_looked_through(app, cast, cases):
    reference, _code = cases["received"]
    noor, path = client_of(app, "Noor"), f"/desk/cases/{reference}/steps/refer"
    form = {"csrf_token": token(noor.get(path)), **demonstration.ANSWERS["refer"], "previewed": ""}
    do("report_retaliation", cast["Noor"], reference, clock.now())
    refused = noor.post(path, data=form)
    assert refused.status_code == 409 and "A safety alert is open." in main(refused)
    assert "as the company will see it" not in main(refused)
    page = noor.get(path)
    assert "A safety alert is open." in main(page) and not FIELD.search(main(page))
    assert demonstration.PACKET in main(page)  # what was written is kept, and shown


def test_the_case_page_does_not_lead_to_a_form_that_a_condition_stands_against(app, cast, cases):
    reference, _code = cases["received"]
    do("report_retaliation", cast["Noor"], reference, clock.now())
    shown = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert "/steps/refer" not in shown and "A safety alert is open." in shown


def test_a_case_with_an_unfinished_remedy_can_be_closed_by_saying_what_she_was_told(app, cast):
    """The sentence that asks for it names an answer of the form: it does not stand before it."""
    reference, _code = demonstration.walk_story(cast, "accept_remedy", clock.now() - timedelta(days=23))
    do("escalate", cast["Noor"], reference, clock.now())
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    assert {row.step: missing for row, missing in steps.choices_now(cast["Noor"], case)}["close"] is None
    assert 'name="told"' in client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/close").text


def test_what_waits_to_be_approved_is_not_written_once_more(app, cast):
    """It was refused only after the packet was written and looked through."""
    reference = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=6))[0]
    steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"])
    noor, page = client_of(app, "Noor"), f"/desk/cases/{reference}"
    form = noor.get(f"{page}/steps/refer")
    assert form.status_code == 409 and "<textarea" not in form.text and "is proposed already" in form.text
    assert "Refer to the company: This step is proposed already" in noor.get(page).text
