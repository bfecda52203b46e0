"""A name of a company that came with an old register: an officer looks at it before the public sees it."""

import json

import pytest
from sqlalchemy import select

from grievance.companies.companies import NoSuchCompany
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.intake import filing, register_names
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Company
from grievance.record import chain
from tests.intake.test_old_registers import HEAD, ONE, take  # noqa: F401


@pytest.fixture
def alpha(take, cast):  # noqa: F811
    take(HEAD + ONE + ONE.replace("1,", "2,", 1).replace("Alpha Guards", "Joe Person"))
    return db.session.scalars(select(Company).where(Company.name == "Alpha Guards")).one()


def listed():
    return {name for _number, name in filing.company_choices()["company"]}


def test_a_name_is_in_the_public_list_once_an_officer_has_confirmed_it(alpha, cast):
    assert "Alpha Guards" not in listed() and not filing.is_company(str(alpha.id))
    register_names.confirm(cast["Noor"], alpha.id)
    assert "Alpha Guards" in listed() and "Joe Person" not in listed() and filing.is_company(str(alpha.id))
    with pytest.raises(Refused, match="looked at this name already"):
        register_names.nobody(cast["Noor"], alpha.id)
    assert doctor.examine() == [] == chain.verify()


def test_a_name_that_is_another_companys_goes_to_that_one_with_its_cases_and_with_later_imports(alpha, cast, take):  # noqa: F811
    larkfield = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
    assert register_names.merge(cast["Noor"], alpha.id, larkfield.id) == 1
    take(HEAD + ONE.replace("1,", "3,", 1).replace("Alpha Guards", "ALPHA  guards"))
    cases = db.session.scalars(select(Case).where(Case.company_id == larkfield.id)).all()
    assert len(cases) == 2 and "Alpha Guards" not in {one.name for one in register_names.living()}
    event = db.session.scalars(select(Event).where(Event.kind == "register_company")).one()
    facts = {"found": "merged", "company": larkfield.id, "figures": {"company": larkfield.id}}
    assert json.loads(event.facts) == facts
    assert doctor.examine() == [] == chain.verify()


def test_a_name_that_is_nobodys_is_gone_and_a_later_import_names_no_company_by_it(alpha, cast, take):  # noqa: F811
    joe = db.session.scalars(select(Company).where(Company.name == "Joe Person")).one()
    assert register_names.nobody(cast["Noor"], joe.id) == 1
    take(HEAD + ONE.replace("1,", "3,", 1).replace("Alpha Guards", "joe person"))
    assert len(db.session.scalars(select(Case).where(Case.company_id.is_(None))).all()) == 2
    assert "Joe Person" not in db.session.scalars(select(Company.name)).all()
    assert doctor.examine() == [] == chain.verify()


def test_it_is_the_secretariat_that_looks_and_a_company_that_is_one(alpha, cast):
    for name in ("Victor", "Ines"):
        if name in cast:
            with pytest.raises(Refused, match="Only the Secretariat"):
                register_names.confirm(cast[name], alpha.id)
    with pytest.raises(Refused, match="another company"):
        register_names.merge(cast["Noor"], alpha.id, alpha.id)
    with pytest.raises(NoSuchCompany):
        register_names.merge(cast["Noor"], alpha.id, 10_000)
