"""The figures of the office: each held against what an independent count of the same cases gives."""

import ast
import csv
import io
import json
import statistics
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from babel.messages.pofile import read_po
from sqlalchemy import func, select, text, update

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.forms.choices import LANGUAGES_EVERYWHERE, REMEDY_KINDS
from grievance.maintenance.backup import canary
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.limit import Limit
from grievance.reports import figure_files, figure_tables
from grievance.reports.figures import Period, Took, figures
from grievance.workflow import steps, words
from tests.conftest import ROOT
from tests.views.test_routes import client_of, token

UNTIL = (None, None, "acknowledge", "refer", "respond", "remedy", "close", "close")


@pytest.fixture
def references(app, cast, ready, tmp_path):
    """Eight complaints of this year, as far along the story as UNTIL says, with a week between them."""

    def walked():
        start = clock.now().replace(hour=9) - timedelta(days=250)  # late in the evening a summer's day is another one
        return [
            demonstration.walk_story(cast, until, start + timedelta(days=7 * n))[0] for n, until in enumerate(UNTIL)
        ]  # fmt: skip

    return list(ready.made("eight complaints of this year", tmp_path, walked))


@pytest.fixture
def year():
    today = clock.office_today()
    return Period(today - timedelta(days=364), today)


def events_may_change():
    on = " ON events" if db.engine.dialect.name == "postgresql" else ""
    db.session.execute(text(f"DROP TRIGGER IF EXISTS events_no_update{on}"))


def by_hand(references, cast, first, last):
    """Days between two kinds of events, read from each case by itself."""
    found = []
    for reference in references:
        case_id = find_case(cast["Noor"], reference).id
        events = db.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq)).all()
        begun = [one.happened_at for one in events if one.kind == first][:1]
        done = [one.happened_at for one in events if one.kind == last][:1]
        found += [(clock.office_day(b) - clock.office_day(a)).days for a, b in zip(begun, done, strict=False)]
    return found


def test_complaints_are_counted_and_those_that_are_open_and_closed(references, year):
    found = figures(year)
    assert (found.received, found.open_then, found.closed, found.from_registers.number) == (8, 6, 2, 0)
    assert sum(number for _key, number in found.by["company"]) == 8
    assert sum(number for _key, number in found.by["reason"]) == 2


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("acknowledge", "file", "acknowledge"), ("answer", "refer", "respond"), ("close", "file", "close")],
)
def test_how_long_it_took_is_the_middle_and_nine_tenths_of_the_days_of_each_case(
    references, cast, year, name, first, last
):
    days = sorted(by_hand(references, cast, first, last))
    took = figures(year).took[name]
    assert took.number == len(days) > 0
    assert took.median == statistics.median(days)
    assert sum(day <= took.p90 for day in days) >= 0.9 * len(days)
    assert sum(day < took.p90 for day in days) < 0.9 * len(days)


def test_what_came_late_is_of_what_was_due_and_done_or_missed(references, cast, year):
    steps.bring_up_to_date(cast["Noor"], references[3], clock.now())
    limits = [one for one in db.session.scalars(select(Limit)) if one.met_at or one.missed_at]
    for name, sides in (("company", ("company",)), ("office", ("secretariat", "approver"))):
        theirs = [one for one in limits if one.owed_by in sides and year.first <= one.due_on <= year.last]
        late, missed = figures(year).late[name], sum(one.missed_at is not None for one in theirs)
        assert (late.due, late.missed, late.corrected) == (len(theirs), missed, 0) and missed > 0


def test_remedies_are_counted_by_their_form_and_by_what_became_of_them(references, year):
    (promised,) = figures(year).remedies.values()
    assert (promised.agreed, promised.verified, promised.disputed, promised.waived) == (3, 3, 0, 0)


def test_a_period_has_both_of_its_days_and_no_other(references, cast):
    day = clock.office_day(find_case(cast["Noor"], references[0]).received_at)
    assert figures(Period(day, day)).received == 1
    assert figures(Period(day - timedelta(days=1), day - timedelta(days=1))).received == 0
    assert figures(Period(day + timedelta(days=1), day + timedelta(days=7))).received == 1


def test_the_case_of_the_drills_is_in_no_figure(app, references, year, tmp_path):
    with_it = figures(year)
    canary.ensure(tmp_path / "canary.json", clock.now())
    assert figures(year) == with_it and with_it.from_registers.number == 0


def test_one_company_alone_is_asked_for(references, cast, year):
    company = find_case(cast["Noor"], references[0]).company_id
    assert figures(Period(year.first, year.last, company)).received == 8
    assert figures(Period(year.first, year.last, company + 1)).received == 0


def test_of_nothing_there_is_no_median_and_no_share(app, cast):
    nothing = figures(Period(date(2001, 1, 1), date(2001, 12, 31)))
    assert nothing.received == 0 and nothing.took["close"] == Took(0, None, None) and nothing.late == {}


