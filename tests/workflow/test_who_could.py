"""Who could take a step in a case now: nobody is refused what the law gives them, and no case is left with nobody."""

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase
from grievance.accounts import changes, leaving, people, sessions, who_could
from grievance.demonstration import PASSWORD, do
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.case import Conflict, Deputy, State
from grievance.models.people import SECRETARIAT_ROLES, Account, Role
from grievance.models.writing import Decision
from grievance.reports import stuck
from grievance.workflow import choice_sources, steps
from grievance.workflow.conditions import another_than_closed_it, names_deputies
from grievance.workflow.procedure import ROWS
from tests.accounts.test_changes import proposed
from tests.accounts.test_leaving import account_of, case_with, join
from tests.outside import shut_out
from tests.workflow.test_table import UNTIL

NOT_YOU = ("not for you", "Another approver than the one", "The head of the office names", "who did not propose it")
"""What is said to somebody who is refused for who they are."""


@pytest.fixture
def received(app, cast):
    """A case that Noor has acknowledged."""
    reference, amina, _code = demonstration.file_one(clock.now())
    do("acknowledge", cast["Noor"], reference, clock.now())
    return reference, amina


def owed(reference):
    return {limit.key for limit in case_with(reference).open_limits if limit.open}


def name(person, reference, account, role):
    return steps.take("name_deputy", person, reference, {"deputy": f"{account.account_id}:{role}"})


# --- what is never refused -----------------------------------------------------------------------------------


def test_the_only_officer_declares_a_conflict_and_the_next_move_is_owed(received, cast):
    reference, _amina = received
    do("declare_conflict", cast["Noor"], reference, clock.now())
    assert who_could.lacking(case_with(reference))
    assert "L17" in owed(reference)
    with pytest.raises(NoSuchCase):
        steps.take("note", cast["Noor"], reference, {"note": "Still here."})


def test_everybody_may_have_a_conflict_one_after_the_other(received, cast):
    reference, _amina = received
    do("declare_conflict", cast["Noor"], reference, clock.now())
    do("declare_conflict", cast["Tomas"], reference, clock.now())
    assert who_could.standing(case_with(reference)).acts_as == {}
    assert [one for one in doctor.nobody_can_act() if one.startswith(f"{reference}: nobody can act")]


def test_an_officer_who_leaves_as_the_only_one_leaves_the_next_move_to_be_decided(received, cast):
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    assert "L17" in owed(received[0])
    assert doctor.examine() == [] and len(doctor.nobody_can_act()) == 1


def test_doctor_ends_with_a_fault_where_nobody_can_act_and_says_what_to_do(received, cast, app):
    do("declare_conflict", cast["Noor"], received[0], clock.now())
    ended = app.test_cli_runner().invoke(args=["doctor"])
    assert ended.exit_code == 1
    assert f"{received[0]}: nobody can act in this case. No officer" in ended.output
    assert "Tomas, the head of the office, names a deputy for this one case." in ended.output


def test_a_custodian_reaches_a_case_where_the_head_has_a_conflict_and_no_other(both):
    cast, references = both.cast, [demonstration.file_one(clock.now())[0] for _ in range(2)]
    do("declare_conflict", cast["Tomas"], references[0], clock.now())
    do("declare_conflict", cast["Noor"], references[1], clock.now())
    name(cast["Ines"], references[0], cast["Noor"], "approver")
    with pytest.raises(NoSuchCase):
        name(cast["Ines"], references[1], cast["Tomas"], "officer")


def test_a_conflict_that_leaves_somebody_opens_nothing(received, cast):
    join("Petra", Role.OFFICER, cast["Noor"])
    do("declare_conflict", cast["Noor"], received[0], clock.now())
    assert "L17" not in owed(received[0]) and doctor.examine() == []


def test_an_appeal_against_the_only_approvers_own_closing_is_taken_and_the_next_move_is_owed(app, cast):
    reference, amina = closed(cast)
    steps.take("appeal", amina, reference, {"why": "It is not settled."})
    assert {"L17", "L19"} <= owed(reference)
    assert who_could.standing(case_with(reference)).naming() == {cast["Ines"].account_id}


