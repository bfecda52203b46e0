"""The association's own words are configured: another one needs no other program, and no rule is lost by it."""

import re
import tomllib
from datetime import timedelta

import pytest
from babel.messages.extract import extract_from_file

from config import load_config
from grievance import clock, create_app, demonstration
from grievance.deadlines.timetable import load as load_procedure
from grievance.forms import choices
from grievance.forms.vocabulary import CAME_LATER, load
from grievance.languages import EVERYWHERE
from grievance.models.case import Severity
from grievance.models.people import Membership
from grievance.views import template_i18n
from grievance.workflow import words
from tests.conftest import ROOT, SECRETS
from tests.views.test_languages import TRANSLATED, catalogue, translated
from tests.views.test_routes import client_of

SHIPPED = (ROOT / "vocabulary.toml").read_text("utf-8")
FISH = re.sub(
    r"^\[topics\]\n.*?^$", '[topics]\nquota = "Fished more than allowed"\n', SHIPPED, flags=re.MULTILINE | re.DOTALL
).replace('{ label = "Held, searched or arrested"', '{ label = "Kept on board"')


def loaded(tmp_path, text):
    path = tmp_path / "vocabulary.toml"
    path.write_text(text, "utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('not_member = "Not a member', 'no_member = "Not a member', "dismissals: not_member is missing: it is refused"),
        ("no_answer = ", "silent = ", "closings: no_answer is missing: who comes back"),
        ("remedied = ", "done = ", "closings: remedied is missing"),
        ("settled = ", "agreed = ", "closings: settled is missing"),
        ('subcontractor = "Sub', 'supplier = "Sub', "memberships_then: subcontractor is missing: it is a link"),
        ('unconfirmed = "Not', 'new = "Not', "memberships: unconfirmed is missing: companies are stored"),
        ('unconfirmed = "Not', 'guest = "Guest"\nunconfirmed = "Not', "memberships: guest: the program knows no such"),
        ('child = "Child', 'minor = "Child', "tags: child is missing: only the complainant"),
        ("sexual = { label", "assault = { label", "groups: sexual is missing: help stands"),
        ("merged = ", "concern = ", "closings: concern: a step of its own"),
        ("merged = ", "withdrawn = ", "closings: withdrawn: a step of its own"),
        ("merged = ", "duplicate = ", "closings: duplicate is in dismissals already"),
        ("privacy = ", "vetting = ", "tags: vetting is in topics already"),
        ("conduct = ", "Conduct = ", "topics: Conduct: a key is up to 20"),
        ("conduct = ", "a_key_that_no_column_takes = ", "topics: a_key_that_no_column_takes: a key is up to 20"),
        ('"General conduct"', '" "', "topics: conduct: its label is missing"),
        ('"General conduct"', "7", "topics: conduct: its label is missing"),
        ('label = "Held, searched or arrested", ', "", "groups: held: its label is missing"),
        ('label = "Held', 'lable = "x", label = "Held', "groups: held: nothing reads lable"),
        ('sign = "M3 4h18v16H3zM8', 'sign = "<script>', "groups: held: sign is not the path"),
        ("[tags]", "[labels]", "missing or unknown lists: labels, tags"),
        ("[tags]", "[tags", "vocabulary.toml: "),
    ],
)
def test_a_file_that_would_break_a_rule_is_refused_on_start(tmp_path, old, new, told):
    assert old in SHIPPED
    with pytest.raises(ValueError, match=re.escape(told)):
        loaded(tmp_path, SHIPPED.replace(old, new, 1))


@pytest.mark.parametrize("name", [name for name in tomllib.loads(SHIPPED) if name not in ("criteria", *CAME_LATER)])
def test_a_list_that_is_missing_or_empty_is_refused_by_name(tmp_path, name):
    without = re.sub(rf"^\[{name}\]\n(?:.+\n)*", "", SHIPPED, flags=re.MULTILINE)
    with pytest.raises(ValueError, match=f"missing or unknown lists: {name}"):
        loaded(tmp_path, without)
    with pytest.raises(ValueError, match=f"{name}: it needs at least one line"):
        loaded(tmp_path, f"{without}\n[{name}]\n")


@pytest.mark.parametrize("name", CAME_LATER)
def test_a_list_that_came_later_is_the_shipped_one_where_an_older_file_lacks_it_and_is_not_empty(tmp_path, name):
    without = re.sub(rf"^\[{name}\]\n(?:.+\n)*", "", SHIPPED, flags=re.MULTILINE)
    assert list(loaded(tmp_path, without).lists[name]) == list(tomllib.loads(SHIPPED)[name])
    with pytest.raises(ValueError, match=f"{name}: it needs at least one line"):
        loaded(tmp_path, f"{without}\n[{name}]\n")


def test_definitions_headings_and_criteria_may_be_left_out_as_files_of_before_do(tmp_path):
    plain = re.sub(r'\{ label = ("[^"]*"), under = .*\}', r"\1", SHIPPED)
    plain = re.sub(r"^\[criteria\]\n(?:.+\n)*", "", plain, flags=re.MULTILINE)
    words = loaded(tmp_path, plain)
    assert (words.means, words.under, words.criteria) == ({}, {}, {})
    assert words.lists.keys() == load(ROOT / "vocabulary.toml").lists.keys()


