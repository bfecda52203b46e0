"""Registers of other offices: the shapes in which they come, and the right value of each (docs/registers.md)."""

import json
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import select

from grievance.demonstration import do
from grievance.desk.search import search
from grievance.extensions import db
from grievance.intake import filing, register, register_names, register_undo
from grievance.intake.register_files import open_register
from grievance.intake.register_mapping import load_mapping
from grievance.maintenance import doctor
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.keys import IdentityEntry
from grievance.models.people import Company
from grievance.models.register import RegisterRun
from grievance.models.writing import Letter, Writing
from grievance.record import chain
from grievance.reports.casefile import open_case_file
from tests.conftest import ROOT

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BASE = """
source = "probe"
also = ["What"]
[columns]
id = "No"
received_on = "Received"
sent_on = "Sent"
company = "Company"
account = "Story"
state = "Status"
[states]
"Open" = "received"
"Sent" = "referred"
"Closed" = "closed"
"Sustained" = "closed"
"""
HEAD = "No,Received,Sent,Company,What,Story,Status\n"
ONE = "1,2026-01-06,,Alpha Guards,x,a,Closed\n"


def mapped(first="", **tables):
    """The mapping with lines before it, and more lines in its tables."""
    text = f"{first}\n{BASE}"
    for name, lines in tables.items():
        text = text.replace("[columns]", f"[columns]\n{lines}") if name == "columns" else f"{text}\n[{name}]\n{lines}\n"
    return text


def unheard_of(folder):
    """The company of one case that was taken over: nobody here knew it."""
    (folder / "map.toml").write_text(BASE)
    (folder / "one.csv").write_text(HEAD + ONE)
    register.take_over(open_register(folder / "one.csv", load_mapping(folder / "map.toml")), NOW)
    return register_names.waiting()[0].company


@pytest.fixture
def take(app, tmp_path):
    def run(body, mapping=BASE, name="register.csv", **how):
        (tmp_path / "map.toml").write_text(mapping)
        path = tmp_path / name
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        taken = register.take_over(open_register(path, load_mapping(tmp_path / "map.toml")), NOW, **how)
        assert taken.counts["lines"] == sum(taken.counts[one] for one in ("taken_over", "known", "left_out"))
        return taken

    return run


def cases():
    return list(db.session.scalars(select(Case).order_by(Case.received_at, Case.register_key)))


def words(cast, case):
    """What the desk reads of a case's first words, by the register's columns."""
    file = open_case_file(cast["Noor"], case)
    return {str(name): text for one in file.writings for name, text in one.fields}


# --- the shapes of data/failing ----------------------------------------------------------------------------


SEVERAL = """7,2026-01-05,,Alpha Guards,rudeness,a,Closed
7,2026-01-05,,Alpha Guards,violence,a,Sustained
8,2026-01-06,,Beta Patrol,wages,b,Closed
"""


def test_several_rows_of_one_case_are_one_case_with_several_allegations(take, cast):
    taken = take(HEAD + SEVERAL)
    assert (taken.counts["lines"], taken.counts["taken_over"], taken.counts["cases"]) == (3, 3, 2)
    said = words(cast, cases()[0])
    assert [said[one] for one in ("What (1)", "What (2)", "Status (2)")] == ["rudeness", "violence", "Sustained"]
    assert doctor.examine() == [] == chain.verify()


def test_lines_of_one_case_need_not_stand_together_and_it_is_closed_once_all_of_them_are(take):
    taken = take(
        HEAD + "7,2026-01-05,,Alpha,x,a,Closed\n8,2026-01-06,,Alpha,x,b,Closed\n7,2026-01-04,,Alpha,y,c,Open\n"
    )
    assert taken.counts["cases"] == 2
    first = cases()[0]
    assert (first.state, first.received_at.date()) == (State.RECEIVED, date(2026, 1, 4))


