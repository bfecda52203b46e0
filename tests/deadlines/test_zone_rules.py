"""The rules of time zones are those of the pinned package; where they change, what is owed ends by the new ones, later
only, once, and on the record."""

import os
import shutil
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tzdata
from sqlalchemy import select

from grievance import demonstration, zones
from grievance.deadlines import put_right
from grievance.deadlines.rows import explained
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.keys import Setting
from grievance.models.limit import Limit
from grievance.record import chain
from tests.conftest import ROOT
from tests.deadlines.test_holidays import referred
from tests.scenarios.days import START, day, facts, letters, limits
from tests.views.test_routes import client_of

HOUR = timedelta(hours=1)
FILES = Path(tzdata.__file__).parent / "zoneinfo"
CHANGED = {"Africa/Casablanca": "Etc/GMT-2", "America/Vancouver": "Etc/GMT+9"}
"""Zones whose rules differed in an edition of before: there their days ended an hour or more sooner, or later."""


@pytest.fixture
def earlier_rules(tmp_path):
    """A function that lets these zones be what they were, and one that ends it."""
    for zone, like in CHANGED.items():
        (tmp_path / zone).parent.mkdir(exist_ok=True)
        shutil.copy(FILES / like, tmp_path / zone)

    def use(old):
        zoneinfo.reset_tzpath([tmp_path] if old else [])
        zoneinfo.ZoneInfo.clear_cache()

    use(True)
    yield lambda: use(False)
    use(False)


