"""procedure.toml is refused on start where any later use would fail, with a sentence that names limit and fact."""

import re
import tomllib
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.deadlines.timetable import OF_BEFORE, load
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from tests.conftest import ROOT

SHIPPED = (ROOT / "procedure.toml").read_text("utf-8")
SOURCE = 'source = "set by this association"'


def loaded(tmp_path, text):
    path = tmp_path / "procedure.toml"
    path.write_text(text, "utf-8")
    return load(path)


def with_row(key, row):
    """The shipped file with another row for one limit."""
    text, found = re.subn(rf"^{key} = .*$", f"{key} = {row}", SHIPPED, flags=re.MULTILINE)
    assert found == 1
    return text


@pytest.mark.parametrize(
    ("key", "row", "told"),
    [
        ("L5", f'{{ rule = "45c", {SOURCE} }}', "L5: most is missing"),
        ("L5", f'{{ rule = "45c", most = "44c", {SOURCE} }}', "L5: most: 44c can end before 45c"),
        ("L5", f'{{ rule = "30b", most = "69c", {SOURCE} }}', "L5: most: 69c can end before 30b"),
        ("L5", f'{{ rule = "45c", most = "soon", {SOURCE} }}', "L5: most: a time limit is a number"),
        ("L7", f'{{ rule = "30c", most = "60c", {SOURCE} }}', "L7: most: nobody can ask"),
        ("L7", f'{{ rule = "30c", remind = "30c", {SOURCE} }}', "L7: remind: the reminder must come before"),
        ("L7", f'{{ rule = "6c", remind = "5b", {SOURCE} }}', "L7: remind: .* 5b can end after 6c"),
        ("L7", f'{{ rule = "6b", remind = "6c", {SOURCE} }}', "L7: remind: .* 6c can end after 6b"),
        ("L11", f'{{ rule = "9c", remind = "1c", {SOURCE} }}', "L11: remind: it ends on a date that is chosen"),
        ("L16", f'{{ rule = "9c", remind = "1c", {SOURCE} }}', "L16: remind: it ends on a date that is chosen"),
        ("L31", f'{{ rule = "90c", remind = "5c", {SOURCE} }}', "L31: remind: it ends on a date that is chosen"),
        ("L1", f'{{ rule = "24h", {SOURCE} }}', "L1: it must be in days"),
        ("L7", f'{{ rule = "30c", remind = "24h", {SOURCE} }}', "L7: it must be in days"),
        ("L16", f'{{ rule = "60b", {SOURCE} }}', "L16: rule: it must be in calendar days"),
        ("L1", f'{{ rule = "7d", {SOURCE} }}', "L1: rule: .*'7d'"),
        ("L1", f'{{ rule = "0c", {SOURCE} }}', "L1: rule: .*'0c'"),
        ("L1", f'{{ rule = "", {SOURCE} }}', "L1: rule is missing"),
        ("L1", f"{{ rule = 7, {SOURCE} }}", "L1: rule is missing"),
        ("L1", f"{{ {SOURCE} }}", "L1: rule is missing"),
        ("L1", '{ rule = "7c" }', "L1: source is missing"),
        ("L1", '{ rule = "7c", source = " " }', "L1: source is missing"),
        ("L1", f'{{ rule = "7c", remnid = "3c", {SOURCE} }}', "L1: nothing reads remnid"),
        ("L1", '"7c"', "L1: it must look like"),
    ],
)
def test_a_row_that_would_fail_later_is_refused_on_start(tmp_path, key, row, told):
    with pytest.raises(ValueError, match=f"procedure.toml: {told}"):
        loaded(tmp_path, with_row(key, row))


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("L5", f'{{ rule = "45c", most = "45c", {SOURCE} }}'),
        ("L5", f'{{ rule = "30b", most = "70c", {SOURCE} }}'),
        ("L7", f'{{ rule = "14c", remind = "5b", {SOURCE} }}'),
        ("L7", f'{{ rule = "6b", remind = "5c", {SOURCE} }}'),
        ("L1", f'{{ rule = "3b", {SOURCE} }}'),
        ("L2", f'{{ rule = "15b", remind = "5b", {SOURCE} }}'),
        ("L10", f'{{ rule = "60c", remind = "5c", {SOURCE} }}'),
        ("L14", f'{{ rule = "48h", {SOURCE} }}'),
    ],
)
def test_a_row_that_works_is_taken(tmp_path, key, row):
    assert str(loaded(tmp_path, with_row(key, row)).kinds[key].rule) in row


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("years = 3", "years = 0", "1 to 30"),
        ("years = 3", "years = true", "1 to 30"),
        ("years = 3", "years = 3\nmonths = 2", "nothing else"),
        ("[retention]", "[retentions]", "nothing else"),
        ('"06:00"', '"03:59"', "from 04:00 on"),
        ('"06:00"', '"24:00"', "from 04:00 on"),
        ('"06:00"', "6", "a time like"),
        ('release = "06:00"', 'release = "06:00"\nfeed = "07:00"', "nothing else"),
        ("people = 100", "people = 0", "1 to 1000"),
        ("people = 100", "people = true", "1 to 1000"),
        ('slips = "60c"', 'slips = "60b"', "days like"),
        ('slips = "60c"', "slips = 60", "days like"),
        ("[limits]", "limits = 5\n[more]", "nothing else"),
        ("[limits]", "[limits", "procedure.toml: "),
        ("L19 = ", "L91 = ", "missing or unknown limits: .*L19.*L91"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_procedure_is_refused(tmp_path, old, new, told):
    with pytest.raises(ValueError, match=told):
        loaded(tmp_path, SHIPPED.replace(old, new, 1))


def _without_one():
    """Each key of the shipped file in turn, and the file without it."""
    data = tomllib.loads(SHIPPED)
    for key, row in data["limits"].items():
        yield key, re.sub(rf"^{key} = .*\n", "", SHIPPED, flags=re.MULTILINE)
        for fact in row:
            rest = ", ".join(f'{name} = "{value}"' for name, value in row.items() if name != fact)
            yield f"{key}.{fact}", with_row(key, f"{{ {rest} }}")
    yield "retention.years", SHIPPED.replace("years = 3", "", 1)
    yield "retention", re.sub(r"\[retention\]\nyears.*\n", "", SHIPPED)
    yield "company.release", SHIPPED.replace('release = "06:00"', "", 1)
    yield "company", re.sub(r"\[company\]\nrelease.*\n", "", SHIPPED)
    yield "group.people", re.sub(r"people = .*\n", "", SHIPPED)
    yield "group.slips", re.sub(r"slips = .*\n", "", SHIPPED)
    yield "passkeys.days", SHIPPED.replace("days = 14", "", 1)


@pytest.mark.parametrize(("taken", "text"), list(_without_one()))
def test_without_any_one_fact_the_start_is_refused_or_the_fact_was_a_reminder(tmp_path, taken, text):
    if taken.endswith(".remind"):
        assert loaded(tmp_path, text).kinds[taken.partition(".")[0]].remind is None
        return
    with pytest.raises(ValueError, match=taken.partition(".")[0]):
        loaded(tmp_path, text)


@pytest.mark.parametrize("name", sorted(OF_BEFORE))
def test_a_file_from_before_a_table_was_asked_for_goes_by_what_was_true_then(tmp_path, name):
    older = re.sub(rf"^\[{name}\]\n(?:.+\n)*", "", SHIPPED, flags=re.MULTILINE)
    assert f"[{name}]" not in older and loaded(tmp_path, older) == loaded(tmp_path, SHIPPED)


def test_without_any_reminder_the_whole_story_can_be_walked(app, cast, tmp_path):
    text = re.sub(r', remind = "[^"]+"', "", SHIPPED)
    app.extensions["timetable"] = loaded(tmp_path, text)
    start = clock.now() - timedelta(days=120)
    demonstration.walk_story(cast, "close", start)
    counts = sweep(clock.now())
    assert (counts.reminded, counts.failed, doctor.examine()) == (0, 0, [])