DAYS = HEAD + "1,03/04/2026,,Alpha Guards,x,a,Closed\n2,25/04/2026,,Alpha Guards,x,b,Closed\n"


def test_day_and_month_in_each_others_place_are_noticed_before_anything_is_kept(take):
    with pytest.raises(ValueError, match="the other way round than the mapping says: line 3: 25/04/2026"):
        take(DAYS, mapped('dates = ["%m/%d/%Y"]'))
    assert cases() == [] and db.session.scalars(select(RegisterRun)).all() == []
    take(DAYS, mapped('dates = ["%d/%m/%Y"]'))
    assert [case.received_at.date() for case in cases()] == [date(2026, 4, 3), date(2026, 4, 25)]


def test_dates_that_can_be_read_both_ways_are_taken_over_once_somebody_says_that_they_are_right(take):
    body = DAYS.replace("25/04", "05/04")
    with pytest.raises(ValueError, match="which is the day and which the month"):
        take(body, mapped('dates = ["%d/%m/%Y"]'))
    take(body, mapped('dates = ["%d/%m/%Y"]\ndays_are_sure = true'))
    assert [case.received_at.date().day for case in cases()] == [3, 5]


LATER = HEAD + "1,2026-04-03,2026-05-04,Alpha Guards,x,a,{}\n"


def test_a_later_export_brings_the_later_state_as_an_event(take):
    take(LATER.format("Sent"))
    taken = take(LATER.format("Closed"))
    assert (taken.counts["changed"], taken.counts["taken_over"], taken.counts["cases"]) == (1, 1, 0)
    (case,) = cases()
    assert case.state == State.CLOSED and case.open_limits == [] and case.retain_until
    event = db.session.scalars(select(Event).where(Event.kind == "register_later")).one()
    assert json.loads(event.facts)["before"]["state"] == "referred"
    assert take(LATER.format("Closed")).counts["known"] == 1
    assert doctor.examine() == [] == chain.verify()


def test_a_case_that_the_office_has_gone_on_with_keeps_its_state_and_the_line_is_named(take, cast):
    take(LATER.format("Open"))
    (case,) = cases()
    do("note", cast["Noor"], case.reference, NOW, note="Called them.")
    taken = take(LATER.format("Closed"))
    assert taken.left_out == {
        2: f"the register says something else now, and the office has gone on with {case.reference}"
    }
    assert cases()[0].state == State.RECEIVED


NAMES = """No,Received,Sent,Company,What,Story,Status,Country
1,2026-01-06,,N/A,x,a,Closed,UK
2,2026-01-06,,alpha guards,x,b,Closed,ZZ
3,2026-01-06,,Alpha Guards,x,c,Closed,Kenya
4,2026-01-06,,Joe Person,x,c,Closed,KE
"""


def test_no_company_is_none_capitals_make_no_other_and_countries_have_names(take, cast):
    public = filing.filing_groups()
    taken = take(NAMES, mapped(columns='country = "Country"'))
    by_country = {case.country: case.company.name if case.company else None for case in cases()}
    assert by_country["GB"] is None and by_country[None] == "alpha guards"
    assert len({case.company_id for case in cases()}) == 3  # none, one, and Joe Person
    assert sorted(str(case.country) for case in cases()) == ["GB", "KE", "KE", "None"]
    assert [note for _line, note in taken.notes] == [
        "the country 'ZZ' is not known: it is left out, and the case is not"
    ]
    assert filing.filing_groups() == public and filing.companies_meant("alpha guards") == []


def test_two_columns_of_one_name_are_refused(take):
    with pytest.raises(ValueError, match="Two columns of the register have one name: Story"):
        take(
            HEAD.replace("Story", "Story,Story") + "1,2026-01-06,,Alpha Guards,x,the account,the remedy asked,Closed\n"
        )


