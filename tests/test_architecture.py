"""docs/architecture.md says of the code what the code is now."""

import re

import pytest

from bin import architecture
from tests.conftest import ROOT


@pytest.fixture
def house(tmp_path):
    """Four rooms: pages use the work, the work uses stores and tools, and pages use tools by themselves too."""
    for name, text in {
        "__init__.py": '"""The house."""\n',
        "pages.py": '"""Pages. Many."""\nfrom grievance import tools\nfrom grievance.work.cases import take\n',
        "tools.py": '"""Tools."""\nLONG: int = 1\n',
        "work/__init__.py": '"""The work."""\n',
        "work/cases.py": '"""Cases | more."""\ndef take():\n    from grievance.stores import keep\n',
        "work/cards.py": '"""Cards."""\nfrom grievance.tools import LONG\n',
        "stores.py": '"""Stores."""\nfrom grievance import tools\nclass keep:\n    pass\ndef take():\n    pass\n',
    }.items():
        path = tmp_path / "grievance" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "config.py").write_text("SETTING = 1\n")
    return tmp_path


def test_the_page_is_current():
    page = architecture.PAGE.read_text()
    assert architecture.made(page) == page, "run `make docs`"


def test_an_arrow_is_drawn_for_each_import_also_a_late_one_but_not_for_what_follows_from_others(house):
    assert architecture.uses(house)["pages"] == {"tools", "work"}
    arrows = [line.strip() for line in architecture.picture(house).splitlines() if "-->" in line]
    assert arrows == ["pages --> work", "stores --> tools", "work --> stores"]


def test_rooms_that_use_each_other_keep_both_arrows(house):
    (house / "grievance" / "tools.py").write_text('"""Tools."""\nimport grievance.stores\n')
    picture = architecture.picture(house)
    assert "stores --> tools" in picture and "tools --> stores" in picture


def test_each_file_is_listed_with_its_first_sentence(house):
    listed = architecture.files(house)
    assert "- [pages.py](../grievance/pages.py): Pages.\n" in listed
    assert "**`grievance/work/`**\n\n- [__init__.py](../grievance/work/__init__.py): The work.\n" in listed


def test_a_file_that_says_nothing_of_itself_is_named(house):
    (house / "grievance" / "mute.py").write_text("x = 1\n")
    with pytest.raises(LookupError, match=r"mute\.py has no docstring"):
        architecture.files(house)


def test_a_name_leads_to_the_file_that_defines_it_also_after_it_moved(house):
    for name, place in {"keep": "stores.py", "LONG": "tools.py", "cases.py": "work/cases.py", "work/": "work"}.items():
        told = architecture.linked(f"See [`{name}`](../grievance/old.py).", house)
        assert told == f"See [`{name}`](../grievance/{place})."


def test_a_name_that_is_nowhere_or_in_two_places_is_named(house):
    with pytest.raises(LookupError, match=r"`gone` is in no file; `take` is in .*stores\.py, .*cases\.py"):
        architecture.linked("[`gone`]() [`take`]()", house)
    chosen = "[`take`](../grievance/stores.py)"
    assert architecture.linked(chosen, house) == chosen


@pytest.mark.parametrize("page", [*sorted(path.name for path in ROOT.glob("*.md")), "docs"])
def test_every_address_inside_the_house_that_a_document_names_is_there(page):
    pages = (ROOT / "docs").rglob("*.md") if page == "docs" else [ROOT / page]
    for path in pages:
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text()):
            assert "://" in link or (path.parent / link).exists(), (path.name, link)
