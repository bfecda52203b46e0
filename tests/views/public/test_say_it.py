"""Or say it: a recording is the account, at the page of who speaks and at the desk of who listens."""

import io
import re

import pytest
from sqlalchemy import select

from grievance import demonstration
from grievance.deadlines.rows import owed
from grievance.extensions import db
from grievance.intake import form_draft
from grievance.models.case import Case, Spoken
from grievance.models.writing import Attachment
from grievance.views import listening
from grievance.views.public.form_pages import KEYS
from grievance.workflow import steps
from tests import sounds
from tests.her_steps import name_of
from tests.views.public.test_filing import answer, cases, fill_in, hidden, page_of, send
from tests.views.public.test_first_page import PROMISES, ROOT
from tests.views.test_routes import client_of, with_files


@pytest.fixture
def client(app, cast):
    return app.test_client()


def say(client, content, name="Recording 12.wav", **more):
    page = page_of(client, "account")
    return with_files(
        client,
        "/complain",
        {**hidden(page), "account": "", "go": "next", "spoken": [(io.BytesIO(content), name)], **more},
    )


def only_case():
    db.session.rollback()
    return db.session.scalars(select(Case)).one()


def players(page):
    return re.findall(r'<audio controls preload="none" src="([^"]+)"', page)


def test_a_recording_alone_is_the_account_and_is_heard_again_on_her_page_and_at_the_desk(client, app, cast):
    assert say(client, sounds.wav(65)).status_code == 303
    for key in (key for key in KEYS if key != "account"):
        assert answer(client, key).status_code == 303
    check = client.get("/complain?step=check").text
    assert "It is recorded." in check and "1:05" in check
    assert send(client).status_code == 303 and cases() == 1
    client.post("/complain/receipt", data={**hidden(client.get("/complain/receipt")), "kept": "yes"})
    hers, case = client.get("/follow/case"), only_case()
    desk = client_of(app, "Noor")
    office = desk.get(f"/desk/cases/{case.reference}")
    assert "You told it" in hers.text and "1:05" in hers.text and "The complainant told it" in office.text
    for visitor, page in ((client, hers), (desk, office)):
        assert "media-src 'self'" in page.headers["Content-Security-Policy"]
        heard = visitor.get(players(page.text)[0], buffered=True)
        assert (heard.status_code, heard.mimetype, heard.data) == (200, "audio/wav", sounds.wav(65))
        assert heard.headers["Content-Disposition"] == "inline" and heard.headers["Cache-Control"] == "no-store"


def test_with_neither_words_nor_a_recording_the_page_says_so(client):
    page = answer(client, "account", account="")
    assert page.status_code == 422 and "Write what happened, or say it." in page.text


def test_a_recording_is_kept_with_the_form_and_another_takes_its_place(client, app):
    say(client, sounds.wav(2))
    page = client.get("/complain?step=account").text
    assert "It is recorded." in page and "0:02" in page
    say(client, sounds.wav(7))
    page = client.get("/complain?step=account").text
    assert "0:07" in page and "0:02" not in page
    assert len([p for p in app.config["FILES"].rglob("*") if p.is_file()]) == 1


def test_who_comes_back_to_the_page_goes_on_with_what_was_said(client):
    say(client, sounds.wav(2))
    assert answer(client, "company", company="", go="back").status_code == 303
    assert answer(client, "account", account="").status_code == 303


def test_a_recording_beside_too_many_files_gives_a_sentence(client, monkeypatch):
    monkeypatch.setattr(form_draft, "FILES_AT_ONCE", 0)
    page = say(client, sounds.wav(2))
    assert page.status_code == 422 and "Send at most" in page.text


