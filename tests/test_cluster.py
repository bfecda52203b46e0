"""What lies in deploy/cluster/ says what a database that survives its machine needs."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

CLUSTER = Path(__file__).parents[1] / "deploy" / "cluster"
HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin")


def patroni():
    return yaml.safe_load((CLUSTER / "patroni.yaml").read_text())


def test_no_receipt_is_shown_before_a_second_server_has_it():
    dcs = patroni()["bootstrap"]["dcs"]
    assert dcs["synchronous_mode"] is True and dcs["synchronous_mode_strict"] is True
    assert not {"synchronous_commit", "fsync"} & dcs["postgresql"]["parameters"].keys()


def test_patroni_uses_the_times_that_are_written_there():
    """It answers 200 to shorter ones, and goes on with its own."""
    dcs = patroni()["bootstrap"]["dcs"]
    assert dcs["ttl"] >= 20 and dcs["loop_wait"] >= 1 and dcs["retry_timeout"] >= 3
    assert dcs["loop_wait"] + 2 * dcs["retry_timeout"] <= dcs["ttl"]


def test_the_primary_outlives_etcd_and_comes_back_without_being_copied():
    dcs = patroni()["bootstrap"]["dcs"]
    assert dcs["failsafe_mode"] is True and dcs["postgresql"]["use_pg_rewind"] is True


def test_haproxy_and_patroni_name_the_same_servers():
    lines = [line.split() for line in (CLUSTER / "haproxy.cfg").read_text().splitlines()]
    addresses = [words[2].partition(":")[0] for words in lines if words[:1] == ["server"]]
    assert addresses == patroni()["restapi"]["allowlist"] and len(addresses) == 3


@pytest.mark.skipif(HAPROXY is None, reason="haproxy is not here: its file is not read")
def test_haproxy_understands_its_file():
    done = subprocess.run([HAPROXY, "-c", "-f", CLUSTER / "haproxy.cfg"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr
