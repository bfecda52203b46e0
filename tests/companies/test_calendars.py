"""The calendar of a company: proposed by its country or a person, confirmed by another one; nothing goes before."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from grievance import demonstration
from grievance.accounts import people
from grievance.companies import calendars, companies, company_form
from grievance.deadlines import country_calendars, holidays
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Calendar
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.models.people import CalendarProposal, Company, Membership, Party
from grievance.record import chain
from grievance.reports import setup
from grievance.workflow import steps
from tests.companies.test_companies import NEW, office
from tests.deadlines.test_holidays import referred
from tests.intake.test_register import GOOD, NOW, take_over  # noqa: F401
from tests.scenarios.days import START, another_approver, day, facts, letters, limits
from tests.views.test_routes import client_of, token

DAY = timedelta(days=1)
SAUDI = {"country": "SA", "zone": "Asia/Riyadh", "weekend": ["4", "5"]}
ADMIN = "/desk/admin"


def larkfield():
    return db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()


def forget():
    """Nobody has confirmed Larkfield's calendar, as after an upgrade."""
    larkfield().calendar_confirmed_at = None
    db.session.commit()


def waiting_of(by, company):
    return next(one for one in calendars.waiting(by) if one.company.id == company.id)


def received(cast):
    reference = demonstration.file_one(START)[0]
    demonstration.do("acknowledge", cast["Noor"], reference, day(1))
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


# --- what a country proposes -------------------------------------------------------------------------------


def test_each_row_of_the_table_has_its_source_and_its_date_and_leaves_days_to_work():
    rows = country_calendars.weekends()
    assert len(rows) == 246
    for country, row in rows.items():
        assert re.fullmatch("[A-Z]{2}", country) and row.source and re.match(r"20\d\d", row.dated), country
        assert 1 <= len(row.days) <= 2, country


@pytest.mark.parametrize(
    ("country", "days"),
    [("SA", (4, 5)), ("AE", (5, 6)), ("IR", (4,)), ("BN", (4, 6)), ("BD", (4, 5)), ("NP", (5,)), ("SO", (4,)),
     ("PS", (4, 5)), ("AF", (4,)), ("UG", (5, 6)), ("KE", (5, 6)), ("MV", (4, 5))],
)  # fmt: skip
def test_a_weekend_is_the_one_of_the_offices_there(country, days):
    assert country_calendars.weekend_of(country).days == days


def test_zones_are_those_of_the_country():
    assert country_calendars.zones_of("SA") == ("Asia/Riyadh",) and country_calendars.zones_of("*") == ()
    assert {"America/Manaus", "America/Sao_Paulo"} <= set(country_calendars.zones_of("BR"))


def test_a_company_is_added_with_what_its_country_proposes(app, cast):
    raw = {**NEW, "country": "SA", "zone": "", "weekend": []}
    company = companies.add(cast["Tomas"], raw)
    assert (company.zone, company.weekend, company.calendar_confirmed_at) == ("Asia/Riyadh", [4, 5], None)
    (told,) = office("calendar_proposed")
    assert told == {"company": company.id, "country": "SA", "region": "", "zone": "Asia/Riyadh", "weekend": [4, 5]}


def test_a_country_of_several_zones_asks_which(app, cast):
    with app.test_request_context(), pytest.raises(BadInput) as bad:
        companies.add(cast["Tomas"], {**NEW, "country": "BR", "zone": "", "weekend": []})
    assert set(bad.value.errors) == {"zone"}


def test_no_day_may_be_chosen_and_not_beside_others(app, cast):
    assert companies.add(cast["Tomas"], {**NEW, "weekend": ["none"]}).weekend == []
    with app.test_request_context(), pytest.raises(BadInput):
        companies.add(cast["Tomas"], {**NEW, "name": "Other", "weekend": ["none", "5"]})


# --- two people --------------------------------------------------------------------------------------------