def test_each_topic_has_a_heading_and_a_definition_and_each_severity_a_criterion():
    words = load(ROOT / "vocabulary.toml")
    assert words.means.keys() == words.under.keys() == words.lists["topics"].keys()
    assert words.criteria.keys() == {key.value for key in Severity}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("critical = ", "grave = ", "criteria: grave: the program knows no such severity"),
        ('under = "How guards act"', "under = 7", "topics: conduct: under must be a text"),
        ('under = "How guards act"', 'above = "x"', "topics: conduct: nothing reads above"),
    ],
)
def test_a_definition_that_nothing_reads_is_refused(tmp_path, old, new, told):
    assert old in SHIPPED
    with pytest.raises(ValueError, match=re.escape(told)):
        loaded(tmp_path, SHIPPED.replace(old, new, 1))


def test_the_page_that_classifies_says_what_each_topic_and_severity_is_below_its_heading(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/classify").text
    assert (
        page.index("Force and detention")
        < page.index("more than the threat called for")
        < page.index("<strong>At work")
    )
    assert "danger of life" in page and "looked at within 24 hours" in page and "Find a topic" in page


def test_each_key_that_is_stored_is_as_it_was(app):
    """Cases and companies have these keys; a list may grow, and a key in use is never spelt anew."""
    assert [key for key, _label in choices.GROUPS] == [
        "force", "held", "hurt", "sexual", "forced", "unequal", "work", "unheard", "unsure"
    ]  # fmt: skip
    assert [key for key, _label in choices.TOPICS] == [
        "conduct", "force_rules", "use_of_force", "detention", "apprehending", "ill_treatment", "sexual_abuse",
        "trafficking", "slavery", "child_labour", "discrimination", "registering", "policies", "vetting",
        "subcontractors", "pay", "training", "weapons", "weapons_training", "materiel", "incidents", "safety",
        "harassment", "mechanism", "liability",
    ]  # fmt: skip
    assert [key for key, _label in choices.TAGS] == [
        "retaliation", "death_or_injury", "unpaid_wages", "property", "privacy", "child"
    ]  # fmt: skip
    assert [key for key, _label in choices.MEMBERSHIPS] == [each.value for each in Membership]
    assert [key for key, _label in choices.MEMBERSHIP_THEN] == [
        "member", "affiliate", "suspended", "subcontractor", "former", "none", "unknown"
    ]  # fmt: skip
    assert [key for key, _label in choices.DISMISSALS] == [
        "not_member", "no_code_issue", "not_affected", "duplicate", "too_little", "settled_elsewhere", "wrong_company"
    ]  # fmt: skip
    assert [key for key, _label in choices.CLOSINGS] == [
        "remedied", "settled", "accepted_elsewhere", "no_remedy", "company_left", "merged", "no_answer"
    ]  # fmt: skip


def _labels():
    words = load(ROOT / "vocabulary.toml")
    return {
        str(text)
        for rows in (*words.lists.values(), words.under, words.means, words.criteria)
        for text in rows.values()
    }


@pytest.mark.parametrize("language", [one for one in TRANSLATED if one in EVERYWHERE])
def test_every_label_is_a_message_of_every_catalogue(language):
    assert _labels() - {message.id for message in catalogue(language)} == set()


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("name", ["groups", "topics"])
def test_every_topic_that_a_complainant_reads_is_translated(language, name):
    """On the form, and on their own page once an officer has coded the case."""
    labels = {str(label) for label in load(ROOT / "vocabulary.toml").lists[name].values()}
    assert labels - translated(language) == set()


def test_extraction_finds_the_labels_and_the_sources():
    """Else the next update of the catalogues would throw their translations away."""
    extractor = "grievance.forms.vocabulary:messages"
    found = [
        {message for _line, message, _comments, _context in extract_from_file(extractor, ROOT / name)}
        for name in ("vocabulary.toml", "procedure.toml")
    ]
    assert found == [_labels(), {kind.source for kind in load_procedure(ROOT / "procedure.toml").kinds.values()}]
    assert f"labels = {extractor}" in (ROOT / "babel.cfg").read_text()


@pytest.fixture
def fishers(app, tmp_path, monkeypatch):
    """The same database under another association's words."""
    path = tmp_path / "fish.toml"
    path.write_text(FISH, "utf-8")
    monkeypatch.setattr(template_i18n, "_tables", {})
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    env = {**SECRETS, "DATABASE_URL": url, "FILES_URL": app.config["FILES"].as_uri(), "VOCABULARY": str(path)}
    other = create_app(load_config(env))
    with other.app_context():
        yield other


def test_another_association_offers_its_own_words_without_another_program(fishers):
    page = fishers.test_client().get("/complain?step=all").text
    assert "Kept on board" in page and "Held, searched or arrested" not in page
    assert dict(choices.TOPICS) == {"quota": "Fished more than allowed"}


def test_another_association_walks_the_whole_story(fishers, cast):
    reference, _code = demonstration.walk_story(cast, "close", clock.now() - timedelta(days=120))
    assert reference


def test_a_topic_that_is_no_longer_in_the_file_is_shown_by_its_key(fishers):
    assert "pay" not in words.TOPICS
    assert words.TOPICS.get("pay", "pay") == "pay"
    with pytest.raises(KeyError):
        words.TOPICS["pay"]


def test_only_pictures_of_the_file_stand_beside_its_groups(fishers):
    page = fishers.test_client().get("/complain?step=all").text
    assert page.count('class="sign"') == FISH.count("sign = ")
