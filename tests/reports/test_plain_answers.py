"""What was answered besides words stands beside its event for whoever may read it, and for nobody else.

Each such answer of each row is put on the record of one case, each on a day of its own, and everybody looks for it.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from types import SimpleNamespace

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.deadlines import days
from grievance.forms.fields import Field, Kind
from grievance.intake.filing import ASSISTED
from grievance.record import chain
from grievance.record.transaction import owe_letter, unit_of_work
from grievance.workflow.events import FILED
from grievance.workflow.labels import HAPPENINGS
from grievance.workflow.letter_texts import LetterTo
from grievance.workflow.procedure import ROWS
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
FOR_HER = {"represents": "yes", "authority": "She asked me to."}


@pytest.fixture(params=SIDES)
def record(app, cast, request):
    """A case that the company has, with every answer on its record: `.on` is the day of each; `.name` looks at it."""
    begin = clock.now().replace(hour=9) - timedelta(days=400)
    spoken_for = FOR_HER if request.param == "Joseph" else {}
    reference, _filer, code = demonstration.file_one(begin, **spoken_for)
    for step, who in (("acknowledge", "Noor"), ("refer", "Noor")):
        demonstration.do(step, cast[who], reference, begin, cast["Tomas"])
    case, every = find_case(cast["Noor"], reference), planted(cast)
    assert len(every) < 390
    on = {str(one): begin + timedelta(days=number + 2) for number, one in enumerate(every)}
    with unit_of_work():
        case = find_case(cast["Noor"], reference, lock=True)
        for one in every:
            at = on[str(one)]
            facts = {one.field.name: one.answer, **WHOSE.get(one.kind, {})}
            event = chain.append(case, one.kind, cast["Noor"], at, at, facts)
            for letter in one.letters:
                owe_letter(event, letter.recipient, letter.text.template, {"planted": str(one)})
    return SimpleNamespace(name=request.param, reference=reference, code=code, every=every, on=on)


def client(app, record):
    name = record.name
    if name not in ("Amina", "Joseph"):
        return client_of(app, name), f"/{'company' if name == 'Victor' else 'desk'}/cases/{record.reference}"
    hers = app.test_client()
    hers.post("/follow", data={"code": record.code})
    return hers, "/follow/case"


def label(one):
    return str(one.field.read_as or one.field.label)


def on_the_timeline(page, record):
    """By planted answer: what stands on its line of the record."""
    lines = [
        unescape(re.sub(r"<[^>]+>", " ", line))
        for line in re.findall(r"<li>.*?</li>", page.split("timeline")[-1], re.S)
    ]
    by_day = {name: days.full_date(clock.day(at, "Africa/Nairobi")) for name, at in record.on.items()}
    return {
        name: " ".join(" ".join(line for line in lines if f" {day} " in f" {line} ").split())
        for name, day in by_day.items()
    }


def stands(one, line):
    """The label and the words of the answer: the day of a date may have its weekday and place around it."""
    return bool(re.search(rf"{re.escape(label(one))} ?: [^:]*{re.escape(one.words)}", line))


def test_each_plain_answer_stands_beside_its_event_for_its_readers_and_for_nobody_else(app, record):
    browser, path = client(app, record)
    lines = on_the_timeline(browser.get(path).text, record)
    found = {str(one) for one in record.every if stands(one, lines[str(one)])}
    assert found == {str(one) for one in record.every if one.is_for(SIDES[record.name])}
