"""The administration over HTTP: who reads, who changes, what is asked before, and that typed words stay."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.accounts import people, sessions
from grievance.deadlines import holidays
from grievance.deadlines.dates import Rule
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Company
from grievance.models.writing import Holiday
from grievance.record import chain
from grievance.reports import rules
from tests.scenarios.days import limits
from tests.views.test_routes import client_of, token

ADMIN = "/desk/admin"
NEW = {
    "name": "Harrow Watch", "country": "KE", "zone": "Africa/Nairobi", "weekend": ["4", "5"], "language": "en",
    "membership": "member", "since": "2024-02-29", "trade_names": "Harrow Guards",
}  # fmt: skip
CHANGES = (
    "/companies/new",
    "/companies/1/edit",
    "/companies/1/membership",
    "/holidays/add",
    "/holidays/1/remove",
)


@pytest.fixture
def tomas(app, cast):
    return client_of(app, "Tomas")


@pytest.fixture
def larkfield(app, cast):
    return db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()


def post(client, path, data, page=None):
    """Send a form with the token of the page that it is on."""
    got = client.get(page or path)
    return client.post(path, data={"csrf_token": token(got), **data})


def shown(client, path):
    """The fields of a form as they stand on its page."""
    page = client.get(path)
    return {"csrf_token": token(page), "version": re.search(r'name="version" value="(\d+)"', page.text).group(1)}


def events():
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.chain == OFFICE_CHAIN))


@pytest.mark.parametrize("name", ["nobody", "Noor", "Ines", "Victor", "Olga"])
def test_only_an_approver_can_post_a_change(app, cast, name):
    holidays.add(cast["Tomas"], "KE", {date(2027, 1, 1): "New Year"})
    before = events()
    client = client_of(app, name)
    page = client.get("/account/people" if name != "nobody" else "/account/sign-in")
    for path in CHANGES:
        answer = client.post(ADMIN + path, data={"csrf_token": token(page), **NEW, "answer": "confirm"})
        assert answer.status_code in (401, 403), path
    assert events() == before and db.session.scalar(select(func.count()).select_from(Holiday)) == 1


def test_an_approver_who_was_not_admitted_changes_nothing(app, cast):
    people.accept(people.invite(None, "paula@example.org", "Paula", people.Role.APPROVER), demonstration.PASSWORD)
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in("paula@example.org", demonstration.PASSWORD)
    assert {client.get(ADMIN + path).status_code for path in ("", *CHANGES)} == {403}


def test_an_officer_reads_and_is_shown_no_button_that_changes(app, cast):
    holidays.add(cast["Tomas"], "KE", {date(2027, 1, 1): "New Year"})
    noor = client_of(app, "Noor")
    for path in ("/companies", "/companies/1", "/holidays?country=KE"):
        page = noor.get(ADMIN + path)
        assert page.status_code == 200
        assert not re.search(r'href="/desk/admin/[^"]*/(new|edit|membership|add|remove)[?"]', page.text), path


def test_every_page_of_the_administration_is_linked_and_belongs_to_the_desk(tomas):
    assert 'href="/desk/admin"' in tomas.get("/desk").text
    index = tomas.get(ADMIN).text
    for path in ("/desk/admin/companies", "/desk/admin/holidays", "/desk/admin/procedure", "/desk/admin/record"):
        page = tomas.get(path).text
        assert f'href="{path}"' in index and 'class="desk"' in page and "Sign out" in page
    assert 'href="/account/people"' in index


# --- companies ---------------------------------------------------------------------------------------------


def test_a_company_is_added_and_shown_and_a_complaint_may_name_it(app, tomas):
    answer = post(tomas, f"{ADMIN}/companies/new", NEW)
    assert answer.status_code == 303
    page = tomas.get(answer.headers["Location"]).text
    for word in ("Harrow Watch", "Harrow Guards", "Kenya", "Friday, Saturday", "Member", "29 February 2024"):
        assert word in page, word
    assert "Harrow Guards (Harrow Watch)" in app.test_client().get("/complain?step=all").text


def test_a_wrong_answer_keeps_what_was_typed_and_says_so_at_its_field(tomas):
    bad = {**NEW, "name": "Larkfield Guarding", "certified_until": "soon", "certification": "ISO 18788"}
    answer = post(tomas, f"{ADMIN}/companies/new", bad)
    assert answer.status_code == 422 and 'id="certified_until-error"' in answer.text
    for typed in ('value="soon"', 'value="ISO 18788"', "Harrow Guards", 'value="2024-02-29"'):
        assert typed in answer.text, typed
    assert re.search(r'value="4" checked', answer.text) and not re.search(r'value="6" checked', answer.text)
    again = post(tomas, f"{ADMIN}/companies/new", {**bad, "certified_until": ""})
    assert again.status_code == 422 and "company with this name already" in again.text


def test_whoever_saves_second_is_told_and_keeps_what_was_typed(tomas, larkfield):
    path = f"{ADMIN}/companies/{larkfield.id}/edit"
    first, second = shown(tomas, path), shown(tomas, path)
    rest = {"name": "Larkfield Guarding", "country": "KE", "zone": "Africa/Nairobi", "language": "en"}
    assert tomas.post(path, data={**first, **rest, "certification": "ISO 18788"}).status_code == 303
    late = tomas.post(path, data={**second, **rest, "certification": "PSC.1"})
    assert late.status_code == 409 and "since you opened" in late.text and 'value="PSC.1"' in late.text
    assert larkfield.certification == "ISO 18788"
    page = re.search(r'name="version" value="(\d+)"', late.text).group(1)
    assert tomas.post(path, data={**second, **rest, "version": page, "certification": "PSC.1"}).status_code == 303


def test_what_suspending_means_is_said_before_it_is_saved(tomas, larkfield):
    path = f"{ADMIN}/companies/{larkfield.id}/membership"
    page = tomas.get(path).text
    assert (
        "Nothing new is referred to it. What it owes goes on" in page and "Its people keep what they were given" in page
    )
    bad = tomas.post(path, data={**shown(tomas, path), "membership": "suspended", "since": "2099-01-01"})
    assert bad.status_code == 422 and 'value="2099-01-01"' in bad.text
    good = tomas.post(path, data={**shown(tomas, path), "membership": "suspended", "since": "2026-01-05"})
    assert good.status_code == 303 and larkfield.membership.value == "suspended"
    assert "Member, suspended" in tomas.get(good.headers["Location"]).text


def test_a_certificate_that_has_run_out_is_shown_as_expired(app, tomas, larkfield):
    today = clock.today(app.config["TIME_ZONE"])
    larkfield.certification, larkfield.certified_until = "ISO 18788", today - timedelta(days=1)
    db.session.commit()
    for path in ("/companies", f"/companies/{larkfield.id}"):
        assert '<strong class="late">expired</strong>' in tomas.get(ADMIN + path).text
    larkfield.certified_until = today
    db.session.commit()
    assert "expired" not in tomas.get(f"{ADMIN}/companies").text


def test_the_question_what_the_company_was_then_shows_its_history(app, cast, tomas, larkfield):
    path = f"{ADMIN}/companies/{larkfield.id}/membership"
    tomas.post(path, data={**shown(tomas, path), "membership": "affiliate", "since": "2020-03-01"})
    reference, _amina, _code = demonstration.file_one(clock.now())
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/classify").text
    assert "Larkfield Guarding on the day it was filed: Affiliate. Since 1 March 2020: Affiliate." in page


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999"])
def test_a_company_or_a_holiday_that_is_not_there_is_a_page_with_a_sentence(tomas, number):
    paths = ("/companies/{}", "/companies/{}/edit", "/companies/{}/membership", "/holidays/{}/remove")
    assert {tomas.get(ADMIN + path.format(number)).status_code for path in paths} == {404}
    data = {"csrf_token": token(tomas.get(f"{ADMIN}/companies/new")), **NEW}
    assert {tomas.post(ADMIN + path.format(number), data=data).status_code for path in paths[1:]} <= {404, 409}


# --- holidays ----------------------------------------------------------------------------------------------


@pytest.fixture
def running(app, cast):
    """A case that the company has, and the day on which its answer is due."""
    reference, _code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=20))
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return case, limits(case)["L5"].due_on


def test_the_effect_is_shown_first_and_saved_only_when_it_is_confirmed(tomas, running):
    case, due = running
    form = {"country": "KE", "on": due.isoformat(), "name": "Founders' Day"}
    seen = post(tomas, f"{ADMIN}/holidays/add", form)
    assert seen.status_code == 200 and case.reference in seen.text and "1 date moves later." in seen.text
    assert db.session.scalars(select(Holiday)).all() == [] and limits(case)["L5"].due_on == due
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', seen.text))
    hidden["name"] = "Founders' Day"
    for said in ("1 date moved later.", "It counts once."):
        done = tomas.post(f"{ADMIN}/holidays/add", data={**hidden, "answer": "confirm"})
        assert done.status_code == 303 and said in tomas.get(done.headers["Location"]).text
    assert limits(case)["L5"].due_on > due
    assert doctor.examine() == [] and chain.verify() == []


def test_a_moved_date_and_its_reason_are_there_for_all_who_may_see_the_limit(app, cast, tomas, running):
    case, due = running
    holidays.add(cast["Tomas"], "KE", {due: "Founders' Day"})
    for client, path in ((client_of(app, "Victor"), "/company"), (client_of(app, "Noor"), "/desk")):
        page = client.get(f"{path}/cases/{case.reference}").text
        assert "A holiday was added, and a date moved later" in page and "Founders&#39; Day" in page


def test_the_company_does_not_learn_from_a_holiday_of_a_limit_that_it_must_not_know(app, cast, running):
    case, _due = running
    demonstration.do("ask", cast["Noor"], case.reference, clock.now())
    holidays.add(cast["Tomas"], "*", {limits(case)["L3"].due_on: "Ours"})
    said = "A holiday was added, and a date moved later"
    assert said in client_of(app, "Noor").get(f"/desk/cases/{case.reference}").text
    assert said not in client_of(app, "Victor").get(f"/company/cases/{case.reference}").text


def test_many_lines_are_saved_together_and_can_be_changed_before(tomas):
    lines = "2027-01-01 New Year\r\n2027-06-01 Madaraka <Day>"
    seen = post(tomas, f"{ADMIN}/holidays/add", {"country": "KE", "lines": lines})
    assert "No date moves now." in seen.text and "Madaraka &lt;Day&gt;" in seen.text
    data = {"csrf_token": token(seen), "country": "KE", "lines": lines}
    back = tomas.post(f"{ADMIN}/holidays/add", data={**data, "answer": "change"})
    assert "2027-06-01 Madaraka" in back.text and "<textarea" in back.text
    assert tomas.post(f"{ADMIN}/holidays/add", data={**data, "answer": "confirm"}).status_code == 303
    page = tomas.get(f"{ADMIN}/holidays?country=KE").text
    assert "<h2>2027</h2>" in page and "Friday, 1 January 2027" in page


@pytest.mark.parametrize("answer", ["", "confirm"])
def test_a_bad_line_is_named_nothing_is_half_saved_and_the_lines_stay(tomas, answer):
    lines = "2027-01-01 New Year\n2027-02-30 No such day"
    bad = post(tomas, f"{ADMIN}/holidays/add", {"country": "KE", "lines": lines, "answer": answer})
    assert bad.status_code == 422 and "Line 2: there is no such date." in bad.text and lines in bad.text
    assert db.session.scalars(select(Holiday)).all() == []


def test_taking_a_holiday_out_asks_first_and_is_said_once(cast, tomas):
    holidays.add(cast["Tomas"], "KE", {date(2027, 1, 1): "New Year"})
    (row,) = db.session.scalars(select(Holiday)).all()
    path = f"{ADMIN}/holidays/{row.id}/remove"
    asked = tomas.get(path)
    assert "never moves earlier" in asked.text and db.session.get(Holiday, row.id)
    assert tomas.post(path, data={"csrf_token": token(asked)}).status_code == 303
    again = tomas.post(path, data={"csrf_token": token(asked)})
    assert again.status_code == 409 and "not in the calendar any more" in again.text


# --- the procedure and the record --------------------------------------------------------------------------


def test_the_procedure_is_told_in_words_with_its_source_and_what_the_company_never_sees(tomas):
    page = tomas.get(f"{ADMIN}/procedure").text
    for word in ("15 business days", "45 calendar days", "24 hours", "90 calendar days", "IFC Compliance Advisor",
                 "procedure.toml", "3 years after closing", "Refer to the company"):  # fmt: skip
        assert word in page, word
    hidden = {line.key for line in rules.limit_lines() if line.hidden}
    assert {"L3", "L14", "L18", "L19", "L20"} <= hidden and "L5" not in hidden


@pytest.mark.parametrize(("rule", "told"), [("1b", "1 business day"), ("2c", "2 calendar days"), ("1h", "1 hour")])
def test_a_rule_is_told_in_words(app, rule, told):
    with app.test_request_context():
        assert rules.in_words(Rule.parse(rule)) == told


def test_the_offices_record_says_what_happened_to_whom_by_whom_newest_first(cast, tomas, larkfield):
    path = f"{ADMIN}/companies/{larkfield.id}/membership"
    tomas.post(path, data={**shown(tomas, path), "membership": "suspended", "since": "2026-01-05"})
    holidays.add(cast["Tomas"], "KE", {date(2027, 1, 1): "New Year"})
    page = tomas.get(f"{ADMIN}/record").text
    rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r"<tr>(.*?)</tr>", page)[1:]]
    assert "Holidays were added" in rows[0] and "Kenya · 1 January 2027" in rows[0] and "Tomas" in rows[0]
    assert "A company was changed" in rows[1] and "Larkfield Guarding" in rows[1]
    assert "A person accepted the invitation" in page and "The command line" in page


def test_the_offices_record_has_fifty_a_page_and_no_entry_twice_or_left_out(cast, tomas):
    for number in range(60):
        holidays.add(cast["Tomas"], "KE", {date(2027, 1, 1) + timedelta(days=number): "Day"})
    seen, path = [], f"{ADMIN}/record"
    while path:
        page = tomas.get(path).text
        here = [int(n) for n in re.findall(r"<tr><td>(\d+)</td>", page)]
        assert len(here) <= 50
        seen += here
        older = re.search(r'href="(/desk/admin/record\?before=\d+)"', page)
        path = older.group(1) if older else ""
    assert seen == list(range(events(), 0, -1))


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999"])
def test_an_odd_page_of_the_record_is_a_page(tomas, before):
    assert tomas.get(f"{ADMIN}/record?before={before}").status_code == 200
