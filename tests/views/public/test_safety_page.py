"""What the page on what is protected promises, held to docs/promises.md and to the tests in both directions."""

import re
from datetime import date
from html import unescape
from types import MappingProxyType

import pytest

from grievance.contacts import Emergency
from tests.conftest import ROOT

SECTIONS = (ROOT / "docs/promises.md").read_text().split("\n## ")
HELD, FOLD = (next(one for one in SECTIONS if one.startswith(name)) for name in ("The page on what", "Her page"))
ROWS = re.compile(r"^\| (?!sentence)(\S.*?) \| (tests/.*) \|$", re.M)
HELPS = MappingProxyType({"KE": Emergency("Neighbours", "+254 00 000 0000", date(2026, 11, 1))})
HERS = ("/", "/complain", "/complain?step=all", "/follow", "/safety", "/procedure")


@pytest.fixture
def page(app, cast):
    app.config["EMERGENCY"] = HELPS
    return app.test_client().get("/safety").text


def test_each_promise_of_the_page_has_a_test_and_each_row_stands_on_the_page(page):
    promised = [sentence for sentence, _tests in ROWS.findall(HELD)]
    main = unescape(page.split("<main")[1].split("</main>")[0])
    for sentence in promised:
        assert sentence in main, sentence
    protected = re.sub("<h2>Not protected</h2>.*?</ul>", "", main.split("Protected</h2>")[1], flags=re.DOTALL)
    for said in re.findall(r"<(?:li|p)>(.*?)</(?:li|p)>", protected, re.DOTALL):
        assert any(sentence in said for sentence in promised), said


@pytest.mark.parametrize("section", [HELD, FOLD], ids=["the page", "her fold"])
def test_every_named_test_is_there(section):
    for _sentence, tests in ROWS.findall(section):
        for path, name in (one.split("::") for one in tests.split()):
            assert f"def {name}(" in (ROOT / path).read_text(), name


def test_no_page_of_hers_asks_another_site_for_anything(app, cast):
    for path in HERS:
        answer = app.test_client().get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text), path


def test_who_can_help_at_once_gets_no_word_of_her(page):
    """Nothing here leads to them but their number, which she dials herself."""
    part = page.split("Who can help at once")[1].split("<h2>")[0]
    assert "Neighbours" in part and not re.search("<a |<form|<img|mailto:|tel:", part)
