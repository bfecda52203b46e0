"""The doctor names what the machine leaves open."""

import pytest

from grievance.evidence import confined
from grievance.maintenance import machine


@pytest.mark.parametrize(("scope", "named"), [("0\n", True), ("1\n", False), ("2\n", False), (None, True)])
def test_the_doctor_names_yama_where_processes_may_read_each_other(app, tmp_path, monkeypatch, scope, named):
    monkeypatch.setattr(machine, "YAMA", tmp_path / "scope")
    if scope:
        (tmp_path / "scope").write_text(scope)
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert ("kernel.yama.ptrace_scope" in said) is named


def test_the_doctor_says_where_no_filter_of_calls_can_be_made(app, monkeypatch):
    monkeypatch.setattr(confined, "_LIBRARY", "libseccomp-of-nobody.so")
    assert "install libseccomp" in app.test_cli_runner().invoke(args=["doctor"]).output