def test_a_recording_is_deleted_and_then_something_is_needed_again(client):
    say(client, sounds.wav(2))
    page = client.get("/complain?step=account")
    drop = re.search(r'name="drop" value="(\w{32})"', page.text).group(1)
    gone = client.post("/complain", data={**hidden(page), "account": "", "drop": drop})
    assert gone.status_code == 303 and gone.location == "/complain?step=account"
    assert answer(client, "account", account="").status_code == 422


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.7 " + b"x" * 99, "slip.pdf", "This is not a sound recording."),
        (b"\xff\xd8\xff" + b"x" * 99, "me.jpg", "This is not a sound recording."),
        (b"", "Recording 12.wav", "The recording is empty."),
        (sounds.wav(1) + b"\x80" * (26 * 1024 * 1024), "long.wav", "at most 20 minutes"),
    ],
)
def test_what_is_no_recording_is_refused_with_a_sentence(client, content, name, sentence):
    page = say(client, content, name)
    assert page.status_code == 422 and sentence in page.text


def test_a_recording_that_was_among_the_files_is_the_account_once_she_says_so(client):
    with_files(client, "/complain", {**hidden(page_of(client, "files")), "go": "upload",
                                     "files": [(io.BytesIO(sounds.wav(4)), "a.wav")]})  # fmt: skip
    assert say(client, sounds.wav(4)).status_code == 303


def test_what_was_said_page_by_page_stands_on_the_one_page_form_and_is_sent_with_it(client):
    say(client, sounds.wav(5))
    page = client.get("/complain?step=all")
    assert "It is recorded." in page.text and "0:05" in page.text
    form = {**hidden(page), "step": "all", "company": "unknown", "could_harm": "no", "account": ""}
    assert client.post("/complain", data=form).location == "/complain/receipt"
    assert only_case().spoken == "said"


def test_how_long_it_is_stands_in_the_digits_of_the_page(client):
    say(client, sounds.wav(65))
    assert "١:٠٥" in client.get("/complain?step=account&lang=ar").text


def one_page(client, content, **more):
    page = client.get("/complain?step=all")
    form = {**hidden(page), "step": "all", "company": "unknown", "could_harm": "no", "account": "", **more}
    return with_files(client, "/complain", {**form, "spoken": [(io.BytesIO(content), "a.wav")] if content else []})


def test_on_the_one_page_form_a_recording_is_sent_too(client):
    assert one_page(client, sounds.wav(4)).location == "/complain/receipt"
    assert only_case().spoken == "said"


def test_on_the_one_page_form_a_recording_stays_where_something_else_is_wrong(client):
    page = one_page(client, sounds.wav(4), could_harm="")
    assert page.status_code == 422 and "It is recorded." in page.text and "0:04" in page.text
    again = {**hidden(page), "step": "all", "company": "unknown", "could_harm": "no", "account": ""}
    assert client.post("/complain", data=again).location == "/complain/receipt"
    assert only_case().spoken == "said" and len(db.session.scalars(select(Attachment)).all()) == 1


def test_an_officer_files_one_with_a_recording_for_somebody(app, cast):
    desk = client_of(app, "Noor")
    page = desk.get("/desk/new")
    form = {**hidden(page), "account": "", "company": demonstration.larkfield(), "could_harm": "no", "language": "sw",
            "channel": "in_person", "read_back": "yes", "spoken": [(io.BytesIO(sounds.wav(4)), "a.wav")]}  # fmt: skip
    assert with_files(desk, "/desk/new", form).status_code == 200
    assert only_case().spoken == "said"


def test_a_written_account_owes_no_listening(client):
    fill_in(client)
    send(client)
    assert only_case().spoken is None and "L26" not in [one.key for one in owed(only_case())]


def test_a_spoken_account_owes_that_somebody_listens(client):
    one_page(client, sounds.wav(4))
    assert "L26" in [one.key for one in owed(only_case())]


def follow(app, code):
    hers = app.test_client()
    hers.post("/follow", data={"code": code})
    return hers


def test_at_the_head_of_her_page_stand_the_words_that_wait_for_hers_with_the_recording(app, cast):
    reference, _amina, code = sounds.told(demonstration.clock.now())
    steps.take("write_down", cast["Noor"], reference, {"words": "Walinisukuma.", "tongue": "Kiswahili"})
    page = follow(app, code).get("/follow/case").text
    head = page[: page.index("What happens next")]
    assert "Walinisukuma." in head and len(players(head)) == 1 and page.count("Walinisukuma.") == 1
    assert "/follow/case/steps/" in head and "You have not said yet whether this is right" in head


