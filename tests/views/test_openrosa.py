"""ODK Collect and KoBoCollect: what they ask for, what they send, what they are answered."""

import time_machine
from defusedxml.ElementTree import fromstring
from sqlalchemy import select

from grievance import clock
from grievance.extensions import db
from grievance.intake import field_form, field_tokens
from grievance.models.concern import ConcernMail
from grievance.models.field import FieldPart, FieldSubmission
from grievance.record import chain, compare, files
from tests.field import NUMBER, by, collect_sends, filled_in, send
from tests.times import days_later

PHOTO = ("1772270000000.jpg", b"\xff\xd8\xff\xe0" + b"a gate" * 900)
SECOND = ("1772270000001.jpg", b"\xff\xd8\xff\xe0" + b"a wall" * 900)


def token_of(app, cast):
    with app.test_request_context():
        return field_tokens.make(cast["Noor"], {"name": "Asha, coast"})


def rows():
    return list(db.session.scalars(select(FieldSubmission).order_by(FieldSubmission.arrived_at)))


def parts():
    return list(db.session.scalars(select(FieldPart)))


def test_an_app_is_asked_for_a_password_and_then_told_that_it_may_send(app, cast):
    client, token = app.test_client(), token_of(app, cast)
    for address in ("/openrosa/formList", "/openrosa/form.xml"):
        refused = client.get(address)
        assert refused.status_code == 401 and refused.headers["WWW-Authenticate"].startswith("Basic ")
    answer = client.head("/openrosa/submission", headers=by(token))
    assert answer.status_code == 204 and answer.headers["X-OpenRosa-Version"] == "1.0"
    assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) > 25_000_000
    assert client.head("/openrosa/submission", headers=by(token.lower().replace("-", " "))).status_code == 204


def test_the_list_names_the_form_that_is_given_out(app, cast):
    client, token = app.test_client(), token_of(app, cast)
    listed = fromstring(client.get("/openrosa/formList", headers=by(token)).data)
    said = {one.tag.rpartition("}")[2]: one.text for one in listed[0]}
    address = said["downloadUrl"].partition("/openrosa")[2]
    form = client.get(f"/openrosa{address}", headers=by(token))
    assert form.content_type.startswith("text/xml") and said["version"].encode() in form.data
    assert said["formID"] == field_form.FORM_ID and said["hash"].startswith("md5:")


def test_a_password_that_was_ended_sends_no_more(app, cast):
    client, token = app.test_client(), token_of(app, cast)
    with app.test_request_context():
        field_tokens.end(cast["Tomas"], field_tokens.listed()[0].id)
    assert client.head("/openrosa/submission", headers=by(token)).status_code == 401
    assert send(client, token, filled_in()).status_code == 401 and rows() == []


def test_a_form_with_two_photos_is_taken_sealed_and_everybody_is_told(app, cast):
    client, token = app.test_client(), token_of(app, cast)
    answer = send(client, token, filled_in(media=("1.jpg", "2.jpg")), [PHOTO, SECOND])
    assert answer.status_code == 201 and b"We have it" in answer.data
    (row,), brought = rows(), parts()
    assert row.whole and row.unsealed and row.arrived_at and len(brought) == 3
    for one in brought:
        stored = files.store().path_of(one.id).read_bytes()
        assert b"papers" not in stored and b"a gate" not in stored and b"papers" not in one.sealed
    assert NUMBER not in row.known and len(db.session.scalars(select(ConcernMail)).all()) == 1
    assert chain.verify() == [] and list(compare.of_the_office()) == []


def test_what_collect_posts_with_two_photos_split_and_twice_is_one_form(app, cast, monkeypatch):
    """The second time the split is another one, as where the app has been updated meanwhile."""
    client, token = app.test_client(), token_of(app, cast)
    xml = filled_in(media=(PHOTO[0], SECOND[0]))
    monkeypatch.setattr("grievance.views.openrosa.MOST", len(xml) + len(PHOTO[1]) + 100)
    assert collect_sends(client, token, xml, [PHOTO, SECOND]) == [201, 201]
    assert rows()[0].whole and len(parts()) == 3
    assert collect_sends(client, token, xml, [PHOTO, SECOND]) == [202, 202]
    monkeypatch.setattr("grievance.views.openrosa.MOST", 10_000_000)
    assert collect_sends(client, token, xml, [PHOTO, SECOND]) == [202]
    assert len(rows()) == 1 and len(parts()) == 3
    assert chain.verify() == [] and list(compare.of_the_office()) == []


def test_a_post_that_never_got_its_answer_is_sent_again_and_nothing_is_doubled(app, cast, monkeypatch):
    """The first half arrived, the network went away; the app begins from the start."""
    client, token = app.test_client(), token_of(app, cast)
    xml = filled_in(media=(PHOTO[0], SECOND[0]))
    assert send(client, token, xml, [PHOTO], whole=False).status_code == 201
    monkeypatch.setattr("grievance.views.openrosa.MOST", len(xml) + len(PHOTO[1]) + 100)
    assert collect_sends(client, token, xml, [PHOTO, SECOND]) == [202, 201]
    assert rows()[0].whole and len(parts()) == 3 and len(db.session.scalars(select(ConcernMail)).all()) == 1


def test_the_same_again_is_202_and_changes_nothing(app, cast):
    client, token = app.test_client(), token_of(app, cast)
    assert send(client, token, filled_in(), [PHOTO]).status_code == 201
    assert send(client, token, filled_in(), [PHOTO]).status_code == 202
    assert len(rows()) == 1 and len(parts()) == 2


def test_what_a_phone_sends_in_two_parts_is_one_form(app, cast):
    client, token = app.test_client(), token_of(app, cast)
    assert send(client, token, filled_in(), [PHOTO], whole=False).status_code == 201
    assert not rows()[0].whole
    assert send(client, token, filled_in(), [SECOND]).status_code == 201
    (row,) = rows()
    assert row.whole and len(parts()) == 3


def test_another_one_under_the_same_number_stands_beside_the_first(app, cast):
    client, token = app.test_client(), token_of(app, cast)
    send(client, token, filled_in())
    with time_machine.travel(clock.now().replace(microsecond=0), tick=False):
        assert send(client, token, filled_in({"account": "Something else."})).status_code == 201
    assert len(rows()) == 2 and len({row.known for row in rows()}) == 1


def test_what_is_no_form_of_ours_stays_on_the_phone_with_a_sentence(app, cast):
    client, token = app.test_client(), token_of(app, cast)
    for xml in (
        b"",
        b"<a",
        filled_in(form_id="household"),
        filled_in(number=""),
        b'<!DOCTYPE a [<!ENTITY b "c">]><a id="report"><meta><instanceID>&b;</instanceID></meta></a>',
    ):
        answer = send(client, token, xml)
        assert answer.status_code == 400 and b"This is not the form of this office" in answer.data
    assert client.post("/openrosa/submission", headers=by(token), data={"a": "b"}).status_code == 400
    assert rows() == []


def test_a_file_that_is_too_large_is_named_and_nothing_is_kept(app, cast, monkeypatch):
    monkeypatch.setattr("grievance.intake.field_arrivals.FILE_SIZE", 1000)
    answer = send(app.test_client(), token_of(app, cast), filled_in(), [PHOTO])
    assert answer.status_code == 413 and PHOTO[0].encode() in answer.data and rows() == []


def test_files_that_wait_to_be_opened_are_no_leftovers_of_a_crash(app, cast):
    send(app.test_client(), token_of(app, cast), filled_in(), [PHOTO])
    files.remove_forgotten(days_later(3))
    assert all(files.store().path_of(one.id).is_file() for one in parts())
