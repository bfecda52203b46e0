"""The benchmark measures what it says: its databases are whole, and its table and picture say what was measured.

Nothing here looks at how fast anything is.
"""

import gzip
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select

from bench import generator, pages, plot, report, results, stories, walk
from bench.results import Figure, Target
from bench.statements import signed_in
from grievance import clock, demonstration
from grievance.access import opened
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.keys import IdentityEntry, SecretariatEnvelope
from grievance.models.writing import Writing
from grievance.record import chain
from grievance.record.writings import read_writing

CASES, DUE = 200, 20
EACH = tuple(replace(story, filed=story.filed[:1]) for story in stories.STORIES)
SOME = tuple(story for story in EACH if story.name in ("received, by name", "referred", "dismissed"))


def fill(both, told_stories, cases=CASES, due=DUE):
    told, both.due_at = stories.tell(both.cast, clock.now(), told_stories)
    both.models = {one.case_id for one in told}
    generator.fill(generator.seeds(both.cast, told, both.due_at), cases, due)


@pytest.fixture
def filled(both):
    """200 cases of which 21 fall due together: the copies, and the case that they are copies of."""
    fill(both, SOME)
    return both


def copies(both):
    return db.session.scalars(select(Case).where(Case.id.not_in(both.models))).all()


def test_copies_of_every_story_keep_every_promise_and_the_record_is_whole(both):
    fill(both, EACH)
    assert db.session.scalar(select(func.count()).select_from(Case)) == CASES
    assert doctor.examine() == []
    assert chain.verify() == []


def test_every_writing_of_a_copy_opens_with_the_secretariats_key_and_no_two_cases_share_one(filled):
    noor = filled.cast["Noor"]
    for case in copies(filled):
        keys = opened(noor, case)
        for writing in db.session.scalars(select(Writing).where(Writing.case_id == case.id)):
            assert read_writing(keys, writing)
    sealed = db.session.scalars(select(SecretariatEnvelope.sealed)).all()
    assert len(set(sealed)) == CASES


def test_copies_are_in_several_states_and_some_carry_an_identity(filled):
    states = Counter(case.state for case in copies(filled))
    assert set(states) >= {State.RECEIVED, State.REFERRED, State.CLOSED}
    named = select(func.count(IdentityEntry.case_id.distinct())).where(IdentityEntry.case_id.not_in(filled.models))
    assert db.session.scalar(named)


def test_as_many_cases_fall_due_as_were_asked_for_and_the_sweep_escalates_each(filled):
    assert doctor.waiting(filled.due_at - timedelta(seconds=1)) == 0
    counts = sweep(filled.due_at)
    assert (counts.cases, counts.escalated, counts.failed) == (DUE + 1, DUE + 1, 0)
    assert doctor.examine() == []


def test_rows_that_are_added_afterwards_get_numbers_of_their_own(filled):
    demonstration.file_one(clock.now())
    assert chain.verify() == []


def test_cases_that_are_sealed_in_other_processes_are_as_whole(both, monkeypatch):
    monkeypatch.setattr(generator, "ALONE", 10)
    monkeypatch.setattr(generator, "BATCH", 15)
    fill(both, SOME, cases=60, due=5)
    assert doctor.examine() == []


# --- what is shown -----------------------------------------------------------------------------------------


def figure(**more):
    values = {"name": "queue", "title": "the queue", "database": "sqlite", "cases": 1000, "unit": "ms",
              "values": [20.0, 24.0, 22.0], "yardstick": "H", "yard": [2.0, 2.0, 2.0],
              "target": Target("ratio", "most", 12)}  # fmt: skip
    return Figure(**{**values, **more})


def test_a_figure_says_median_range_ratio_and_whether_its_target_is_met():
    assert figure().cells() == (
        "the queue", "sqlite", "1,000", "H: 2.00 (2.00–2.00) ms", "22.0 (20.0–24.0) ms", "11.00", "≤ 12 × H", "met",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("ratio", "most", 10), False),
        (Target("ratio", "least", 11), True),
        (Target("value", "most", 22), True),
        (Target("value", "least", 23), False),
        (None, None),
    ],
)
def test_a_target_is_of_the_ratio_or_of_the_value_and_at_most_or_at_least(target, met):
    assert figure(target=target).met is met


def test_what_slowed_a_whole_round_does_not_change_the_ratio():
    assert figure(values=[20.0, 200.0, 20.0], yard=[2.0, 20.0, 2.0]).ratio == 10


def test_results_are_read_back_as_they_were_saved(tmp_path):
    found = [figure(), figure(name="form", target=None, yard=[], note="no script")]
    results.save(found, {"cores": "2"}, tmp_path / "results.json")
    assert results.load(tmp_path / "results.json") == (found, {"cores": "2"})


