"""Checklists: which list a case has, what is ticked with who and day, and a file of the office's own."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, create_app, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.desk import ticks
from grievance.extensions import db
from grievance.forms import checklists, vocabulary
from grievance.forms.choices import GROUPS, TAGS, TOPICS
from grievance.models.task import Tick
from grievance.record import compare
from grievance.workflow import steps
from tests.conftest import ROOT
from tests.maintenance.backup.conftest import closed_case, erase
from tests.views.test_routes import client_of, token

WORDS = vocabulary.load(ROOT / "vocabulary.toml")
SHIPPED = checklists.load(ROOT / "procedure.toml", WORDS)


@pytest.fixture
def reference(app, cast):
    """A case about pay."""
    found = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=15))[0]
    demonstration.do("classify", cast["Noor"], found, clock.now())
    return found


def ticked(cast, reference):
    db.session.rollback()
    found = ticks.of_case(find_case(cast["Noor"], reference))
    return {item.name: (item.by, item.day) for one in found for item in one.lines if item.day}


def test_each_shipped_list_is_for_topics_that_there_are(app):
    known = {key for source in (GROUPS, TOPICS, TAGS) for key, _text in source}
    assert {topic for one in SHIPPED for topic in one.topics} <= known
    assert [one.key for one in SHIPPED] == ["violence", "sexual_violence", "labour"]


def test_a_case_has_the_lists_of_its_topics_and_a_tick_keeps_who_and_the_day(app, cast, reference):
    assert [one.title for one in ticks.of_case(find_case(cast["Noor"], reference))] == ["Pay, contracts and work"]
    ticks.save(cast["Noor"], reference, {"labour.papers"}, set())
    assert ticks.save(cast["Tomas"], reference, {"labour.papers", "labour.sum", "violence.doctor", "x"}, set()) == 1
    today = clock.office_today()
    assert ticked(cast, reference) == {"labour.papers": ("Noor", today), "labour.sum": ("Tomas", today)}
    ticks.save(cast["Noor"], reference, {"labour.sum"}, {"labour.papers", "labour.sum"})
    assert set(ticked(cast, reference)) == {"labour.sum"} and list(compare.everything()) == []


def test_nobody_ticks_in_a_case_that_is_not_for_them(app, cast, petra, reference):
    steps.take("declare_conflict", petra, reference, {"why": "My brother works there."})
    for person in (petra, cast["Victor"], cast["Ines"]):
        with pytest.raises(NoSuchCase):
            ticks.save(person, reference, {"labour.papers"}, set())
    assert ticked(cast, reference) == {}


def test_an_erased_case_takes_its_ticks_with_it(app, cast, monkeypatch):
    monkeypatch.setattr(checklists.Checklist, "is_for", lambda _self, _topics: True)
    reference = closed_case(cast)
    assert ticks.save(cast["Noor"], reference, {"labour.papers"}, set()) == 1
    erase(cast, reference)
    assert db.session.scalars(select(Tick)).all() == [] and list(compare.everything()) == []
    db.session.rollback()
    assert ticks.of_case(find_case(cast["Noor"], reference)) == []
    assert "checklists" not in client_of(app, "Noor").get(f"/desk/cases/{reference}").text


def test_it_is_ticked_at_the_page_of_the_case(app, cast, reference):
    client, page = client_of(app, "Noor"), f"/desk/cases/{reference}"
    said = {"csrf_token": token(client.get(page)), "item": ["labour.papers", "labour.debts"]}
    assert client.post(f"/desk/tasks/ticks/{reference}", data=said).location == f"{page}#checklists"
    assert set(ticked(cast, reference)) == {"labour.papers", "labour.debts"}
    assert "2 of 7" in client.get(page).text


def shown(client, page):
    """What a browser sends of the checklists as this page shows them."""
    form = re.search(r'<form method="post" action="[^"]*/ticks/.*?</form>', client.get(page).text, re.S)[0]
    items = re.findall(r'name="item" value="([^"]+)" checked', form)
    return {
        "csrf_token": token(client.get(page)),
        "item": items,
        "seen": re.findall(r'name="seen" value="([^"]+)"', form),
    }


def test_what_a_colleague_ticked_and_unticked_while_a_page_was_open_stays_as_they_left_it(app, cast, reference):
    ticks.save(cast["Noor"], reference, {"labour.papers", "labour.debts"}, set())
    page, noor, tomas = f"/desk/cases/{reference}", client_of(app, "Noor"), client_of(app, "Tomas")
    open_page = shown(noor, page)
    assert set(open_page["seen"]) == set(open_page["item"]) == {"labour.papers", "labour.debts"}
    his = shown(tomas, page)
    tomas.post(f"/desk/tasks/ticks/{reference}", data={**his, "item": ["labour.papers", "labour.sum"]})
    noor.post(f"/desk/tasks/ticks/{reference}", data={**open_page, "item": ["labour.debts"]})
    assert {name: by for name, (by, _day) in ticked(cast, reference).items()} == {"labour.sum": "Tomas"}


def test_a_list_of_the_offices_own_beside_its_procedure_is_read_in_place_of_ours(tmp_path):
    (tmp_path / "checklists.toml").write_text('[one]\ntitle = "One"\ntopics = ["pay"]\n[one.items]\na = "Call."\n')
    (one,) = checklists.load(tmp_path / "procedure.toml", WORDS)
    assert (one.title, dict(one.items)) == ("One", {"a": "Call."})


@pytest.mark.parametrize(
    "text",
    ["[one", "one = 1", '[one]\ntitle = "One"\ntopics = []', '[one]\ntitle = ""\ntopics = []\n[one.items]\na = "x"',
     '[one]\ntitle = "One"\ntopics = "pay"\n[one.items]\na = "x"', 
     '[one]\ntitle = "One"\ntopics = []\n[one.items]\nA = "x"',
     '[one]\ntitle = "One"\ntopics = []\n[one.items]\na = 1'],
)  # fmt: skip
def test_a_list_that_could_not_be_shown_is_refused_at_the_start(tmp_path, text):
    (tmp_path / "checklists.toml").write_text(text)
    with pytest.raises(ValueError, match="checklists.toml: "):
        checklists.load(tmp_path / "procedure.toml", WORDS)


def test_a_list_for_a_topic_that_there_is_not_is_refused_at_the_start_with_its_name(app, tmp_path):
    (tmp_path / "checklists.toml").write_text(
        '[one]\ntitle = "One"\ntopics = ["pay", "detentoin"]\n[one.items]\na = "x"'
    )
    said = "checklists.toml: one: topics that vocabulary.toml does not have: detentoin"
    (tmp_path / "procedure.toml").write_bytes((ROOT / "procedure.toml").read_bytes())
    with pytest.raises(ValueError, match=f"^{said}$"):
        create_app({**app.config, "PROCEDURE": tmp_path / "procedure.toml"})


def test_the_shipped_lists_hinder_no_office_whose_vocabulary_left_a_topic_out(tmp_path):
    fewer = {**WORDS.lists, "topics": {}}
    assert checklists.load(tmp_path / "procedure.toml", replace(WORDS, lists=fewer)) == SHIPPED
