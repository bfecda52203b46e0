"""Each side reads a draft of the observations and comments on it; neither learns what the other says."""

import pytest

from grievance import demonstration
from grievance.access import find_case
from grievance.deadlines.kinds import Deadline
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.reports.casefile import open_case_file
from tests.outside import a_release_came
from tests.scenarios.days import day, kinds, letters, limits
from tests.scenarios.test_wrong_company import Wrong

HERS, COMPANYS = Deadline.DRAFT_COMMENT, Deadline.DRAFT_COMMENT_COMPANY
SHE_SAYS, IT_SAYS = "The day is wrong.", "Two guards are left out."


@pytest.fixture
def shown(both):
    """Larkfield answered on day 8, and both sides are shown a draft on day 10."""
    story = Wrong(both.cast)
    story.at("respond", "Victor", 8)
    story.at("draft_observations", "Noor", 10, draft="The wages were owed.")
    return story


def test_each_side_reads_the_draft_and_has_ten_business_days(shown):
    owed = limits(shown.case)
    assert owed[HERS].due_on == owed[COMPANYS].due_on == day(24).date()  # day 10 is a Thursday
    assert letters(shown.case, "complainant")[-1] == letters(shown.case, "company")[-1] == "draft_shown"
    for name in ("Victor", "Amina"):
        assert "The wages were owed." in repr([w.fields for w in shown.heard(shown.who[name]).writings])


def test_what_one_side_says_of_it_is_never_shown_to_the_other(shown):
    shown.at("comment_on_draft", "Amina", 11, comment=SHE_SAYS)
    shown.at("company_comment_on_draft", "Victor", 12, comment=IT_SAYS)
    a_release_came()
    hers, its, office = (
        open_case_file(shown.who[name], find_case(shown.who[name], shown.reference))
        for name in ("Amina", "Victor", "Noor")
    )
    words = [repr([w.fields for w in file.writings]) for file in (hers, its, office)]
    assert [SHE_SAYS in one for one in words] == [True, False, True]
    assert [IT_SAYS in one for one in words] == [False, True, True]
    assert "comment_on_draft" not in {one.kind for one in its.timeline}
    assert "company_comment_on_draft" not in {one.kind for one in hers.timeline}
    assert not {HERS, COMPANYS} & set(limits(shown.case)) and doctor.examine() == []


def test_the_company_is_shown_its_own_time_and_not_hers(shown):
    file = shown.heard(shown.who["Victor"])
    assert {one.key for one in file.limits} & {HERS, COMPANYS} == {COMPANYS}


def test_nobody_concludes_while_a_side_can_comment_and_who_says_nothing_holds_nothing_up(shown):
    shown.at("company_comment_on_draft", "Victor", 12)
    with pytest.raises(Refused, match="can still comment"):
        shown.at("conclude_review", "Noor", 13)
    sweep(day(30))
    assert HERS not in limits(shown.case) and letters(shown.case, "approver").count("alert") == 0
    shown.at("conclude_review", "Noor", 30)
    assert kinds(shown.case)[-1] == "conclude_review"


def test_once_both_have_commented_the_review_is_concluded_at_once(shown):
    shown.at("comment_on_draft", "Amina", 11)
    shown.at("company_comment_on_draft", "Victor", 11)
    shown.at("conclude_review", "Noor", 12)
    assert kinds(shown.case)[-1] == "conclude_review"


def test_after_its_time_nobody_comments(shown):
    sweep(day(30))
    for step, who in (("comment_on_draft", "Amina"), ("company_comment_on_draft", "Victor")):
        with pytest.raises(Refused, match="no draft now"):
            shown.at(step, who, 30)


def test_a_second_draft_is_shown_once_the_first_was_commented_on(shown):
    with pytest.raises(Refused, match="can still comment"):
        shown.at("draft_observations", "Noor", 11)
    shown.at("comment_on_draft", "Amina", 11)
    shown.at("company_comment_on_draft", "Victor", 11)
    shown.at("draft_observations", "Noor", 12)
    assert {HERS, COMPANYS} <= set(limits(shown.case))


def test_a_company_that_was_handed_nothing_is_asked_nothing(both):
    story = Wrong.__new__(Wrong)
    story.cast = both.cast
    story.reference, amina, _code = demonstration.file_one(day(0))
    story.who = {**both.cast, "Amina": amina}
    story.at("acknowledge", "Noor", 1)
    story.at("escalate", "Noor", 2)
    story.at("draft_observations", "Noor", 3)
    case = find_case(both.cast["Noor"], story.reference)
    assert HERS in limits(case) and COMPANYS not in limits(case) and letters(case, "company") == []