def test_one_odd_date_costs_the_date_and_not_the_case(take):
    taken = take(
        HEAD + "1,2026-01-06,2026-01-05,Alpha Guards,x,a,Closed\n2,2026-01-06,2026-01-07,Alpha Guards,x,b,Closed\n"
    )
    assert taken.counts["cases"] == 2 and taken.left_out == {}
    ((line, note),) = taken.notes
    assert line == 2 and "sent_on 2026-01-05 is not in order" in note


def test_a_line_that_names_the_delimiter_is_understood(take):
    body = "sep=;\r\n" + (HEAD + ONE).replace(",", ";").replace("\n", "\r\n")
    assert take(body, mapped('delimiter = ";"')).counts["cases"] == 1


def test_the_numbers_of_days_of_a_spreadsheet_can_be_said(take):
    body = HEAD + "1,46027,,Alpha Guards,x,a,Closed\n"
    assert "missing, and every other one" in take(body).left_out[2]
    take(body, mapped('dates = ["excel"]'))
    assert cases()[0].received_at.date() == date(2026, 1, 5)


def test_titles_above_the_columns_are_named_and_can_be_skipped(take):
    body = "Register of complaints 2026,,,,,,\n,,,,,,\n" + HEAD + ONE
    with pytest.raises(ValueError, match=r"below titles \(Register of complaints 2026\): say skip_lines = 2"):
        take(body)
    taken = take(body, mapped("skip_lines = 2"))
    assert taken.counts["cases"] == 1


# --- what a mapping can say --------------------------------------------------------------------------------


def test_a_register_without_columns_or_with_other_letters_can_be_said(take):
    mapping = BASE.replace("source", "no_header = true\nsource")
    for number, name in enumerate(HEAD.strip().split(","), 1):
        mapping = mapping.replace(f'"{name}"', f'"{number}"', 1)
    assert take(ONE, mapping).counts["cases"] == 1
    body = HEAD.replace("Received", "received ") + ONE
    with pytest.raises(ValueError, match="loose_names = true"):
        take(body)
    assert take(body, mapped("loose_names = true")).counts["known"] == 1


def test_constants_topics_outcomes_and_the_day_of_the_end_can_be_said(take):
    mapping = """
    closed_when_filled = true
    no_received_days = true
    companies_between = ["/"]
    [constants]
    country = "Kenya"
    [columns]
    id = "No"
    company = "Firm"
    closed_on = "End"
    topics = "About"
    outcome = "Result"
    [topics]
    "beating" = "use_of_force"
    "wages" = "pay"
    [outcomes]
    "paid" = "settled"
    """
    taken = take(
        "No,Firm,End,About,Result\n1,Alpha / Beta,2026-01-09,beating; wages,paid\n2,Beta,,lost dog,\n", mapping
    )
    closed, opened = cases()
    assert (closed.state, closed.closing_reason, closed.topics) == (State.CLOSED, "settled", ["use_of_force", "pay"])
    assert (opened.state, opened.company.name, opened.country) == (State.RECEIVED, "Beta", "KE")
    event = db.session.scalars(select(Event).where(Event.chain == closed.id)).first()
    assert json.loads(event.facts)["companies"] == [closed.company_id, opened.company_id]
    assert [note for _line, note in taken.notes] == ["the mapping does not say which topic 'lost dog' is"]
    assert doctor.examine() == []


def test_names_and_addresses_go_to_the_identity_compartment_alone(take, cast):
    body = HEAD.replace("Status", "Status,Who,Call") + "1,2026-01-06,,Alpha Guards,x,a,Closed,Amina Example,+254 700\n"
    take(body, mapped(columns='name = "Who"\nphone = "Call"'))
    (case,) = cases()
    assert {one.kind for one in db.session.scalars(select(IdentityEntry))} == {"name", "phone"}
    assert "Amina" not in str(words(cast, case)) and doctor.examine() == []
    assert not any("Amina" in facts for facts in db.session.scalars(select(Event.facts)))


