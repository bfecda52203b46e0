"""She reads the summary before the company does, and nothing of hers goes out without her *right*."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.crypto import receipt_codes
from grievance.demonstration import ANSWERS, PACKET, do, packet_hash
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import Case, State
from grievance.models.keys import Holder
from grievance.models.summary import Summary
from grievance.models.writing import Decision
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps, summaries
from grievance.workflow.her_day import day_of
from tests.outside import another_receipt
from tests.scenarios.days import START, another_approver, day, events, facts, letters, limits

pytestmark = pytest.mark.usefixtures("asks_her")
OTHER = "A person reports being pushed at a site, and unpaid wages."
ANOTHER = {"packet": OTHER, "previewed": packet_hash(OTHER)}


@pytest.fixture
def asked(app, cast):
    """Acknowledged on day 1, and shown on day 2: nothing of it is answered. `at(step, who, day)` takes a step."""
    reference, amina, code = demonstration.file_one(START, name="Amina Said")
    people = {**cast, "Amina": amina}

    def at(step, name, number, **more):
        do(step, people[name], reference, day(number), cast["Tomas"], **more)

    at("acknowledge", "Noor", 1)
    at("show_summary", "Noor", 2)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return SimpleNamespace(reference=reference, case=case, at=at, amina=amina, code=code, cast=cast, people=people)


def refused(asked, step, who, number, **more):
    with pytest.raises(Refused) as refusal:
        asked.at(step, who, number, **more)
    return refusal.value.sentence


def newest(asked):
    return summaries.newest(asked.case)


# --- right ---------------------------------------------------------------------------------------------------


def test_nothing_goes_before_she_said_right(asked):
    assert refused(asked, "refer", "Noor", 3) == str(summaries.NOT_SAID)
    asked.at("review_summary", "Amina", 3)
    asked.at("refer", "Noor", 4)
    assert asked.case.state == State.REFERRED and newest(asked).handed_at == day(4)


def test_what_she_said_right_to_is_on_the_record_of_the_hand_over(asked):
    asked.at("review_summary", "Amina", 3)
    asked.at("refer", "Noor", 4)
    digest = summaries.digest_of(PACKET, "en", asked.case.company_id)
    for kind in ("show_summary", "review_summary", "refer"):
        assert facts(asked.case, kind)[-1]["summary"] == digest


def test_a_letter_changed_after_her_right_is_refused(asked):
    asked.at("review_summary", "Amina", 3)
    assert refused(asked, "refer", "Noor", 4, **ANOTHER) == str(summaries.OTHER_TEXT)


def test_a_proposal_that_waited_while_she_was_shown_another_text_is_refused_at_its_approval(asked):
    asked.at("review_summary", "Amina", 3)
    decision = steps.take("refer", asked.cast["Noor"], asked.reference, ANSWERS["refer"], now=day(4))
    asked.at("show_summary", "Noor", 4, **ANOTHER)
    with pytest.raises(Refused, match="has not yet said"):
        steps.decide(asked.cast["Tomas"], asked.reference, decision.id, True, now=day(4))


def test_her_right_does_not_hold_for_another_company(asked):
    asked.at("review_summary", "Amina", 3)
    ostrova = demonstration._company("change_respondent", asked.case)
    asked.at("classify", "Noor", 3, company=ostrova)
    assert refused(asked, "refer", "Noor", 4) == str(summaries.NOT_SAID)


def test_nothing_is_shown_that_could_not_go(asked):
    asked.at("report_retaliation", "Amina", 3)
    assert refused(asked, "show_summary", "Noor", 3) == "A safety alert is open."


def test_who_reads_another_language_than_the_company_is_shown_both(app, cast):
    reference, _amina, _code = demonstration.file_one(START, "fr")
    with pytest.raises(Refused, match="another language"):
        steps.take("show_summary", cast["Noor"], reference, ANSWERS["show_summary"], now=day(1))
    do("show_summary", cast["Noor"], reference, day(1), hers="Quelqu'un a été poussé.")
    assert db.session.scalars(select(Summary)).one().language == "fr"


# --- change, and stop ----------------------------------------------------------------------------------------


def test_what_she_wants_changed_is_shown_anew_before_it_goes(asked):
    assert "Write what" in refused(asked, "review_summary", "Amina", 3, verdict="change")
    asked.at("review_summary", "Amina", 3, verdict="change", words="Leave out the gate.")
    assert refused(asked, "refer", "Noor", 4) == str(summaries.NOT_SAID)
    assert asked.case.waits_since == day_of(day(3), asked.case.company.zone)
    asked.at("show_summary", "Noor", 5, **ANOTHER)
    asked.at("review_summary", "Amina", 6)
    asked.at("refer", "Noor", 7, **ANOTHER)
    assert asked.case.state == State.REFERRED


def test_a_text_that_was_changed_while_she_read_it_does_not_get_her_right(asked):
    old = summaries.as_it_stands(asked.case)
    asked.at("show_summary", "Noor", 3, **ANOTHER)
    assert refused(asked, "review_summary", "Amina", 3, **old) == str(summaries.ANOTHER_ONE_NOW)


def test_do_not_send_ends_her_consent_and_the_next_move_is_owed(asked):
    asked.at("review_summary", "Amina", 3, verdict="stop")
    assert not asked.case.share_account and "L17" in limits(asked.case)
    assert "did not agree" in refused(asked, "refer", "Noor", 4)


def test_until_it_has_gone_she_may_change_her_mind(asked):
    asked.at("review_summary", "Amina", 3)
    asked.at("review_summary", "Amina", 4, verdict="stop")
    assert not asked.case.share_account


def test_what_has_gone_is_not_asked_about_any_more(asked):
    asked.at("review_summary", "Amina", 3)
    asked.at("refer", "Noor", 4)
    assert "nothing to read" in refused(asked, "review_summary", "Amina", 5)


# --- the time for it -----------------------------------------------------------------------------------------


def test_while_she_reads_the_decision_waits_and_goes_on_with_her_answer(asked):
    assert limits(asked.case)["L2"].paused_at == day(2) and limits(asked.case)["L21"].due_on == day(9).date()
    due = limits(asked.case)["L2"].due_on
    asked.at("review_summary", "Amina", 5)
    assert limits(asked.case)["L2"].paused_at is None and limits(asked.case)["L2"].due_on > due
    assert "L21" not in limits(asked.case)


def test_without_an_answer_nothing_goes_and_the_next_move_is_owed(asked):
    steps.bring_up_to_date(asked.cast["Noor"], asked.reference, day(12))
    assert "L17" in limits(asked.case) and limits(asked.case)["L2"].paused_at is None
    assert refused(asked, "refer", "Noor", 12) == str(summaries.NOT_SAID)


def test_she_is_reminded_on_the_fourth_day_without_a_word_of_what_it_is(asked):
    assert letters(asked.case, "complainant")[-1] == "summary_shown"
    steps.bring_up_to_date(asked.cast["Noor"], asked.reference, day(7))
    assert letters(asked.case, "complainant")[-1] == "reminder"


def test_a_late_answer_is_heard(asked):
    steps.bring_up_to_date(asked.cast["Noor"], asked.reference, day(12))
    asked.at("review_summary", "Amina", 13)
    asked.at("refer", "Noor", 14)
    assert asked.case.state == State.REFERRED


def test_a_company_that_has_the_case_sees_no_limit_stand_still_for_it(asked):
    asked.at("review_summary", "Amina", 3)
    asked.at("refer", "Noor", 4)
    asked.at("escalate", "Noor", 5)
    asked.at("show_summary", "Noor", 6, **ANOTHER)
    assert limits(asked.case)["L8"].paused_at is None


def test_where_no_company_has_it_the_review_waits_too(asked):
    asked.at("escalate", "Noor", 3)
    asked.at("show_summary", "Noor", 4)
    assert limits(asked.case)["L8"].paused_at == day(4)


def test_a_company_that_gets_it_later_is_not_told_on_which_days_the_review_stood_still(asked):
    asked.at("escalate", "Noor", 3)
    asked.at("show_summary", "Noor", 4)
    asked.at("review_summary", "Amina", 6)
    asked.at("notify_company", "Noor", 7)
    (review,) = [one for one in open_case_file(asked.cast["Victor"], asked.case).limits if one.key == "L8"]
    (hers,) = [one for one in open_case_file(asked.amina, asked.case).limits if one.key == "L8"]
    assert review.days == () and hers.days and review.due_on == hers.due_on


def test_another_company_ends_what_she_was_asked_to_read(asked):
    asked.at("classify", "Noor", 3, company=demonstration._company("change_respondent", asked.case))
    assert "L21" not in limits(asked.case) and limits(asked.case)["L2"].paused_at is None


# --- who answers ---------------------------------------------------------------------------------------------


@pytest.fixture
def joseph(asked):
    """Who speaks for her, with a receipt of his own."""
    code = receipt_codes.make()
    another_receipt(asked.case, asked.amina, code, Holder.REPRESENTATIVE, day(1))
    with time_machine.travel(day(2), tick=False):
        asked.people["Joseph"] = receipts.complainant_of(receipts.follow(code).session)
    return asked


def test_whoever_speaks_for_her_may_say_right(joseph):
    joseph.at("review_summary", "Joseph", 3)
    joseph.at("refer", "Noor", 4)
    assert joseph.case.state == State.REFERRED


def test_her_own_answer_wins_and_either_can_stop_it(joseph):
    joseph.at("review_summary", "Joseph", 3)
    joseph.at("review_summary", "Amina", 4)
    assert "has answered this already" in refused(joseph, "review_summary", "Joseph", 5, verdict="change", words="No.")
    joseph.at("review_summary", "Joseph", 5, verdict="stop")
    assert not joseph.case.share_account


HEARD = {"channel": "phone", "read_back": "yes"}


def test_who_wrote_it_does_not_record_her_answer(asked):
    assert "Somebody else" in refused(asked, "review_summary", "Noor", 3, **HEARD)


def test_another_reads_it_out_and_a_second_person_confirms(asked, petra):
    raw = {**demonstration.answers_for("review_summary", petra, asked.case), **HEARD}
    decision = steps.take("review_summary", petra, asked.reference, raw, now=day(3))
    assert newest(asked).verdict is None
    steps.decide(asked.cast["Tomas"], asked.reference, decision.id, True, now=day(3))
    asked.at("refer", "Noor", 4)
    assert asked.case.state == State.REFERRED and facts(asked.case, "review_summary")[0]["recorded_for"]


# --- silence -------------------------------------------------------------------------------------------------


@pytest.fixture
def silent(asked):
    """She ticked that silence means that exactly this may go, and her day is over."""
    asked.at("review_summary", "Amina", 3, verdict="later")
    steps.bring_up_to_date(asked.cast["Noor"], asked.reference, day(12))
    return asked


def test_her_tick_alone_answers_nothing_before_her_day_is_over(asked):
    asked.at("review_summary", "Amina", 3, verdict="later")
    assert "L21" in limits(asked.case) and newest(asked).verdict is None
    assert refused(asked, "refer", "Noor", 4) == str(summaries.NOT_SAID)


def test_where_there_are_not_two_approvers_nothing_goes_by_silence(silent):
    assert "there are not two" in refused(silent, "refer", "Noor", 12)


def test_by_silence_it_goes_when_two_approvers_agree(silent):
    paula = another_approver(silent.cast)
    decision = steps.take("refer", silent.cast["Noor"], silent.reference, ANSWERS["refer"], now=day(12))
    steps.decide(silent.cast["Tomas"], silent.reference, decision.id, True, now=day(12))
    assert silent.case.state == State.RECEIVED and events(silent.case, "agreed") == 1
    with pytest.raises(Refused, match="agreed already"):
        steps.decide(silent.cast["Tomas"], silent.reference, decision.id, True, now=day(12))
    steps.decide(paula, silent.reference, decision.id, True, now=day(13))
    assert silent.case.state == State.REFERRED and db.session.scalars(select(Decision)).one().decided_by


def test_silence_counts_for_no_other_text(silent):
    another_approver(silent.cast)
    assert refused(silent, "refer", "Noor", 12, **ANOTHER) == str(summaries.OTHER_TEXT)


def test_silence_counts_for_no_text_that_the_look_would_warn_of(silent):
    another_approver(silent.cast)
    said = "A person reports this. Ask under +41 22 555 01 37."
    silent.at("show_summary", "Noor", 12, packet=said, previewed=packet_hash(said))
    silent.at("review_summary", "Amina", 13, verdict="later")
    steps.bring_up_to_date(silent.cast["Noor"], silent.reference, day(24))
    why = refused(silent, "refer", "Noor", 24, packet=said, previewed=packet_hash(said))
    assert "could show who complained" in why


def test_her_tick_does_not_outlive_the_text(silent):
    silent.at("show_summary", "Noor", 12, **ANOTHER)
    steps.bring_up_to_date(silent.cast["Noor"], silent.reference, day(24))
    assert refused(silent, "refer", "Noor", 24, **ANOTHER) == str(summaries.NOT_SAID)


def test_who_said_that_somebody_could_harm_them_is_never_taken_at_their_silence(app, cast):
    another_approver(cast)
    reference, amina, _code = demonstration.file_one(START, could_harm="yes")
    do("acknowledge", cast["Noor"], reference, day(1))
    do("lift_safety_alert", cast["Noor"], reference, day(1), cast["Tomas"])
    do("show_summary", cast["Noor"], reference, day(2))
    do("review_summary", amina, reference, day(3), verdict="later")
    steps.bring_up_to_date(cast["Noor"], reference, day(12))
    with pytest.raises(Refused, match="in danger"):
        do("refer", cast["Noor"], reference, day(12))


# --- once more -----------------------------------------------------------------------------------------------


def test_after_a_recall_it_is_handed_over_again_with_the_days_that_were_left(asked):
    asked.at("review_summary", "Amina", 3)
    asked.at("refer", "Noor", 4)
    due = limits(asked.case)["L5"].due_on
    asked.at("recall_packet", "Noor", 6, packet="", previewed="")
    assert "L5" not in limits(asked.case)
    asked.at("show_summary", "Noor", 7, **ANOTHER)
    asked.at("review_summary", "Amina", 8)
    asked.at("hand_over_again", "Noor", 16, **ANOTHER)
    assert limits(asked.case)["L5"].due_on == due + timedelta(days=10)
    assert "L17" not in limits(asked.case) and asked.case.handovers == 2


def test_what_was_not_taken_back_is_not_handed_over_again(asked):
    asked.at("review_summary", "Amina", 3)
    asked.at("refer", "Noor", 4)
    assert "Nothing was taken back" in refused(asked, "hand_over_again", "Noor", 5)


def test_a_recall_that_takes_everything_back_waits_for_nobody_and_another_text_waits_for_her(asked):
    asked.at("review_summary", "Amina", 3)
    asked.at("refer", "Noor", 4)
    assert refused(asked, "recall_packet", "Noor", 5, **ANOTHER) == str(summaries.OTHER_TEXT)
    asked.at("recall_packet", "Noor", 5, packet="", previewed="")


def test_what_she_was_shown_goes_with_an_erased_case(asked):
    asked.at("review_summary", "Amina", 3)
    asked.at("dismiss", "Noor", 4)
    later = clock.years_after(day(4).date(), 4)
    number = (later - START.date()).days
    asked.at("erase", "Noor", number)
    assert db.session.scalars(select(Summary)).all() == []
