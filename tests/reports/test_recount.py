"""The figures of the program and those that `bin/recount.py`, which knows nothing of it, counts from an exported record
are the same: of a generated year, as of any day, and of both old registers."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bench import generator, stories
from bench.stories import SENT, Story
from grievance import clock, demonstration
from grievance.extensions import db
from grievance.intake import register
from grievance.intake.register_files import open_register
from grievance.intake.register_mapping import load_mapping
from grievance.models.case import Case, Channel
from grievance.reports.figures import Period, figures
from tests.conftest import ROOT

SAMPLES = os.environ.get("REGISTERS")
"""A folder with whole registers as their offices published them (`cfpb-2017-sample.csv`, `cfpb-2023-sample.csv`)."""
HEADS = {
    2017: "complaint_id,date_received,date_sent_to_company,company,consumer_complaint_narrative,"
    "company_response_to_consumer,timely_response,product,issue,sub_issue,company_public_response",
    2023: "Complaint ID,Date received,Date sent to company,Company,Consumer complaint narrative,"
    "Company response to consumer,Timely response?,Product,Issue,Sub-issue,Company public response",
}
SAYS = {2017: ("true", "false"), 2023: ("Yes", "No")}
ENDS = ("In progress", "Closed with explanation", "Closed with monetary relief")
SPREAD = (20, 110, 200, 290, 360)
DONE = tuple((step, who, day) for step, who, day in demonstration.STORY)
YEAR = (
    *(replace(one, filed=SPREAD[:3]) for one in stories.STORIES if "alert" not in one.name),
    Story("closed", 20, (130, 200, 290, 360), DONE),
    Story("not asked yet", 10, (60, 290), DONE[:-2]),
    Story("answered", 10, SPREAD, (*SENT, ("respond", "Victor", 19))),
)  # fmt: skip


def by_the_script(folder, app, period):
    """What the script prints, run by an interpreter that cannot import the program."""
    record = folder / "record.jsonl"
    if not record.exists():
        result = app.test_cli_runner().invoke(args=["record", "export", str(record)])
        assert result.exit_code == 0, result.output
    asked = ["--from", period.first, "--to", period.last, "--zone", clock.office_zone()]
    asked += ["--company", period.company_id] if period.company_id else []
    asked += ["--as-of", period.as_of] if period.as_of else []
    script = [sys.executable, "-I", str(ROOT / "bin" / "recount.py"), str(record), *map(str, asked)]
    return json.loads(subprocess.run(script, check=True, capture_output=True, text=True, cwd=folder).stdout)


def by_the_program(period: Period):
    found = figures(period)
    old = found.from_registers
    plain = ("received", "closed", "open_then", "unknown", "represented", "asked", "retaliation")
    return {
        **{name: getattr(found, name) for name in plain},
        "from_registers": {
            "number": old.number, "still_open": old.still_open, "late": old.late,
            "companies": {str(key): number for key, number in old.by_company},
        },
        "by": {name: {_key(key): number for key, number in pairs} for name, pairs in found.by.items()},
        "took": {name: [one.number, one.median, one.p90] for name, one in found.took.items()},
        "late": {name: list(asdict(one).values()) for name, one in found.late.items()},
        "remedies": {kind: list(asdict(one).values()) for kind, one in found.remedies.items()},
        "not_told": 0,
    }  # fmt: skip


def _key(key):
    return str(getattr(key, "value", key))


def compare(app, folder, *periods):
    for period in periods:
        assert by_the_script(folder, app, period) == by_the_program(period), period


def a_year(both, cases):
    told, due_at = stories.tell(both.cast, clock.now(), YEAR)
    generator.fill(generator.seeds(both.cast, told, due_at), cases, 5)


def periods():
    today = clock.office_today()
    year = Period(today - timedelta(days=400), today)
    company = db.session.scalar(select(Case.company_id).where(Case.company_id.is_not(None)).limit(1))
    yield year
    yield Period(year.first, year.last, company)
    for ago in (10, 100, 250, 390):
        yield Period(year.first, year.last, None, today - timedelta(days=ago))
    for begins in (300, 200, 100):
        yield Period(today - timedelta(days=begins), today - timedelta(days=begins - 90))


@pytest.mark.parametrize("cases", [120, pytest.param(5000, marks=pytest.mark.long)])
def test_of_a_generated_year_both_count_the_same(both, tmp_path, cases):
    a_year(both, cases)
    compare(both.app, tmp_path, *periods())
    found = figures(next(periods()))
    assert found.received == cases and found.took["close"].number > 0 < sum(
        one.agreed for one in found.remedies.values()
    )
    assert found.late["office"].missed > 0 < found.closed and found.late["company"].due > 0


def rows(year):
    """A register in this shape: three companies, open and closed cases, some late."""
    lines = [HEADS[year]]
    for n in range(40):
        day = date(year, 1 + n % 12, 1 + n % 28)
        sent = day + timedelta(days=n % 3)
        said = SAYS[year][n % 5 == 0]
        lines.append(f"{n},{day},{sent},Firm {n % 3},words {n},{ENDS[n % 3]},{said},a,b,c,d")
    return "\n".join(lines)


@pytest.mark.parametrize("year", [2017, 2023])
def test_of_an_old_register_both_count_the_same(app, cast, tmp_path, year):
    plan, path = load_mapping(ROOT / "mappings" / f"cfpb-{year}.toml"), tmp_path / "register.csv"
    path.write_text((Path(SAMPLES) / f"cfpb-{year}-sample.csv").read_text("utf-8") if SAMPLES else rows(year), "utf-8")
    register.take_over(open_register(path, plan), clock.now())
    period = Period(date(year, 1, 1), date(year, 12, 31))
    demonstration.walk_story(cast, "close", clock.now() - timedelta(days=200))
    one = db.session.scalar(select(Case.company_id).where(Case.channel == Channel.REGISTER).limit(1))
    yesterday = clock.office_today() - timedelta(days=1)
    compare(app, tmp_path, period, replace(period, company_id=one), replace(period, as_of=yesterday))
    found = figures(period)
    assert found.from_registers.number >= 40 > found.from_registers.late > 0 == found.received
    assert figures(replace(period, last=clock.office_today())).received == 1
