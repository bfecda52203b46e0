"""Nothing that was acknowledged is lost."""

import os
import signal
import subprocess
import sys

from sqlalchemy import text

from grievance.extensions import db
from grievance.workflow import receipt
from grievance.workflow.writings import read_writing
from tests.conftest import ROOT, SECRETS
from tests.workflow.test_keys import case_with, opened, writings

FILES_AND_DIES = """
import os, signal
from config import load_config
from grievance import create_app
from grievance.workflow import intake

with create_app(load_config(os.environ)).app_context():
    raw = {"account": "They pushed me.", "company": "unknown", "could_harm": "no"}
    filed = intake.file_complaint(raw, intake.new_secret(), "en")
    print(filed.reference, filed.code, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_receipt_that_was_shown_opens_its_case_after_the_process_is_killed(both):
    env = {**os.environ, **SECRETS, "DATABASE_URL": both.url, "FILES_URL": both.app.config["FILES"].as_uri()}
    db.session.remove()
    done = subprocess.run([sys.executable, "-c", FILES_AND_DIES], env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    reference, code = done.stdout.split()
    person = receipt.complainant_of(receipt.follow(code).session)
    case = case_with(reference)
    assert person.case_id == case.id
    assert read_writing(opened(person, case), writings(case)[0])["account"] == "They pushed me."


def test_a_commit_is_on_disk_before_it_is_answered(app):
    assert db.session.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
    assert db.session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
