"""deploy/prometheus/: each alert looks at a figure that the program has, and each process is asked where it listens."""

import re
import shutil
import subprocess

import promql_parser
import pytest
import yaml
from prometheus_client import REGISTRY

from grievance import clock
from grievance.metrics import pages, sweeps
from tests.conftest import ROOT
from tests.test_hosts import FACES, sample

FILES = ROOT / "deploy" / "prometheus"
OF_PROMETHEUS = {"up"}
LABELS = {
    "grievance_requests_total": {"rule", "method", "status"},
    "grievance_request_seconds_bucket": {"rule", "le"},
    "grievance_key_derivations": {"of", "state"},
    "grievance_well": {"part"},
    "grievance_sweep_cases_total": {"outcome"},
}
EVERYWHERE = {"face", "job", "instance"}
"""Labels that Prometheus gives by prometheus.yml."""


def rules():
    (group,) = yaml.safe_load((FILES / "rules.yml").read_text())["groups"]
    return group["rules"]


def exposed():
    """Names of samples: what both kinds of processes have once something was counted."""
    assert pages and sweeps
    pages.note("public", "any", 200, 0.1)
    pages.DERIVATIONS.labels("password", "waiting").set(0)
    return {one.name for metric in REGISTRY.collect() for one in metric.samples}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_looks_at_figures_that_there_are_by_labels_that_they_have(rule):
    found = []
    promql_parser.walk(promql_parser.parse(rule["expr"]), found.append)
    asked = {one.name: {by.name for by in one.matchers.matchers} for one in found if hasattr(one, "matchers")}
    assert asked and set(asked) <= exposed() | OF_PROMETHEUS
    for name, labels in asked.items():
        assert labels <= LABELS.get(name, set()) | EVERYWHERE, name
    assert rule["annotations"]["summary"].endswith(".") and rule["labels"]["severity"] in ("page", "ticket")


def test_every_face_is_asked_where_its_unit_and_its_sample_say_that_it_listens():
    (job,) = yaml.safe_load((FILES / "prometheus.yml").read_text())["scrape_configs"]
    asked = {one["labels"]["face"]: one["targets"] for one in job["static_configs"]}
    units = {
        name: (ROOT / "deploy" / "systemd" / f"grievance-{name.replace('staff', 'web')}.service").read_text()
        for name in FACES
    }
    ports = {name: re.search(r"METRICS_PORT=(\d+)", unit)[1] for name, unit in units.items()}
    assert asked == {name: [f"{sample(name)['METRICS_HOST']}:{ports[name]}"] for name in FACES}


def test_the_figures_say_which_part_is_not_well_and_when_the_record_was_signed():
    now = clock.now()
    sweeps.note_state({"files": True, "migrated": True, "keys": True, "vouched": False}, now, 0.5)
    values = {name: REGISTRY.get_sample_value("grievance_well", {"part": name}) for name in sweeps.PARTS}
    assert values == {"files": 1, "migrated": 1, "keys": 1, "vouched": 0}
    assert REGISTRY.get_sample_value("grievance_checkpoint_timestamp_seconds") == now.timestamp()


@pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool here: the rules' own syntax is not checked")
def test_prometheus_takes_the_rules():
    told = subprocess.run(["promtool", "check", "rules", str(FILES / "rules.yml")], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
