"""The file that she keeps: from her own page, checked by whoever has it, and telling nothing of what is in the case."""

import re
from datetime import timedelta

from grievance import clock, demonstration, verify
from grievance.maintenance.sweep import sweep


def following(app, code):
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client


def link_on(page):
    return re.search(r'href="([^"]+)">A file to keep, which proves how this record stood<', page)[1]


def test_she_keeps_a_file_from_her_page_and_anybody_can_check_it(both, tmp_path):
    reference, code = demonstration.walk_story(both.cast, "refer", clock.now() - timedelta(days=5))
    sweep(clock.now())
    client = following(both.app, code)
    page = client.get("/follow/case").text
    for shown in (page, client.get("/follow/case/summary").text):
        answer = client.get(link_on(shown))
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="proof.json"'
    assert reference not in answer.text and answer.headers["Cache-Control"] == "no-store"
    path = tmp_path / "proof.json"
    path.write_bytes(answer.data)
    faults, told = verify.check(str(path))
    shown = re.search(r"record of your complaint: ([0-9a-f]{64})", page)[1]
    assert faults == [] and f"{shown}." in told


def test_before_the_first_signing_the_page_says_when_the_file_is_there(app, cast):
    code = demonstration.walk_story(cast, "refer", clock.now())[1]
    client = following(app, code)
    assert "A file to keep" not in client.get("/follow/case").text
    early = client.get("/follow/case/proof", follow_redirects=True)
    assert "The file is made within the hour. Please come back then." in early.text


def test_nobody_gets_a_file_without_a_receipt(app):
    assert app.test_client().get("/follow/case/proof").status_code == 303
