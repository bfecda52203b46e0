"""What a company is certified for, until when, and what is said of it before the certificate lapses."""

from datetime import date, timedelta

import pytest

from grievance import clock
from grievance.companies import certificates, companies, company_form
from grievance.companies.company_import import import_companies
from grievance.forms.fields import BadInput
from grievance.maintenance import doctor
from grievance.models.people import Membership, Tier
from grievance.record import chain
from grievance.reports import members as read
from tests.companies.test_companies import NEW, changed, larkfield, office  # noqa: F401  the fixture, too

CERTIFIED = {
    "services": ["mobile", "static"], "standard": "iso18788", "certified_by": "Northern Certification",
    "certified_from": "2025-03-01", "certified_until": "2028-02-29", "grievance_at": "complaints@example.org\n+254 20",
    "grievance_languages": ["en", "sw"],
}  # fmt: skip
TODAY = date(2026, 1, 10)


def test_the_facts_of_a_certificate_come_back_as_they_were_typed_and_the_record_tells_what_is_from_a_list(both):
    company = companies.add(both.cast["Tomas"], {**NEW, **CERTIFIED, "tier": "certified"})
    typed = company_form.typed(company)
    assert {name: typed[name] for name in CERTIFIED} == CERTIFIED
    raw = changed(company, services=["dogs"], certified_by="Another body", certify_by="2026-12-31")
    companies.change(both.cast["Tomas"], company.id, raw, None)
    (told,) = office("company_changed")
    assert told["services"] == ["dogs"] and told["certify_by"] == "2026-12-31" and "Another" not in str(told)
    assert chain.verify() == [] and doctor.examine() == []


def test_a_company_that_lost_its_certificate_can_be_written_down_as_having_none(both):
    company = companies.add(both.cast["Tomas"], {**NEW, **CERTIFIED})
    raw = changed(company, standard="none", certified_by="", certified_from="", certified_until="")
    companies.change(both.cast["Tomas"], company.id, raw, None)
    assert (company.standard, company.certified_until) == ("", None)
    assert company_form.typed(company)["standard"] == "none"
    assert "standard" in office("company_changed")[-1]["fields"]


@pytest.mark.parametrize(
    ("answer", "field"),
    [({"services": ["flying"]}, "services"), ({"standard": "iso1"}, "standard"), ({"tier": "affiliate"}, "tier"),
     ({"membership": "affiliate", "tier": "certified"}, "tier"), ({"grievance_languages": ["xx"]},
     "grievance_languages"), ({"certified_from": "2028-03-01"}, "certified_until")],
)  # fmt: skip
def test_what_cannot_be_of_a_certificate_gets_a_sentence_at_its_field(app, cast, answer, field):
    with app.test_request_context(), pytest.raises(BadInput) as bad:
        companies.add(cast["Tomas"], {**NEW, **CERTIFIED, **answer})
    assert set(bad.value.errors) == {field}


def test_the_history_keeps_each_tier_and_an_affiliate_and_a_former_member_are_just_that(both):
    tomas = both.cast["Tomas"]
    company = companies.add(tomas, {**NEW, "tier": "transitional"})
    companies.set_membership(
        tomas, company.id, {"membership": "member", "tier": "certified", "since": "2025-01-01"}, None
    )
    assert [line.tier for line in companies.history(company)] == [Tier.CERTIFIED, Tier.TRANSITIONAL]
    assert company.tier == Tier.CERTIFIED and office("company_changed")[-1]["tier"] == "certified"
    companies.set_membership(tomas, company.id, {"membership": "former", "since": "2025-06-01"}, None)
    assert company.tier is None and companies.tier_of(company.membership, company.tier) == Tier.FORMER
    assert companies.tier_of(Membership.AFFILIATE, None) == Tier.AFFILIATE
    assert companies.tier_of(Membership.SUSPENDED, Tier.CERTIFIED) == Tier.CERTIFIED
    assert companies.tier_of(Membership.MEMBER, None) is None
    assert chain.verify() == [] and doctor.examine() == []


def test_a_table_brings_services_and_certificates_with_it(app, cast):
    text = "name;country;zone;membership;since;tier;services;standard;certified_until;grievance_at\n"
    text += "Harrow Watch;KE;Africa/Nairobi;member;2024-02-29;certified;static | dogs;psc1;2027-01-31;a page | a number"
    assert import_companies(text, cast["Tomas"]).added == ["Harrow Watch"]
    found = next(line.company for line in read.listed() if line.company.name == "Harrow Watch")
    assert (found.services, found.standard, found.tier) == (["dogs", "static"], "psc1", Tier.CERTIFIED)
    assert found.certified_until == date(2027, 1, 31) and found.grievance_at == ["a page", "a number"]


@pytest.mark.parametrize(
    ("left", "due", "said"),
    [(91, [], ""), (90, [90], "in 90 days"), (31, [90], "in 31 days"), (30, [90, 30], "in 30 days"),
     (1, [90, 30], "in 1 day,"), (0, [90, 30, 0], "last day"), (-1, [90, 30, 0], "lapsed on")],
)  # fmt: skip
def test_ninety_thirty_and_no_days_before_its_last_day_a_certificate_is_told_of(app, left, due, said):
    until = TODAY + timedelta(days=left)
    with app.test_request_context():
        sentence = certificates.said(until, TODAY)
    assert certificates.due(until, TODAY) == due and said in sentence and bool(sentence) is bool(due)


def test_a_former_members_certificate_is_told_to_nobody(app, larkfield, cast):  # noqa: F811
    larkfield.certified_until = clock.office_today()
    with app.test_request_context():
        assert "last day" in certificates.warned(larkfield, clock.office_today())
        larkfield.membership = Membership.FORMER
        assert certificates.warned(larkfield, clock.office_today()) == ""