BOTH = [
    ('dates = ["%d/%m/%Y", "%m/%d/%Y"]', "", "one register has one order"),
    ('format = "xml"', "", "one of: csv, xlsx, json"), ("skip_lines = -1", "", "from 0 to 1000"),
    ("loose_names = 1", "", "true or false"), ("what = 1", "", "unknown things: what"),
    ("", '[topics]\n"x" = "dogs"', "not dogs"), ("", '[countries]\n"x" = "XX"', "not XX"),
    ("", '[constants]\nname = "x"', "cannot be constants"), ("", '[constants]\nstate = "x"', "both a column and"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "last", "sentence"), BOTH)
def test_a_mapping_that_cannot_be_meant_is_refused_with_a_sentence(tmp_path, app, first, last, sentence):
    path = tmp_path / "map.toml"
    path.write_text(mapped(first) + last)
    with pytest.raises(ValueError, match=sentence):
        load_mapping(path)


# --- spreadsheets and JSON ---------------------------------------------------------------------------------


def sheet(tmp_path, *rows, epoch=None, more=()):
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    for row in (HEAD.strip().split(","), *rows):
        book.active.append(row)
    for name in more:
        book.create_sheet(name)
    path = tmp_path / "made.xlsx"
    book.save(path)
    return path.read_bytes()


@pytest.mark.parametrize("epoch", [None, openpyxl.utils.datetime.CALENDAR_MAC_1904])
def test_a_spreadsheet_is_read_with_its_date_cells_and_numbers(take, tmp_path, epoch):
    body = sheet(tmp_path, [17, datetime(2026, 1, 5), None, "Alpha Guards", True, "a", "Closed"], epoch=epoch)
    assert take(body, mapped('dates = ["%d/%m/%Y"]'), "register.xlsx").counts["cases"] == 1
    assert cases()[0].received_at.date() == date(2026, 1, 5)
    assert take(
        HEAD + "17,05/01/2026,,Alpha Guards,true,a,Closed\n", mapped('dates = ["%d/%m/%Y"]\ndays_are_sure = true')
    )


def test_a_spreadsheet_that_cannot_say_a_number_or_a_value_exactly_is_named_by_its_row(take, tmp_path):
    body = sheet(tmp_path, [12345678901234567, "2026-01-05", None, "Alpha", "x", "a", "Closed"],
                 ["2", "2026-01-05", None, "Alpha", "x", '=CONCATENATE("a","b")', "Closed"],
                 ["12345678901234567", "2026-01-05", None, "Alpha", "x", "a", "Closed"])  # fmt: skip
    taken = take(body, name="register.xlsx")
    assert (taken.counts["taken_over"], list(taken.left_out)) == (1, [2, 3])
    assert "more than 15 digits" in taken.left_out[2] and "formula" in taken.left_out[3]


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("r.xlsx", b"PK\x03\x04 no", "no spreadsheet"),
        ("r.xls", b"x", "save the register as .xlsx or CSV"),
        ("r.json", b"{", "no JSON"),
        ("r.json", b'{"a": 1}', "no list of records"),
        ("r.json", b'[{"a":1,"a":2}]', "twice"),
        ("r.json", b"[" * 100_000, "nested too deeply"),
        ("r.csv", b"", "is empty"),
        ("r.csv", b"a,b\n1,2\n", "has no column"),
    ],
)
def test_a_file_that_is_no_register_gets_a_sentence_and_leaves_nothing(take, name, body, sentence):
    with pytest.raises(ValueError, match=sentence):
        take(body, name=name)
    assert cases() == []


def test_a_spreadsheet_that_unpacks_to_far_more_than_a_register_is_not_unpacked(take, tmp_path, monkeypatch):
    monkeypatch.setattr("grievance.intake.register_tables.MOST_UNPACKED", 1000)
    with pytest.raises(ValueError, match="unpacks to more"):
        take(sheet(tmp_path), name="register.xlsx")


