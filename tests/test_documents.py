"""What README and the documents tell somebody to type, open or look at is there."""

import re

import click
import pytest

from tests.conftest import ROOT

PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/operations.md", "docs/translating.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_flask_command_that_a_document_names_exists(app, page):
    for words in re.findall(r"\bflask (?:--app wsgi )?([a-z][a-z-]*(?: [a-z][a-z-]*)?)", (ROOT / page).read_text()):
        name, *more = words.split()
        command = app.cli.get_command(None, name)
        assert command, (page, words)
        if isinstance(command, click.Group):
            named = more[0] if more else getattr(command, "default", "")
            assert named in command.commands, (page, words)


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_document_names_exists(page):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    named = re.findall(r"(?:^    |`)make ([a-z-]+)", (ROOT / page).read_text(), re.M)
    assert set(named) <= set(targets), page


def test_the_readme_begins_with_two_light_pictures_that_say_what_is_on_them():
    readme = (ROOT / "README.md").read_text()
    pictures = re.findall(r'<img src="([^"]+)" width="\d+" alt="([^"]{20,})">', readme.split("\n## ")[0])
    assert len(pictures) == 2
    for path, _said in pictures:
        assert (ROOT / path).stat().st_size <= 150_000, path


def test_the_readmes_way_to_production_installs_before_it_runs():
    """From an empty folder: each line may use what the lines before it brought, and nothing else."""
    block = (ROOT / "README.md").read_text().split("## For production")[1].split("`init` prints")[0]
    order = ["python3 -m venv", ".venv/bin/activate", "pip install --require-hashes -r requirements.txt",
             "pybabel compile", "instance/$key", "SECRET_KEYS_FILE=", "flask --app wsgi db upgrade",
             "flask --app wsgi init", "flask --app wsgi worker &", "gunicorn wsgi:app"]  # fmt: skip
    places = [block.index(words) for words in order]
    assert places == sorted(places)