def test_a_system_with_rules_of_its_own_is_not_asked(tmp_path):
    """Also where nobody has set PYTHONTZPATH: the system's folder would be read first."""
    for name in ("Africa/Casablanca", "Mars/Base"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(FILES / "Etc/GMT-2", tmp_path / name)
    asks = (
        "from grievance import create_app, clock; from datetime import *; import zoneinfo;"
        "print(clock.time_of_day(datetime(2026, 12, 1, tzinfo=UTC), 'Africa/Casablanca'), zoneinfo.TZPATH)"
    )
    env = {**os.environ, "PYTHONTZPATH": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert told.stdout.split(" ", 1)[0] != "02:00" and told.stdout.strip().endswith("()")


@pytest.mark.parametrize(
    "place", ["deploy/systemd/grievance-web.service", "deploy/systemd/grievance-worker.service", "Makefile",
              "deploy/systemd/grievance-backup.service", "deploy/Dockerfile", "deploy/compose.yaml", "bin/run"]
)  # fmt: skip
def test_every_way_to_start_it_leaves_the_systems_folder_out(place):
    assert "PYTHONTZPATH" in (ROOT / place).read_text()


def test_the_edition_is_said_by_the_command_the_check_and_doctor(app, cast):
    runner = app.test_cli_runner()
    assert f"time zones: {tzdata.IANA_VERSION}" in runner.invoke(args=["version"]).output
    assert f"Time zones: {tzdata.IANA_VERSION}." in runner.invoke(args=["doctor"]).output
    assert app.test_client().get("/readyz").json["time_zones"] == tzdata.IANA_VERSION


def test_a_day_that_ends_later_by_the_new_rules_moves_and_both_sides_are_told(both, earlier_rules):
    case = referred(both.cast, zone="Africa/Casablanca")
    before, secretariats = limits(case)["L5"].due_at, limits(case)["L6"].due_at
    letters_before = letters(case, "company")
    earlier_rules()
    assert [fault for fault in doctor.examine() if " L5 ends at " in fault]
    effect = put_right.settle_zone_rules(day(10))
    limit = limits(case)["L5"]
    assert limit.due_at > before and limits(case)["L6"].due_at == secretariats and effect.cases == 1
    moved = {fact["limit"]: fact for fact in facts(case, "zone_rules_moved")}
    assert moved["L5"]["due_on"] == limit.due_on.isoformat() and limit.wake_at.hour == limit.due_at.hour
    assert letters(case, "company") == [*letters_before, "zone_rules_moved"]
    assert "zone_rules_moved" in letters(case, "complainant")
    assert doctor.examine() == [] and chain.verify() == []


def test_each_side_reads_on_its_page_that_a_limit_ends_later(app, cast, earlier_rules):
    case = referred(cast, zone="Africa/Casablanca")
    earlier_rules()
    put_right.settle_zone_rules(day(10))
    sentence = "The rules of a time zone changed, and a date ends later than it did"
    assert sentence in client_of(app, "Victor").get(f"/company/cases/{case.reference}").text
    assert sentence in client_of(app, "Noor").get(f"/desk/cases/{case.reference}").text


def test_a_day_that_ends_sooner_by_the_new_rules_keeps_its_end_and_says_why(both, earlier_rules):
    case = referred(both.cast, zone="America/Vancouver")
    before = limits(case)["L5"].due_at
    earlier_rules()
    assert put_right.settle_zone_rules(day(10)).limits == 0
    limit = limits(case)["L5"]
    assert limit.due_at == before == explained(limit).at and explained(limit).days[-1].reason == "kept"
    assert facts(case, "zone_rules_moved") == [] and doctor.examine() == []
    page = client_of(both.app, "Noor").get(f"/desk/cases/{case.reference}").text
    assert "by the rules that this time zone had before: the later end counts" in page


def test_it_is_done_once_for_each_edition(app, cast, earlier_rules):
    case = referred(cast, zone="Africa/Casablanca")
    earlier_rules()
    assert put_right.settle_zone_rules(day(10)).limits and put_right.settle_zone_rules(day(10)) is None
    assert db.session.get(Setting, put_right.EDITION).value == zones.edition()
    assert len({fact["limit"] for fact in facts(case, "zone_rules_moved")}) == len(facts(case, "zone_rules_moved"))


def test_a_new_edition_is_asked_for_again(app, cast, monkeypatch):
    put_right.settle_zone_rules(day(0))
    monkeypatch.setattr(zones, "edition", lambda: "2031z")
    assert put_right.settle_zone_rules(day(0)) is not None
    assert db.session.get(Setting, put_right.EDITION).value == "2031z"


def test_what_has_passed_stays_passed(app, cast, earlier_rules):
    case = referred(cast, zone="Africa/Casablanca")
    limit = limits(case)["L4"]
    before = limit.due_at
    earlier_rules()
    put_right.settle_zone_rules(before + HOUR / 2)
    assert limit.due_at == before


def test_one_case_that_cannot_be_counted_leaves_the_others_theirs(app, cast, earlier_rules):
    case, broken = referred(cast, zone="Africa/Casablanca"), demonstration.file_one(START)[0]
    before = limits(case)["L5"].due_at
    limit = next(one for one in db.session.scalars(select(Limit)) if one.case.reference == broken)
    limit.frozen = {**limit.frozen, "zone": "Mars/Base"}
    db.session.commit()
    earlier_rules()
    put_right.settle_zone_rules(day(6))
    assert limits(case)["L5"].due_at > before


def test_the_sweep_of_the_command_line_settles_it_first(app, cast, earlier_rules):
    case = referred(cast, zone="Africa/Casablanca")
    before = limits(case)["L5"].due_at
    earlier_rules()
    app.test_cli_runner().invoke(args=["sweep", "--as-of", day(6).isoformat()])
    assert db.session.get(Setting, put_right.EDITION) is not None and limits(case)["L5"].due_at >= before


def test_the_rules_of_the_package_know_of_autumn_2026():
    """Casablanca kept one hour ahead in every edition of 2025, and does so no more."""
    at = datetime(2026, 12, 1, tzinfo=UTC)
    there = {zone: at.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() for zone in CHANGED}
    assert there == {"Africa/Casablanca": timedelta(0), "America/Vancouver": timedelta(hours=-7)}