def test_of_several_sheets_the_mapping_says_which(take, tmp_path):
    body = sheet(tmp_path, ["1", "2026-01-05", None, "Alpha", "x", "a", "Closed"], more=["Notes"])
    with pytest.raises(ValueError, match=r"2 sheets \(Sheet, Notes\)"):
        take(body, name="register.xlsx")
    assert take(body, mapped('sheet = "Sheet"'), "register.xlsx").counts["cases"] == 1


def test_json_keeps_every_digit_and_names_what_is_inside_with_a_dot(take, cast):
    record = {"No": 12345678901234567890, "Received": "2026-01-05", "Sent": None, "Company": "Alpha",
              "about": {"what": ["a", "b"]}, "Story": "s", "Status": "Closed"}  # fmt: skip
    mapping = mapped('records = "data.items"').replace('["What"]', '["about.what"]')
    take(json.dumps({"data": {"items": [record]}}), mapping, "register.json")
    assert search(cast["Noor"], "12345678901234567890").references in ([], [cases()[0].reference])
    assert words(cast, cases()[0])["about.what"] == "a; b"


# --- found again, and taken back ---------------------------------------------------------------------------


def test_the_registers_own_number_finds_its_case_at_the_desk(take, cast):
    take(HEAD + "CMP 2026/0017,2026-01-06,,Alpha Guards,x,a,Closed\n")
    assert search(cast["Noor"], " cmp 2026/0017").references == [cases()[0].reference]
    assert search(cast["Noor"], "2026/0018").references == []


def test_an_import_says_which_register_and_run_it_was_and_by_whom(take, cast):
    taken = take(HEAD + ONE, by=cast["Noor"])
    facts = json.loads(db.session.scalars(select(Event.facts).where(Event.kind == "imported")).one())
    assert (facts["register"], facts["run"], facts["by"]) == ("probe", taken.run, cast["Noor"].account_id)
    (told,) = open_case_file(cast["Noor"], cases()[0]).timeline
    assert str(told.about) == f"probe, import {taken.run}"
    office = json.loads(db.session.scalars(select(Event.facts).where(Event.kind == "register_imported")).one())
    assert office["cases"] == 1 and office["by"] == cast["Noor"].account_id
    assert doctor.examine() == [] == chain.verify() and db.session.scalars(select(Letter)).all() == []


def test_a_wrong_mapping_can_be_taken_back_and_the_register_taken_over_anew(take, cast):
    before = len(db.session.scalars(select(Company)).all())
    wrong = take(HEAD + ONE, BASE.replace('company = "Company"', 'company = "Story"'), by=cast["Noor"])
    (case,) = cases()
    do_nothing = register_undo.undo(wrong.run, NOW, dry_run=True)
    assert do_nothing.taken_back == 1 and cases()[0].erased_at is None
    done = register_undo.undo(wrong.run, NOW + timedelta(hours=1))
    assert (done.taken_back, done.refused) == (1, [])
    assert search(cast["Noor"], case.reference).references == [] and doctor.examine() == [] == chain.verify()
    assert all(one.sealed == b"" for one in db.session.scalars(select(Writing).where(Writing.case_id == case.id)))
    assert "a" not in db.session.scalars(select(Company.name)).all()
    assert take(HEAD + ONE).counts["cases"] == 1
    assert len(db.session.scalars(select(Company)).all()) == before + 2
    with pytest.raises(ValueError, match="Nothing is left"):
        register_undo.undo(wrong.run, NOW)
    assert doctor.examine() == [] == chain.verify()


def test_a_case_with_which_somebody_has_gone_on_is_named_and_stays(take, cast):
    run = take(HEAD + ONE + ONE.replace("1,", "2,", 1)).run
    case, other = cases()
    do("note", cast["Noor"], case.reference, NOW, note="Called them.")
    done = register_undo.undo(run, NOW)
    assert done.refused == [f"{case.reference}: somebody here has gone on with it, and it stays."]
    assert (case.erased_at, other.erased_at) == (None, NOW) and doctor.examine() == []


