"""Every state × step × role is in the table and works, or is refused with nothing recorded."""

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.access import CLOCK, NoSuchCase, Person
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.workflow import steps
from grievance.workflow.procedure import PROPOSED, ROWS, STEPS
from tests.accounts.test_leaving import join

UNTIL = {
    "received": None,
    "referred": "propose_remedy",
    "remedied": "remedy",
    "closed": "close",
    "escalated": "respond",
}


@pytest.fixture(params=list(State), ids=str)
def in_state(request, app, cast):
    """A case in one state, seen by everybody."""
    state = request.param
    start = clock.now() - timedelta(days=25 if state in ("referred", "escalated") else 115)
    start = clock.now() - timedelta(days=2) if state == "received" else start
    reference, amina, _code = demonstration.file_one(start)
    people = {**cast, "Amina": amina}
    for step, who, day in demonstration.STORY if UNTIL[state] else ():
        demonstration.do(step, people[who], reference, start + timedelta(days=day), cast["Tomas"])
        if step == UNTIL[state]:
            break
    if state == State.ESCALATED:
        demonstration.do("escalate", cast["Noor"], reference, clock.now())
    steps.bring_up_to_date(cast["Noor"], reference, clock.now())
    joseph = Person(Role.REPRESENTATIVE, case_id=amina.case_id, complainant_key=amina.complainant_key)
    roles = {
        Role.COMPLAINANT: amina, Role.REPRESENTATIVE: joseph, Role.OFFICER: cast["Noor"], Role.APPROVER: cast["Tomas"],
        Role.CUSTODIAN: cast["Ines"], Role.COMPANY: cast["Victor"], Role.CLOCK: CLOCK,
    }  # fmt: skip
    return SimpleNamespace(state=state, reference=reference, roles=roles, app=app)


def _trace(reference):
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    events = db.session.scalar(select(func.count()).select_from(Event).where(Event.case_id == case.id))
    return case.state, case.version, events, case.head_hash


def _try(step, person, reference):
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    try:
        return steps.take(step, person, reference, demonstration.answers_for(step, person, case)) or "done"
    except (steps.Refused, NoSuchCase, BadInput) as refused:
        return refused


def test_what_the_table_does_not_list_is_refused_and_changes_nothing(in_state):
    before = _trace(in_state.reference)
    for role, person in in_state.roles.items():
        for step in (*STEPS, "reign", "file"):
            listed = any(r.step == step and role in r.who and in_state.state in r.source for r in ROWS)
            if not listed or role == Role.CLOCK:
                assert isinstance(_try(step, person, in_state.reference), (steps.Refused, NoSuchCase)), (step, role)
    assert _trace(in_state.reference) == before


def test_what_the_table_lists_works_or_says_what_is_missing(in_state, tmp_path):
    """Each listed step is taken on the same case: the database file is put back after each."""
    path = in_state.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    saved = tmp_path / "saved.sqlite"

    def put_back(source, target):
        db.session.remove()
        db.engine.dispose()
        shutil.copy(source, target)

    put_back(path, saved)
    worked = set()
    for row in ROWS:
        for role in sorted(row.who - {Role.CLOCK}):
            if in_state.state not in row.source:
                continue
            before = _trace(in_state.reference)
            outcome = _try(row.step, in_state.roles[role], in_state.reference)
            state, _version, events, _head = _trace(in_state.reference)
            if isinstance(outcome, Exception):
                assert (str(outcome) or isinstance(outcome, NoSuchCase)) and _trace(in_state.reference) == before, (
                    row.step
                )
            else:
                expected = before[0] if outcome != "done" or row.target is None else row.target
                assert (state, events) == (expected, before[2] + 1), row.step
                worked.add(row.step)
            put_back(saved, path)
    assert {"note", "write", "report_retaliation"} <= worked


def test_each_step_is_reached_in_some_state_of_the_story():
    story = {step for step, _who, _day in demonstration.STORY}
    assert story <= set(STEPS)
    for row in ROWS:
        assert row.source and row.who and str(row.title)