def test_an_officer_proposes_and_an_approver_confirms(both):
    noor, tomas, company = both.cast["Noor"], both.cast["Tomas"], larkfield()
    calendars.propose(noor, company.id, SAUDI)
    assert company.zone == "Africa/Nairobi"
    waits = waiting_of(tomas, company)
    assert (waits.by, waits.mine) == ("Noor", False)
    calendars.confirm(tomas, company.id, waits.proposal.id, also_owed=False)
    assert (company.country, company.zone, company.weekend) == ("SA", "Asia/Riyadh", [4, 5])
    assert company.calendar_confirmed_at and calendars.waiting(tomas) == []
    (told,) = office("calendar_confirmed")
    assert (told["company"], told["proposed_by"], told["zone"]) == (company.id, noor.account_id, "Asia/Riyadh")
    assert chain.verify() == [] and doctor.examine() == []


def test_who_proposed_does_not_confirm_and_another_approver_does(app, cast):
    company = companies.add(cast["Tomas"], NEW)
    seen = waiting_of(cast["Tomas"], company).proposal.id
    with pytest.raises(Refused, match="You proposed this calendar"):
        calendars.confirm(cast["Tomas"], company.id, seen, also_owed=False)
    assert company.calendar_confirmed_at is None
    calendars.confirm(another_approver(cast), company.id, seen, also_owed=False)
    assert company.calendar_confirmed_at


def test_who_proposed_does_not_refuse_it_and_a_refused_one_of_theirs_does_not_become_nobodys(app, cast):
    company, tomas = companies.add(cast["Tomas"], NEW), client_of(app, "Tomas")
    path, seen = f"{ADMIN}/companies/{company.id}/calendar", waiting_of(cast["Tomas"], company).proposal.id
    answer = choose(tomas, path, answer="refuse", seen=str(seen))
    assert answer.status_code == 409 and "You proposed this calendar" in answer.text
    assert waiting_of(cast["Tomas"], company).proposal.id == seen
    calendars.refuse(another_approver(cast), company.id, seen)
    assert waiting_of(cast["Tomas"], company).mine and waiting_of(cast["Tomas"], company).by == "Tomas"
    assert "Confirm this calendar" not in tomas.get(path).text
    with pytest.raises(Refused, match="You proposed this calendar"):
        calendars.confirm(cast["Tomas"], company.id, 0, also_owed=False)
    assert company.calendar_confirmed_at is None


def test_whoever_refuses_what_took_the_place_of_their_own_has_not_become_somebody_else(app, cast):
    company = companies.add(cast["Tomas"], NEW)
    calendars.propose(cast["Noor"], company.id, SAUDI)
    calendars.refuse(cast["Tomas"], company.id, waiting_of(cast["Tomas"], company).proposal.id)
    with pytest.raises(Refused, match="You proposed this calendar"):
        calendars.confirm(cast["Tomas"], company.id, 0, also_owed=False)
    calendars.confirm(another_approver(cast), company.id, 0, also_owed=False)
    assert company.calendar_confirmed_at


def test_where_there_is_one_approver_an_officer_proposes_it_anew(app, cast):
    company = companies.add(cast["Tomas"], NEW)
    calendars.propose(cast["Noor"], company.id, NEW)
    calendars.confirm(cast["Tomas"], company.id, waiting_of(cast["Tomas"], company).proposal.id, also_owed=False)
    assert company.calendar_confirmed_at
    assert [one.confirmed for one in db.session.scalars(select(CalendarProposal))] == [False, True]


def test_who_decides_alone_may_confirm_what_they_proposed(app, cast):
    app.config["ALLOW_SOLO"] = True
    company = companies.add(cast["Tomas"], NEW)
    calendars.confirm(cast["Tomas"], company.id, waiting_of(cast["Tomas"], company).proposal.id, also_owed=False)
    assert company.calendar_confirmed_at


