"""The office keeps other doors: what is asked, what is refused with a sentence, and what comes to the desk again."""

import pytest
import time_machine

from grievance import clock
from grievance.doors import directory, entries, keeping
from grievance.doors.examples import EXAMPLES
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.reports.office_waits import office_waits
from tests.times import days_later
from tests.views.test_routes import client_of, token

CLINIC = {
    "name": "Harbour Road Clinic", "kind": "medical", "countries": "Kenya\nug", "harms": ["hurt", "sexual"],
    "languages": ["en", "sw"], "does": "Doctors look at injuries and write down what they see.",
    "does_not": "It cannot bring anybody to court.", "telephone": "+254 00 000 0001", "costs": "no",
    "needs_name": "no",
}  # fmt: skip
LIST = "/desk/other-doors"


def told(raw):
    with pytest.raises(BadInput) as bad:
        entries.read(raw)
    return bad.value.errors


def press(client, page, to, **answers):
    return client.post(to, data={"csrf_token": token(client.get(page)), **answers})


def test_a_door_is_kept_with_the_day_and_who_checked_it(app, cast):
    keeping.add(cast["Noor"], CLINIC)
    (door,) = directory.in_use()
    assert (door.countries, door.harms, door.languages) == (["KE", "UG"], ["hurt", "sexual"], ["en", "sw"])
    assert (door.checked_on, door.checked_by) == (clock.office_today(), cast["Noor"].account_id)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("countries", "Kenya\nAtlantis", "This is no country that is known here: ATLANTIS."),
        ("telephone", "ask Mary", "Write the number like this: +41 22 000 00 00"),
        (
            "website",
            "javascript:alert(1)",
            "Write the whole address of the website, like this: https://www.example.org",
        ),
        ("does", "x" * 801, "This is too long: write at most 800 characters."),
        ("telephone", "", "Write an address, a telephone number or a website."),
        ("kind", "oracle", "Choose one of the answers in the list."),
        ("does_fr", "Des médecins.", "Write both in this language, or none."),
        ("does_not", "", "Please answer this."),
    ],
)
def test_what_is_doubtful_is_refused_with_a_sentence(app, field, typed, sentence):
    assert sentence in told({**CLINIC, field: typed}).values()


def test_what_is_typed_comes_back_as_it_was_typed(app, cast):
    keeping.add(cast["Noor"], {**CLINIC, "does_fr": "Des médecins.", "does_not_fr": "Pas de tribunal."})
    assert entries.read(entries.typed(directory.in_use()[0])) == entries.read(
        {**CLINIC, "does_fr": "Des médecins.", "does_not_fr": "Pas de tribunal."}
    )


def test_the_words_are_english_where_nobody_translated_them(app, cast):
    keeping.add(cast["Noor"], {**CLINIC, "does_fr": "Des médecins.", "does_not_fr": "Pas de tribunal."})
    (door,) = directory.in_use()
    assert [directory.said(door, code).language for code in ("fr", "ar", "en")] == ["fr", "en", "en"]


def test_doors_of_the_country_stand_before_those_that_help_everywhere(app, cast):
    keeping.add(cast["Noor"], CLINIC)
    keeping.add(cast["Noor"], {**CLINIC, "name": "A Lawyers' Circle", "kind": "legal", "countries": "", "harms": []})
    doors = directory.in_use()

    def found(country, *harms):
        return [door.name for door in directory.matching(doors, country, frozenset(harms))]

    assert found("KE", "sexual") == ["Harbour Road Clinic", "A Lawyers' Circle"]
    assert found("KE", "work") == found("FR") == found("") == ["A Lawyers' Circle"]
    assert found("KE") == found("KE", "sexual")
    assert directory.countries_of(doors) == ["KE", "UG"]


