"""Sexual violence, and children: critical by default, and nothing goes to the company unless she chose that road."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from grievance import demonstration
from grievance.access import opened
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import Case, Severity, State
from grievance.workflow import delicate, effects, steps
from tests.scenarios.days import START, day, facts, letters, limits

HEARD = {"channel": "phone", "read_back": "yes"}


@pytest.fixture
def begun(app, cast):
    """What was filed on day 0 with these answers, and acknowledged on day 1."""

    def begin(**answers):
        reference, amina, code = demonstration.file_one(START, **answers)
        people = {**cast, "Amina": amina}

        def at(step, name, number, **more):
            do(step, people[name], reference, day(number), cast["Tomas"], **more)

        at("acknowledge", "Noor", 1)
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        return SimpleNamespace(reference=reference, case=case, at=at, amina=amina, code=code, cast=cast)

    return begin


def refused(story, step, who, number, **more):
    with pytest.raises(Refused) as refusal:
        story.at(step, who, number, **more)
    return refusal.value.sentence


# --- critical, and a child -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"topics": ["sexual"]}, {"child": "yes"}, {"child": "unsure"}])
def test_it_is_critical_from_the_first_day_and_nobody_has_chosen_the_road(begun, said):
    case = begun(**said).case
    assert case.severity == Severity.CRITICAL and case.company_road == "no"


def test_a_child_that_is_none_and_other_topics_change_nothing(begun):
    case = begun(topics=["force"], child="no", company_road="yes").case
    assert case.severity is None and case.company_road is None and case.topics == ["force"]


def test_her_no_closes_the_road_whatever_she_said_that_it_is_about(begun):
    assert begun(company_road="no").case.company_road == "no"


def test_a_child_is_marked_for_the_office(begun):
    assert begun(topics=["force"], child="unsure").case.topics == ["force", "child"]


def test_where_she_is_not_safe_the_office_looks_within_a_day(begun):
    plain, critical = (begun(could_harm="yes", **more).case for more in ({}, {"topics": ["sexual"]}))
    assert "L14" in limits(plain) and "L14h" not in limits(plain)
    assert "L14h" in limits(critical)


def test_the_office_may_find_it_less_severe(begun):
    story = begun(topics=["sexual"])
    story.at("classify", "Noor", 2, severity="high")
    assert story.case.severity == Severity.HIGH


# --- the road ------------------------------------------------------------------------------------------------


def test_nothing_is_referred_before_she_chose_the_road_though_she_agreed_to_share(begun):
    story = begun(topics=["sexual"])
    for step in ("refer", "show_summary"):
        assert str(delicate.NOT_CHOSEN) in refused(story, step, "Noor", 2)
    story.at("choose_road", "Amina", 3, company_road="yes")
    story.at("refer", "Noor", 4)
    assert story.case.state == State.REFERRED and facts(story.case, "choose_road")[-1]["company_road"] is True


def test_chosen_at_the_form_it_is_open(begun):
    story = begun(topics=["sexual"], company_road="yes")
    assert facts(story.case, "file")[-1]["company_road"] is True
    story.at("refer", "Noor", 2)
    assert story.case.state == State.REFERRED


def test_what_she_takes_back_ends_every_hand_over_and_all_talks(begun):
    story = begun(topics=["sexual"], company_road="yes")
    story.at("refer", "Noor", 2)
    story.at("escalate", "Noor", 3)
    story.at("choose_road", "Amina", 4)
    for step in ("refer_back", "offer_good_offices"):
        assert str(delicate.NOT_CHOSEN) in refused(story, step, "Noor", 5)
    story.at("choose_road", "Amina", 6, company_road="yes")
    story.at("offer_good_offices", "Noor", 7)
    story.at("agree_good_offices", "Amina", 8)
    story.at("agree_good_offices", "Victor", 8)
    story.at("choose_road", "Amina", 9)
    assert str(delicate.NOT_CHOSEN) in refused(story, "begin_mediation", "Noor", 10)


def test_a_company_that_is_only_notified_reads_as_much_so_it_waits_for_her_too(begun):
    story = begun(topics=["sexual"])
    story.at("escalate", "Noor", 2, ground="critical")
    assert str(delicate.NOT_CHOSEN) in refused(story, "notify_company", "Noor", 3)


def test_without_the_road_the_office_goes_on_by_itself(begun):
    story = begun(topics=["sexual"])
    story.at("escalate", "Noor", 2, ground="critical")
    story.at("conclude_review", "Noor", 3)
    assert facts(story.case, "conclude_review")


def test_on_the_telephone_a_second_person_looks_at_her_choice(begun):
    story = begun(topics=["sexual"])
    raw = {"company_road": "yes", **HEARD}
    decision = steps.take("choose_road", story.cast["Noor"], story.reference, raw, now=day(2))
    assert decision is not None and story.case.company_road == "no"
    steps.decide(story.cast["Tomas"], story.reference, decision.id, True, now=day(2))
    assert story.case.company_road == "yes"


def test_the_officer_is_told_of_her_choice_and_the_company_is_not(begun):
    story = begun(topics=["sexual"])
    story.at("choose_road", "Amina", 2, company_road="yes")
    assert "road_chosen" in letters(story.case, "officer") and "road_chosen" not in letters(story.case, "company")


def test_an_officer_who_codes_it_otherwise_does_not_open_the_road(begun):
    story = begun(topics=["sexual"])
    story.at("classify", "Noor", 2, topics=["pay"], tags=[])
    assert str(delicate.NOT_CHOSEN) in refused(story, "refer", "Noor", 3)


@pytest.mark.parametrize("found", [{"topics": ["sexual_abuse"]}, {"tags": ["child"]}])
def test_found_out_later_it_is_asked_as_if_she_had_said_it(begun, found):
    story = begun()
    story.at("classify", "Noor", 2, **found)
    assert str(delicate.NOT_CHOSEN) in refused(story, "refer", "Noor", 3)
    story.at("choose_road", "Amina", 4, company_road="yes")
    story.at("refer", "Noor", 5)


@pytest.mark.parametrize(("topics", "closed"), [(["sexual"], True), (["child"], True), (["pay"], False)])
def test_a_case_from_before_there_was_the_question_goes_by_what_it_is_about(topics, closed):
    case = Case(topics=topics, company_road=None)
    context = SimpleNamespace(case=case, facts={})
    assert bool(delicate.road_is_closed(context)) is closed
    delicate.keep_closed(context)
    assert (case.company_road == "no") is closed and context.facts == ({"company_road": False} if closed else {})


def test_coding_a_case_from_before_otherwise_closes_the_road_for_good():
    case = Case(topics=["sexual"], company_road=None)
    values = {"severity": "high", "track": "remedy", "topics": ["pay"]}
    effects.classify(SimpleNamespace(case=case, values=values, facts={}))
    assert case.topics == ["pay"] and case.company_road == "no"


def test_what_she_chose_does_not_hold_for_another_company(begun):
    story = begun(topics=["sexual"], company_road="yes")
    story.at("refer", "Noor", 2)
    story.at("change_respondent", "Noor", 3)
    assert story.case.company_road == "no" and facts(story.case, "change_respondent")[-1]["company_road"] is False


def test_who_complains_of_something_else_is_not_asked(begun):
    assert refused(begun(), "choose_road", "Amina", 2) == "In this complaint you are not asked this."


# --- who should speak with her -------------------------------------------------------------------------------


def wish(story):
    return delicate.wish_of(story.case, opened(story.cast["Noor"], story.case))


def test_her_newest_wish_counts_and_a_choice_without_one_keeps_it(begun):
    story = begun(topics=["sexual"], officer_sex="woman")
    assert wish(story) == "woman"
    story.at("choose_road", "Amina", 2, company_road="yes")
    assert wish(story) == "woman"
    story.at("choose_road", "Amina", 3, company_road="yes", officer_sex="man")
    assert wish(story) == "man"
    story.at("choose_road", "Amina", 4, officer_sex="any")
    assert wish(story) == ""


def test_her_wish_is_nowhere_in_plain(begun):
    story = begun(topics=["sexual"], officer_sex="woman")
    assert "officer_sex" not in facts(story.case, "file")[-1]
