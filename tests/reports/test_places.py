"""Each answer really stands where docs/answers.md says, and stands nowhere for whoever is not named beside it.

A word of its own for each question of each row whose answer is sealed is written into one case, by one event of a row.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace

import pytest

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.crypto.compartments import Compartment
from grievance.extensions import db
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.writing import Letter, Remedy
from grievance.record import chain, numbers
from grievance.record.transaction import owe_letter, unit_of_work
from grievance.record.writings import seal_writing
from grievance.reports import letters
from grievance.reports.answer_table import LETTER, PAGE, TAKEN, cells
from grievance.workflow.procedure import ROWS
from grievance.workflow.readers import AUDIENCES
from grievance.workflow.row import Row
from grievance.workflow.sent_elsewhere import ANSWER, REPLY, SEND, SHOW
from tests.reports.test_plain_answers import BESIDES
from tests.scenarios.pages import hidden
from tests.times import days_later
from tests.views.test_routes import client_of

READERS = {"Noor": "secretariat", "Amina": "complainant", "Victor": "company"}
ELSEWHERE = {"shown": "1", "agrees": "no", "outcome": "refused"}
"""What the steps of another door say on the record, which its page reads."""
WORD = re.compile(r"\bw\d+q\b")


@dataclass(frozen=True)
class Written:
    word: str
    row: Row
    field: Field
    where: Compartment
    remedy: bool


def compartments(row, field):
    """Everywhere that the answer may be sealed into."""
    if field.by_effect:
        return [Compartment.COMPANY]  # the one that is words of a company among its own
    if field.sealed_into:
        return [field.sealed_into]
    side = "company" if Role.COMPANY in row.who else "secretariat" if row.who & SECRETARIAT_ROLES else "complainant"
    offered = next(f for f in row.asks if f.name == "audience").choices
    return sorted({AUDIENCES[side, value] for value, _text in offered})


def every():
    found = []
    for row in ROWS:
        for field in row.asks:
            words = field.kind in (Kind.TEXT, Kind.LINE) and field.stands in (Shown.WRITING, Shown.REMEDY)
            for where in compartments(row, field) if words else ():
                found.append(Written(f"w{len(found)}q", row, field, where, field.stands == Shown.REMEDY))
    return found


@pytest.fixture
def written(app, cast):
    begin = clock.now() - timedelta(days=20)
    reference, _amina, code = demonstration.file_one(begin)
    for step, who in (("acknowledge", "Noor"), ("refer", "Noor"), ("propose_remedy", "Victor")):
        demonstration.do(step, cast[who], reference, begin, cast["Tomas"])
    words = every()
    with unit_of_work():
        case = find_case(cast["Noor"], reference, lock=True)
        keys = opened(cast["Noor"], case)
        remedy = db.session.query(Remedy).one().id
        for row in dict.fromkeys(one.row for one in words):  # a measure is proposed before it is answered
            number, theirs = numbers.of_event(), [one for one in words if one.row is row]
            for where in {one.where for one in theirs}:
                says = {one.field.name: one.word for one in theirs if one.where == where}
                made = seal_writing(case, cast["Noor"], keys, begin, where, row.step, says, number)
                made.remedy_id = remedy if any(one.remedy for one in theirs) else None
            facts = {**BESIDES.get(row.step, {}), **(ELSEWHERE if row.step in (SHOW, ANSWER, SEND, REPLY) else {})}
            event = chain.append(case, row.step, cast["Noor"], begin, begin, number=number, facts=facts)
            for letter in row.letters:
                owe_letter(event, letter.recipient, letter.text.template, {})
    return SimpleNamespace(words=words, reference=reference, code=code)


def browser(app, written, name):
    if name != "Amina":
        return client_of(app, name), f"/{'company' if name == 'Victor' else 'desk'}/cases/{written.reference}"
    hers = app.test_client()
    hers.post("/follow", data={"code": written.code})
    return hers, "/follow/case"


def told(written, side, medium):
    """The words that the table says stand there, for this reader."""
    read = {Compartment.INTERNAL: (), Compartment.CORRESPONDENCE: ("complainant",), Compartment.COMPANY: ("company",),
            Compartment.SHARED: ("complainant", "company")}  # fmt: skip
    said = {
        (c.step, c.who, c.question)
        for c in cells()
        if (c.reader, c.medium) == (side, medium) and isinstance(c.place, str)
    }
    return {
        one.word
        for one in written.words
        if (one.row.step, who(one.row), one.field.name) in said and (side == "secretariat" or side in read[one.where])
    }


def who(row):
    return ", ".join(sorted(role.value for role in row.who)) + (" for her" if row.recorded else "")


@pytest.mark.parametrize("name", READERS)
def test_every_word_stands_on_the_page_of_its_readers_and_of_nobody_else(app, written, name):
    client, path = browser(app, written, name)
    assert set(WORD.findall(client.get(path).text)) == told(written, READERS[name], PAGE)


@pytest.mark.parametrize("name", READERS)
def test_every_word_stands_in_the_letters_to_its_readers_and_in_no_other(app, written, name, monkeypatch):
    monkeypatch.setattr(letters, "typeset", lambda _name, data: json.dumps(data).encode())
    client, path = browser(app, written, name)
    theirs = {"secretariat": ("officer", "approver")}.get(READERS[name], (READERS[name],))
    names = [one.name for one in db.session.query(Letter).filter(Letter.recipient.in_(theirs))]
    pages = [client.get(f"{path}/letters/{one}.pdf").text for one in names]
    assert set(WORD.findall(" ".join(pages))) == told(written, READERS[name], LETTER)


def test_every_word_that_a_company_reads_is_in_its_export_and_no_other(app, written):
    victor = client_of(app, "Victor")
    export = victor.post("/company/export", data=hidden(victor.get("/company"))).text
    assert set(WORD.findall(export)) == told(written, "company", TAKEN)


def test_every_word_that_she_reads_is_told_by_the_api_and_no_other(app, written):
    answer = app.test_client().get("/api/v1/case", headers={"Authorization": f"Receipt {written.code}"})
    assert set(WORD.findall(answer.text)) == told(written, "complainant", TAKEN)


# --- what stands elsewhere than with words -----------------------------------------------------------------


def test_a_case_says_at_its_head_what_it_is_to_each_of_its_readers(app, cast):
    """`Shown.CASE`: for the Secretariat all of it, for the complainant the company and the topics."""
    demonstration.file_one(clock.now())
    reference, _joseph, code = demonstration.file_one(
        clock.now(), represents="yes", authority="She asked me to.", topics=["work"], share_identity="yes"
    )
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("classify", cast["Noor"], reference, clock.now(), track="alert", severity="high",
                     tags=["retaliation"], membership_then="subcontractor")  # fmt: skip
    demonstration.do("assign", cast["Noor"], reference, clock.now(), officer=str(cast["Noor"].account_id))
    demonstration.do("link", cast["Noor"], reference, clock.now())
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    desk = re.sub(r"<[^>]+>", "|", page)
    head = desk[desk.index("|Company|") : desk.index("What is owed")]
    for said in ("Larkfield Guarding", "Noor", "High", "Retaliation", "English", "Alert: evidence of a breach",
                 "On this site", "Linked with"):  # fmt: skip
        assert said in head, said
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page))
    assert facts["Somebody speaks for the complainant"] == facts["The company may be told who complained"] == "Yes"
    assert facts["The Secretariat may know who complained, when two of its people agree"] == "No"
    hers = app.test_client()
    hers.post("/follow", data={"code": code})
    page = hers.get("/follow/case").text
    assert "Larkfield Guarding" in page and "Retaliation" not in page and "High" not in page


def test_a_limit_that_is_held_says_so_to_both_sides(app, cast):
    """`Shown.LIMIT`: which limits a suspension holds stands beside each of them."""
    reference, code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=8))
    review = clock.office_day(days_later(30)).isoformat()
    raw = {"ground": "legal", "why": "A court asks.", "review_on": review, "limits": ["L5"]}
    demonstration.do("suspend", cast["Tomas"], reference, clock.now(), **raw)
    hers = app.test_client()
    hers.post("/follow", data={"code": code})
    pages = [hers.get("/follow/case").text, client_of(app, "Victor").get(f"/company/cases/{reference}").text,
             client_of(app, "Noor").get(f"/desk/cases/{reference}").text]  # fmt: skip
    assert ["paused" in page for page in pages] == [True] * 3


def test_what_she_agreed_to_stands_on_her_page_and_at_the_desk_and_what_became_of_it_beside_the_change(app, cast):
    """`Shown.CONSENTS`."""
    reference, amina, code = demonstration.file_one(clock.now())
    demonstration.do("change_consent", amina, reference, clock.now(), share_identity="yes")
    hers = app.test_client()
    hers.post("/follow", data={"code": code})
    page, desk = hers.get("/follow/case").text, client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert "The company may be told who complained: <strong>Yes</strong>" in page
    for one in (page, desk):
        assert 'The company may be told who complained: <strong dir="auto">Yes</strong>' in one
        assert 'The company may be told what happened: <strong dir="auto">No</strong>' in one
        assert 'The company may be told what happened: <strong dir="auto">Yes</strong>' in one  # as it was filed
