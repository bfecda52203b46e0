"""Who else may help, at the page for everybody: without filing, and with nothing kept of the asking."""

import re
from html import unescape

import pytest
import time_machine

from grievance.doors import entries, keeping
from grievance.extensions import speaking
from grievance.forms.choices import GROUPS
from grievance.views import NAMES
from grievance.views.public.help import MOST
from tests.doors.test_keeping import CLINIC
from tests.times import days_later
from tests.views.test_sent_twice import rows

EVERYWHERE = {**CLINIC, "name": "A Lawyers' Circle", "kind": "legal", "countries": "", "harms": [], "telephone": "",
              "website": "https://circle.example.org"}  # fmt: skip
PLACE = {key: place for place, (key, _text) in enumerate(GROUPS, 1)}


@pytest.fixture
def doors(app, cast):
    keeping.add(cast["Noor"], {**CLINIC, "does_fr": "Des médecins.", "does_not_fr": "Pas de tribunal."})
    keeping.add(cast["Noor"], EVERYWHERE)


def main(app, address):
    return unescape(app.test_client().get(address).text.split("<main")[1].split("</main>")[0])


def test_before_anything_is_asked_it_shows_the_question_alone(app, doors):
    page = main(app, "/help")
    assert "Kenya" in page and "Uganda" in page and "Harbour Road Clinic" not in page


def test_a_door_is_found_by_country_and_harm_with_all_that_the_office_says_of_it(app, doors):
    page = main(app, f"/help?country=KE&harm={PLACE['sexual']}")
    for words in (
        "Harbour Road Clinic", "Medical help", "Kiswahili", CLINIC["does"], CLINIC["does_not"], "It costs nothing.",
        "You need not say your name.", "+254 00 000 0001", "We checked this on",
    ):  # fmt: skip
        assert words in page, words
    assert page.index("Harbour Road Clinic") < page.index("A Lawyers' Circle")
    assert "Harbour Road Clinic" not in main(app, f"/help?country=KE&harm={PLACE['work']}")
    assert "Harbour Road Clinic" not in main(app, "/help?country=FR&harm=")


def test_what_it_is_about_stands_in_the_address_by_no_word(app, doors):
    form = main(app, "/help")
    values = re.findall(r'<option value="([^"]*)"', form.split('id="harm"')[1].split("</select>")[0])
    assert values == ["", *(str(place) for place in range(1, len(GROUPS) + 1))]


def test_a_text_that_is_not_translated_is_said_to_be_english_and_marked_so(app, doors):
    french, arabic = (main(app, f"/help?lang={code}&country=KE") for code in ("fr", "ar"))
    assert 'lang="fr" dir="auto">Des médecins.' in french
    assert f'lang="en" dir="auto">{CLINIC["does"]}' in arabic and ">English<" in arabic


def test_one_that_nobody_checked_for_long_says_so(app, doors):
    assert "That is long ago" not in main(app, "/help?country=KE")
    with time_machine.travel(days_later(181), tick=False):
        assert "That is long ago" in main(app, "/help?country=KE")


def test_where_nobody_is_known_it_says_so_with_how_to_ask_the_office(app, cast):
    page = main(app, "/help?country=&harm=")
    assert "We know nobody for this yet." in page and "You can reach us here:" in page


@pytest.mark.parametrize(
    "asked", ["country=&harm=99", "country=&harm=-1", "country=&harm=x", "country=%00", "country=XX&harm=1"]
)
def test_what_nobody_could_choose_is_no_mistake_of_the_page(app, doors, asked):
    answer = app.test_client().get(f"/help?{asked}")
    assert answer.status_code == 200 and "A Lawyers' Circle" in unescape(answer.text)


def test_asking_leaves_no_cookie_and_no_row(app, doors):
    before, client = rows(), app.test_client()
    answer = client.get(f"/help?country=KE&harm={PLACE['sexual']}")
    assert "Set-Cookie" not in answer.headers and rows() == before
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_language_that_was_chosen_is_kept_by_its_form(app, doors):
    assert 'name="lang" value="fr"' in main(app, "/help?lang=fr")


def test_a_long_list_is_cut_and_says_how_to_find_the_rest(app, cast):
    for number in range(MOST + 2):
        keeping.add(cast["Noor"], {**EVERYWHERE, "name": f"Door {number}"})
    page = main(app, "/help?country=")
    assert page.count("<article") == MOST and "More are known: 2." in page


@pytest.mark.parametrize("path", ["/", "/safety"])
def test_a_quiet_link_leads_there(app, path):
    assert 'href="/help"' in app.test_client().get(path).text


def test_each_kind_and_answer_is_said_in_each_language(app):
    known = [*entries.KINDS, *entries.COSTS, *entries.NEEDS_NAME]
    for code in set(NAMES) - {"en"}:
        with app.test_request_context("/"), speaking(code):
            assert not [str(text) for _key, text in known if str(text) == text._args[0]], code