def closed(cast):
    """A case that Noor proposed to close, and Tomas closed."""
    start = clock.now() - demonstration.timedelta(days=20)
    reference, amina, _code = demonstration.file_one(start)
    do("acknowledge", cast["Noor"], reference, start)
    do("escalate", cast["Noor"], reference, start)
    do("close", cast["Noor"], reference, clock.now(), cast["Tomas"], reason="no_remedy", lesson="", told="Nothing.")
    return reference, amina


# --- deputies ------------------------------------------------------------------------------------------------


def test_a_deputy_takes_the_next_step_and_another_person_approves(received, cast):
    reference, _amina = received
    petra = join("Petra", Role.APPROVER, cast["Noor"])
    do("declare_conflict", cast["Noor"], reference, clock.now())
    name(cast["Tomas"], reference, petra, "officer")
    assert "L17" not in owed(reference) and doctor.examine() == []
    decision = steps.take("refer", petra, reference, demonstration.ANSWERS["refer"])
    with pytest.raises(Refused, match="who did not propose it"):
        steps.decide(petra, reference, decision.id, True)
    steps.decide(cast["Tomas"], reference, decision.id, True)
    assert case_with(reference).state == State.REFERRED


def test_an_office_of_one_officer_and_one_approver_works_again_once_a_third_person_is_there(received, cast):
    reference, _amina = received
    do("declare_conflict", cast["Noor"], reference, clock.now())
    name(cast["Tomas"], reference, cast["Tomas"], "officer")
    steps.take("note", cast["Tomas"], reference, {"note": "I go on."})
    assert "Nobody is left" in stuck.notice(cast["Tomas"], case_with(reference), standing(reference)).todo
    petra = join("Petra", Role.OFFICER, cast["Noor"])  # who has a conflict here, and still admits to the key
    assert doctor.examine() == []
    decision = steps.take("refer", petra, reference, demonstration.ANSWERS["refer"])
    steps.decide(cast["Tomas"], reference, decision.id, True)


def standing(reference):
    return who_could.standing(case_with(reference))


def test_a_custodian_names_who_decides_the_appeal_against_the_heads_own_closing(app, cast):
    reference, amina = closed(cast)
    steps.take("appeal", amina, reference, {"why": "It is not settled."})
    with pytest.raises(BadInput):  # who proposed the closing is no better judge of it
        name(cast["Ines"], reference, cast["Noor"], "approver")
    assert "L17" in owed(reference) and "Nobody is left" in said_to(cast["Ines"], reference)
    petra = join("Petra", Role.OFFICER, cast["Tomas"])
    with pytest.raises(Refused, match="the custodians do"):
        name(cast["Tomas"], reference, petra, "approver")
    name(cast["Ines"], reference, petra, "approver")
    assert "L17" not in owed(reference)
    decision = steps.take(
        "reopen", cast["Noor"], reference, demonstration.answers_for("reopen", cast["Noor"], case_with(reference))
    )
    steps.decide(petra, reference, decision.id, True)
    assert case_with(reference).state == State.ESCALATED and "L19" not in owed(reference)


def said_to(person, reference):
    return stuck.notice(person, case_with(reference), standing(reference)).todo


def refuse_the_appeal(person, reference):
    answers = demonstration.answers_for("refuse_appeal", person, case_with(reference))
    steps.take("refuse_appeal", person, reference, answers)


@pytest.mark.parametrize("by", ["deputy", "role"])
def test_who_proposed_the_closing_does_not_judge_the_appeal_whatever_they_become(app, cast, by):
    reference, amina = closed(cast)
    steps.take("appeal", amina, reference, {"why": "It is not settled."})
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    if by == "deputy":
        deputy = Deputy(case_id=case_with(reference).id, account_id=cast["Noor"].account_id, role=Role.APPROVER,
                        named_at=clock.now(), named_by=cast["Ines"].account_id)  # fmt: skip
        db.session.add(deputy)
        db.session.commit()
    else:
        changes.propose_role(cast["Tomas"], cast["Noor"].account_id, Role.APPROVER)
        changes.decide(cast["Ines"], proposed().id, True)
    noor = demonstration.signed_in("Noor")
    assert standing(reference).judging() == frozenset()
    with pytest.raises(Refused, match="Another approver than the one"):
        refuse_the_appeal(noor, reference)
    name(cast["Ines"], reference, petra, "approver")
    refuse_the_appeal(petra, reference)


