"""`make translations` adds what is new to each catalogue, loses nothing, guesses nothing, and names what is missing."""

import re

import pytest

from bin import translations
from tests.conftest import ROOT

HEAD = """\
# Words of a small house.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
BODY = """\
msgid "tomorrow"
msgstr "{tomorrow}"

msgid "put together while it runs"
msgstr "kept"
"""
PAGE = '<p>{{ _("tomorrow") }} {{ _("tomorrow morning") }} {{ ngettext("%(num)d gate", "%(num)d gates", 2) }}</p>'


@pytest.fixture
def house(tmp_path):
    """A program of one page and one module, in French and Russian."""
    for language, tomorrow in (("fr", "demain"), ("ru", "")):
        folder = tmp_path / "translations" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        plurals = {"fr": "nplurals=2; plural=(n > 1);", "ru": "nplurals=3; plural=(n%10==1 ? 0 : n%10<5 ? 1 : 2);"}
        text = HEAD.format(language=language, plurals=plurals[language]) + BODY.format(tomorrow=tomorrow)
        (folder / "messages.po").write_text(text)
    (tmp_path / "babel.cfg").write_text((ROOT / "babel.cfg").read_text())
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "grievance").mkdir()
    (tmp_path / "grievance" / "words.py").write_text('SENT = _l("It was sent")\n')
    (tmp_path / "procedure.toml").write_text('[limits]\nL1 = { rule = "7c", source = "A law" }\n')
    return tmp_path


def updated(house, language="fr"):
    path = translations.catalogues(house)[language]
    added = translations.update(path, translations.found(house))
    return added, translations.read(path), path.read_text()


def test_texts_of_pages_of_code_and_of_the_time_limits_sources_are_found(house):
    texts = {translations.singular(message) for message in translations.found(house) if message.id}
    assert texts == {"tomorrow", "tomorrow morning", "%(num)d gate", "It was sent", "A law"}


def test_what_is_new_is_added_without_a_guess_and_what_was_there_stays(house):
    added, catalogue, _text = updated(house)
    assert set(added) == {"tomorrow morning", "%(num)d gate", "It was sent", "A law"}
    assert catalogue["tomorrow"].string == "demain" and catalogue["put together while it runs"].string == "kept"
    assert not any(catalogue[text].fuzzy or translations.is_translated(catalogue[text]) for text in added)


def test_a_text_for_numbers_gets_as_many_forms_as_the_language_has(house):
    assert 'msgid_plural "%(num)d gates"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n' in updated(house, "ru")[2]


def test_a_catalogue_keeps_its_head_names_no_place_and_is_sorted(house):
    text = updated(house)[2]
    plurals = "nplurals=2; plural=(n > 1);"
    assert text.startswith(HEAD.format(language="fr", plurals=plurals)) and "#:" not in text
    ids = re.findall(r'^msgid "(.+)"$', text, re.M)
    assert ids == sorted(ids) and len(ids) == 6


def test_a_second_run_changes_nothing(house):
    text = updated(house)[2]
    assert updated(house)[::2] == ([], text)


def test_the_report_names_what_one_language_has_and_another_has_not(house):
    told = list(translations.report(house))
    assert told == [
        "fr: 2 translated, 0 in English, 0 of them forgotten",
        "ru: 1 translated, 1 in English, 1 of them forgotten",
        "    tomorrow",
    ]


def test_a_language_that_companies_are_not_offered_in_owes_none_of_their_texts(house):
    folder = house / "translations" / "prs" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = HEAD.format(language="prs", plurals="nplurals=2; plural=(n > 1);")
    (folder / "messages.po").write_text(head + BODY.format(tomorrow=""))
    assert "prs: 1 translated, 1 in English, 0 of them forgotten" in translations.report(house)


def test_the_list_of_one_language_says_where_each_text_stands(house):
    updated(house, "ru")
    told = list(translations.missing("ru", translations.found(house), house))
    assert "templates/page.html: tomorrow morning" in told and "procedure.toml: A law" in told


def test_todays_catalogues_lose_nothing_and_their_translations_stay(tmp_path):
    texts = translations.found()
    for path in translations.catalogues().values():
        copy = tmp_path / "translations" / path.parts[-3] / "LC_MESSAGES" / "messages.po"
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path.read_bytes())
        translations.update(copy, texts)
        before, after = translations.read(path), translations.read(copy)
        assert {message.id: message.string for message in before if message.id}.items() <= {
            message.id: message.string for message in after if message.id
        }.items(), path.parts[-3]


def test_no_language_was_forgotten():
    assert [line for line in translations.report() if not line.endswith(", 0 of them forgotten")] == []
