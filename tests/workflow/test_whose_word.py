"""What she answered herself is hers: who speaks for her can only stop it, and nobody of the office answers alone."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import Person, opened
from grievance.accounts import receipts
from grievance.crypto import receipt_codes
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import Case
from grievance.models.keys import Holder
from grievance.models.people import Role
from grievance.models.writing import Writing
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.reports.complainant_page import open_complainant_page
from grievance.workflow import her_files, steps, whose_word
from grievance.workflow.context import SAID_BY, StepContext
from grievance.workflow.procedure import ROWS, find_row
from grievance.workflow.whose_word import ALWAYS, FREE, OF_STEP, QUESTIONS
from tests import completeness, sounds, ways
from tests.outside import another_receipt
from tests.scenarios.days import START, day, facts

HEARD = {"channel": "phone", "read_back": "yes"}
SAID = {"words": "I was pushed at the gate.", "tongue": "Kiswahili"}


# --- the table -----------------------------------------------------------------------------------------------


def test_each_step_that_a_representative_may_take_says_whether_it_overturns_an_answer_of_hers():
    assert list(completeness.of_whose_word(ROWS)) == []


def test_a_step_that_does_not_say_it_is_named(monkeypatch):
    monkeypatch.setattr(whose_word, "FREE", {step: why for step, why in FREE.items() if step != "call_me"})
    monkeypatch.setattr(whose_word, "OF_STEP", {step: one for step, one in OF_STEP.items() if step != "withdraw"})
    said = list(completeness.of_whose_word(ROWS))
    assert sorted(sentence.partition(":")[0] for sentence in said) == [
        "call_me by complainant or representative",
        "withdraw by complainant or representative",
    ]


ANSWERS_OF_HERS = [(question, kind) for question in QUESTIONS for kind in (*question.steps, *question.answered)]
TRIED = [(question, step) for question in QUESTIONS for step in question.steps]


@pytest.fixture
def case(app, cast):
    """A case that somebody filed for her, so that she has answered nothing yet."""
    reference, amina, _code = demonstration.file_one(START, represents="yes", authority="She asked me to.")
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return SimpleNamespace(case=case, keys=opened(cast["Noor"], case), amina=amina)


def said(case, kind, role, more):
    """The event of an answer, as the record has it."""
    with unit_of_work():
        chain.append(case, kind, Person(role), day(1), day(1), {"represented": False, **more})


def answers_of(question, kind):
    """What an event of this kind says about it: of one thing, where it is about one."""
    wanted = {name: one[0] if isinstance(one, tuple) else one for name, one in question.answered.get(kind, {}).items()}
    return wanted | ({question.thing: "1"} if question.thing else {})


def asked(case, step, values, role=Role.REPRESENTATIVE, **more):
    """What stands against this answer."""
    row = next(row for row in ROWS if row.step == step and Role.REPRESENTATIVE in row.who)
    of_it = {"of_file": "1", "measure": "1"} | values
    context = StepContext(case.case, Person(role), of_it, day(2), day(2), case.keys, **more)
    context.remedy = SimpleNamespace(number=1)
    return whose_word.against(row, context)


@pytest.mark.parametrize(("question", "kind"), ANSWERS_OF_HERS)
def test_once_she_answered_herself_a_representative_changes_it_in_no_way_but_to_stop_it(case, question, kind):
    said(case.case, kind, Role.COMPLAINANT, answers_of(question, kind))
    for name in whose_word.CONSENTS:
        setattr(case.case, name, False)
    for step in question.steps:
        yes = {"verdict": "right", "right": "right", "company_may": "may", "company_road": True, "share_account": True}
        refused = asked(case, step, yes)
        assert refused if question.stops.get(step) != ALWAYS or step not in question.stops else refused is None
        if step in question.stops:
            assert asked(case, step, dict(question.stops[step])) is None


@pytest.mark.parametrize(("question", "step"), TRIED)
def test_what_only_a_representative_answered_a_representative_may_answer_otherwise(case, question, step):
    said(case.case, step, Role.REPRESENTATIVE, answers_of(question, step))
    said(case.case, step, Role.APPROVER, answers_of(question, step) | {"proposed_by": None, SAID_BY: "representative"})
    assert asked(case, step, {"verdict": "right", "right": "right", "share_account": True}) is None


@pytest.mark.parametrize(("question", "step"), TRIED)
def test_her_word_that_waited_for_an_approver_or_that_an_officer_wrote_down_is_hers(case, question, step):
    yes = {"verdict": "right", "right": "right", "company_may": "may", "company_road": True, "share_account": True}
    for of_hers in ({"proposed_by": None}, {"proposed_by": 7, "recorded_for": "complainant"}):
        said(case.case, step, Role.APPROVER, answers_of(question, step) | of_hers)
        case.case.share_account = False
        assert all(asked(case, one, yes) for one in question.steps if question.stops.get(one, None) != ALWAYS)


def test_her_answer_about_one_thing_is_none_about_another(case):
    said(case.case, "say_about_file", Role.COMPLAINANT, {"file": "2", "company_may": "may_not"})
    assert asked(case, "say_about_file", {"company_may": "may"}) is None


def test_asked_anew_nobody_has_answered(case):
    said(case.case, "approve_words", Role.COMPLAINANT, {"right": "change"})
    said(case.case, "write_down", Role.OFFICER, {})
    assert asked(case, "approve_words", {"right": "right"}) is None


def test_she_herself_may_always_change_her_mind(case):
    said(case.case, "choose_road", Role.COMPLAINANT, {"company_road": False})
    assert asked(case, "choose_road", {"company_road": True}, Role.COMPLAINANT) is None


def test_what_nobody_answered_yet_stands_before_the_first_word_where_nothing_of_it_stops(case):
    said(case.case, "undo_withdrawal", Role.COMPLAINANT, {})
    row = find_row("withdraw", Role.REPRESENTATIVE, case.case.state)
    joseph = Person(Role.REPRESENTATIVE)
    context = StepContext(case.case, joseph, {}, day(2), day(2), case.keys)
    assert whose_word.against(row, context) == whose_word.IS_THEIRS


# --- from end to end -----------------------------------------------------------------------------------------


@pytest.fixture
def both(app, cast):
    """Her case, and Joseph, who has a receipt of his own and speaks for her. `at(step, who, day)` takes a step."""

    def begin(**answers):
        reference, amina, _code = demonstration.file_one(START, **answers)
        people = {**cast, "Amina": amina}
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        second = receipt_codes.make()
        another_receipt(case, amina, second, Holder.REPRESENTATIVE, day(1))
        with time_machine.travel(day(1), tick=False):
            people["Joseph"] = receipts.complainant_of(receipts.follow(second).session)

        def at(step, name, number, **more):
            do(step, people[name], reference, day(number), cast["Tomas"], **more)

        at("acknowledge", "Noor", 1)
        return SimpleNamespace(reference=reference, case=case, at=at, people=people, cast=cast)

    return begin


def test_a_representative_opens_no_road_that_she_closed(both):
    story = both(topics=["sexual"])
    story.at("choose_road", "Amina", 2)
    with pytest.raises(Refused, match="You can still say no"):
        story.at("choose_road", "Joseph", 3, company_road="yes")
    story.at("choose_road", "Amina", 4, company_road="yes")
    story.at("choose_road", "Joseph", 5)
    assert story.case.company_road == "no"


def test_a_representative_agrees_to_nothing_that_she_did_not_and_can_take_back(both):
    story = both()
    story.at("change_consent", "Joseph", 2, share_account="")
    assert not story.case.share_account
    with pytest.raises(Refused, match="You can still say no"):
        story.at("change_consent", "Joseph", 3, share_account="yes")
    story.at("change_consent", "Amina", 4, share_account="yes")
    assert story.case.share_account


def test_what_she_does_not_want_deleted_no_representative_asks_to_delete(both):
    story = both()
    story.at("ask_deletion", "Joseph", 2)
    story.at("undo_deletion", "Amina", 3)
    with pytest.raises(Refused, match="Only they can change it"):
        story.at("ask_deletion", "Joseph", 4)


@pytest.fixture
def waiting(both):
    """Joseph, whose receipt replaced a lost one, withdraws on day 2: that waits for an approver."""
    story = both()
    joseph = replace(story.people["Joseph"], checked=True)
    raw = demonstration.answers_for("withdraw", joseph, story.case)
    decision = steps.take("withdraw", joseph, story.reference, raw, now=day(2))
    return SimpleNamespace(**vars(story), decision=decision)


def test_a_representatives_word_that_waited_does_not_overturn_what_she_said_meanwhile(waiting):
    for step in ("withdraw", "undo_withdrawal"):
        waiting.at(step, "Amina", 3)
    with pytest.raises(Refused, match="a representative does not change it"):
        steps.decide(waiting.cast["Tomas"], waiting.reference, waiting.decision.id, True, now=day(4))


def test_of_a_word_that_waited_the_record_says_that_it_was_a_representatives(waiting):
    steps.decide(waiting.cast["Tomas"], waiting.reference, waiting.decision.id, True, now=day(3))
    assert facts(waiting.case, "withdraw")[-1][SAID_BY] == "representative"


# --- on her behalf -------------------------------------------------------------------------------------------


def test_who_wrote_down_what_she_said_does_not_record_that_it_is_right(app, cast, petra):
    reference, _amina, _code = demonstration.file_one(START, account="", spoken=[sounds.recording()])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    do("write_down", cast["Noor"], reference, day(1), **SAID)
    raw = {**demonstration.answers_for("approve_words", cast["Noor"], case), "right": "right", **HEARD}
    with pytest.raises(Refused, match="Somebody else than who wrote it"):
        steps.take("approve_words", cast["Noor"], reference, raw, now=day(2))
    do("approve_words", petra, reference, day(2), cast["Tomas"], right="right", **HEARD)
    assert case.spoken == "approved"


@pytest.mark.parametrize(("wish", "undoing", "end"), [
    ("withdraw", "undo_withdrawal", "confirm_withdrawal"),
    ("ask_deletion", "undo_deletion", "close_for_deletion"),
])  # fmt: skip
def test_that_she_takes_it_back_is_confirmed_by_a_second_person_and_until_then_nothing_ends(both, wish, undoing, end):
    story = both()
    story.at(wish, "Amina", 2)
    approver = story.cast["Tomas"]
    raw = {**demonstration.answers_for(undoing, story.cast["Noor"], story.case), **HEARD}
    decision = steps.take(undoing, story.cast["Noor"], story.reference, raw, now=day(18))
    assert decision is not None
    with pytest.raises(Refused, match="takes this back"):
        do(end, story.cast["Noor"], story.reference, day(18), approver)
    steps.decide(approver, story.reference, decision.id, True, now=day(19))
    with pytest.raises(Refused):
        do(end, story.cast["Noor"], story.reference, day(19), approver)


# --- her files -----------------------------------------------------------------------------------------------


def test_a_yes_to_a_file_ends_with_its_company_and_does_not_come_back_with_it(case):
    said(case.case, "say_about_file", Role.COMPLAINANT, {"file": "1", "company_may": "may"})
    assert her_files.she_let_go(case.case) == {"1"}
    for _to_another_and_back in range(2):
        said(case.case, "change_respondent", Role.OFFICER, {})
    assert her_files.she_let_go(case.case) == set()


@pytest.mark.parametrize(("step", "role", "of_the_office"), [
    ("record_board_decision", Role.APPROVER, True), ("attach", Role.OFFICER, True), ("file", Role.OFFICER, False),
    ("imported", Role.OFFICER, False), ("attach", Role.COMPLAINANT, False),
])  # fmt: skip
def test_what_the_office_puts_in_of_its_own_does_not_wait_for_her_and_the_boards_minute_is_none_of_hers(
    step, role, of_the_office
):
    assert her_files._of_the_office(Writing(step=step, role=role)) == of_the_office


@pytest.mark.parametrize("who", ["representative", "complainant"])
def test_the_page_of_whoever_speaks_for_her_offers_nothing_of_a_remedy_that_she_answered_herself(app, cast, who):
    place = ways.begin(ways.office(cast), clock.now(), False)
    for stop in ways.AGREED:
        ways.go(place, stop, clock.now())
    reader = place.people["Joseph" if who == "representative" else "Amina"]
    page = open_complainant_page(reader, place.case)
    (remedy,) = page.file.remedies
    offered = {row.step for row in page.steps_for(remedy)}
    assert ("waive_remedy" in offered) is (who == "complainant")


# --- on the telephone ----------------------------------------------------------------------------------------


def noted(story, step, number, **more):
    """What an officer writes down, and an approver confirms, where that is needed."""
    noor = story.cast["Noor"]
    raw = {**demonstration.answers_for(step, noor, story.case), **HEARD, **more}
    if decision := steps.take(step, noor, story.reference, raw, now=day(number)):
        steps.decide(story.cast["Tomas"], story.reference, decision.id, True, now=day(number))


def test_a_representative_overturns_her_by_telephone_no_more_than_at_the_page(both):
    story = both()
    story.at("ask_deletion", "Amina", 2)
    story.at("undo_deletion", "Amina", 3)
    with pytest.raises(Refused, match="a representative does not change it"):
        noted(story, "ask_deletion", 4, told_by="representative")
    noted(story, "ask_deletion", 4, told_by="complainant")
    assert facts(story.case, "ask_deletion")[-1]["told_by"] == "complainant"


def test_what_a_representative_said_on_the_telephone_is_no_answer_of_hers(both):
    story = both()
    for number, teller in ((2, "representative"), (5, "complainant")):
        noted(story, "ask_deletion", number, told_by="representative")
        noted(story, "undo_deletion", number + 1, told_by=teller)
        if teller == "representative":
            story.at("ask_deletion", "Joseph", number + 2)
            story.at("undo_deletion", "Joseph", number + 2)
    with pytest.raises(Refused, match="Only they can change it"):
        story.at("ask_deletion", "Joseph", 8)


def test_where_somebody_speaks_for_her_whoever_writes_it_down_says_who_told_them(both):
    story = both()
    with pytest.raises(Refused, match="Say who told you this"):
        noted(story, "ask_deletion", 2, told_by="")


def test_where_nobody_speaks_for_her_nobody_is_asked(app, cast):
    reference, _amina, _code = demonstration.file_one(START)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    do("acknowledge", cast["Noor"], reference, day(1))
    story = SimpleNamespace(case=case, reference=reference, cast=cast)
    noted(story, "ask_deletion", 2, told_by="")
    assert "told_by" not in facts(case, "ask_deletion")[-1]