def test_one_that_nobody_checked_for_long_comes_to_the_desk_and_goes_with_the_button(app, cast):
    keeping.add(cast["Noor"], CLINIC)
    later = days_later(181)
    with time_machine.travel(later, tick=False):
        assert [one.name for one in office_waits(cast["Tomas"])] == ["other_doors"]
        keeping.checked(cast["Tomas"], directory.in_use()[0].id)
        assert office_waits(cast["Tomas"]) == [] and directory.in_use()[0].checked_by == cast["Tomas"].account_id


def test_on_the_last_day_it_is_not_yet_old(app, cast):
    keeping.add(cast["Noor"], CLINIC)
    with time_machine.travel(days_later(180), tick=False):
        assert not directory.is_old(directory.in_use()[0]) and office_waits(cast["Tomas"]) == []


def test_a_retired_one_is_nobodys_work_and_in_no_list(app, cast):
    number = keeping.add(cast["Noor"], CLINIC)
    keeping.retire(cast["Noor"], number)
    assert directory.in_use() == [] and directory.one(number) is None
    with pytest.raises(Refused, match="not in the list any more"):
        keeping.checked(cast["Noor"], number)
    with time_machine.travel(days_later(400), tick=False):
        assert office_waits(cast["Tomas"]) == []


def test_of_two_who_change_one_door_the_second_is_told(app, cast):
    number = keeping.add(cast["Noor"], CLINIC)
    keeping.change(cast["Noor"], number, {**CLINIC, "costs": "yes"}, 1)
    with pytest.raises(Refused, match="Somebody changed this since you opened it"):
        keeping.change(cast["Tomas"], number, CLINIC, 1)


def test_nobody_but_the_secretariat_keeps_doors(app, cast):
    for name in ("Ines", "Victor"):
        with pytest.raises(Refused, match="The Secretariat looks after"):
            keeping.add(cast[name], CLINIC)
        assert client_of(app, name).get(LIST).status_code == 403


def test_a_number_that_was_put_there_by_nobody_of_the_office_is_named_by_doctor(app, cast):
    keeping.add(cast["Noor"], CLINIC)
    db.session.connection().exec_driver_sql("UPDATE doors SET telephone = '+254 00 666 0000'")
    db.session.commit()
    assert any("doors:1" in one for one in doctor.examine())


def test_an_officer_adds_one_at_the_page_and_a_colleague_changes_checks_and_retires_it(app, cast):
    noor = client_of(app, "Noor")
    assert LIST in noor.get("/desk/admin").text
    assert press(noor, f"{LIST}/new", f"{LIST}/new", **CLINIC).location == LIST
    tomas = client_of(app, "Tomas")
    assert "Harbour Road Clinic" in tomas.get(LIST).text
    assert press(tomas, f"{LIST}/1", f"{LIST}/1", **{**CLINIC, "version": "1", "name": "Hill Clinic"}).location == LIST
    assert press(tomas, LIST, f"{LIST}/1/checked").location == LIST
    shown = tomas.get(LIST).text
    assert "Hill Clinic" in shown and "by Tomas" in shown
    assert press(tomas, LIST, f"{LIST}/1/retire").location == LIST
    assert "There is none yet." in tomas.get(LIST).text and tomas.get(f"{LIST}/1").status_code == 404
    record = tomas.get("/desk/admin/record").text
    for words in ("Another door was added", "Another door was changed", "Another door was checked", "was retired"):
        assert words in record


def test_what_was_typed_stays_where_something_is_wrong(app, cast):
    client = client_of(app, "Noor")
    answer = press(client, f"{LIST}/new", f"{LIST}/new", **{**CLINIC, "website": "our page"})
    assert answer.status_code == 422 and 'href="#website"' in answer.text and "our page" in answer.text
    assert "Doctors look at injuries" in answer.text


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["kind"])
def test_each_door_of_the_demonstration_is_invented_and_one_that_the_office_could_add(app, cast, example):
    assert keeping.add(cast["Noor"], example) and example["name"].endswith("(invented)")