def test_a_text_that_is_changed_while_she_reads_is_shown_anew_and_nothing_is_ticked(app, cast):
    reference, _amina, code = sounds.told(demonstration.clock.now())
    hers = follow(app, code)
    steps.take("write_down", cast["Noor"], reference, {"words": "Walinisukuma.", "tongue": "Kiswahili"})
    path = f"/follow/case/steps/{name_of(only_case().id, 'approve_words')}"
    read = hidden(hers.get(path))
    steps.take("write_down", cast["Noor"], reference, {"words": "They were three.", "tongue": "English"})
    page = hers.post(path, data={**read, "right": "right"})
    assert page.status_code == 409 and "They were three." in page.text and "read it again" in page.text
    assert "checked" not in page.text
    assert hers.post(path, data={**hidden(page), "right": "right"}).status_code == 303
    assert only_case().spoken == "approved"


def test_only_pages_that_record_may_ask_for_the_microphone(client):
    assert "microphone=(self)" in page_of(client, "account").headers["Permissions-Policy"]
    assert "microphone=(self)" in client.get("/complain?step=all").headers["Permissions-Policy"]
    for path in ("/", "/safety", "/follow", "/complain?step=company"):
        assert "microphone=()" in client.get(path).headers["Permissions-Policy"]
        assert "media-src" not in client.get(path).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("said", "status", "begin", "end"),
    [
        ("bytes=0-", 206, 0, None), ("bytes=100-199", 206, 100, 200), ("bytes=-50", 206, -50, None),
        ("bytes=70000-80000", 206, 70000, 80001), ("bytes=0-9,20-29", 200, 0, None), ("lines=1-2", 200, 0, None),
        ("bytes=99999999-", 416, 0, 0), ("bytes=9-5", 416, 0, 0),
    ],
)  # fmt: skip
def test_a_player_gets_the_piece_that_it_asks_for(app, cast, client, said, status, begin, end):
    reference, _amina, _code = sounds.told(demonstration.clock.now(), 12)
    desk, whole = client_of(app, "Noor"), sounds.wav(12)
    (src,) = players(desk.get(f"/desk/cases/{reference}").text)
    given = desk.get(src, headers={"Range": said}, buffered=True)
    assert (given.status_code, given.data) == (status, whole[begin:end])
    if status == 206:
        assert int(given.headers["Content-Length"]) == len(given.data)
        assert given.headers["Content-Range"].endswith(f"/{len(whole)}")


def test_no_other_file_is_given_out_to_be_shown_in_a_page(app, cast):
    reference, _amina, _code = sounds.told(
        demonstration.clock.now(), files=[demonstration.upload("slip.txt", b"A pay slip.")]
    )
    desk = client_of(app, "Noor")
    src = players(desk.get(f"/desk/cases/{reference}").text)[0].rpartition("/")[0]
    (other,) = re.findall(rf'href="/desk/cases/{reference}/files/(\w+)"', desk.get(f"/desk/cases/{reference}").text)[:1]
    assert desk.get(f"{src}/{other}").status_code == 404


def test_each_sentence_where_it_can_be_said_is_a_promise_with_a_test(client):
    page, promised = page_of(client, "account").text, PROMISES["Where it can be said"]
    assert len(promised) == 3
    for sentence, tests in promised:
        assert sentence in page
        for path, name in (one.split("::") for one in tests.split()):
            assert f"def {name}(" in (ROOT / path).read_text()


@pytest.mark.parametrize(("side", "plays"), [("company", False), ("complainant", True), ("secretariat", True)])
def test_no_header_of_a_companys_page_tells_that_it_was_spoken(app, side, plays):
    with app.test_request_context("/"):
        listening.may_play(Case(spoken=Spoken.SAID), side)
        policy, _permissions = listening.policies("default-src 'none'", "microphone=()")
    assert ("media-src" in policy) == plays
