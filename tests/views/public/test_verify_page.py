"""`/verify`: what everybody reads there, and what it answers to what somebody kept."""

import io
import json
import sys
from subprocess import run

import pytest
from sqlalchemy import select, update

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import WeekRoot
from grievance.record import week_roots
from grievance.record.proofs import on_paper, proof_of
from tests.record.test_checkpoints import file_one, take
from tests.record.test_week_roots import SUNDAY, proved

TOO_LONG = "[" * 70_000


def answer(app, **sent):
    return app.test_client().post("/verify", data=sent).text


def test_without_a_week_the_page_says_that_none_is_over(app):
    assert "No week is over yet." in app.test_client().get("/verify").text


def test_everybody_reads_the_root_of_each_week(app):
    proved()
    page = app.test_client().get("/verify").text
    assert "Until 9 March 2026" in page and week_roots.published()[0].root in page


@pytest.mark.parametrize("way", ["pasted", "sent as a file", "read from paper"])
def test_a_proof_that_fits_is_told_so_with_the_day_and_the_week(app, way):
    case = proved()
    proof = json.dumps(proof_of(case))
    sent = {
        "pasted": {"proof": proof},
        "sent as a file": {"file": (io.BytesIO(proof.encode()), "proof.json")},
        "read from paper": {"proof": on_paper(proof_of(case))},
    }[way]
    page = answer(app, **sent)
    assert "We signed this record on 8 March 2026" in page and "for the week until 9 March 2026" in page
    assert case.head_hash in page and "Choose the files again" not in page


def test_a_proof_whose_week_is_not_over_is_told_to_come_back(app):
    one = file_one()
    take(SUNDAY)
    assert "its week is not over" in answer(app, proof=json.dumps(proof_of(db.session.get_one(Case, one))))


def test_a_proof_that_leads_to_another_root_than_the_published_one_is_told_to_be_kept(app):
    """As where the office wrote its record anew."""
    proof = json.dumps(proof_of(proved()))
    body = db.session.scalars(select(WeekRoot.body)).one()
    db.session.execute(update(WeekRoot).values(body=body.replace(json.loads(body)["root"], "ab" * 32)))
    db.session.commit()
    page = answer(app, proof=proof)
    assert "is not in the list below" in page and "It does not fit what is published" in page


def test_a_changed_proof_does_not_fit(app):
    proof = proof_of(proved())
    changed = {**proof, "leaf": {**proof["leaf"], "hash": "00" * 32}}
    assert "Something in this proof was changed" in answer(app, proof=json.dumps(changed))


@pytest.mark.parametrize("typed", ["", "hello", "{}", "[]", "3", '{"proof": 1}', '{"paper": 1}', TOO_LONG, "null"])
def test_what_is_no_proof_gets_a_sentence(app, typed):
    assert "This is no proof" in answer(app, proof=typed)


def test_what_was_typed_comes_back_and_nothing_is_kept(app):
    assert "some words" in answer(app, proof="some words")


def test_the_program_and_the_file_that_the_page_gives_away_check_each_other(app, tmp_path):
    proved()
    client = app.test_client()
    for name in ("verify.py", "weeks.jsonl"):
        (tmp_path / name).write_bytes(client.get(f"/verify/{name}").data)
    ended = run([sys.executable, "-I", "verify.py", "weeks.jsonl"], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0 and week_roots.published()[0].root in ended.stdout


def test_another_site_cannot_send_the_form(app):
    refused = app.test_client().post("/verify", data={"proof": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 400