def test_a_head_who_proposed_the_closing_names_nobody_to_judge_it(app, cast):
    reference, amina = closed(cast)
    rosa = join("Rosa", Role.APPROVER, cast["Noor"])
    decision = db.session.scalars(select(Decision).where(Decision.step == "close")).one()
    case_with(reference).closed_by = rosa.account_id
    decision.proposed_by, decision.decided_by = cast["Tomas"].account_id, rosa.account_id
    db.session.commit()
    steps.take("appeal", amina, reference, {"why": "It is not settled."})
    assert standing(reference).naming() == {cast["Ines"].account_id}
    name(cast["Ines"], reference, cast["Noor"], "approver")
    refuse_the_appeal(cast["Noor"], reference)


def test_the_record_says_who_named_whom_and_that_a_deputy_acted(received, cast):
    reference, _amina = received
    do("declare_conflict", cast["Noor"], reference, clock.now())
    name(cast["Tomas"], reference, cast["Tomas"], "officer")
    steps.take("write", cast["Tomas"], reference, {"audience": "complainant", "message": "We go on."})
    from grievance.reports.casefile import open_case_file

    write, named = open_case_file(cast["Tomas"], case_with(reference)).timeline[:2]
    assert write.role == "officer" and write.facts["deputy"] is True
    assert named.facts == {"account": cast["Tomas"].account_id, "acts_as": "officer"}


def test_nobody_is_named_who_has_a_conflict_no_key_or_does_not_belong_to_the_secretariat(received, cast):
    reference, _amina = received
    people.accept(people.invite(None, "rosa@example.org", "Rosa", Role.OFFICER), PASSWORD)
    do("declare_conflict", cast["Noor"], reference, clock.now())
    for account in (cast["Noor"].account_id, account_of("Rosa").id, cast["Ines"].account_id, cast["Victor"].account_id):
        with pytest.raises(BadInput):
            steps.take("name_deputy", cast["Tomas"], reference, {"deputy": f"{account}:officer"})
    assert db.session.scalars(select(Deputy)).all() == []


def test_nobody_is_named_while_somebody_can_act(received, cast):
    with pytest.raises(BadInput):
        name(cast["Tomas"], received[0], cast["Tomas"], "officer")
    choices = {row.step: missing for row, missing in steps.choices_now(cast["Tomas"], case_with(received[0]))}
    assert "Somebody can act" in str(choices["name_deputy"])


def test_a_deputy_gets_the_mail_of_the_case_and_finds_it_among_their_own(received, cast):
    reference, _amina = received
    do("declare_conflict", cast["Noor"], reference, clock.now())
    name(cast["Tomas"], reference, cast["Tomas"], "officer")
    from grievance.models.writing import Letter
    from grievance.notify.outbox import _readers
    from grievance.reports.queue import queue
    from grievance.reports.queue_asked import Wanted

    letter = Letter(case_id=case_with(reference).id, recipient="officer")
    assert _readers(letter, clock.now()) == [cast["Tomas"].account_id]
    assert [line.case.reference for line in queue(cast["Tomas"], Wanted("mine")).lines] == [reference]


@pytest.mark.parametrize("head", ["there", "conflicted"])
def test_the_custodians_are_written_to_exactly_where_they_name_who_acts(received, cast, head):
    from grievance.models.writing import Letter

    reference, _amina = received
    if head == "conflicted":
        do("declare_conflict", cast["Tomas"], reference, clock.now())
    do("declare_conflict", cast["Noor"], reference, clock.now())
    written = db.session.scalars(select(Letter).where(Letter.template == "nobody_can_act")).all()
    assert bool(written) is (head == "conflicted")


# --- the office's own choices --------------------------------------------------------------------------------


def test_a_referral_to_a_company_whose_only_person_must_not_see_it_is_refused_with_the_way_out(received, cast):
    answers = {**demonstration.ANSWERS["refer"], "subjects": [str(cast["Victor"].account_id)]}
    with pytest.raises(Refused, match="invite another person of the company"):
        steps.take("refer", cast["Noor"], received[0], answers)