def test_what_the_country_proposes_is_nobodys_and_one_approver_confirms_it(app, cast):
    forget()
    waits = waiting_of(cast["Tomas"], larkfield())
    assert (waits.by, waits.mine, waits.proposal.zone) == ("", False, "Africa/Nairobi")
    calendars.confirm(cast["Tomas"], larkfield().id, 0, also_owed=False)
    assert larkfield().calendar_confirmed_at and larkfield().weekend == [5, 6]


def test_an_officer_confirms_nothing_and_a_company_proposes_nothing(app, cast):
    forget()
    with pytest.raises(Refused):
        calendars.confirm(cast["Noor"], larkfield().id, 0, also_owed=False)
    for name in ("Victor", "Ines"):
        with pytest.raises(Refused):
            calendars.propose(cast[name], larkfield().id, SAUDI)
    assert larkfield().calendar_confirmed_at is None


def test_a_proposal_that_was_replaced_meanwhile_is_not_confirmed_unseen(app, cast):
    calendars.propose(cast["Noor"], larkfield().id, SAUDI)
    seen = waiting_of(cast["Tomas"], larkfield()).proposal.id
    calendars.propose(cast["Noor"], larkfield().id, {**SAUDI, "zone": "Asia/Dubai"})
    with pytest.raises(Refused, match="decided or replaced"):
        calendars.confirm(cast["Tomas"], larkfield().id, seen, also_owed=False)
    assert larkfield().zone == "Africa/Nairobi"


def test_a_refused_proposal_leaves_the_calendar_as_it_was(app, cast):
    calendars.propose(cast["Noor"], larkfield().id, SAUDI)
    calendars.refuse(cast["Tomas"], larkfield().id, waiting_of(cast["Tomas"], larkfield()).proposal.id)
    assert larkfield().zone == "Africa/Nairobi" and larkfield().calendar_confirmed_at
    assert office("calendar_refused") == [{"company": larkfield().id}] and calendars.waiting(cast["Tomas"]) == []


def test_what_it_has_already_is_no_proposal(app, cast):
    with app.test_request_context(), pytest.raises(BadInput):
        calendars.propose(cast["Noor"], larkfield().id, company_form.typed_calendar(larkfield()))


# --- nothing is handed over before -------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["refer", "notify_company"])
def test_nothing_is_handed_to_a_company_whose_calendar_nobody_confirmed(app, cast, step):
    case = received(cast)
    if step == "notify_company":
        demonstration.do("escalate", cast["Noor"], case.reference, day(2))
    forget()
    with pytest.raises(Refused, match="Nobody has confirmed the calendar"):
        steps.take(step, cast["Noor"], case.reference, demonstration.ANSWERS[step], now=day(3))
    page = client_of(app, "Noor").get(f"{ADMIN[:5]}/cases/{case.reference}/steps/{step}")
    assert "Nobody has confirmed the calendar of this company" in page.text and "<textarea" not in page.text
    calendars.confirm(cast["Tomas"], larkfield().id, 0, also_owed=False)
    demonstration.do(step, cast["Noor"], case.reference, day(3), cast["Tomas"])
    assert case.with_company


def test_a_case_is_not_referred_back_to_it_either(app, cast):
    case = referred(cast)
    demonstration.do("escalate", cast["Noor"], case.reference, day(8))
    forget()
    with pytest.raises(Refused, match="Nobody has confirmed the calendar"):
        steps.take("refer_back", cast["Noor"], case.reference, demonstration.ANSWERS["refer_back"], now=day(9))


def test_a_proposal_to_refer_is_not_approved_where_the_confirmation_is_missing_then(app, cast):
    case = received(cast)
    decision = steps.take("refer", cast["Noor"], case.reference, demonstration.ANSWERS["refer"], now=day(2))
    forget()
    with pytest.raises(Refused, match="Nobody has confirmed the calendar"):
        steps.decide(cast["Tomas"], case.reference, decision.id, True, now=day(3))
    assert case.state.value == "received"


def test_cases_that_a_company_has_already_go_on_after_an_upgrade(both):
    case = referred(both.cast)
    forget()
    demonstration.do("company_acknowledge", both.cast["Victor"], case.reference, day(6))
    demonstration.do("respond", both.cast["Victor"], case.reference, day(7))
    assert doctor.examine() == []


