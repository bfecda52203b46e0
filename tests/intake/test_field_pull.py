"""Forms on an ODK Central or KoboToolbox of somebody's own: fetched from an API that is replayed on this machine.

The answers have the shape of Central's and KoboToolbox's own descriptions; no such server was ever asked.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from grievance.extensions import db
from grievance.intake import field_opening
from grievance.models.field import FieldPart, FieldSubmission
from grievance.record import chain, compare
from tests.field import ANSWERS, NUMBER, filled_in
from tests.views.test_openrosa import PHOTO, SECOND, token_of

OTHER = "uuid:9a7d2f55-6c0d-4a1e-8a53-2f7e5a0d9c41"
ASSET = "aQ7mJzT4bXkVw2nYcR9sLp"


@pytest.fixture
def replayed():
    """A server that answers what `said` has for an address, and notes what was asked for, and with what."""

    class Replays(BaseHTTPRequestHandler):
        said, asked, with_what = {}, [], set()

        def do_GET(self):
            self.asked.append(self.path)
            self.with_what.add(self.headers["Authorization"])
            body = self.said.get(self.path)
            self.send_response(404 if body is None else 302 if body == b"elsewhere" else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Replays)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    Replays.base = f"http://127.0.0.1:{server.server_port}"
    yield Replays
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(app, cast, replayed):
    token = token_of(app, cast)

    def pull(*args, password=token):
        args = ["pull-forms", args[0], replayed.base, *args[1:]]
        return app.test_cli_runner().invoke(args=args, input=f"{password}\nsecret\n")

    return pull


def central(replayed, exists=True):
    path = "/v1/projects/3/forms/report/submissions"
    xml = filled_in(media=[PHOTO[0], SECOND[0]])
    replayed.said.update({
        path: json.dumps([{"instanceId": NUMBER, "submitterId": 7, "createdAt": "2026-02-28T09:12:33.000Z"}]).encode(),
        f"{path}/{NUMBER.replace(':', '%3A')}.xml": xml,
        f"{path}/{NUMBER.replace(':', '%3A')}/attachments": json.dumps(
            [{"name": PHOTO[0], "exists": True}, {"name": SECOND[0], "exists": exists}]).encode(),
        **{f"{path}/{NUMBER.replace(':', '%3A')}/attachments/{name}": content for name, content in (PHOTO, SECOND)},
    })  # fmt: skip


CENTRAL = ("central", "--project", "3", "--form", "report", "--user", "reader@example.org")


def rows():
    return list(db.session.scalars(select(FieldSubmission).order_by(FieldSubmission.arrived_at)))


def test_what_lies_on_central_is_taken_with_its_photos_and_opens_at_the_desk(app, cast, replayed, run):
    central(replayed)
    said = run(*CENTRAL)
    assert said.exit_code == 0 and "1 new, 0 here already, 0 left." in said.output, said.output
    assert replayed.with_what == {"Basic cmVhZGVyQGV4YW1wbGUub3JnOnNlY3JldA=="}
    with app.test_request_context():
        opened = field_opening.opened(cast["Noor"], rows()[0].id)
        assert opened.raw["account"] == ANSWERS["account"] and opened.row.whole and opened.row.unsealed
        assert {one.name: b"".join(one.content()) for one in opened.media} == dict((PHOTO, SECOND))
    assert chain.verify() == [] and list(compare.of_the_office()) == []


def test_a_second_pull_takes_nothing_and_asks_for_no_file_again(replayed, run):
    central(replayed)
    run(*CENTRAL)
    replayed.asked.clear()
    assert "0 new, 1 here already, 0 left." in run(*CENTRAL).output
    assert not any("attachments" in one for one in replayed.asked) and len(rows()) == 1


def test_a_photo_that_central_waits_for_itself_comes_with_a_later_pull(replayed, run):
    central(replayed, exists=False)
    assert "1 new" in run(*CENTRAL).output and not rows()[0].whole
    central(replayed)
    assert "1 new" in run(*CENTRAL).output
    db.session.expire_all()
    assert rows()[0].whole and len(db.session.scalars(select(FieldPart)).all()) == 3


def test_all_pages_of_kobotoolbox_are_read_and_its_own_name_of_the_form_is_taken(replayed, run):
    path = f"/api/v2/assets/{ASSET}/data"
    first = {"_id": 451, "_attachments": [
        {"uid": "attwYwGxdtQPSqgmHk6wS6E6", "filename": f"office/attachments/{PHOTO[0]}", "mimetype": "image/jpeg"},
        {"uid": "attGone", "filename": "office/attachments/gone.jpg", "is_deleted": True}]}  # fmt: skip
    replayed.said.update({
        f"{path}.json?limit=100&start=0": json.dumps({"count": 2, "next": "…?start=1", "results": [first]}).encode(),
        f"{path}.json?limit=100&start=1": json.dumps({"count": 2, "next": None, "results": [{"_id": 452}]}).encode(),
        f"{path}/451.xml": filled_in(form_id=ASSET, media=[PHOTO[0]]),
        f"{path}/452.xml": filled_in({**ANSWERS, "account": "Another."}, number=OTHER, form_id=ASSET),
        f"{path}/451/attachments/attwYwGxdtQPSqgmHk6wS6E6/": PHOTO[1],
    })  # fmt: skip
    assert "2 new, 0 here already, 0 left." in run("kobo", "--form", ASSET).output
    assert replayed.with_what == {"Token secret"} and len(rows()) == 2


def test_one_that_cannot_be_taken_is_named_and_the_others_come(replayed, run):
    central(replayed)
    path = "/v1/projects/3/forms/report/submissions"
    replayed.said[path] = json.dumps([{"instanceId": "uuid:1"}, {"instanceId": NUMBER}, {"instanceId": "2"}]).encode()
    replayed.said[f"{path}/uuid%3A1.xml"] = filled_in(form_id="household")
    replayed.said[f"{path}/uuid%3A1/attachments"] = b"[]"
    said = run(*CENTRAL)
    assert said.exit_code == 1 and "1 new, 0 here already, 2 left." in said.output
    assert "uuid:1: it is no form of this name" in said.output and "answered 404" in said.output


def test_the_password_follows_no_answer_to_another_address(replayed, run):
    replayed.said["/v1/projects/3/forms/report/submissions"] = b"elsewhere"
    said = run(*CENTRAL)
    assert said.exit_code == 1 and "answered 302" in said.output and "/elsewhere" not in replayed.asked


def test_an_ended_password_and_an_address_without_tls_are_refused_before_anything_is_asked(app, cast, replayed, run):
    assert "or it was ended" in run(*CENTRAL, password="AAAAA-AAAAA").output
    args = ["pull-forms", "kobo", "http://kobo.example.org", "--form", ASSET]
    said = app.test_cli_runner().invoke(args=args, input=f"{token_of(app, cast)}\nsecret\n")
    assert said.exit_code == 1 and "as https://" in said.output and replayed.asked == []
