"""`flask import-register`, as somebody types it."""

import json
import stat

from sqlalchemy import select

from grievance.extensions import db
from grievance.models.case import Case
from tests.intake.test_old_registers import BASE, HEAD, ONE


def test_it_is_tried_taken_over_and_taken_back(app, cast, tmp_path):
    register, mapping, left = (tmp_path / name for name in ("r.csv", "m.toml", "left.csv"))
    register.write_text(HEAD + ONE + "2,2026-01-06,,Alpha Guards,x,a,Perhaps\n")
    mapping.write_text(BASE)
    run = app.test_cli_runner().invoke

    tried = run(args=["import-register", str(register), "--mapping", str(mapping), "--dry-run"])
    assert tried.exit_code == 1 and db.session.scalars(select(Case)).all() == []
    assert "r.csv, line 3: the mapping does not say what the state 'Perhaps' means: left out." in tried.stderr

    done = run(args=["import-register", str(register), "--mapping", str(mapping), "--left-out", str(left)])
    counts = json.loads(done.stdout)
    assert (counts["lines"], counts["taken_over"], counts["left_out"], counts["cases"]) == (2, 1, 1, 1)
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    _head, line = left.read_text("utf-8-sig").splitlines()
    assert line == "3,the mapping does not say what the state 'Perhaps' means,2,2026-01-06,,Alpha Guards,x,a,Perhaps"
    again = run(args=["import-register", str(register), "--mapping", str(mapping), "--left-out", str(left)])
    assert again.exit_code == 1 and "is there already" in again.stderr

    back = run(args=["import-register", "--undo", str(counts["run"])])
    assert json.loads(back.stdout) == {"taken_back": 1, "restored": 0, "refused": 0} and back.exit_code == 0
    for wrong, sentence in (("--undo=99", "no import with the number 99"), ("--dry-run", "Give a register")):
        assert sentence in run(args=["import-register", wrong]).stderr
    assert "--mapping" in run(args=["import-register", str(register)]).stderr


def test_forms_that_phones_fill_in_now_are_refused_and_it_says_where_they_go(app, cast, tmp_path):
    """As KoboToolbox and Central write them to a file."""
    mapping = tmp_path / "m.toml"
    mapping.write_text(BASE)
    for head in ("account,told_on,was_read_back,_uuid", "SubmissionDate,told_on,was_read_back,meta-instanceID"):
        register = tmp_path / "r.csv"
        register.write_text(f"{head}\n" + ",".join("x" for _column in head.split(",")) + "\n")
        said = app.test_cli_runner().invoke(args=["import-register", str(register), "--mapping", str(mapping)])
        assert said.exit_code == 1 and "forms that phones fill in now" in said.stderr and "docs/field.md" in said.stderr
    assert db.session.scalars(select(Case)).all() == []