def test_how_many_wait_is_said_by_the_set_up_list_and_at_the_desk(app, cast):
    forget()
    (point,) = (one for one in setup.points() if one.key == "calendars")
    assert "The calendar of 1 company is not confirmed." in point.lacks and not point.needed
    assert "1 calendar of a company is to be confirmed" in client_of(app, "Tomas").get("/desk").text
    calendars.confirm(cast["Tomas"], larkfield().id, 0, also_owed=False)
    assert "is to be confirmed" not in client_of(app, "Tomas").get("/desk").text
    assert not next(one for one in setup.points() if one.key == "calendars").lacks


# --- put right later ---------------------------------------------------------------------------------------


def put_right(cast, also_owed, parts=SAUDI, now=None):
    now = now or day(10)
    calendars.propose(cast["Noor"], larkfield().id, parts)
    seen = waiting_of(cast["Tomas"], larkfield()).proposal
    shown = calendars.preview(cast["Tomas"], larkfield(), seen, now)
    return shown, calendars.confirm(cast["Tomas"], larkfield().id, seen.id, also_owed, now)


def test_another_calendar_is_for_what_is_opened_afterwards_where_nobody_ticks(both):
    case = referred(both.cast)
    before = {key: (limit.due_at, limit.frozen) for key, limit in limits(case).items()}
    _shown, effect = put_right(both.cast, also_owed=False)
    assert effect.limits == 0
    assert {key: (limit.due_at, limit.frozen) for key, limit in limits(case).items()} == before


def test_a_calendar_that_is_put_right_reaches_what_is_owed_where_it_is_ticked(both):
    """L5 is due on Tuesday, 21 April; with the feast of three days it has it is due after them."""
    feast = {date(2026, 4, 21) + DAY * i: "Feast" for i in range(3)}
    holidays.add(both.cast["Tomas"], "SA", feast)
    case = referred(both.cast)
    shown, effect = put_right(both.cast, also_owed=True)
    limit = limits(case)["L5"]
    assert limit.due_on == date(2026, 4, 26) and limit.due_on.weekday() == 6  # Friday and Saturday are off there
    assert limit.frozen["zone"] == "Asia/Riyadh" and limits(case)["L6"].frozen["zone"] != "Asia/Riyadh"
    assert (shown.limits, shown.cases) == (effect.limits, effect.cases) == (1, 1)
    moved = {"limit": "L5", "due_on": "2026-04-26", "was_due_on": "2026-04-21"}
    assert facts(case, "calendar_moved") == [moved] and letters(case, "company")[-1] == "calendar_moved"
    assert "calendar_moved" in letters(case, "complainant")
    assert doctor.examine() == [] and chain.verify() == []


def test_it_never_moves_earlier_and_the_old_explanation_stays(both):
    case = referred(both.cast)
    before = limits(case)["L5"].due_at, limits(case)["L5"].frozen
    _shown, effect = put_right(both.cast, True, {"country": "KE", "zone": "Pacific/Kiritimati", "weekend": ["none"]})
    assert effect.limits == 0 and (limits(case)["L5"].due_at, limits(case)["L5"].frozen) == before
    assert doctor.examine() == []


def test_what_has_passed_stays_passed_and_other_companies_are_not_touched(app, cast):
    case = referred(cast)
    end = limits(case)["L4"].due_at
    other = {one.id: one.due_at for one in db.session.scalars(select(Limit).where(Limit.owed_by != "company"))}
    put_right(cast, True, {"country": "KE", "zone": "Pacific/Pago_Pago", "weekend": ["5", "6"]}, end + DAY / 24)
    assert limits(case)["L4"].due_at == end
    assert {one.id: one.due_at for one in db.session.scalars(select(Limit).where(Limit.owed_by != "company"))} == other


