"""What was answered besides words stands beside its event for whoever may read it, and for nobody else.

Each such answer of each row is put on the record of one case, each on a day of its own, and everybody looks for it.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from flask_babel import gettext
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.accounts import people
from grievance.deadlines import days
from grievance.extensions import db
from grievance.forms.fields import Field, Kind
from grievance.intake.filing import ASSISTED
from grievance.models.case import Case
from grievance.models.people import Account, Role
from grievance.models.writing import Letter
from grievance.record import chain
from grievance.record.transaction import owe_letter, unit_of_work
from grievance.reports import letters
from grievance.reports.answer_view import plain_answers
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from grievance.workflow.events import FILED
from grievance.workflow.labels import HAPPENINGS
from grievance.workflow.letter_texts import LetterTo
from grievance.workflow.procedure import ROWS
from tests.reports.test_letters import seen
from tests.scenarios.days import another_approver
from tests.scenarios.pages import hidden, press
from tests.times import days_later
from tests.views.test_routes import client_of

SIDES = {"Noor": "secretariat", "Tomas": "secretariat", "Amina": "complainant", "Joseph": "complainant",
         "Victor": "company"}  # fmt: skip
THE_DAY = "2031-05-06"


@dataclass(frozen=True)
class Planted:
    """One answer of one event, and how it reads."""

    kind: str
    field: Field
    answer: object
    words: str
    letters: tuple[LetterTo, ...]

    def __str__(self):
        return f"{self.kind} {self.field.name} {self.answer}"

    def is_for(self, side):
        told = side == "secretariat" or side in HAPPENINGS[self.kind].shown_to
        return told and (side == "secretariat" or self.field.is_read_by(side, self.answer))


def said(field, people):
    """Each answer that the record may hold for a question, with the words that a reader looks for."""
    if field.kind == Kind.YES:
        yield from ((True, "Yes"), (False, "No"))
    elif field.kind == Kind.DATE:
        yield THE_DAY, days.full_date(date.fromisoformat(THE_DAY))
    elif field.kind == Kind.CHOICES:
        keys = [key for key, _text in field.choices][:2]
        yield keys, ", ".join(str(dict(field.choices)[key]) for key in keys)
    elif field.kind in (Kind.SUBJECTS, Kind.PERSON):
        number = str(people["Olga"].account_id)
        yield ([number] if field.kind == Kind.SUBJECTS else number), "Olga"
    else:
        yield from ((key, str(text)) for key, text in (*field.choices, *field.besides))


def planted(people):
    asked = [(row.step, row.letters, f) for row in ROWS for f in row.asks if f.beside_the_event]
    asked += [(FILED.kind, FILED.letters, f) for f in ASSISTED if f.beside_the_event]
    found = {}
    for kind, owed, field in asked:
        for answer, words in said(field, people):
            found.setdefault(f"{kind} {field.name} {answer}", Planted(kind, field, answer, words, owed))
    return list(found.values())


WHOSE = {"correct_identity": {"whose": "representative"}}
"""Of her own a representative is not told."""
OF_A_MEASURE = {"measure": "1", "by_when": THE_DAY, "outcome": "done"}
OF_NO_TEXT = {"writing": "", "language": ""}
IT_TOOK_PLACE = {"held": "held"}
BESIDES = {
    **dict.fromkeys(("protect", "agree_protection", "decline_protection", "review_protection"), OF_A_MEASURE),
    **dict.fromkeys(("cannot_read", "can_read", "translate"), OF_NO_TEXT),
    "announce_removal": {"part": "writing:none"},
    "answer_door": {"shown": "1"},
    "record_reply": {"shown": "1"},
    **dict.fromkeys(("record_interview", "record_visit"), IT_TOOK_PLACE),
    "write_letter": {"addressee": "company", "letter_kind": "information"},
}
"""What such an event cannot be without."""
FOR_HER = {"represents": "yes", "authority": "She asked me to."}


def on_one_record(cast, name, every):
    """A case that the company has, with these answers on its record: `.on` is the day of each; `.name` looks at it."""
    begin = clock.now().replace(hour=9) - timedelta(days=440)
    spoken_for = FOR_HER if name == "Joseph" else {}
    reference, _filer, code = demonstration.file_one(begin, **spoken_for)
    for step, who in (("acknowledge", "Noor"), ("refer", "Noor")):
        demonstration.do(step, cast[who], reference, begin, cast["Tomas"])
    on = {str(one): begin + timedelta(days=number + 2) for number, one in enumerate(every)}
    with unit_of_work():
        case = find_case(cast["Noor"], reference, lock=True)
        for one in every:
            at = on[str(one)]
            facts = {**BESIDES.get(one.kind, {}), one.field.name: one.answer, **WHOSE.get(one.kind, {})}
            event = chain.append(case, one.kind, cast["Noor"], at, at, facts)
            for letter in one.letters:
                owe_letter(event, letter.recipient, letter.text.template, {"planted": str(one)})
    return SimpleNamespace(name=name, reference=reference, code=code, every=every, on=on)


@pytest.fixture(params=SIDES)
def record(app, cast, request):
    """Every answer on the record of one case."""
    every = planted(cast)
    assert len(every) < 430
    return on_one_record(cast, request.param, every)


AT_ONCE = 45
"""Answers on one record, where each of its letters is asked for: whoever opens one has the whole record read."""


@pytest.fixture(params=SIDES)
def records(app, cast, request):
    """Every answer, on the records of several cases."""
    every = planted(cast)
    parts = (every[first : first + AT_ONCE] for first in range(0, len(every), AT_ONCE))
    return [on_one_record(cast, request.param, part) for part in parts]


def client(app, record):
    name = record.name
    if name not in ("Amina", "Joseph"):
        return client_of(app, name), f"/{'company' if name == 'Victor' else 'desk'}/cases/{record.reference}"
    hers = app.test_client()
    hers.post("/follow", data={"code": record.code})
    return hers, "/follow/case"


HERS = ("Amina", "Joseph")


def read_by(app, record):
    """By planted answer: its question and answer in the words of this reader's pages, which are plain ones for her."""
    if record.name not in HERS:
        return {str(one): (label(one), one.words) for one in record.every}
    with app.test_request_context("/follow/case"):
        return {
            str(one): (gettext(label(one)), ", ".join(gettext(words) for words in said_apart(one)))
            for one in record.every
        }