# --- as of a day --------------------------------------------------------------------------------------------


def test_figures_are_as_they_stood_on_a_day(references, cast, year):
    """Of the case that was closed, as of the day on which it was referred: open, not answered, no remedy."""
    case_id = find_case(cast["Noor"], references[6]).id
    events = db.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq)).all()
    received, referred = (clock.office_day(one.happened_at) for one in events if one.kind in ("file", "refer"))
    then = figures(Period(received, received, as_of=referred))
    before = figures(Period(received, received, as_of=referred - timedelta(days=1)))
    now = figures(Period(received, received))
    assert (then.received, then.open_then, then.took["decide"].number, then.took["answer"].number) == (1, 1, 1, 0)
    assert (before.open_then, before.took["decide"].number) == (1, 0)
    assert (now.open_then, now.took["answer"].number, len(now.remedies), then.remedies) == (0, 1, 1, {})
    assert figures(Period(received, received, as_of=received - timedelta(days=1))).received == 0


def test_incidents_are_of_now_and_left_out_as_of_an_earlier_day_on_the_page_and_in_each_file(app, references):
    client, today = client_of(app, "Noor"), clock.office_today()
    received = Period(today - timedelta(days=364), today)
    assert figures(received).incidents == figures(replace(received, as_of=today)).incidents == len(references)
    earlier = figures(replace(received, as_of=today - timedelta(days=1)))
    assert earlier.incidents is None and earlier.received == len(references)
    for as_of, has in ((today, True), (today - timedelta(days=1), False)):
        asked = {"year": today.year, "as_of": as_of}
        book = openpyxl.load_workbook(io.BytesIO(sent(client, "/desk/figures/table.xlsx", **asked).data))
        lines = [str(row[0].value) for sheet in book for row in sheet.iter_rows()]
        assert any("Incidents that they tell of" in line for line in lines) == has
        table = sent(client, "/desk/figures/table.csv", **asked).text
        page = client.get(f"/desk/figures?year={today.year}&as_of={as_of}").text
        for text_of_it in (table, page):
            assert ("(of now, not in the recount)" in text_of_it) == has
    assert not any("Incidents" in line.name for table in figure_tables.report_tables(earlier) for line in table.lines)


def test_a_day_that_has_not_come_is_today(references, year):
    late = Period(year.first, year.last, as_of=year.last + timedelta(days=9))
    assert figures(late).as_of == clock.office_today() and figures(late).received == 8


def test_cases_from_before_are_counted_by_their_rows(references, year):
    """An event of the version before says nothing for figures."""
    now = figures(year)
    events_may_change()
    for number, facts in db.session.execute(select(Event.id, Event.facts)).all():
        said = {name: value for name, value in json.loads(facts).items() if name != "figures"}
        db.session.execute(update(Event).where(Event.id == number).values(facts=json.dumps(said)))
    db.session.commit()
    assert figures(year) == now


# --- at the page -------------------------------------------------------------------------------------------


def test_the_page_has_each_figure_as_a_table_and_the_file_has_the_same(app, references):
    client = client_of(app, "Noor")
    page = client.get("/desk/figures")
    assert '>Received</th><td role="cell" data-label="Number">8</td>' in page.text and "6 of 8" in page.text
    answer = client.post("/desk/figures/table.csv", data={"csrf_token": token(page), "year": clock.office_today().year})
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert ["Received", "8", ""] in rows and ["of these still open", "6", "8"] in rows
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_who_took_them_away_is_on_the_offices_record(app, cast, references):
    client = client_of(app, "Noor")
    client.post("/desk/figures/table.csv", data={"csrf_token": token(client.get("/desk/figures")), "quarter": "1"})
    last = db.session.scalars(select(Event).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq.desc())).first()
    facts = json.loads(last.facts)
    assert (last.kind, last.actor_id, facts["what"]) == ("figures_taken", cast["Noor"].account_id, "figures")
    assert (facts["first"][4:], facts["last"][4:]) == ("-01-01", "-03-31")


def test_what_each_officer_has_is_shown_to_the_head_alone_and_is_in_no_file(app, references):
    head, officer = client_of(app, "Tomas"), client_of(app, "Noor")
    page = head.get("/desk/figures")
    assert "Who has what now" in page.text and "Who has what now" not in officer.get("/desk/figures").text
    assert "Who has what now" not in head.post("/desk/figures/table.csv", data={"csrf_token": token(page)}).text


@pytest.mark.parametrize(
    "asked",
    ["year=9999", "year=0", "year=x", "quarter=5", "company=99999", "company=-1", "as_of=x", "as_of=9999-01-01"],
)
def test_what_cannot_be_asked_for_shows_this_year_of_all(app, references, asked):
    page = client_of(app, "Noor").get(f"/desk/figures?{asked}")
    assert page.status_code == 200 and '>Received</th><td role="cell" data-label="Number">8</td>' in page.text