@pytest.mark.parametrize("gone", ["left", "waits", "shut out"])
def test_a_referral_to_a_company_whose_only_person_cannot_read_is_refused(received, cast, gone):
    if gone == "shut out":
        db.session.add(Conflict(case_id=case_with(received[0]).id, account_id=cast["Victor"].account_id))
        db.session.commit()
    else:
        leaving.leave(cast["Tomas"], cast["Victor"].account_id)
    if gone == "waits":
        join_waiting(cast)
    with pytest.raises(Refused, match="Nobody of the company could read it"):
        steps.take("refer", cast["Noor"], received[0], demonstration.ANSWERS["refer"])


def join_waiting(cast):
    code = people.invite(None, "vera@example.org", "Vera", Role.COMPANY, cast["Victor"].company_id)
    people.accept(code, PASSWORD)


def test_a_referral_is_checked_again_when_it_is_approved(received, cast):
    decision = steps.take("refer", cast["Noor"], received[0], demonstration.ANSWERS["refer"])
    leaving.leave(cast["Tomas"], cast["Victor"].account_id)
    with pytest.raises(Refused, match="Nobody of the company could read it"):
        steps.decide(cast["Tomas"], received[0], decision.id, True)


def test_nobody_is_shut_out_so_that_nobody_is_left(received, cast):
    with pytest.raises(Refused, match="invite another person to the Secretariat"):
        steps.take("exclude_person", cast["Tomas"], received[0], shut(cast["Noor"]))
    join("Petra", Role.OFFICER, cast["Noor"])
    steps.take("exclude_person", cast["Tomas"], received[0], shut(cast["Noor"]))


def shut(person):
    return {"person": str(person.account_id), "why": "A cousin of the guard."}


def test_the_only_reader_of_a_company_is_not_shut_out_before_the_packet_is_recalled(received, cast):
    do("refer", cast["Noor"], received[0], clock.now(), cast["Tomas"])
    with pytest.raises(Refused, match="recall the packet"):
        steps.take("exclude_person", cast["Tomas"], received[0], shut(cast["Victor"]))
    do("recall_packet", cast["Noor"], received[0], clock.now(), packet="")
    steps.take("exclude_person", cast["Tomas"], received[0], shut(cast["Victor"]))


def test_a_case_is_assigned_only_to_somebody_who_can_take_an_officers_steps(received, cast):
    code = people.invite(None, "rosa@example.org", "Rosa", Role.OFFICER)
    people.accept(code, PASSWORD)
    for one in (cast["Tomas"].account_id, account_of("Rosa").id):
        with pytest.raises(BadInput):
            steps.take("assign", cast["Noor"], received[0], {"officer": str(one)})


# --- the truth table -----------------------------------------------------------------------------------------


HAVE_ACCOUNTS = SECRETARIAT_ROLES | {Role.CUSTODIAN, Role.COMPANY}
STATES = ("as they are", "conflict", "left", "no key")


