"""An office's old register: what it says is taken over, what it does not say is not invented."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from grievance.accounts import people
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.intake import register
from grievance.intake.register_files import open_register
from grievance.intake.register_mapping import load_mapping
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.people import Company, Membership
from grievance.models.writing import Letter
from grievance.record import chain
from grievance.reports.casefile import open_case_file

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAPPING = """
dates = ["%m/%d/%Y"]
delimiter = ";"
late = ["late"]
on_time = ["yes", ""]
also = ["Topic"]
[columns]
received_on = "Got"
sent_on = "Sent"
company = "Firm"
account = "Story"
state = "Answer"
timely = "In time"
[states]
"" = "received"
"none yet" = "referred"
"answered" = "closed"
"""
WITH_CLOSING = MAPPING.replace('also = ["Topic"]', "").replace("[states]", 'closed_on = "Topic"\n[states]')
HEAD = "Got;Sent;Firm;Story;Answer;In time;Topic\n"
GOOD = (
    "7/29/2025;8/1/2025;Elm Guards;Pushed at the gate.;none yet;;force\n"
    "7/30/2025;8/1/2025;Elm Guards;\"Two\nlines\";answered;late;pay\n"
    "8/2/2025;8/3/2025;Oak Patrol;;answered;yes;\n"
    "8/4/2025;;Oak Patrol;Not sent.;;;\n"
)  # fmt: skip


@pytest.fixture
def take_over(app, tmp_path):
    mapping = tmp_path / "map.toml"

    def run(body, plan=MAPPING, dry_run=False, encoding="utf-8"):
        mapping.write_text(plan)
        path = tmp_path / "register.csv"
        path.write_bytes(body if isinstance(body, bytes) else (HEAD + body).encode(encoding))
        taken = register.take_over(open_register(path, load_mapping(mapping)), NOW, dry_run)
        told = [*taken.notes, *taken.left_out.items()]
        return taken.counts, [f"register.csv, line {number}: {why}." for number, why in sorted(told)]

    return run


def confirmed(*names):
    """Companies whose calendar was confirmed before the register came."""
    for name in names:
        company = Company(name=name, membership=Membership.UNCONFIRMED, country="*", zone="UTC", weekend=[5, 6])
        company.calendar_confirmed_at = NOW
        people.add_company(company)


def test_each_row_becomes_a_case_in_its_state(take_over):
    counts, faults = take_over(GOOD)
    assert (counts["taken_over"], counts["received"], counts["referred"], counts["closed"]) == (4, 1, 1, 2)
    assert faults == [] and doctor.examine() == []


def test_a_second_run_adds_nothing(take_over):
    take_over(GOOD)
    counts, _faults = take_over(GOOD)
    assert (counts["taken_over"], counts["known"]) == (0, 4)


def test_a_dry_run_says_the_same_and_keeps_nothing(take_over):
    counts, _faults = take_over(GOOD, dry_run=True)
    assert counts["taken_over"] == 4 and db.session.scalars(select(Case)).all() == []


def test_only_what_was_sent_and_not_answered_is_escalated_and_only_once(take_over):
    confirmed("Elm Guards")
    take_over(GOOD)
    assert sweep(NOW).escalated == 1 and sweep(NOW).cases == 0
    escalated = db.session.scalars(select(Case).where(Case.state == State.ESCALATED)).one()
    event = db.session.scalars(select(Event).where(Event.kind == "escalate")).one()
    assert event.happened_at == datetime(2025, 9, 16, tzinfo=UTC)  # 45 days after 1 August, rolled off nothing
    assert escalated.company.name == "Elm Guards" and doctor.examine() == []


def test_an_answer_recorded_as_late_is_a_past_breach(take_over):
    take_over(GOOD)
    limit = db.session.scalars(select(Limit).join(Case).where(Case.state == State.CLOSED)).one()
    assert limit.key == "L5" and limit.missed_at == limit.due_at
    assert (limit.met_at, limit.stopped_at) == (None, NOW)  # when it was answered, the register does not say


def test_dates_that_the_register_lacks_are_not_invented(take_over):
    take_over(GOOD)
    facts = [json.loads(e.facts) for e in db.session.scalars(select(Event).where(Event.kind == "imported"))]
    assert not any("answered_on" in f or "closed_on" in f for f in facts)
    assert not db.session.scalars(select(Limit).where(Limit.key.in_(("L1", "L4")))).all()


BAD = {
    "7/29/2025;8/1/2025;Elm;x;perhaps;;\n": "does not say what the state 'perhaps' means",
    "7/29/2025;8/1/2025;Elm;x\n": "same number of columns",
    "7/29/2025;8/1/2025;Elm;x;none yet;;;;\n": "same number of columns",
    f"7/29/2025;8/1/2025;Elm;{'x' * 20_001};none yet;;\n": "account is longer than",
    f"7/29/2025;8/1/2025;Elm;{'x' * 300_000};none yet;;\n": "account is longer than 20000",
    f"7/29/2025;8/1/2025;Elm;x;none yet;;{'x' * 20_001}\n": "Topic is longer than",
    f"7/29/2025;8/1/2025;{'x' * 201};x;none yet;;\n": "the name of its company is too long",
    "7/29/2025;8/1/2025;Elm;x;none yet;perhaps;\n": "whether 'perhaps' is late or on time",
    ";;Elm;x;answered;;\n": "received is missing, and every other one",
    "soon;;Elm;x;answered;;\n": "received is missing, and every other one",
}


@pytest.mark.parametrize("row", BAD, ids=lambda row: BAD[row][:40])
def test_a_bad_row_is_named_by_line_and_reason_and_nothing_of_it_stays(take_over, row):
    counts, (fault,) = take_over(row + GOOD)
    assert (counts["left_out"], counts["taken_over"], counts["lines"]) == (1, 4, 5)
    assert fault.startswith("register.csv, line 2: ") and BAD[row] in fault
    assert db.session.scalars(select(Company).where(Company.name == "Elm")).all() == []
    assert doctor.examine() == []


ODD = {
    "7/29/2099;8/1/2025;Elm;x;none yet;;\n": ("received_on '7/29/2099' is not a date of the past", {"sent_on"}),
    "7/29/2025;soon;Elm;x;answered;;\n": ("sent_on 'soon' is not a date", {"received_on"}),
    ";8/1/2025;Elm;x;none yet;;\n": ("received_on is missing: the first day that it names stands in", {"sent_on"}),
    "7/29/2025;7/1/2025;Elm;x;none yet;;\n": ("sent_on 2025-07-01 is not in order", {"received_on"}),
}


@pytest.mark.parametrize("row", ODD)
def test_an_odd_day_costs_the_day_and_not_the_case(take_over, row):
    sentence, kept = ODD[row]
    counts, (note,) = take_over(row + GOOD)
    assert (counts["left_out"], counts["taken_over"]) == (0, 5) and note.startswith("register.csv, line 2: ")
    assert sentence in note
    case = db.session.scalars(select(Case).join(Case.company).where(Company.name == "Elm")).one()
    facts = json.loads(db.session.scalars(select(Event.facts).where(Event.chain == case.id)).first())
    assert {name for name in facts if name.endswith("_on")} == kept and doctor.examine() == []
    assert facts.get("received_on_known", True) is ("received_on" in kept)


def test_a_referred_row_without_the_day_on_which_it_was_sent_is_owed_by_the_office(take_over):
    take_over("7/29/2025;;Elm;x;none yet;;\n")
    case = db.session.scalars(select(Case)).one()
    assert (case.state, [limit.key for limit in case.open_limits]) == (State.REFERRED, ["L17"])
    assert doctor.examine() == []


def test_a_row_without_a_company_is_taken_over_as_received(take_over):
    counts, (note,) = take_over("7/29/2025;8/1/2025;N/A;x;none yet;;\n")
    assert counts["received"] == 1 and "it names no company" in note
    assert db.session.scalars(select(Case)).one().company_id is None and doctor.examine() == []


def test_another_encoding_is_read_and_a_wrong_one_is_named(take_over):
    row = "7/29/2025;8/1/2025;Élan Gardes;é;none yet;;\n"
    latin = 'encoding = "latin-1"\n' + MAPPING
    assert take_over(row, latin, encoding="latin-1")[1] == []
    assert "encoding" in take_over(row, encoding="latin-1")[1][0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(("Got", "Nowhere"), "no column: Nowhere"), (('"closed"', '"lost"'), "must lead to"),
     (("[states]", "[x"), "cannot"),
     (('delimiter = ";"', 'delimiter = ";;"'), "one character"), (('"closed"', "[1]"), "must lead to"),
     (("on_time = [", "on_time = [1, "), "on_time must be a list"),
     (("sent_on", "send_on"), "unknown things: send_on"), (('company = "Firm"', ""), "needs a column for: company")],
    ids=str,
)  # fmt: skip
def test_a_doubtful_mapping_is_refused_with_a_sentence(take_over, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        take_over(GOOD, MAPPING.replace(*change))


def with_columns(*more):
    """The mapping with further columns: (our name, the register's name)."""
    return MAPPING.replace("[states]", "".join(f'{ours} = "{theirs}"\n' for ours, theirs in more) + "[states]")


def l5s():
    return list(db.session.scalars(select(Limit).where(Limit.key == "L5")))


def test_equal_rows_without_a_number_are_as_many_cases_and_a_second_run_adds_nothing(take_over):
    row = GOOD.splitlines(keepends=True)[0]
    assert take_over(row * 3)[0]["taken_over"] == 3
    assert take_over(row * 3)[0]["known"] == 3


def test_a_bad_row_of_several_lines_is_named_by_its_first(take_over):
    _counts, faults = take_over(GOOD + '7/29/2025;8/1/2025;Elm;"a\nb\nc";perhaps;;\n')
    assert faults[0].startswith("register.csv, line 7: ")


def test_a_late_row_whose_limit_lies_ahead_gets_no_breach_in_the_future(take_over):
    take_over("2/20/2026;2/25/2026;Elm;x;answered;late;\n")
    assert l5s() == [] and doctor.examine() == []


def test_a_late_row_answered_before_our_limit_is_breached_on_the_day_of_the_answer(take_over):
    head = HEAD.replace("Topic", "Topic;Answered") + "7/29/2025;8/1/2025;Elm;x;answered;late;;8/10/2025\n"
    take_over(head.encode(), with_columns(("answered_on", "Answered")))
    (limit,) = l5s()
    assert limit.missed_at == limit.met_at == datetime(2025, 8, 10, 12, tzinfo=UTC) < limit.due_at
    assert doctor.examine() == []


def test_a_late_row_without_an_answer_keeps_the_fact_and_waits_for_the_sweep(take_over):
    confirmed("Elm")
    take_over("7/29/2025;8/1/2025;Elm;x;none yet;late;\n")
    event = db.session.scalars(select(Event).where(Event.kind == "imported")).one()
    assert json.loads(event.facts)["late"] is True and doctor.waiting(NOW) == 1


@pytest.mark.parametrize(("country", "kept"), [("ke", "KE"), ("", None), ("Kenya", "KE"), ("UK", "GB"), ("ZZ", None)])
def test_a_country_is_a_code_or_a_name_and_one_that_is_not_known_is_said(take_over, country, kept):
    head = HEAD.replace("Topic", "Topic;Land") + f"7/29/2025;8/1/2025;Elm;x;none yet;;;{country}\n"
    _counts, notes = take_over(head.encode(), with_columns(("country", "Land")))
    assert db.session.scalars(select(Case)).one().country == kept
    assert [note for note in notes if "country 'ZZ' is not known" in note] == notes * (country == "ZZ")


def test_a_takeover_is_dated_on_the_day_it_was_done_and_the_case_when_the_register_received_it(take_over, cast):
    take_over(GOOD)
    events = db.session.scalars(select(Event).where(Event.kind == "imported")).all()
    assert {event.happened_at for event in events} == {NOW} and json.loads(events[0].facts)[
        "received_on"
    ] == "2025-07-29"
    case = db.session.get(Case, events[0].case_id)
    assert case.received_at.date() == date(2025, 7, 29)


def test_a_takeover_of_an_earlier_version_is_shown_on_the_day_it_was_done_too(take_over, cast, monkeypatch):
    append = chain.append

    def earlier(case, kind, by, at, now, *rest, **more):
        return append(case, kind, by, case.received_at if case else at, now, *rest, **more)

    monkeypatch.setattr(chain, "append", earlier)
    take_over("7/29/2025;;Elm Guards;x;;;\n")
    case = db.session.scalars(select(Case)).one()
    assert [one.at for one in open_case_file(cast["Noor"], case).timeline] == [NOW]


def test_a_case_that_was_taken_over_is_not_said_to_have_been_acknowledged(take_over, cast):
    take_over("7/29/2025;;Elm Guards;x;;;\n")
    case = db.session.scalars(select(Case)).one()
    with pytest.raises(Refused, match="taken over from an earlier register"):
        do("acknowledge", cast["Noor"], case.reference, NOW)


def test_a_company_of_the_register_is_on_the_offices_record(take_over):
    before = len(db.session.scalars(select(Event).where(Event.kind == "company_added")).all())
    take_over(GOOD)
    assert len(db.session.scalars(select(Event).where(Event.kind == "company_added")).all()) == before + 2


def test_no_letter_is_owed_to_a_complainant_who_has_no_receipt(take_over):
    take_over(GOOD)
    sweep(NOW)
    assert {letter.recipient for letter in db.session.scalars(select(Letter))} <= {"officer", "approver"}


def test_a_closed_row_is_kept_from_the_day_it_closed_or_where_that_is_not_known_from_the_import(take_over):
    take_over("7/30/2015;8/1/2015;Elm Guards;;answered;;9/1/2015\n7/30/2015;8/1/2015;Oak;;answered;;\n", WITH_CLOSING)
    cases = db.session.scalars(select(Case).order_by(Case.retain_until))
    assert [case.retain_until for case in cases] == [date(2018, 9, 1), date(2029, 3, 1)]


def test_a_closed_row_whose_retention_is_over_can_be_erased(take_over, cast):
    take_over("7/30/2015;8/1/2015;Elm Guards;Pushed.;answered;late;9/1/2015\n", WITH_CLOSING)
    case = db.session.scalars(select(Case)).one()
    do("erase", cast["Noor"], case.reference, NOW, cast["Tomas"])
    assert case.erased_at == NOW and doctor.examine() == [] == chain.verify()


# --- doctor: each promise broken on purpose ----------------------------------------------------------------

BREAKS = {
    "nobody owes a next step": "UPDATE limits SET stopped_at=opened_at, wake_at=NULL WHERE met_at IS NULL",
    "the record does not say so": "UPDATE limits SET missed_at=due_at WHERE key='L5' AND missed_at IS NULL",
    "would never look at": "UPDATE limits SET wake_at=NULL",
    "are not those that the steps handed over": "UPDATE cases SET handovers=1",
    "its company is not its respondent's": "UPDATE respondents SET ended_at=named_at, ended_as='corrected'",
    "about any more still owes something": "UPDATE respondents SET ended_at=named_at, ended_as='corrected'",
    "by a respondent of another case": "UPDATE limits SET respondent_id=(SELECT id FROM respondents AS other"
    " WHERE other.case_id <> limits.case_id LIMIT 1)",
    "but the record says": "UPDATE cases SET state='escalated' WHERE state='referred'",
    "has no key for the Secretariat": "DELETE FROM secretariat_envelopes",
    "no receipt opens it": "UPDATE cases SET register_key=NULL",
    "is missing": "DELETE FROM writings",
}


@pytest.mark.parametrize("sentence", BREAKS)
def test_doctor_names_a_broken_promise(take_over, sentence):
    confirmed("Elm Guards")
    take_over(GOOD)
    assert chain.verify() == [] == doctor.examine()
    db.session.execute(text(BREAKS[sentence]))
    assert any(sentence in fault for fault in doctor.examine())
    db.session.rollback()


@pytest.mark.parametrize("order", [1, -1])
def test_a_row_is_of_the_company_that_it_names_in_full_and_capitals_make_no_other(take_over, order):
    names = ["Larkfield", "Larkfield (Uganda)", "LARKFIELD"][::order]
    for again in ("Pushed.", "Pushed again."):
        take_over("".join(f"8/24/2025;;{name};{again};;;\n" for name in names))
    companies = db.session.scalars(select(Company.name).join(Case, Case.company_id == Company.id)).all()
    first = next(name for name in names if name != "Larkfield (Uganda)")
    assert sorted(companies) == sorted([first] * 4 + ["Larkfield (Uganda)"] * 2)
