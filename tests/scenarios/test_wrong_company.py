"""A complaint went to the wrong company: that one loses it, and nothing of it counts against it."""

import json

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from grievance import demonstration
from grievance.access import NoSuchCase, find_case, opened, visible
from grievance.crypto.compartments import Compartment
from grievance.deadlines.kinds import Deadline
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, Respondent, State
from grievance.models.keys import CompanyEnvelope
from grievance.models.limit import Limit
from grievance.models.people import Company
from grievance.models.writing import Decision, Letter, Remedy, Writing
from grievance.notify import outbox
from grievance.reports import on_paper
from grievance.reports.casefile import open_case_file
from grievance.reports.exports import as_csv
from grievance.workflow import post, steps
from grievance.workflow.former import confirm_destroyed
from grievance.workflow.visibility import note_opened
from tests.accounts.test_changes import at_once
from tests.paper import TO_COMPANY, TO_HER
from tests.scenarios.days import START, day, facts, kinds, letters, limits
from tests.views.test_routes import client_of

CHANGED = {"why": "The gate is Ostrova's.", "letter": "It was not Larkfield.", "told": "Please destroy your copies."}


def ostrova():
    return str(db.session.scalar(select(Company.id).where(Company.name == "Ostrova Security")))


class Wrong:
    """A case that Larkfield has since day 5, on one of the databases; `at` takes a step, approved where needed."""

    def __init__(self, cast):
        self.cast = cast
        self.reference, amina, _code = demonstration.file_one(START, name="Amina Said", share_identity="yes")
        self.who = {**cast, "Amina": amina}
        self.at("acknowledge", "Noor", 1)
        self.at("refer", "Noor", 5)
        self.case = db.session.scalars(select(Case).where(Case.reference == self.reference)).one()

    def at(self, step, name, number, hours=0, **more):
        do(step, self.who[name], self.reference, day(number, hours), self.cast["Tomas"], **more)

    def change(self, number, **more):
        self.at("change_respondent", "Noor", number, company=ostrova(), **{**CHANGED, **more})

    def respondents(self):
        query = select(Respondent).where(Respondent.case_id == self.case.id).order_by(Respondent.n)
        return list(db.session.scalars(query))

    def hand_to_the_right_one(self, number):
        self.at("change_consent", "Amina", number, share_account="yes")
        self.at("lift_safety_alert", "Noor", number, 1)
        self.at("refer", "Noor", number, 2)

    def heard(self, person):
        case = find_case(person, self.reference)
        return open_case_file(person, case)


@pytest.fixture
def wrong(both):
    return Wrong(both.cast)


def test_a_referred_case_goes_back_to_be_looked_at_and_owes_a_decision_anew(wrong):
    wrong.change(10)
    assert wrong.case.state == State.RECEIVED and wrong.case.company.name == "Ostrova Security"
    owed = limits(wrong.case)
    assert Deadline.ADMISSIBILITY in owed and owed[Deadline.ADMISSIBILITY].opened_at == day(10)
    assert not {Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE} & set(owed)
    assert [(one.n, one.ended_as) for one in wrong.respondents()] == [(1, "wrong_company"), (2, None)]
    assert doctor.examine() == []


def test_an_escalated_case_stays_there_and_waits_for_the_next_move(wrong):
    wrong.at("escalate", "Noor", 9)
    wrong.change(10)
    assert wrong.case.state == State.ESCALATED and Deadline.NEXT_MOVE in limits(wrong.case)
    assert Deadline.FAIRNESS_REVIEW not in limits(wrong.case) and doctor.examine() == []


def test_the_old_company_sees_the_case_no_more_and_the_new_one_not_yet(wrong):
    assert wrong.case in db.session.scalars(visible(wrong.cast["Victor"]))
    wrong.change(10)
    for name in ("Victor", "Olga"):
        with pytest.raises(NoSuchCase):
            find_case(wrong.cast[name], wrong.reference)


def test_nothing_that_is_written_afterwards_is_under_a_key_that_the_old_company_had(wrong):
    envelope = db.session.scalars(select(CompanyEnvelope)).one()
    had = opened(wrong.cast["Victor"], wrong.case)
    n, before = envelope.n, {w.id for w in db.session.scalars(select(Writing))}
    wrong.change(10)
    wrong.hand_to_the_right_one(12)
    after = [w for w in db.session.scalars(select(Writing)) if w.id not in before]
    shared = [w for w in after if w.compartment in (Compartment.SHARED, Compartment.COMPANY)]
    told = [w for w in shared if w.n == n]
    assert [w.step for w in told] == ["change_respondent"]  # the letter to the old company itself
    assert shared and not any(had.can_open(w.compartment, w.n) for w in shared if w not in told)