def said_apart(one):
    return one.words.split(", ") if one.field.kind == Kind.CHOICES else [one.words]


def label(one):
    return str(one.field.read_as or one.field.label)


def on_the_timeline(page, record):
    """By planted answer: what stands on its line of the record."""
    lines = [
        unescape(re.sub(r"<[^>]+>", " ", line))
        for line in re.findall(r"<li>.*?</li>", page.partition("timeline")[2], re.S)
    ]
    by_day = {name: days.full_date(clock.day(at, "Africa/Nairobi")) for name, at in record.on.items()}
    return {
        name: " ".join(" ".join(line for line in lines if re.search(rf" {day}[ ,]", f" {line} ")).split())
        for name, day in by_day.items()
    }


def stands(asked, words, line):
    """The label and the words of the answer: the day of a date may have its weekday and place around it."""
    return bool(re.search(rf"{re.escape(asked)} ?: [^:]*{re.escape(words)}", line))


def test_each_plain_answer_stands_beside_its_event_for_its_readers_and_for_nobody_else(app, record):
    browser, path = client(app, record)
    lines = on_the_timeline(browser.get(path).text, record)
    found = {one for one, says in read_by(app, record).items() if stands(*says, lines[one])}
    assert found == {str(one) for one in record.every if one.is_for(SIDES[record.name])}


# --- the letter, the export, the API -----------------------------------------------------------------------


@pytest.fixture
def pages(monkeypatch):
    """What each letter is set from, instead of the PDF file: hundreds of them."""
    monkeypatch.setattr(letters, "typeset", lambda _name, data: json.dumps(data).encode())


def test_each_letter_says_the_plain_answers_of_its_event_that_its_reader_may_read(app, records, pages):
    side = SIDES[records[0].name]
    wanted, found = set(), set()
    for record in records:
        wanted_here, found_here = in_its_letters(app, record, side)
        wanted, found = wanted | wanted_here, found | found_here
    assert found == wanted and (wanted or side == "secretariat")


def in_its_letters(app, record, side):
    """Of one record: which answers must stand in a letter to this reader, and which do."""
    browser, path = client(app, record)
    wanted, found, reads = set(), set(), read_by(app, record)
    case_id = db.session.scalars(select(Case.id).where(Case.reference == record.reference)).one()
    for letter in db.session.query(Letter).filter(Letter.case_id == case_id, Letter.facts["planted"].as_string() != ""):
        one = next(each for each in record.every if str(each) == letter.facts["planted"])
        answer = browser.get(f"{path}/letters/{letter.name}.pdf")
        theirs = {"secretariat": ("officer", "approver")}.get(side, (side,))
        may = letter.recipient in theirs or (
            side == "secretariat" and letter.recipient in ("complainant", "company")
        )  # which reads what went to the others, too
        assert answer.status_code == (200 if may else 404), (str(one), letter.recipient)
        if letter.recipient in theirs:
            wanted |= {str(one)} if side == "secretariat" or one.field.is_read_by(side, one.answer) else set()
            parts = {part["title"]: " ".join(part["paragraphs"]) for part in json.loads(answer.data)["parts"]}
            asked, words = reads[str(one)]
            found |= {str(one)} if words in parts.get(asked, "") else set()
    return wanted, found


def by_day(record, timeline, says, question, answer, told=datetime.isoformat):
    """By planted answer: whether an export's line of its moment says it. `told`: how a moment is told there."""
    lines = {line["at"]: [(one[question], one[answer]) for one in line[says]] for line in timeline}
    found = set()
    for one in record.every:
        said = dict(lines.get(told(record.on[str(one)]), []))
        found |= {str(one)} if one.words in said.get(label(one), "") else set()
    return found


