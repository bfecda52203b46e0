"""`make check` refuses a date of which nobody says whose it is."""

import re
import runpy
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

CHECK = ROOT / "bin" / "check_days.py"
WORDS = runpy.run_path(str(CHECK))


@pytest.fixture
def copy(tmp_path):
    """The parts of the program that are looked at."""
    for place in WORDS["CODE"]:
        one = ROOT / place
        if one.is_dir():
            shutil.copytree(one, tmp_path / place, ignore=shutil.ignore_patterns("__pycache__", "results"))
        else:
            shutil.copy(one, tmp_path / place)
    shutil.copytree(ROOT / "templates", tmp_path / "templates", ignore=shutil.ignore_patterns("fonts"))
    (tmp_path / "tests").mkdir()
    return tmp_path


def plant(path, text):
    path.write_text(path.read_text() + text)
    return len(path.read_text().splitlines())


def test_the_program_as_it_is_says_whose_each_day_is():
    assert WORDS["faults_in"](ROOT) == []


def test_the_check_is_red_for_a_planted_date_and_names_file_line_and_what_to_use(copy):
    line = plant(copy / "grievance" / "reports" / "queue.py", "\n\nON = clock.now().date()\n")
    run = subprocess.run([sys.executable, CHECK, copy], capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stdout.startswith(f"grievance/reports/queue.py:{line}: .date() stands outside")
    assert "clock.office_day(at)" in run.stdout and run.stdout.count("\n") == 1


def test_the_check_is_red_for_a_date_in_a_page(copy):
    line = plant(copy / "templates" / "desk" / "case.html", "\n{{ case.received_at.date() }}\n")
    (fault,) = WORDS["faults_in"](copy)
    assert fault.startswith(f"templates/desk/case.html:{line}: date()") and "full_date(reader_day(at))" in fault


def test_make_check_runs_it():
    steps = re.search(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M).group(1)
    assert "bin/check_days.py" in steps


@pytest.mark.parametrize("text", [
    "at.date()", "func.date(Case.received_at)", "datetime.date(at)", "map(datetime.date, times)", "at.strftime('%x')",
    "time.strftime('%Y')", "datetime.strptime(text, '%Y').replace(tzinfo=UTC)", "f'{at:%d.%m.%Y}'", "f'{at:%H:%M}'",
    "at.isoformat()[:10]", "date(at.year, at.month, at.day)", "date(at.year + 5, 1, 1)", "dates.format_date(at)",
    "format_datetime(at)", "flask_babel.format_time(at)", "at.ctime()",
])  # fmt: skip
def test_python_that_makes_a_date_by_nobodys_zone_is_found(text):
    assert WORDS["python_faults"](text, "grievance/reports/queue.py")


@pytest.mark.parametrize("text", [
    "date(2026, 5, 3)", "day.isoformat()", "clock.day(at, zone)", "limit.date", "f'{share:.1%}'", "f'{size:,}'",
    "datetime.combine(day, time(), zone)", "date.fromisoformat(text)", "at.isoformat()",
])  # fmt: skip
def test_python_that_only_names_a_day_is_left_alone(text):
    assert WORDS["python_faults"](text, "grievance/reports/queue.py") == []


def test_the_two_files_that_know_whose_day_it_is_may_say_it():
    assert WORDS["python_faults"]("at.date()", WORDS["MAKES_DATES"]) == []
    assert WORDS["python_faults"]("dates.format_date(day)", WORDS["SAYS_DATES"]) == []
    assert WORDS["python_faults"]("at.date()", WORDS["SAYS_DATES"])


@pytest.mark.parametrize("text", [
    "{{ at | dateformat }}", "{{ at | datetimeformat('short') }}", "{{ at.strftime('%Y') }}", "{{ format_date(at) }}",
    "{% if at.date() %}today{% endif %}", "{{ at.isoformat() }}", "{{ at.astimezone(zone) }}",
])  # fmt: skip
def test_a_page_that_says_a_date_by_nobodys_zone_is_found(text):
    assert WORDS["page_faults"](text)


def test_a_printed_page_that_asks_for_the_date_is_found():
    assert WORDS["print_faults"]("one\n#datetime.today().display()") == [(2, WORDS["print_faults"]("#datetime")[0][1])]
