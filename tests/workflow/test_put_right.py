"""What was done by mistake can be put right, by a step that somebody can take from where the mistake has led."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from bin import steps as document
from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Case
from grievance.reports.casefile import linked
from grievance.workflow import steps
from grievance.workflow.procedure import ROWS
from tests import completeness
from tests.conftest import ROOT
from tests.scenarios.days import another_approver, kinds


def test_each_row_says_how_it_is_put_right_or_why_it_stays():
    assert list(completeness.of_mistakes(ROWS)) == []


CLOSE = next(row for row in ROWS if row.step == "close")
TAKEN_AWAY = {
    "how it is put right": (replace(CLOSE, put_right=()), "close by officer: says neither how it is put right"),
    "a step that there is": (replace(CLOSE, put_right=("undo_everything",)), "there is no step 'undo_everything'"),
    "a step that can be taken": (replace(CLOSE, put_right=("accept_remedy",)), "from closed nobody can take"),
    "one of both": (replace(CLOSE, stays="it is over"), "close by officer: says how it is put right, and why not"),
}


@pytest.mark.parametrize("fact", TAKEN_AWAY)
def test_a_fact_about_mistakes_that_is_missing_is_named(fact):
    changed, sentence = TAKEN_AWAY[fact]
    said = list(completeness.of_mistakes([changed if row is CLOSE else row for row in ROWS]))
    assert any(sentence in one for one in said), said


def test_the_document_of_steps_is_current():
    assert (ROOT / "docs" / "steps.md").read_text() == document.page(), "run `make docs`"


def test_its_sums_are_those_of_its_lines():
    text = document.page()
    number = int(re.search(r"^(\d+) cells", text, re.M)[1])
    assert number == len(re.findall(r"^\| (?!step |---)", text, re.M)) == sum(len(row.who) for row in ROWS)


# --- the two steps that there were not -------------------------------------------------------------------------------


@pytest.fixture
def office(both):
    """A case, another one, and a second approver."""
    one, other = (demonstration.file_one(clock.now())[0] for _ in range(2))
    demonstration.do("acknowledge", both.cast["Noor"], one, clock.now())
    case = db.session.scalars(select(Case).where(Case.reference == one)).one()
    return SimpleNamespace(**both.cast, Paula=another_approver(both.cast), case=case, one=one, other=other)


def sees(person, reference):
    try:
        return bool(find_case(person, reference))
    except NoSuchCase:
        return False


def shut_out(office):
    who = {"person": str(office.Paula.account_id), "why": "A namesake."}
    steps.take("exclude_person", office.Tomas, office.one, who)


def test_who_was_shut_out_by_mistake_is_let_in_again_by_two_people(office):
    shut_out(office)
    assert not sees(office.Paula, office.one)
    asked = {"person": str(office.Paula.account_id), "why": "It is another Paula."}
    decision = steps.take("let_in_again", office.Noor, office.one, asked)
    assert not sees(office.Paula, office.one)
    steps.decide(office.Tomas, office.one, decision.id, True)
    assert sees(office.Paula, office.one) and "let_in_again" in kinds(office.case)


def test_nobody_lets_themselves_in(office):
    shut_out(office)
    with pytest.raises(NoSuchCase):
        steps.take("let_in_again", office.Paula, office.one, {"person": str(office.Paula.account_id), "why": "Me."})


def test_only_somebody_who_is_shut_out_can_be_let_in(office):
    shut_out(office)
    with pytest.raises(BadInput):
        steps.take("let_in_again", office.Noor, office.one, {"person": str(office.Victor.account_id), "why": "No."})


def test_a_wrong_link_is_taken_away_and_can_be_made_again(office):
    steps.take("link", office.Noor, office.one, {"other": office.other, "why": "One night."})
    steps.take("unlink", office.Noor, office.one, {"other": office.other.lower(), "why": "Two nights."})
    assert linked(office.Noor, office.case) == []
    steps.take("link", office.Noor, office.one, {"other": office.other, "why": "One night after all."})
    assert linked(office.Noor, office.case) == [office.other]


def test_a_link_that_is_none_is_not_taken_away(office):
    steps.take("link", office.Noor, office.one, {"other": office.other, "why": "One night."})
    third = demonstration.file_one(clock.now())[0]
    with pytest.raises(Refused, match="not linked"):
        steps.take("unlink", office.Noor, office.one, {"other": third, "why": "It is none."})