def test_figures_of_another_program_than_the_one_that_is_here_are_said_to_be_so(tmp_path, monkeypatch):
    def git(*words):
        who = ("-c", "user.name=Noor", "-c", "user.email=noor@example.org")
        return subprocess.run(["git", *who, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    monkeypatch.setattr(results, "ROOT", tmp_path)
    (tmp_path / "procedure.toml").write_text("one", "utf-8")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        git(*words)
    commit = git("rev-parse", "--short=12", "HEAD").strip()
    (tmp_path / "results.json").write_text("{}", "utf-8")
    assert results.outdated({"commit": commit}) == ""
    (tmp_path / "procedure.toml").write_text("two", "utf-8")
    assert f"are of commit {commit}, not of the program" in results.outdated({"commit": commit})
    assert "are of commit unknown" in results.outdated({"commit": "unknown"})


def test_the_page_has_a_line_for_each_figure_and_names_what_was_missed():
    page = report.page([figure(), figure(database="postgresql", values=[90.0] * 3)], {"cores": "2"})
    assert "| the queue | sqlite | 1,000 | H: 2.00 (2.00–2.00) ms | 22.0 (20.0–24.0) ms | 11.00 |" in page
    assert "### the queue, postgresql" in page
    assert "### the queue, sqlite" not in page


def test_the_picture_is_a_well_formed_svg_with_a_line_for_each_cost_and_database():
    some = [
        figure(name=name, database=kind, cases=cases, values=[value, value * 1.1])
        for kind in ("sqlite", "postgresql")
        for name, value in (("queue", 20.0), ("case", 20.0), ("search", 3.0))
        for cases in (1000, 1_000_000)
    ]
    svg = ElementTree.fromstring(plot.picture(some))
    lines = [path for path in svg.iter("{http://www.w3.org/2000/svg}path") if path.get("stroke-width") == "2"]
    words = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert len(lines) == 6
    assert words.count("queue, 95th percentile") == 2
    assert {"SQLite", "PostgreSQL", "1,000", "1,000,000"} <= set(words)


def test_names_that_would_cover_each_other_are_moved_apart():
    heights = sorted(plot._apart({"a": 100.0, "b": 101.0, "c": 300.0}).values())
    assert all(below - above >= 17 for above, below in pairwise(heights))


def test_a_picture_of_one_number_of_cases_on_one_database_can_be_drawn():
    ElementTree.fromstring(plot.picture([figure()]))


# --- the walk ----------------------------------------------------------------------------------------------

PAGE = """<!doctype html><p>Read this first.<p hidden>Not this.<details><summary>Opens here</summary><p>Not this</p>
</details><p style="position: absolute; left: -999px">Nor this</p><select><option>One<option>Two</select><p>3 · ‹ b</p>
<button>Go on</button><p>After it.</p>"""


def test_words_are_counted_that_can_be_seen_and_whether_they_stand_before_the_button(chromium):
    page = chromium.new_page(java_script_enabled=False)
    page.set_content(PAGE)
    seen = page.locator("button").evaluate(walk.SEEN)
    page.context.close()
    assert seen == [["Read this first.", 3, True], ["Opens here", 2, True], ["3 · ‹ b", 2, True], ["Go on", 2, True],
                    ["After it.", 2, False]]  # fmt: skip


def test_the_table_of_the_walk_adds_up_and_says_whether_it_took_too_long(monkeypatch, tmp_path):
    steps = [walk.Step("home", 2, 7_500, 3.0, 180, 90, 0), walk.Step("account", 2, 3_000, 3.0, 90, 90, 100)]
    monkeypatch.setattr(walk, "KEPT", tmp_path / "walk.json")
    assert report._walked() == []
    for keys, said in ((100, "met"), (101 * 2, "missed")):
        steps[1].keys = keys
        walk.save({"every page of the form": steps})
        section = "\n".join(report._walked())
        assert f"at most 3 minutes, {said}." in section and ": 190 keys would be in time" in section
        assert f"| **all** | 4 | 10.5 | 6.0 s | 270 | 180 | {keys} | **{1.1 + keys / 100:.2f}** |" in section


def test_pages_are_compressed_for_who_takes_that_and_only_then(app):
    from bench.squeezed import squeezed

    client = app.test_client()
    app.wsgi_app = squeezed(app.wsgi_app)
    small, plain = (client.get("/safety", headers={"Accept-Encoding": one}) for one in ("gzip, br", "identity"))
    assert gzip.decompress(small.data).startswith(b"<!doctype html>") and plain.text.startswith("<!doctype html>")
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2


def test_the_lines_of_a_queue_are_counted_as_its_page_shows_them(app, cast):
    """Else a filter is measured beside a page of another length."""
    for _time in range(3):
        demonstration.file_one(clock.now())
    noor = signed_in(app, "Noor")
    desk = SimpleNamespace(get=lambda path: SimpleNamespace(body=noor.get(path).data))
    assert (pages.lines(desk, "show=open"), pages.lines(desk, "show=closed")) == (3, 0)