def test_a_later_export_is_taken_back_first_and_gives_back_the_state_of_before(take, cast):
    first, later = take(LATER.format("Open")).run, take(LATER.format("Closed"), by=cast["Noor"]).run
    (case,) = cases()
    assert "take that one back first" in register_undo.undo(first, NOW).refused[0]
    assert register_undo.undo(later, NOW).restored == 1
    assert (case.state, case.closed_at, [one.key for one in case.open_limits]) == (State.RECEIVED, None, ["L17"])
    assert doctor.examine() == [] == chain.verify()
    assert take(LATER.format("Closed")).counts["changed"] == 1


def test_where_the_sum_is_wrong_nothing_stays(take, monkeypatch):
    monkeypatch.setattr(register, "_count", lambda *_said: None)
    with pytest.raises(register.WrongSum):
        take(HEAD + ONE)
    assert cases() == [] and db.session.scalars(select(RegisterRun)).all() == []


def test_a_police_register_with_several_allegations_a_case_loses_nothing(take, cast):
    mapping = """
    source = "police"
    dates = ["%m/%d/%Y"]
    also = ["Allegation", "Finding", "Unit"]
    [columns]
    id = "Case"
    received_on = "Opened"
    closed_on = "Closed"
    company = "Contractor"
    state = "Finding"
    [states]
    "Sustained" = "closed"
    "Not sustained" = "closed"
    "Pending" = "received"
    """
    lines = ("19-044,7/29/2025,9/1/2025,Alpha,Excessive force,Sustained,North\n"
             "19-044,7/29/2025,9/14/2025,Alpha,Discourtesy,Not sustained,North\n"
             "19-045,8/2/2025,,,No report filed,Pending,South\n")  # fmt: skip
    taken = take("Case,Opened,Closed,Contractor,Allegation,Finding,Unit\n" + lines, mapping)
    assert (taken.counts["taken_over"], taken.counts["cases"], taken.notes) == (3, 2, [])
    said = words(cast, cases()[0])
    for cell in ("Excessive force", "Discourtesy", "Sustained", "Not sustained", "North"):
        assert cell in said.values()
    assert cases()[0].closed_at.date() == date(2025, 9, 14)


@pytest.mark.parametrize("year", ["2017", "2023"])
def test_the_shipped_mappings_are_read(year, app):
    assert load_mapping(ROOT / "mappings" / f"cfpb-{year}.toml").source == "cfpb"


def test_both_databases_take_over_bring_later_states_look_at_names_and_take_back(both, tmp_path):
    mapping, path = tmp_path / "map.toml", tmp_path / "register.csv"
    mapping.write_text(mapped(columns='name = "Who"'))
    noor = both.cast["Noor"]

    def run(state):
        path.write_text(HEAD.replace("Status", "Status,Who") + LATER.format(state).splitlines()[1] + ",Amina Example\n")
        return register.take_over(open_register(path, load_mapping(mapping)), NOW, by=noor)

    first, later = run("Sent"), run("Closed")
    assert (first.counts["cases"], later.counts["changed"]) == (1, 1)
    assert search(noor, "1").references == [cases()[0].reference]
    alpha = db.session.scalars(select(Company).where(Company.name == "Alpha Guards")).one()
    assert register_undo.undo(later.run, NOW).restored == 1 and register_undo.undo(first.run, NOW).taken_back == 1
    assert db.session.scalars(select(Company.name).where(Company.id == alpha.id)).one() != "Alpha Guards"
    again = run("Closed")
    alpha = db.session.scalars(select(Company).where(Company.name == "Alpha Guards")).one()
    assert register_names.nobody(noor, alpha.id) == 1 and again.counts["cases"] == 1
    assert doctor.examine() == [] == chain.verify()