def test_what_the_new_company_reads_tells_nothing_of_the_old_one(wrong):
    wrong.at("company_acknowledge", "Victor", 7)
    wrong.at("propose_remedy", "Victor", 8)
    wrong.change(10)
    wrong.hand_to_the_right_one(12)
    file = wrong.heard(wrong.cast["Olga"])
    assert [one.kind for one in file.timeline] == ["refer"] and file.remedies == []
    assert [one.template for one in file.letters] == ["referred"]
    assert "Larkfield" not in str(file.writings)


def test_her_consents_end_and_nothing_is_handed_over_before_she_gives_them_anew(wrong):
    wrong.change(10)
    assert (wrong.case.share_account, wrong.case.share_identity) == (False, False)
    wrong.at("lift_safety_alert", "Noor", 11)
    with pytest.raises(Refused, match="did not agree to share"):
        wrong.at("refer", "Noor", 12)
    wrong.at("change_consent", "Amina", 13, share_account="yes")
    wrong.at("refer", "Noor", 13)
    assert wrong.case.with_company and doctor.examine() == []


def test_her_safety_is_asked_anew_before_another_company_gets_it(wrong):
    wrong.change(10)
    assert wrong.case.safety_alert and Deadline.SAFETY in limits(wrong.case)
    wrong.at("change_consent", "Amina", 11, share_account="yes")
    with pytest.raises(Refused, match="safety alert"):
        wrong.at("refer", "Noor", 12)


def test_she_reads_which_packet_the_old_company_had_and_when_somebody_there_had_read_it(wrong):
    wrong.at("company_acknowledge", "Victor", 7)
    wrong.change(10)
    said = [str(answer) for w in wrong.heard(wrong.who["Amina"]).writings for _label, answer in w.fields]
    told = next(text for text in said if "Larkfield" in text)
    assert "On 7 March 2026 we gave Larkfield Guarding the packet" in told
    assert "Somebody there had opened it by 9 March 2026." in told and "who you are" not in told
    assert "It was not Larkfield." in said and "company_changed" in letters(wrong.case, "complainant")


@pytest.mark.parametrize(
    ("looked", "sentence"),
    [(True, "Somebody there had opened it."), (False, "We do not know whether anybody there opened it.")],
)
def test_she_reads_whether_somebody_there_had_only_looked_at_it(wrong, looked, sentence):
    if looked:
        with time_machine.travel(day(6)):
            note_opened(wrong.who["Victor"], find_case(wrong.who["Victor"], wrong.reference))
    wrong.change(10)
    said = [str(answer) for w in wrong.heard(wrong.who["Amina"]).writings for _label, answer in w.fields]
    assert any(sentence in text for text in said)


def test_that_the_first_company_looked_says_nothing_of_the_second(wrong):
    with time_machine.travel(day(6)):
        note_opened(wrong.who["Victor"], find_case(wrong.who["Victor"], wrong.reference))
    wrong.change(10)
    wrong.hand_to_the_right_one(11)
    assert wrong.case.with_company and not wrong.case.company_has_looked


def test_the_last_letter_is_owed_to_the_old_company_alone_though_it_holds_no_keys(wrong):
    wrong.change(10)
    letter = db.session.scalars(select(Letter).where(Letter.template == "wrong_company")).one()
    assert outbox._readers(letter, day(10)) == [wrong.cast["Victor"].account_id]


def test_a_breach_of_the_old_company_is_not_counted_against_the_new_one(wrong):
    wrong.at("company_acknowledge", "Victor", 7)
    with time_machine.travel(day(60)):
        assert sweep(day(60)).escalated == 1
    missed = db.session.scalars(select(Limit).where(Limit.missed_at.is_not(None), Limit.key == "L5")).one()
    wrong.change(61)
    assert missed.respondent_id == wrong.respondents()[0].id
    wrong.at("change_consent", "Amina", 62, share_account="yes")
    wrong.at("lift_safety_alert", "Noor", 62)
    wrong.at("notify_company", "Noor", 63)
    wrong.at("respond", "Olga", 70)
    assert facts(wrong.case, "respond")[-1]["late"] is False
    line = list(as_csv(wrong.cast["Olga"], [wrong.case.id]))[1].split(",")
    assert line[5] == "no" and line[1] == "2026-05-04"  # received when it was notified, and nothing late


def test_a_comment_waits_for_the_new_companys_answer_and_not_for_the_old_ones(wrong):
    wrong.at("respond", "Victor", 7)
    wrong.change(10)
    wrong.hand_to_the_right_one(12)
    rows = {row.step: str(missing) for row, missing in steps.choices_now(wrong.who["Amina"], wrong.case)}
    assert rows["comment"] == "The company has not answered yet."