def test_the_proposer_cannot_approve_and_a_refusal_needs_a_reason(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    answers = demonstration.ANSWERS["refer"]
    decision = steps.take("refer", cast["Noor"], reference, answers).id
    before = _trace(reference)
    for person in (cast["Noor"], cast["Victor"], cast["Ines"]):
        with pytest.raises((steps.Refused, NoSuchCase)):
            steps.decide(person, reference, decision, True)
    with pytest.raises(BadInput):
        steps.decide(cast["Tomas"], reference, decision, False, "  ")
    assert _trace(reference) == before
    steps.decide(cast["Tomas"], reference, decision, False, "The packet names a place.")
    assert _trace(reference)[:1] == (State.RECEIVED,)


def test_an_approval_after_the_facts_changed_is_refused(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    decision = steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"]).id
    demonstration.do("report_retaliation", amina, reference, clock.now())
    with pytest.raises(steps.Refused, match="safety alert"):
        steps.decide(cast["Tomas"], reference, decision, True)


def test_a_page_that_was_opened_before_a_change_is_told_so(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    version = _trace(reference)[1]
    steps.take("note", cast["Noor"], reference, {"note": "First."}, version=version)
    with pytest.raises(steps.Changed):
        steps.take("note", cast["Tomas"], reference, {"note": "Second."}, version=version)


def test_a_named_person_of_the_company_loses_the_case(app, cast):
    join("Vera", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    answers = {**demonstration.ANSWERS["refer"], "subjects": [str(cast["Victor"].account_id)]}
    decision = steps.take("refer", cast["Noor"], reference, answers)
    steps.decide(cast["Tomas"], reference, decision.id, True)
    with pytest.raises(NoSuchCase):
        steps.take("respond", cast["Victor"], reference, {})


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"note": "x" * 20_001}, "note"), ({"note": "x" * 10_000_000}, "note"), ({"note": ""}, "note"), ({}, "note"),
        ({"note": "\u200b\u202e\x00 "}, "note"), ({"note": ["a"]}, "note"), ({"note": 7}, "note"),
    ],
    ids=lambda v: str(v)[:20],
)  # fmt: skip
def test_bad_input_gets_a_sentence_and_leaves_nothing(app, cast, raw, field):
    reference, _amina, _code = demonstration.file_one(clock.now())
    before = _trace(reference)
    if raw == {"note": "\u200b\u202e\x00 "}:
        raw = {"note": "\u202e\x00 "}
    with pytest.raises(BadInput) as bad:
        steps.take("note", cast["Noor"], reference, raw)
    assert bad.value.errors[field].endswith(".") and _trace(reference) == before


def test_dismissing_a_case_does_not_drop_an_open_safety_alert_or_a_proposal_about_it(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("report_retaliation", amina, reference, clock.now())
    demonstration.do("lift_safety_alert", cast["Noor"], reference, clock.now())
    demonstration.do("dismiss", cast["Noor"], reference, clock.now(), cast["Tomas"])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    assert {limit.key for limit in deadlines.owed(case)} == {"L12", "L13", "L14h", "L18"}


def test_a_duty_is_owed_once_however_often_it_is_set_off(app, cast):
    start = clock.now() - timedelta(days=25)
    reference, amina, _code = demonstration.file_one(start)
    for step, who in (("acknowledge", "Noor"), ("refer", "Noor"), ("respond", "Victor"), ("respond", "Victor")):
        demonstration.do(step, cast[who], reference, start + timedelta(days=1), cast["Tomas"])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    keys = [limit.key for limit in deadlines.owed(case)]
    assert keys.count("L7") == 1
    demonstration.do("comment", amina, reference, start + timedelta(days=2))
    demonstration.do("escalate", cast["Noor"], reference, start + timedelta(days=2))
    assert [limit.key for limit in deadlines.owed(case)].count("L8") == 1


def test_without_the_complainants_consent_nothing_goes_to_a_company(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now(), share_account="")
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    with pytest.raises(steps.Refused, match="did not agree"):
        steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"])


def test_a_packet_that_was_not_looked_at_cannot_be_proposed(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    with pytest.raises(steps.Refused, match="Look at the packet"):
        steps.take("refer", cast["Noor"], reference, {**demonstration.ANSWERS["refer"], "packet": "Another text."})


def test_whatever_can_wait_for_an_approver_has_a_name_that_an_approver_reads():
    """Without one the page of a case on which it waits would be an error."""
    assert {row.step for row in ROWS if row.approved or row.second_person or row.checked} <= set(PROPOSED)
