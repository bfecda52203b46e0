"""The table of languages: what a row says, and that a language that CLDR calls otherwise is there by its own code."""

import gettext
import json
import shutil
from datetime import date

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

import config
from bin import her_texts
from bin.her_texts import FILE
from grievance import clock, demonstration, languages, views
from grievance.deadlines import days
from grievance.extensions import page_language, speaking
from grievance.languages import EVERY, Language
from grievance.reports import fonts, setup
from grievance.views import faces
from tests.views.test_routes import client_of

DARI = Language("prs", "دری", from_the_right=True, known_as="fa_AF", asked_for_as=("fa-AF", "fa"))


@pytest.fixture
def dari(app, monkeypatch):
    """A row as a new language has it, which an office named."""
    languages.locale_of.cache_clear()
    monkeypatch.setitem(languages.BY_CODE, "prs", DARI)
    monkeypatch.setitem(languages._BY_LOCALE, "fa_AF", "prs")
    monkeypatch.setattr(languages, "FROM_THE_RIGHT", languages.FROM_THE_RIGHT | {"prs"})
    monkeypatch.setattr(faces, "languages_here", lambda: ("en", "prs"))
    monkeypatch.setitem(app.config, "LANGUAGES", ["en", "prs"])
    monkeypatch.setitem(views.NAMES, "prs", DARI.name)
    yield app
    languages.locale_of.cache_clear()


def test_every_language_runs_from_the_side_that_cldr_knows_and_has_ten_digits_or_those_of_all():
    for one in EVERY:
        assert languages.direction(one.code) == languages.locale_of(one.code).text_direction
        assert not one.digits or len(set(one.digits)) == 10
        assert one.code not in fonts.FROM_THE_RIGHT or any(one.code in family.codes for family in fonts.FAMILIES)


def test_an_office_has_the_languages_that_are_everywhere_and_names_any_other_itself():
    assert tuple(config._languages({})) == languages.EVERYWHERE == faces.COMPANY_LANGUAGES


def test_a_language_that_cldr_calls_otherwise_keeps_its_own_code(dari):
    with dari.test_request_context("/?lang=prs"):
        assert page_language() == "prs"
        assert "دسمبر" in days.full_date(date(2026, 12, 7))
    with dari.test_request_context("/"), speaking("prs"):
        assert page_language() == "prs"


@pytest.mark.parametrize("wish", ["fa-AF,en;q=0.5", "prs", "fa;q=0.9,de;q=0.1"])
def test_a_browser_that_asks_for_it_by_another_name_gets_it_from_its_own_side(dari, wish):
    page = dari.test_client().get("/", headers={"Accept-Language": wish}).text
    assert '<html lang="prs" dir="rtl"' in page and 'lang="prs" hreflang="prs" aria-current="true"' in page


def test_pages_that_no_complainant_needs_are_in_the_languages_that_are_everywhere(app):
    with app.test_request_context("/members"):
        assert faces.languages_here() == languages.EVERYWHERE
    with app.test_request_context("/complain"):
        assert faces.languages_here() == languages.CODES


# --- when a language is switched on ----------------------------------------------------------------------


@pytest.fixture
def soomaali(monkeypatch, tmp_path):
    """A row of a new language, and a catalogue that says everything but what is left out: (folder, make it)."""
    row = Language("so", "Soomaali")
    monkeypatch.setattr(languages, "CODES", (*languages.CODES, "so"))
    monkeypatch.setitem(languages.BY_CODE, "so", row)
    shutil.copy(FILE, tmp_path)

    def made(without=()):
        gettext._translations.clear()  # it keeps what it read, by the file's name
        catalogue = Catalog(locale="so")
        for text in set(read(FILE)) - {*without}:
            catalogue.add((text, f"{text}s") if "%(num)d" in text else text, ("a", "b") if "%(num)d" in text else "a")
        place = tmp_path / "so" / "LC_MESSAGES" / "messages.mo"
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            write_mo(file, catalogue)

    return tmp_path, made


def read(path):
    return json.loads(path.read_text())


def test_a_language_lacks_each_text_of_complainants_that_its_catalogue_has_not(soomaali):
    folder, made = soomaali
    assert languages.lacking("so", folder) == read(FILE)
    made()
    assert languages.lacking("so", folder) == []
    one, many = "Language", next(text for text in read(FILE) if "%(num)d" in text)
    made(without=(one, many))
    assert languages.lacking("so", folder) == sorted((one, many))


def test_the_program_does_not_start_with_a_language_that_would_show_her_a_sentence_in_english(soomaali, monkeypatch):
    folder, made = soomaali
    monkeypatch.setattr(config, "HERE", folder)
    (folder / "translations").symlink_to(folder)
    made()
    assert config._languages({"LANGUAGES": "en,so"}) == ["en", "so"]
    made(without=["Language"])
    with pytest.raises(config.ConfigError, match="names so, in which 1 of .* such as 'Language'"):
        config._languages({"LANGUAGES": "en,so"})
    assert config._languages({"LANGUAGES": "en,fr"}) == ["en", "fr"]


def test_every_language_of_the_table_can_be_switched_on():
    assert config._languages({"LANGUAGES": ",".join(languages.CODES)}) == list(languages.CODES)


def test_the_list_that_a_language_is_measured_by_is_that_of_the_code():
    assert read(FILE) == sorted(her_texts.every())


# --- what nobody has read ----------------------------------------------------------------------------------


def test_the_set_up_list_names_each_language_that_is_offered_and_was_read_by_no_native_speaker(app, monkeypatch):
    said = lambda: {one.key: one.says for one in setup.points()}["languages"]  # noqa: E731
    with app.test_request_context("/desk"):
        assert "not yet read by a native speaker: Français" in said() and "English" not in said()
        monkeypatch.setitem(app.config, "LANGUAGES", ["en"])
        assert said() == ""


def test_an_officer_sees_it_where_a_language_is_chosen_for_her_and_on_the_case(app, cast):
    reference = demonstration.file_one(clock.now(), language="ar")[0]
    noor = client_of(app, "Noor")
    mark = "العربية (not yet read by a native speaker)"
    assert mark in noor.get(f"/desk/cases/{reference}").text
    assert f">{mark}</option>" in noor.get("/desk/new").text
