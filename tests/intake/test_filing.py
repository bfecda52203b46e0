"""Nothing that was acknowledged is lost."""

import os
import re
import signal
import subprocess
import sys

import pytest
from sqlalchemy import event, text

from grievance.accounts import receipts
from grievance.crypto.streams import SealingSpool
from grievance.extensions import db
from grievance.forms.fields import Upload
from grievance.intake import filing
from grievance.record.transaction import once, savepoint, unit_of_work
from grievance.record.writings import read_writing
from tests.conftest import ROOT, SECRETS
from tests.test_access import case_with, opened, writings

FILES_AND_DIES = """
import os, signal
from config import load_config
from grievance import create_app
from grievance.intake import filing as intake

with create_app(load_config(os.environ)).app_context():
    raw = {"account": "They pushed me.", "company": "unknown", "could_harm": "no"}
    filed = intake.file_complaint(raw, intake.new_secret(), "en")
    print(filed.reference, filed.code, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_receipt_that_was_shown_opens_its_case_after_the_process_is_killed(both, real_derivations):
    env = {**os.environ, **SECRETS, "DATABASE_URL": both.url, "FILES_URL": both.app.config["FILES"].as_uri()}
    db.session.remove()
    done = subprocess.run([sys.executable, "-c", FILES_AND_DIES], env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    reference, code = done.stdout.split()
    person = receipts.complainant_of(receipts.follow(code).session)
    case = case_with(reference)
    assert person.case_id == case.id
    assert read_writing(opened(person, case), writings(case)[0])["account"] == "They pushed me."


def test_a_commit_is_on_disk_before_it_is_answered(on_disk, app):
    assert db.session.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
    assert db.session.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_complaint_is_written_by_one_statement_for_each_table_on_postgresql_by_one_for_all_and_changes_no_row(
    both, cast
):
    written, statements = [], []

    def note(_connection, _cursor, statement, *_rest):
        if found := re.findall(r"(?:INSERT INTO|(?<!DO )UPDATE) \w+", statement):
            written.extend(found)
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    raw = {"account": "They pushed me.", "company": "unknown", "could_harm": "no", "name": "Amina", "phone": "1"}
    stream = SealingSpool()
    stream.write(b"The guards were three.")
    raw["files"] = [Upload("guards.txt", stream)]
    filing.file_complaint(raw, filing.new_secret(), "en")
    event.remove(db.engine, "before_cursor_execute", note)
    assert sorted(written) == sorted(f"INSERT INTO {table}" for table in (
        "cases", "secretariat_envelopes", "receipt_envelopes", "writings", "attachments", "identity_entries", "limits",
        "filings", "events", "signatures", "letters", "new_marks",
    ))  # fmt: skip
    assert len(statements) == (1 if db.engine.dialect.name == "postgresql" else len(written))


@pytest.mark.parametrize("number", ["0", "01", "+1", "1 ", "\u0661", "99999999999999999999", "-1", "1.0", ""])
def test_a_company_is_named_by_its_number_as_the_list_has_it_and_by_nothing_else(app, cast, number):
    with pytest.raises(filing.BadInput):
        filing.check_answers({"company": number})


def test_what_a_part_of_a_unit_of_work_looked_up_is_forgotten_with_that_part(both):
    """The database let go of what that part had locked: a key that it was shown may be another by now."""
    answers = iter(("old", "new"))

    def look() -> str:
        return once("key", lambda: next(answers))

    def fail() -> None:
        with savepoint():
            raise RuntimeError(look())

    with unit_of_work():
        with pytest.raises(RuntimeError, match="old"):
            fail()
        assert look() == "new"
