"""She does not know what the company is called: it is found by where it guards and what its people wear."""

import pytest
from sqlalchemy import select

from grievance.extensions import db
from grievance.intake.company_search import search
from grievance.intake.filing import UNKNOWN_COMPANY
from grievance.models.people import Company


@pytest.fixture
def known(app, cast):
    """Larkfield guards in Kenya and in Uganda, and wears blue; Ostrova in Czechia."""
    larkfield = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
    larkfield.works_in, larkfield.uniforms = ["UG"], ["Dark blue jacket, yellow cap", "Koti la bluu"]
    larkfield.trade_names = ["Lark Safe"]
    db.session.commit()


def names(found):
    return [words for _number, words in found.choices["company"]]


@pytest.mark.parametrize(
    ("words", "country"),
    [("BLUE", ""), ("blue cap", ""), ("koti", ""), ("lark", ""), ("safe", ""), ("", "UG"), ("", "KE"), ("cap", "UG")],
)
def test_it_is_found_by_what_fits(known, words, country):
    found = search(words, country)
    assert found.number == 1 and names(found)[0].startswith("Larkfield Guarding, Lark Safe: Dark blue jacket")


@pytest.mark.parametrize(("words", "country"), [("blue", "CZ"), ("green", ""), ("blue green", "")])
def test_where_none_fits_all_are_listed_and_it_is_said(known, words, country):
    found = search(words, country)
    assert found.number == 0 and len(found.choices["company"]) > 3


def test_who_does_not_know_it_says_so_also_in_a_narrowed_list(known):
    assert search("blue", "").choices["company"][-1][0] == UNKNOWN_COMPANY


@pytest.mark.parametrize("country", ["", "??", "DE", "ug"])
def test_a_country_in_which_nobody_guards_is_not_looked_for(known, country):
    assert search("", country).number is None


def test_a_company_is_listed_under_each_country_in_which_it_guards(known):
    headings = [country for country, inside in search("", "").choices["company_groups"] for _number, name in inside
                if name == "Larkfield Guarding"]  # fmt: skip
    assert headings == ["Kenya", "Uganda"]