def test_nothing_of_the_old_calendar_stays_in_a_limit_that_gets_another_one(app, cast):
    limit = limits(referred(cast))["L5"]
    old = {"works": {"2026-04-25": "x"}, "half": {"2026-04-22": "x"}, "taken_out": {"2026-04-21": "2026-04-22"}}
    limit.frozen = {**limit.frozen, **old}
    frozen, new = deadlines.with_calendar(
        limit, Calendar("Africa/Nairobi", frozenset([5, 6]), {date(2026, 4, 21): "Feast"}, {}, {})
    )
    assert new.at > limit.due_at and not old.keys() & frozen.keys()


def test_both_sides_read_why_a_date_moved(app, cast):
    holidays.add(cast["Tomas"], "SA", {date(2026, 4, 21): "Feast"})
    case = referred(cast)
    put_right(cast, also_owed=True)
    sentence = "The calendar of the company was put right, and a date moved later"
    assert sentence in client_of(app, "Victor").get(f"/company/cases/{case.reference}").text
    assert sentence in client_of(app, "Noor").get(f"/desk/cases/{case.reference}").text


# --- imported registers ------------------------------------------------------------------------------------


SOON = datetime(2025, 8, 20, 12, tzinfo=UTC)
"""Before the day on which what Elm Guards was sent is due by its own calendar."""


@pytest.fixture
def elm(take_over, cast):  # noqa: F811
    """A case that a register says was sent to it, and a calendar of it that waits to be confirmed."""
    take_over(GOOD)
    elm = db.session.scalars(select(Company).where(Company.name == "Elm Guards")).one()
    assert waiting_of(cast["Tomas"], elm).proposal is None  # nothing is known of its country
    calendars.propose(cast["Noor"], elm.id, {"country": "BD", "zone": "", "weekend": []})
    case = db.session.scalars(select(Case).where(Case.state == "referred")).one()
    assert set(limits(case)) == {"L17"} and doctor.examine() == []

    def confirm(now, key=b"k" * 32):
        db.session.scalars(select(Party).where(Party.company_id == elm.id)).one().public_key = key
        db.session.commit()
        calendars.confirm(cast["Tomas"], elm.id, waiting_of(cast["Tomas"], elm).proposal.id, also_owed=False, now=now)

    return SimpleNamespace(case=case, confirm=confirm)


def test_an_imported_case_of_a_company_without_one_is_counted_on_confirmation(elm):
    elm.confirm(SOON)
    limit = limits(elm.case)["L5"]
    assert set(limits(elm.case)) == {"L5"} and limit.frozen["zone"] == "Asia/Dhaka"
    assert limit.due_on == date(2025, 9, 15) and limit.opened_at.date() == date(2025, 8, 1)
    assert facts(elm.case, "register_counted") == [{"limit": "L5", "due_on": "2025-09-15"}]


@pytest.mark.parametrize(("now", "key"), [(NOW, b"k" * 32), (SOON, None)])
def test_a_company_breaches_nothing_that_was_over_before_or_that_nobody_there_could_read(elm, now, key):
    elm.confirm(now, key)
    assert set(limits(elm.case)) == {"L17"} and sweep(now).escalated == 0
    assert facts(elm.case, "register_counted") == [{"limit": "L5", "due_on": "2025-09-15"}]
    planted = [f"company {elm.case.company_id}: its key is not the one of the key log."] if key else []
    assert doctor.examine() == planted and chain.verify() == []  # nobody of it made the key that this test put there


def test_a_case_that_is_suspended_is_not_counted(elm):
    elm.case.suspended = True
    elm.confirm(SOON)
    assert "L5" not in limits(elm.case) and facts(elm.case, "register_counted") == []


def test_it_is_counted_once(take_over, cast):  # noqa: F811
    take_over(GOOD)
    elm = db.session.scalars(select(Company).where(Company.name == "Elm Guards")).one()
    for country in ("BD", "KE"):
        calendars.propose(cast["Noor"], elm.id, {"country": country, "zone": "", "weekend": []})
        seen = waiting_of(cast["Tomas"], elm).proposal.id
        calendars.confirm(cast["Tomas"], elm.id, seen, also_owed=False, now=NOW)
    case = db.session.scalars(select(Case).where(Case.state == "referred")).one()
    assert len(facts(case, "register_counted")) == 1