def test_the_clock_escalates_for_no_limit_that_ended_with_its_company(wrong):
    wrong.change(10)
    with time_machine.travel(day(80)):
        sweep(day(80))
    assert wrong.case.state == State.RECEIVED and "escalate" not in kinds(wrong.case)
    former = wrong.respondents()[0].id
    assert not db.session.scalars(
        select(Limit).where(Limit.respondent_id == former, Limit.missed_at.is_not(None))
    ).all()


def test_an_accepted_remedy_of_the_old_company_ends_with_it_and_nobody_gave_it_up(wrong):
    wrong.at("propose_remedy", "Victor", 7)
    wrong.at("accept_remedy", "Amina", 8)
    wrong.at("escalate", "Noor", 9)
    wrong.change(10)
    (card,) = wrong.heard(wrong.who["Amina"]).remedies
    assert (card.status, card.zone) == ("ended", "Africa/Nairobi") and Deadline.DELIVERY not in limits(wrong.case)
    remedy = db.session.scalars(select(Remedy)).one()
    assert (remedy.status, remedy.respondent_id) == ("accepted", wrong.respondents()[0].id)
    with pytest.raises(BadInput):
        steps.take("verify_remedy", wrong.who["Amina"], wrong.reference, {"remedy": remedy.id}, now=day(11))
    rows = {row.step: missing for row, missing in steps.choices_now(wrong.who["Amina"], wrong.case)}
    assert rows["verify_remedy"] and rows["dispute_remedy"] and rows["waive_remedy"]


def test_what_was_proposed_about_the_old_company_is_overtaken(wrong):
    wrong.at("attach", "Amina", 6)
    wrong.at("say_about_file", "Amina", 6)
    for step in ("share_file", "set_legal_hold", "change_consent"):
        propose(wrong, step, 7)
    wrong.change(10)
    outcomes = {one.step: one.outcome for one in db.session.scalars(select(Decision))}
    assert outcomes["share_file"] == outcomes["change_consent"] == "overtaken"  # her consent was for that company
    assert outcomes["set_legal_hold"] is None


def test_a_letter_to_the_old_company_waits_no_more_and_goes_to_no_other(wrong, both):
    noor, reference = wrong.cast["Noor"], wrong.reference
    steps.take("write_letter", noor, reference, TO_COMPANY, now=day(6))
    wrong.change(10)
    wrong.hand_to_the_right_one(11)
    assert post.waiting(wrong.case, ("company",)) == [] and post.options(wrong.case, None, ("company",)) == []
    (old,) = post.written(wrong.case)
    with pytest.raises(BadInput):
        steps.take("send_letter", noor, reference, {"letter": old.id}, now=day(12))
    page = client_of(both.app, "Noor").get(f"/desk/cases/{reference}/post").text
    assert "Not sent: it was for the earlier company" in page and "steps/send_letter" not in page
    assert "label.pdf" not in page
    with pytest.raises(Refused, match="for the earlier company"):
        on_paper.company_label(noor, wrong.case, old)
    steps.take("write_letter", noor, reference, TO_COMPANY, now=day(12))
    (new,) = post.waiting(wrong.case, ("company",))
    steps.take("send_letter", noor, reference, {"letter": new.id}, now=day(12))
    assert [(one.too_late, one.sent_at is None) for one in post.written(wrong.case)] == [(False, False), (True, True)]


def test_a_letter_that_the_old_company_got_stays_sent(wrong):
    noor, reference = wrong.cast["Noor"], wrong.reference
    steps.take("write_letter", noor, reference, TO_COMPANY, now=day(6))
    steps.take("send_letter", noor, reference, {"letter": post.written(wrong.case)[0].id}, now=day(7))
    wrong.change(10)
    assert [(one.too_late, one.sent_at) for one in post.written(wrong.case)] == [(False, day(7))]


@pytest.mark.parametrize(("to", "outcome"), [(TO_COMPANY, "overtaken"), (TO_HER, None)])
def test_a_letter_that_was_proposed_is_overtaken_where_it_is_to_the_old_company(wrong, to, outcome):
    wrong.at("agree_post", "Amina", 6)
    steps.take("write_letter", wrong.cast["Noor"], wrong.reference, {**to, "letter_kind": "decision"}, now=day(7))
    wrong.change(10)
    letter = select(Decision.outcome).where(Decision.step == "write_letter")
    assert db.session.scalars(letter).one() == outcome


def propose(wrong, step, number):
    noor = wrong.cast["Noor"]
    steps.take(step, noor, wrong.reference, demonstration.answers_for(step, noor, wrong.case), now=day(number))


def test_a_request_for_more_time_of_the_old_company_waits_for_nobody(wrong):
    with time_machine.travel(day(10)):
        until = (day(60)).date().isoformat()
        wrong.at("request_extension", "Victor", 9, until=until)
        wrong.change(10)
        rows = {row.step for row, _missing in steps.choices_now(wrong.cast["Noor"], wrong.case)}
    assert "decide_extension" not in rows


