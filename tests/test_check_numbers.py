"""`make check` sees a number that is written out in a sentence, and a translation that lost a placeholder."""

import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.fixture
def project(tmp_path):
    """A project with nothing in it yet."""
    for folder in ("templates", "grievance", "translations"):
        (tmp_path / folder).mkdir()
    return tmp_path


def catalogue(project, language):
    """A copy of ours."""
    shutil.copytree(ROOT / "translations" / language, project / "translations" / language)
    return project / "translations" / language / "LC_MESSAGES" / "messages.po"


def check(root):
    command = [sys.executable, ROOT / "bin" / "check_numbers.py", root]
    found = subprocess.run(command, capture_output=True, text=True)
    assert not found.stderr
    return found.returncode, found.stdout


def plant(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_our_own_sentences_have_no_number_that_is_written_out():
    assert check(ROOT) == (0, "")


@pytest.mark.parametrize(
    "sentence",
    [
        "You hear from us within seven days.",
        "within seven\ndays",
        "It takes 45 business days.",
        "at most 25 MB",
        "It is shown for an hour.",
        "forty-five days",
    ],
)
def test_a_number_in_a_template_is_found_with_its_line(project, sentence):
    (project / "templates" / "planted.html").write_text(f"<p>\n{sentence}</p>")
    code, told = check(project)
    assert code == 1
    assert told.startswith("templates/planted.html:2: ") and "lengths.py" in told


@pytest.mark.parametrize(
    "line", ['_("Within seven days")', '_l(\n"It is kept "\n"for 30 days")', 'click.echo(f"valid {x}, 14 days")']
)
def test_a_number_in_a_message_of_the_program_is_found(project, line):
    (project / "grievance" / "planted.py").write_text(line)
    code, told = check(project)
    assert code == 1
    assert told.startswith("grievance/planted.py:")


def test_a_number_from_a_placeholder_is_no_fault(project):
    (project / "grievance" / "planted.py").write_text('ngettext("%(num)d day", "%(num)d days", 3)\n"seven days"')
    assert check(project) == (0, "")


def test_a_number_in_a_message_of_a_catalogue_is_found(project):
    plant(catalogue(project, "fr"), 'msgid "Due"', 'msgid "Due in ten days"')
    code, told = check(project)
    assert code == 1
    assert told.startswith("translations/fr/LC_MESSAGES/messages.po:") and "ten days" in told


@pytest.mark.parametrize(
    ("language", "old", "new", "told"),
    [
        ("fr", "vous avez de nos nouvelles %(within)s.", "vous avez de nos nouvelles vite.", "lacks %(within)s"),
        ("ru", 'msgstr[0] "%(num)d день"', 'msgstr[0] "один день"', "lacks %(num)d"),
        ("uk", "ми відповімо %(within)s.", "ми відповімо %(soon)s.", "has %(soon)s"),
        ("ar", "خلال %(num)d أيام", "خلال أيام", "lacks %(num)d"),
        ("sw", "kila moja isizidi MB %(number)s", "kila moja isizidi MB %(number)s, si 30", "has 30"),
    ],
)
def test_a_translation_has_what_its_message_has_in_every_plural_form(project, language, old, new, told):
    plant(catalogue(project, language), old, new)
    code, lines = check(project)
    assert code == 1
    assert lines.startswith(f"translations/{language}/LC_MESSAGES/messages.po:") and told in lines
