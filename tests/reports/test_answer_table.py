"""docs/answers.md is what the rows say of each answer, as it is now."""

import pytest

from grievance.forms.fields import Shown
from grievance.reports import answer_table
from grievance.reports.answer_table import MEDIA, PLACES, Silent, cells, document
from tests import completeness
from tests.conftest import ROOT


def test_the_document_of_the_answers_is_current():
    assert (ROOT / "docs" / "answers.md").read_text() == document(), "run `make docs`"


def test_it_says_how_many_cells_it_has_and_how_many_declared_silences():
    found = list(cells())
    silent = sum(isinstance(one.place, Silent) for one in found)
    assert f"{len(found)} cells" in document() and f"{silent} say why" in " ".join(document().split())
    assert len(found) > 1000 and 0 < silent < len(found)


def test_no_place_has_no_answer_and_no_answer_has_no_place():
    assert set(PLACES) == set(Shown) - {Shown.IDENTITY}
    assert {one.place for one in cells()} >= {place for places in PLACES.values() for place in places.values()}


@pytest.mark.parametrize("shown", PLACES)
@pytest.mark.parametrize("medium", MEDIA)
def test_a_place_that_is_taken_away_is_missed(monkeypatch, shown, medium):
    less = {one: dict(places) for one, places in PLACES.items()}
    del less[shown][medium]
    monkeypatch.setattr(answer_table, "PLACES", less)
    assert [said for said in completeness.of_answers(cells()) if f"({medium}), and nothing says why" in said]


def test_a_reason_that_is_taken_away_is_missed(monkeypatch):
    monkeypatch.setattr(answer_table, "NO_EXPORT", Silent(" "))
    assert [said for said in completeness.of_answers(cells()) if "without a reason" in said]


def test_a_question_of_an_identity_that_nobody_is_said_to_read_is_missed(monkeypatch):
    monkeypatch.setattr(answer_table, "IDENTITY", {})
    assert [said for said in completeness.of_answers(cells()) if "'words' stands nowhere for secretariat" in said]