def nairobi(at):
    """A company's export says the day by its own clock, and no hour."""
    return clock.day(at, "Africa/Nairobi").isoformat()


@pytest.mark.parametrize("record", ["Victor"], indirect=True)
def test_a_company_takes_the_plain_answers_away_that_it_may_read(app, record):
    browser, _path = client(app, record)
    (case,) = json.loads(browser.post("/company/export", data=hidden(browser.get("/company"))).text)["cases"]
    assert by_day(record, case["timeline"], "answers", "question", "answer", nairobi) == {
        str(one) for one in record.every if one.is_for("company")
    }


@pytest.mark.parametrize("record", ["Amina", "Joseph"], indirect=True)
def test_the_api_tells_the_plain_answers_to_whoever_has_the_receipt(app, record):
    answer = app.test_client().get("/api/v1/case", headers={"Authorization": f"Receipt {record.code}"})
    assert by_day(record, answer.json["timeline"], "says", 0, 1) == {
        str(one) for one in record.every if one.is_for("complainant")
    }


# --- at the pages ------------------------------------------------------------------------------------------


def day_of_kenya(on):
    return f"{days.full_date(on)}, Nairobi"


def test_an_officer_decides_on_more_time_with_the_day_before_their_eyes_and_both_sides_read_what_became_of_it(
    app, cast
):
    begin = clock.now().replace(hour=9) - timedelta(days=8)
    reference, _amina, code = demonstration.file_one(begin)
    for step, who in (("acknowledge", "Noor"), ("refer", "Noor"), ("company_acknowledge", "Victor")):
        demonstration.do(step, cast[who], reference, begin, cast["Tomas"])
    until = clock.office_day(begin + timedelta(days=60))
    path = f"/company/cases/{reference}/steps/request_extension"
    press(client_of(app, "Victor"), path, until=until.isoformat(), why="The books are abroad.")
    noor = client_of(app, "Noor")
    form = noor.get(f"/desk/cases/{reference}/steps/decide_extension").text
    assert day_of_kenya(until) in form and "The books are abroad." in form
    press(noor, f"/desk/cases/{reference}/steps/decide_extension", answer="grant", why="It is a first time.")
    amina = app.test_client()
    amina.post("/follow", data={"code": code})
    hers, theirs = amina.get("/follow/case").text, client_of(app, "Victor").get(f"/company/cases/{reference}").text
    for page in (hers, theirs):
        assert 'The decision: <strong dir="auto">Grant</strong>' in page
    assert f'Until when: <strong dir="auto">{days.full_date(until)}<' in hers and day_of_kenya(until) in theirs
    letter = db.session.query(Letter).filter_by(template="extension_decided", recipient="complainant").one()
    told = seen(amina.get(f"/follow/case/letters/{letter.name}.pdf").data)
    assert "The decisionGrant" in "".join(told.splitlines())


def test_the_grounds_of_suspending_and_reopening_are_kept_and_read(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now())
    review = clock.office_day(days_later(40))
    steps.take("suspend", cast["Tomas"], reference, {"ground": "safety", "why": "Threats.", "review_on": str(review)})
    desk = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert 'Ground: <strong dir="auto">Safety</strong>' in desk and days.full_date(review) in desk
    steps.take("resume", cast["Tomas"], reference, {"reason": "It is over."})
    for step in ("acknowledge", "dismiss", "reopen_admission"):
        given = {"ground": "new_evidence"} if step == "reopen_admission" else {}
        approver = another_approver(cast) if step == "reopen_admission" else cast["Tomas"]
        demonstration.do(step, cast["Noor"], reference, clock.now(), approver, **given)
    hers = [
        one for one in open_case_file(amina, find_case(amina, reference)).timeline if one.kind == "reopen_admission"
    ]
    assert [(str(label), said) for label, said in hers[0].answers] == [("Ground", "New evidence")]


def test_the_people_who_must_not_see_it_stand_on_the_record_by_name_for_the_secretariat_alone(app, cast):
    reference, _amina, code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    another = people.invite(None, "vera@example.org", "Vera", Role.COMPANY, cast["Victor"].company_id)
    people.accept(another, demonstration.PASSWORD)
    vera = db.session.query(Account).filter_by(name="Vera").one().id
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"], subjects=[str(vera)])
    desk = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert 'must not see it: <strong dir="auto">Vera</strong>' in desk
    amina = app.test_client()
    amina.post("/follow", data={"code": code})
    for page in (amina.get("/follow/case").text, client_of(app, "Victor").get(f"/company/cases/{reference}").text):
        assert "must not see it" not in page


def test_a_case_of_before_an_answer_was_kept_shows_nothing_in_its_place(app, cast):
    case = find_case(cast["Noor"], demonstration.file_one(clock.now())[0])
    assert plain_answers(case, "secretariat", "suspend", {"limits": []}) == []