# --- at their pages ----------------------------------------------------------------------------------------


def choose(client, path, **answers):
    page = client.get(path)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return client.post(path, data={**hidden, "csrf_token": token(page), **answers}, follow_redirects=True)


def test_at_their_pages_an_officer_proposes_by_the_country_and_an_approver_confirms(app, cast):
    path, noor, tomas = f"{ADMIN}/companies/{larkfield().id}/calendar", client_of(app, "Noor"), client_of(app, "Tomas")
    filled = choose(noor, path, country="SA", answer="by_country")
    assert "Known of this country: Friday, Saturday. Source: CLDR 48" in filled.text
    assert re.search(r'value="4" checked', filled.text) and re.search(r'value="5" checked', filled.text)
    assert re.search(r'value="Asia/Riyadh" selected', filled.text)
    done = choose(noor, path, answer="propose", **SAUDI)
    assert "Proposed by Noor." in done.text and "Confirm this calendar" not in done.text
    assert "1 calendar of a company is to be confirmed" in tomas.get("/desk").text
    looked = tomas.get(path)
    assert "Confirm this calendar" in looked.text and "No date that is owed now would be later by it." in looked.text
    assert "1 calendar is confirmed." in choose(tomas, path, answer="confirm").text
    assert larkfield().weekend == [4, 5]


def test_one_page_confirms_all_that_is_ticked(app, cast):
    for company in db.session.scalars(select(Company)):
        company.calendar_confirmed_at = None
    db.session.commit()
    tomas = client_of(app, "Tomas")
    page = tomas.get(f"{ADMIN}/calendars")
    boxes = re.findall(r'name="confirm" value="([^"]+)"', page.text)
    assert len(boxes) == 2 and "Confirm what is ticked" in page.text
    assert "Tick at least one" in choose(tomas, f"{ADMIN}/calendars").text
    assert "2 calendars are confirmed." in choose(tomas, f"{ADMIN}/calendars", confirm=boxes).text
    assert calendars.waiting(cast["Tomas"]) == []


def test_where_nothing_can_be_ticked_there_is_no_button_for_it(app, cast):
    """With one's own proposal alone there is nothing that one confirms."""
    forget()
    tomas = client_of(app, "Tomas")
    assert "Confirm what is ticked" in tomas.get(f"{ADMIN}/calendars").text
    calendars.propose(cast["Tomas"], larkfield().id, SAUDI)
    page = tomas.get(f"{ADMIN}/calendars").text
    assert "You proposed it" in page and "Confirm what is ticked" not in page and 'name="also_owed"' not in page


def test_an_officer_is_shown_no_button_that_confirms_and_cannot_post_one(app, cast):
    forget()
    noor = client_of(app, "Noor")
    page = noor.get(f"{ADMIN}/calendars").text
    assert "Larkfield Guarding" in page and 'name="confirm"' not in page
    answer = choose(noor, f"{ADMIN}/companies/{larkfield().id}/calendar", answer="confirm", seen="0")
    assert answer.status_code == 409 and "Only an approver" in answer.text and larkfield().calendar_confirmed_at is None


def test_a_company_of_which_nothing_is_known_asks_for_a_proposal(app, cast):
    people.add_company(Company(name="Nowhere", membership=Membership.MEMBER, country="*", zone="UTC", weekend=[5, 6]))
    page = client_of(app, "Tomas").get(f"{ADMIN}/calendars").text
    assert "Nothing can be proposed by its country" in page and 'name="confirm"' not in page


def test_the_offices_record_says_which_calendar_of_whom(app, cast):
    put_right(cast, also_owed=False)
    page = client_of(app, "Tomas").get(f"{ADMIN}/record").text
    assert "The calendar of a company was confirmed" in page and "Saudi Arabia" in page
