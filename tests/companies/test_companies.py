"""Companies: each change is one event, what each was on a day is computed, and nobody overwrites another unseen."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from grievance import clock, demonstration
from grievance.companies import companies, company_form
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Company, Membership, MembershipSince, Party
from grievance.record import chain
from grievance.reports import members as read
from grievance.workflow import steps
from tests.scenarios.days import START, day

NEW = {
    "name": "Harrow Watch", "country": "KE", "zone": "Africa/Nairobi", "weekend": ["5", "6"], "language": "en",
    "membership": "member", "since": "2024-02-29",
}  # fmt: skip


@pytest.fixture
def larkfield(app, cast):
    return db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()


def office(kind):
    query = select(Event.facts).where(Event.chain == OFFICE_CHAIN, Event.kind == kind).order_by(Event.seq)
    return [json.loads(told) for told in db.session.scalars(query)]


def changed(company, **answers):
    return {**company_form.typed(company), **answers}


def test_where_its_people_guard_is_typed_by_name_or_code_and_kept_as_codes(both):
    typed = {"works_in": "Uganda\ntz\nUG", "uniforms": "Dark blue jacket\nKoti la bluu"}
    company = companies.add(both.cast["Tomas"], {**NEW, **typed})
    assert (company.works_in, company.uniforms) == (["UG", "TZ"], ["Dark blue jacket", "Koti la bluu"])


def test_a_company_that_is_added_has_its_party_its_history_and_one_event(both):
    before = len(office("company_added"))
    company = companies.add(both.cast["Tomas"], {**NEW, "trade_names": "Harrow\nHW \n\nHarrow"})
    assert company.trade_names == ["Harrow", "HW"]
    assert db.session.scalars(select(Party).where(Party.company_id == company.id)).one().public_key is None
    assert companies.membership_on(company, date(2024, 2, 29)) == Membership.MEMBER
    added = office("company_added")
    assert len(added) == before + 1
    assert added[-1] == {"company": company.id, "membership": "member", "since": "2024-02-29"}
    assert chain.verify() == [] and doctor.examine() == []


@pytest.mark.parametrize(
    ("answer", "field"),
    [({"name": "Larkfield Guarding"}, "name"), ({"name": "LARKFIELD GUARDING"}, "name"), ({"name": " "}, "name"),
     ({"country": "XX"}, "country"), ({"zone": "Mars/Base"}, "zone"), ({"weekend": list("01234")}, "weekend"),
     ({"weekend": ["7"]}, "weekend"), ({"language": "xx"}, "language"), ({"member_of": "99"}, "member_of"),
     ({"member_of": "²"}, "member_of"), ({"certified_until": "soon"}, "certified_until"),
     ({"trade_names": "x" * 201}, "trade_names"), ({"membership": "friend"}, "membership"),
     ({"works_in": "Atlantis"}, "works_in"), ({"since": ""}, "since"),
     ({"since": "2099-01-01"}, "since")],
)  # fmt: skip
def test_a_wrong_answer_gets_a_sentence_at_its_field_and_adds_nothing(app, cast, answer, field):
    events = len(office("company_added"))
    with app.test_request_context(), pytest.raises(BadInput) as bad:
        companies.add(cast["Tomas"], {**NEW, **answer})
    assert set(bad.value.errors) == {field} and len(office("company_added")) == events


def test_a_change_is_one_event_with_the_names_of_the_fields_and_only_what_comes_from_a_list(both):
    company = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
    raw = changed(company, trade_names="A secret name", other_languages=["ar"])
    companies.change(both.cast["Tomas"], company.id, raw, company.version)
    (told,) = office("company_changed")
    assert told == {
        "company": company.id, "fields": ["other_languages", "trade_names"], "other_languages": ["ar"],
    }  # fmt: skip
    assert company.other_languages == ["ar"] and company.version == 1 and chain.verify() == []


def test_saving_what_is_there_already_records_nothing(larkfield, cast):
    companies.change(cast["Tomas"], larkfield.id, changed(larkfield), larkfield.version)
    assert office("company_changed") == [] and larkfield.version == 0


def test_of_two_who_edit_at_once_the_second_is_told_and_the_first_is_kept(both):
    company = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
    raw = company_form.typed(company)
    companies.change(both.cast["Tomas"], company.id, {**raw, "certification": "ISO 18788"}, 0)
    with pytest.raises(Refused, match="since you opened"):
        companies.change(both.cast["Tomas"], company.id, {**raw, "certification": "PSC.1"}, 0)
    with pytest.raises(Refused, match="since you opened"):
        companies.set_membership(both.cast["Tomas"], company.id, {"membership": "former", "since": "2026-01-01"}, 0)
    assert (company.certification, company.membership) == ("ISO 18788", Membership.MEMBER)


def test_a_company_is_no_subcontractor_of_itself_but_of_another(larkfield, cast):
    with pytest.raises(BadInput):
        companies.change(cast["Tomas"], larkfield.id, changed(larkfield, member_of=str(larkfield.id)), None)
    other = companies.add(cast["Tomas"], {**NEW, "member_of": str(larkfield.id)})
    assert read.profile(larkfield.id).works_for_it == [other]


# --- what it was on which day ------------------------------------------------------------------------------


def line(cast, company, membership, since):
    companies.set_membership(cast["Tomas"], company.id, {"membership": membership, "since": since}, None)


def test_what_it_was_on_a_day_is_computed_from_the_last_line_before_it(larkfield, cast):
    for membership, since in (("former", "2025-06-01"), ("member", "2020-03-01"), ("suspended", "2024-02-29")):
        line(cast, larkfield, membership, since)
    days = ("2020-02-29", "2020-03-01", "2024-02-28", "2024-02-29", "2025-05-31", "2025-06-01", "2026-01-01")
    found = [companies.membership_on(larkfield, date.fromisoformat(on)) for on in days]
    assert [one and one.value for one in found] == [
        None, "member", "member", "suspended", "suspended", "former", "former",
    ]  # fmt: skip


def test_what_it_is_now_follows_from_the_latest_line_and_not_from_the_one_written_last(larkfield, cast):
    line(cast, larkfield, "former", "2025-06-01")
    line(cast, larkfield, "affiliate", "2020-03-01")
    assert larkfield.membership == Membership.FORMER
    line(cast, larkfield, "member", "2025-06-01")
    assert larkfield.membership == Membership.MEMBER and len(companies.history(larkfield)) == 2


def test_a_line_that_is_saved_twice_is_recorded_once(larkfield, cast):
    for _ in range(2):
        line(cast, larkfield, "suspended", "2026-01-05")
    (told,) = office("company_changed")
    assert told["fields"] == ["membership"] and (told["membership"], told["since"]) == ("suspended", "2026-01-05")


def test_the_question_what_it_was_then_comes_with_the_history(larkfield, cast):
    reference, _amina, _code = demonstration.file_one(START)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    line(cast, larkfield, "affiliate", "2021-01-01")
    line(cast, larkfield, "member", "2026-03-03")
    told = read.then(case)
    assert "on the day it was filed: Affiliate" in told and "3 March 2026" in told


# --- suspended ---------------------------------------------------------------------------------------------


def test_to_a_suspended_member_nothing_new_goes_and_what_it_owes_and_reads_goes_on(larkfield, cast):
    given, _amina, _code = demonstration.file_one(START)
    fresh, _other, _code = demonstration.file_one(START)
    for reference in (given, fresh):
        demonstration.do("acknowledge", cast["Noor"], reference, day(1))
    demonstration.do("refer", cast["Noor"], given, day(5), cast["Tomas"])
    line(cast, larkfield, "suspended", "2026-03-08")
    with pytest.raises(Refused, match="member or affiliate"):
        steps.take("refer", cast["Noor"], fresh, demonstration.ANSWERS["refer"], now=day(6))
    demonstration.do("company_acknowledge", cast["Victor"], given, day(6))
    demonstration.do("respond", cast["Victor"], given, day(7))
    assert doctor.examine() == []


def test_a_suspended_member_at_the_time_is_not_dismissed_for_being_none(larkfield, cast):
    reference, _amina, _code = demonstration.file_one(START)
    demonstration.do("acknowledge", cast["Noor"], reference, day(1))
    demonstration.do("classify", cast["Noor"], reference, day(1), membership_then="suspended")
    with pytest.raises(Refused, match="no reason to dismiss"):
        demonstration.do("dismiss", cast["Noor"], reference, day(2), reason="not_member")


def test_the_database_knows_suspended_and_no_other_new_word(both):
    for table in (Company, MembershipSince):
        db.session.rollback()
        query = update(table).values(membership=Membership.SUSPENDED)
        db.session.execute(query)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE companies SET membership = 'friend'"))
    db.session.rollback()


# --- who, and certificates ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Noor", "Ines", "Victor"])
def test_only_an_approver_changes_a_company(larkfield, cast, name):
    for change in (
        lambda who: companies.add(who, NEW),
        lambda who: companies.change(who, larkfield.id, changed(larkfield, name="Mine"), None),
        lambda who: companies.set_membership(who, larkfield.id, {"membership": "former", "since": "2026-01-01"}, None),
    ):
        with pytest.raises(Refused):
            change(cast[name])
    assert larkfield.name == "Larkfield Guarding" and office("company_changed") == []


def test_a_certificate_is_good_until_the_end_of_its_day(app, larkfield, cast):
    for days, expired in ((0, False), (1, False), (-1, True)):
        larkfield.certified_until = clock.today(app.config["TIME_ZONE"]) + timedelta(days=days)
        db.session.commit()
        assert read.profile(larkfield.id).expired is expired
