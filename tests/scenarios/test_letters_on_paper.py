"""A letter on paper: approved where it binds, posted only with her yes to her own address, never while she may be in
danger, and told to whom it is for when it is sent."""

import pytest

from grievance import clock
from grievance.access import opened
from grievance.crypto.compartments import NoKey
from grievance.demonstration import do
from grievance.forms.fields import BadInput, Refused
from grievance.reports.casefile import open_case_file
from grievance.reports.told_list import told_list
from grievance.workflow import post, steps
from tests.paper import TO_COMPANY, TO_HER, WORDS
from tests.scenarios.days import day


def write(story, number=11, **more):
    """A letter of the officer, approved where it needs that; its id."""
    given = {**TO_HER, **more}
    decision = steps.take("write_letter", story.noor, story.reference, given, now=day(number))
    if decision is not None:
        steps.decide(story.tomas, story.reference, decision.id, True, now=day(number))
    return post.written(story.case)[0].id


def agree(story, number=10):
    do("agree_post", story.amina, story.reference, day(number))
    do("correct_identity", story.amina, story.reference, day(number), address="7 Palm Street\nKisumu", name="")


def posted(story, letter, number=12, on=12):
    said = {"letter": letter, "posted_on": clock.office_day(day(on)).isoformat()}
    steps.take("post_letter", story.noor, story.reference, said, now=day(number))


def hers(story):
    """What her page has of letters: (what is told, its words)."""
    file = open_case_file(story.amina, story.case)
    told = [one.kind for one in file.timeline]
    return told, [text for one in file.writings if one.step == "post_letter" for _label, text in one.fields]


def test_a_letter_is_the_offices_own_until_it_is_posted_and_then_stands_on_her_page(today):
    agree(today)
    letter = write(today)
    assert "write_letter" not in hers(today)[0] and hers(today)[1] == []
    posted(today, letter)
    told, said = hers(today)
    assert "post_letter" in told and said == ["Your wages", WORDS]
    assert post.written(today.case)[0].posted_on == clock.office_day(day(12))


@pytest.mark.parametrize("kind", sorted(post.BINDING))
def test_a_letter_that_binds_is_written_by_two_people(today, kind):
    agree(today)
    given = {**TO_HER, "letter_kind": kind}
    decision = steps.take("write_letter", today.noor, today.reference, given, now=day(11))
    assert decision is not None and post.written(today.case) == []
    with pytest.raises(Refused):
        steps.decide(today.noor, today.reference, decision.id, True, now=day(11))
    steps.decide(today.tomas, today.reference, decision.id, True, now=day(11))
    assert [one.binds for one in post.written(today.case)] == [True]


def test_information_needs_no_second_person(today):
    agree(today)
    assert steps.take("write_letter", today.noor, today.reference, TO_HER, now=day(11)) is None


def test_without_her_yes_no_letter_to_her_is_written(today):
    do("correct_identity", today.amina, today.reference, day(10), address="7 Palm Street", name="")
    with pytest.raises(Refused, match="did not say yes to letters by post"):
        write(today)


def test_a_letter_is_not_approved_after_her_yes_was_taken_back(today):
    agree(today)
    given = {**TO_HER, "letter_kind": "decision"}
    decision = steps.take("write_letter", today.noor, today.reference, given, now=day(11))
    do("end_post", today.amina, today.reference, day(11))
    with pytest.raises(Refused, match="did not say yes to letters by post"):
        steps.decide(today.tomas, today.reference, decision.id, True, now=day(11))


def test_after_her_yes_was_taken_back_no_letter_goes_by_post(today):
    agree(today)
    letter = write(today)
    do("end_post", today.amina, today.reference, day(11))
    with pytest.raises(Refused, match="did not say yes to letters by post"):
        posted(today, letter)


def test_without_an_address_of_her_own_no_letter_goes_by_post(today):
    do("agree_post", today.amina, today.reference, day(10))
    letter = write(today)
    with pytest.raises(Refused, match="wrote no address of their own"):
        posted(today, letter)


def test_an_address_that_somebody_else_wrote_is_none_of_hers(today):
    do("agree_post", today.amina, today.reference, day(10))
    said = {"address": "9 Other Street", "channel": "phone", "whose": "representative", "name": ""}
    do("correct_identity", today.noor, today.reference, day(10), today.tomas, **said)
    assert post.her_address(today.case) is None


def test_while_a_safety_alert_is_open_no_letter_goes_to_her_house(today):
    agree(today)
    letter = write(today)
    do("report_retaliation", today.amina, today.reference, day(11))
    with pytest.raises(Refused, match="safety alert is open: no letter goes"):
        posted(today, letter)


@pytest.mark.parametrize(("on", "sentence"), [(13, "has not come yet"), (9, "was not written yet")])
def test_a_day_on_which_it_cannot_have_been_posted_is_refused(today, on, sentence):
    agree(today)
    letter = write(today)
    with pytest.raises(Refused, match=sentence):
        posted(today, letter, on=on)


def test_a_letter_is_posted_once(today):
    agree(today)
    letter = write(today)
    posted(today, letter)
    with pytest.raises((Refused, BadInput)):
        posted(today, letter)


def test_the_company_reads_its_letter_on_its_page_and_none_of_hers(today):
    agree(today)
    posted(today, write(today))
    letter = write(today, **TO_COMPANY)
    steps.take("send_letter", today.noor, today.reference, {"letter": letter}, now=day(12))
    file = open_case_file(today.victor, today.case)
    kinds = {one.kind for one in file.timeline}
    assert "send_letter" in kinds and not kinds & {"post_letter", "write_letter", "agree_post", "end_post"}
    said = [text for one in file.writings if one.step == "send_letter" for _label, text in one.fields]
    assert said == ["Your wages", "Dear Sir, we write to you."]


def test_a_letter_to_the_company_is_no_letter_of_hers(today):
    agree(today)
    letter = write(today, **TO_COMPANY)
    with pytest.raises((Refused, BadInput)):
        posted(today, letter)


def test_nobody_types_another_address_for_her(today):
    agree(today)
    with pytest.raises(Refused, match="Leave the address empty"):
        write(today, address="1 Mill Road")


def test_an_original_says_in_which_language_it_is(today):
    agree(today)
    with pytest.raises(Refused, match="in which language the original is"):
        write(today, original="Chère Madame")


def test_what_was_told_is_one_list_with_its_day_and_to_whom(today):
    agree(today)
    posted(today, write(today))
    letter = write(today, **TO_COMPANY)
    steps.take("send_letter", today.noor, today.reference, {"letter": letter}, now=day(12))
    do("write", today.noor, today.reference, day(12, 1), audience="complainant", words="We are still at work.")
    lines = told_list(today.noor, today.case)
    assert [line.day for line in lines] == sorted((line.day for line in lines), reverse=True)
    paper = {line.to: line.posted_on for line in lines if str(line.kind) == "Letter on paper"}
    assert paper == {"complainant": clock.office_day(day(12)), "company": None}
    assert {str(line.kind) for line in lines} == {"Letter on paper", "Letter of the procedure", "Message"}
    assert all(line.pdf for line in lines) and {line.to for line in lines} == {"complainant", "company"}


def test_the_words_of_a_letter_open_to_the_secretariat_alone_before_it_is_sent(today):
    agree(today)
    letter = write(today)
    assert post.words_of(opened(today.noor, today.case), letter)["text"] == WORDS
    for person in (today.amina, today.victor):
        with pytest.raises(NoKey):
            post.words_of(opened(person, today.case), letter)