def test_a_case_without_a_packet_is_corrected_by_classify_on_the_record(both):
    reference, _amina, _code = demonstration.file_one(START)
    do("classify", both.cast["Noor"], reference, day(1), company=ostrova())
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    assert case.company.name == "Ostrova Security" and doctor.examine() == []
    assert facts(case, "classify")[0]["company_before"] == int(demonstration.larkfield())
    ended = select(Respondent.n, Respondent.ended_as).order_by(Respondent.n)
    assert [tuple(row) for row in db.session.execute(ended)] == [(1, "corrected"), (2, None)]


def test_classify_refuses_another_company_once_a_packet_went_out_and_names_the_way(wrong):
    with pytest.raises(Refused, match="Change the company"):
        wrong.at("classify", "Noor", 6, company=ostrova())
    assert wrong.case.company.name == "Larkfield Guarding"
    wrong.at("classify", "Noor", 6, company=demonstration.larkfield(), severity="high")
    assert wrong.case.severity == "high"


def test_a_remedied_case_is_reopened_first(both):
    reference, _code = demonstration.walk_story(both.cast, "remedy", START)
    with pytest.raises(Refused, match="Reopen it first"):
        do("change_respondent", both.cast["Noor"], reference, day(40), company=ostrova(), **CHANGED)
    do("reopen", both.cast["Noor"], reference, day(40))
    do("change_respondent", both.cast["Noor"], reference, day(41), both.cast["Tomas"], company=ostrova(), **CHANGED)
    assert doctor.examine() == []


def test_a_company_that_was_named_and_never_handed_anything_hears_nothing_when_it_is_changed_again(wrong):
    wrong.change(10)
    wrong.at("change_respondent", "Noor", 12, company=demonstration.larkfield(), **CHANGED)
    assert letters(wrong.case, "former_company") == ["wrong_company"]
    assert [one.notice is not None for one in wrong.respondents()] == [True, False, False]
    assert wrong.case.state == State.RECEIVED and doctor.examine() == []


def test_the_record_says_which_company_took_whose_place_and_no_word(wrong):
    wrong.change(10)
    (said,) = facts(wrong.case, "change_respondent")
    assert said["company"] == int(ostrova()) and said["company_before"] == int(demonstration.larkfield())
    assert "gate" not in json.dumps(said)


def test_two_presses_at_once_that_the_copies_are_destroyed_are_one_word(both):
    wrong = Wrong(both.cast)
    wrong.change(10)
    victor, reference = both.cast["Victor"], wrong.reference
    assert at_once(both, lambda: confirm_destroyed(victor, reference)) == ["done", "done"]
    assert kinds(find_case(both.cast["Noor"], reference)).count("copies_destroyed") == 1


def test_the_one_open_respondent_is_kept_by_the_database(wrong):
    another = Respondent(id="0" * 32, case_id=wrong.case.id, company_id=int(ostrova()), n=7, named_at=START)
    db.session.add(another)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_what_one_earlier_company_destroyed_says_nothing_of_another(wrong):
    wrong.change(10)
    wrong.hand_to_the_right_one(11)
    wrong.at("change_respondent", "Noor", 13, company=demonstration.larkfield(), **CHANGED)
    with pytest.raises(Refused, match="Choose the one"):
        wrong.at("record_destruction", "Noor", 14)
    with pytest.raises(BadInput):
        wrong.at("record_destruction", "Noor", 14, respondent="3")
    wrong.at("record_destruction", "Noor", 14, respondent="2")
    assert [one.confirmed_at is not None for one in wrong.respondents()] == [False, True, False]
    wrong.at("record_destruction", "Noor", 15)
    assert [one.confirmed_at is not None for one in wrong.respondents()] == [True, True, False]
    assert [one["respondent"] for one in facts(wrong.case, "record_destruction")] == [2, 1]


GOOD_OFFICES = [
    ("escalate", "Noor", 10), ("offer_good_offices", "Noor", 11), ("agree_good_offices", "Amina", 12),
    ("agree_good_offices", "Victor", 13), ("begin_mediation", "Noor", 14), ("end_mediation", "Noor", 60),
]  # fmt: skip


@pytest.mark.parametrize("steps_taken", range(1, len(GOOD_OFFICES) + 1))
def test_what_the_office_did_with_the_earlier_company_stays_the_offices_in_its_figures(wrong, steps_taken):
    """A mediation is about a company and owed by the office."""
    for step, who, number in GOOD_OFFICES[:steps_taken]:
        wrong.at(step, who, number)
    sweep(day(61))
    wrong.change(62)
    sweep(day(63))
    assert doctor.examine() == []
