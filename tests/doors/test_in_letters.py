"""A letter that does not take a complaint on lists who else may help there, as it is known on the day it is read."""

import json
from datetime import timedelta

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.deadlines import days
from grievance.doors import keeping
from grievance.extensions import speaking
from grievance.reports import letters
from grievance.reports.casefile import letters_to
from grievance.reports.letters import letter_pdf
from tests.doors.test_help_page import EVERYWHERE
from tests.doors.test_keeping import CLINIC
from tests.reports.test_letters import said_by_sheet
from tests.times import days_later


@pytest.fixture
def dismissed(app, cast):
    keeping.add(cast["Noor"], {**CLINIC, "does_fr": "Des médecins.", "does_not_fr": "Pas de tribunal."})
    keeping.add(cast["Noor"], {**CLINIC, "name": "Far Away Clinic", "countries": "Peru"})
    keeping.add(cast["Noor"], EVERYWHERE)
    reference, amina, _code = demonstration.file_one(clock.now(), language="fr", country="KE")
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("dismiss", cast["Noor"], reference, clock.now(), cast["Tomas"])
    return reference, amina


def letter(person, reference, template):
    case = find_case(person, reference)
    return letter_pdf(person, case, next(one.name for one in letters_to(person, case) if one.template == template))


def said(monkeypatch, person, reference, template):
    monkeypatch.setattr(letters, "typeset", lambda _name, data: json.dumps(data, ensure_ascii=False).encode())
    return letter(person, reference, template).decode()


def test_a_refusal_holds_the_doors_of_her_country_in_her_language(app, dismissed):
    reference, amina = dismissed
    text = " ".join(" ".join(said_by_sheet(letter(amina, reference, "dismissed"))).split())
    for words in ("Harbour Road Clinic", "Des médecins.", "Pas de tribunal.", "+254 00 000 0001", "Cela ne coûte rien.",
                  "A Lawyers' Circle", "https://circle.example.org"):  # fmt: skip
        assert words in text, words
    assert "Far Away Clinic" not in text and text.index("Harbour Road") < text.index("A Lawyers' Circle")


def test_each_stands_with_the_day_of_its_check_and_the_list_with_the_day_on_which_it_is_read(
    app, cast, dismissed, monkeypatch
):
    reference, amina = dismissed
    later = days_later(20)
    with time_machine.travel(later, tick=False):
        keeping.checked(cast["Noor"], 1)
        text = said(monkeypatch, amina, reference, "dismissed")
        with speaking("fr"):
            checked, before = (days.full_date(clock.office_day(one)) for one in (later, later - timedelta(days=20)))
        assert text.count(checked) == 2 and before in text


def test_other_letters_hold_none_and_where_nobody_is_known_neither_does_a_refusal(app, cast, dismissed, monkeypatch):
    reference, amina = dismissed
    assert "Harbour Road" not in said(monkeypatch, amina, reference, "acknowledged")
    for number in (1, 3):
        keeping.retire(cast["Noor"], number)
    text = said(monkeypatch, amina, reference, "dismissed")
    assert "Harbour Road" not in text and "D’après ce que nous savons" not in text


def test_her_page_leads_to_who_else_may_help(app, cast):
    client = app.test_client()
    code = demonstration.file_one(clock.now())[2]
    client.post("/follow", data={"code": code})
    assert 'href="/help"' in client.get("/follow/case").text