def test_no_reference_and_no_word_of_a_complaint_is_in_the_figures(app, references):
    page = client_of(app, "Tomas").get("/desk/figures").text
    assert not any(one in page for one in references) and demonstration.ACCOUNT[:30] not in page


# --- to keep -----------------------------------------------------------------------------------------------


def sent(client, path, **more):
    page = client.get("/desk/figures")
    answer = client.post(path, data={"csrf_token": token(page), "year": clock.office_today().year, **more})
    assert answer.status_code == 200, answer.text
    return answer


def test_the_workbook_has_a_sheet_for_each_table_and_nothing_in_it_is_a_formula(app, references):
    book = openpyxl.load_workbook(io.BytesIO(sent(client_of(app, "Tomas"), "/desk/figures/table.xlsx").data))
    sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    assert ["Received", 8, None] in sheets["Complaints"] and ["of these still open", 6, 8] in sheets["Complaints"]
    assert "Who has what now" not in sheets and len(sheets) > 8
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert sheets["Period"][0] == ["From", f"{clock.office_today().year}-01-01"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("=1+1", "=1+1"), ("2026-11-29", "2026-11-29"), ("12345678901234567", "12345678901234567"), ("12", 12),
        ("2.5", 2.5), ("@x", "@x"), ("a\x00b", "ab"), ("", None), ("٣", "٣"),
    ],
)  # fmt: skip
def test_a_workbook_keeps_texts_days_and_long_numbers_as_they_are(said, kept):
    book = openpyxl.Workbook()
    figure_files._fill(book.active["A1"], said)
    stream = io.BytesIO()
    book.save(stream)
    cell = openpyxl.load_workbook(stream).active["A1"]
    assert (cell.value, cell.data_type in "sn") == (kept, True)


@pytest.mark.parametrize("lang", [code for code, _name in LANGUAGES_EVERYWHERE])
def test_the_report_is_a_tagged_pdf_in_each_language(app, references, lang):
    data = sent(client_of(app, "Tomas"), "/desk/figures/report.pdf", **{"in": lang}).data
    with pikepdf.open(io.BytesIO(data)) as file:
        assert str(file.Root.Lang).startswith(lang) and bool(file.Root.MarkInfo.Marked)
        kinds = Counter(str(one.get("/S")) for one in file.objects if isinstance(one, pikepdf.Dictionary))
        assert kinds["/H1"] == 1 and kinds["/Table"] >= 8 and kinds["/TH"] > kinds["/Table"]


@pytest.mark.parametrize("path", ["/desk/figures/table.csv", "/desk/figures/table.xlsx", "/desk/figures/report.pdf"])
def test_who_takes_a_file_is_noted_and_nobody_outside_the_office_gets_one(app, cast, references, path):
    sent(client_of(app, "Noor"), path)
    kinds = db.session.scalars(select(Event.kind).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq)).all()
    assert kinds[-1] == "figures_taken" and kinds.count("figures_taken") == 1
    for name in ("Victor", "Cosima"):
        assert client_of(app, name).post(path, data={}).status_code in (401, 403)
    assert app.test_client().post(path, data={}).status_code in (302, 400, 401)
    assert db.session.scalar(select(func.count()).where(Event.kind == "figures_taken")) == 1


def test_the_page_is_asked_for_as_of_a_day_and_keeps_it_in_its_files(app, references):
    day = clock.office_today() - timedelta(days=245)
    client = client_of(app, "Noor")
    page = client.get(f"/desk/figures?year={day.year}&as_of={day}")
    assert '>Received</th><td role="cell" data-label="Number">1</td>' in page.text and f'value="{day}"' in page.text
    rows = list(csv.reader(io.StringIO(sent(client, "/desk/figures/table.csv", year=day.year, as_of=day).text)))
    assert ["Received", "1", ""] in rows and ["As of", str(day)] in rows


OF_THE_PAGE = {
    ("For you as the head of the office alone; it is in no file and no report. A case counts for who is in charge of"
     " it, and not for who is beside."), "Who has what now", "Officer", "Open",
    "Overdue", "From", "until", "As of", "of", "Period", "All",
}  # fmt: skip
"""Texts of the desk's page, its workbook and its plain table, which are in the desk's language."""


@pytest.mark.parametrize("lang", [code for code, _name in LANGUAGES_EVERYWHERE if code != "en"])
def test_each_text_of_the_report_is_in_each_language(lang):
    said = {
        node.args[0].value
        for module in (figure_tables, figure_files)
        for node in ast.walk(ast.parse(Path(module.__file__).read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "_l")
    }
    lists = (words.CHANNELS, words.TOPICS, words.SEVERITIES, dict(REMEDY_KINDS))
    said |= {str(label) for labels in lists for label in labels.values()}
    with open(ROOT / "translations" / lang / "LC_MESSAGES" / "messages.po", "rb") as file:
        known = {message.id for message in read_po(file) if message.string and not message.fuzzy}
    assert said - OF_THE_PAGE - known == set()