@pytest.fixture(params=list(State), ids=str)
def small_office(request, app, cast):
    """Two officers and two approvers, one of each a deputy as the other; a case in one state, closed by Tomas."""
    state = request.param
    if state == State.CLOSED:
        reference, amina = closed(cast)
        steps.take("appeal", amina, reference, {"why": "It is not settled."})
    elif state == State.ESCALATED:
        reference = demonstration.walk_story(cast, "respond", clock.now() - demonstration.timedelta(days=25))[0]
        do("escalate", cast["Noor"], reference, clock.now())
    else:
        days = {"received": 2, "referred": 25, "remedied": 115}[state.value]
        step = UNTIL[state.value] or "acknowledge"
        reference = demonstration.walk_story(cast, step, clock.now() - demonstration.timedelta(days=days))[0]
    petra, rosa = join("Petra", Role.OFFICER, cast["Noor"]), join("Rosa", Role.APPROVER, cast["Noor"])
    case, at = case_with(reference), clock.now()
    for one, role in ((petra, Role.APPROVER), (rosa, Role.OFFICER)):
        deputy = Deputy(case_id=case.id, account_id=one.account_id, role=role, named_at=at, named_by=1)
        db.session.add(deputy)
    db.session.commit()
    join("Vera", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    assert case.state == state
    return reference


def become(what, account_id, reference, cast):
    """One of the accounts leaves, has a conflict, or has only a new key pair that nobody admitted."""
    by = cast["Ines"] if account_id == cast["Ines"].account_id else cast["Tomas"]
    account = db.session.get_one(Account, account_id)
    if what == "conflict":
        shut_out(case_with(reference), account_id)
    elif what == "left":
        leaving.take_keys(account, clock.now())
        account.status = "left"
        db.session.commit()
    elif what == "no key":
        leaving.take_keys(account, clock.now())
        account.status, code = "invited", people.give_code(account, by)
        db.session.commit()
        people.accept(code, PASSWORD)


def refused_for_who_they_are(step, person, case):
    if person is None:
        return True
    answers = demonstration.answers_for(step, person, case) | ({"deputy": "1:officer"} if step == "name_deputy" else {})
    try:
        steps.take(step, person, case.reference, answers)
    except NoSuchCase:
        return True
    except BadInput:
        return False
    except Refused as refused:
        return any(part in str(refused.sentence) for part in NOT_YOU)
    return False


@pytest.fixture
def nothing_happens(monkeypatch):
    """A step is found allowed, and then not executed."""
    for taken in ("execute", "_propose"):
        monkeypatch.setattr(steps, taken, lambda *_: None)
    monkeypatch.setattr(choice_sources, "resolve", lambda *_: None)


@pytest.mark.parametrize("small_office", [State.RECEIVED, State.CLOSED], indirect=True, ids=str)
@pytest.mark.parametrize("proposer", ["Noor", "Petra"])
def test_somebody_could_decide_a_proposal_exactly_when_they_are_not_refused_for_who_they_are(
    small_office, cast, proposer, monkeypatch
):
    """Petra, an officer, is named as an approver there; Tomas closed the case that is closed."""
    case = case_with(small_office)
    step = "refer" if case.state == State.RECEIVED else "reopen"
    do(step, demonstration.signed_in(proposer), small_office, clock.now())
    for done in ("_conclude", "execute"):
        monkeypatch.setattr(steps, done, lambda *_: None)
    (decision,) = steps.open_proposals(case)
    could = steps.could_decide(decision, case)
    closer = {cast["Tomas"].account_id} if case.state == State.CLOSED else set()
    able = {account_of(one).id for one in ("Petra", "Tomas", "Rosa")} - {account_of(proposer).id} - closer
    assert could == able
    for one in ("Noor", "Petra", "Tomas", "Rosa", "Ines", "Victor"):
        person = demonstration.signed_in(one)
        try:
            steps.decide(person, small_office, decision.id, True)
            refused = False
        except (Refused, NoSuchCase) as wrong:
            refused = isinstance(wrong, NoSuchCase) or any(part in str(wrong.sentence) for part in NOT_YOU)
        assert refused is (person.account_id not in could), one


@pytest.mark.parametrize("what", STATES)
def test_somebody_could_take_a_step_exactly_when_they_are_not_refused_for_who_they_are(
    small_office, cast, what, nothing_happens
):
    """For each step and each account of a small office, of which each in turn is as they are or cannot act."""
    cells = 0
    for one in ("Noor", "Petra", "Tomas", "Rosa", "Ines", "Victor", "Vera", "Olga"):
        become(what, account_of(one).id, small_office, cast)
        case, account = case_with(small_office), account_of(one)
        could = could_take(case, account.id)
        person = sessions.with_password(account.email, PASSWORD)
        for step, able in could.items():
            assert refused_for_who_they_are(step, person, case) is not able, (step, one)
            cells += 1
    assert cells > 100


def could_take(case, account_id):
    """Each step that somebody with an account takes from here, and whether this one could."""
    rows = [row for row in ROWS if case.state in row.source and row.who & HAVE_ACCOUNTS]
    known = {(row.who, another_than_closed_it in row.only_if, names_deputies in row.only_if): row for row in rows}
    able = {key for key, row in known.items() if account_id in steps.could_take(row, case)}
    found = {}
    for row in rows:
        key = (row.who, another_than_closed_it in row.only_if, names_deputies in row.only_if)
        found[row.step] = found.get(row.step, False) or key in able
    return found
