"""A telephone system over the API: it files with a printed card and a recording, hears the receipt, and the state."""

import io
import json
import re

import pytest
from sqlalchemy import select

from grievance import clock
from grievance.accounts import hotlines, receipts
from grievance.crypto import receipt_codes
from grievance.desk import card_sheets
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor
from grievance.models.case import Case, Channel, Spoken
from grievance.models.event import Event
from grievance.models.hotline import Hotline
from grievance.reports import said_aloud
from grievance.views import rate_limit
from grievance.workflow import steps
from tests import sounds
from tests.desk.test_card_sheets import SHEET
from tests.views.test_routes import client_of, token

COMPLAINT = {"could_harm": "no", "company": "unknown", "language": "sw"}
WORDS = {"account": "They did not pay us for March.", "read_back": True}


@pytest.fixture(autouse=True)
def _in_a_language(app):
    with app.test_request_context():
        yield


@pytest.fixture
def key(cast):
    hotlines.propose(cast["Noor"], "Line of the unions")
    return hotlines.make(cast["Tomas"], hotlines.listed()[0].id)


class TelephoneSystem:
    """What an IVR does with the keys that a caller presses, and with what it records: nothing but requests."""

    def __init__(self, app, key):
        self.web, self.heads = app.test_client(), {"Authorization": f"Bearer {key}"}

    def ask(self, path, **sent):
        return self.web.post(f"/api/v1/hotline/{path}", headers=self.heads, **sent)

    def file(self, recording=None, **said):
        complaint = {**COMPLAINT, **said}
        if recording is None:
            return self.ask("complaints", json=complaint)
        form = {"complaint": json.dumps(complaint), "recording": (io.BytesIO(recording), "call.wav")}
        return self.ask("complaints", data=form, content_type="multipart/form-data")

    def state(self, receipt, **said):
        return self.ask("state", json={"receipt": receipt, **said})


@pytest.fixture
def line(app, key):
    return TelephoneSystem(app, key)


def filed_case():
    return db.session.scalars(select(Case).order_by(Case.received_at.desc()).limit(1)).one()


def test_a_call_files_with_a_card_and_a_recording_hears_the_receipt_in_lines_and_then_the_state(app, cast, line):
    _sheet, codes = card_sheets.make(cast["Noor"], SHEET)
    filed = line.file(sounds.wav(), card=receipt_codes.grouped(codes[0]))
    assert filed.status_code == 201, filed.json
    receipt = filed.json["receipt"]
    assert filed.json["spoken"] == said_aloud.receipt(receipt, "sw") and len(filed.json["spoken"]) == 5
    assert filed.json["spoken"][0].startswith("Mstari wa 1: ")
    assert filed.json["says"][0] == "Tumepokea malalamiko yako na tunayaangalia."
    case = filed_case()
    assert (case.channel, case.spoken, case.language) == (Channel.PHONE, Spoken.SAID, "sw")
    assert card_sheets.listed()[0].used == 1
    heard = line.state(receipt, language="en")
    assert heard.status_code == 200 and set(heard.json) == {"state", "language", "says"}
    assert heard.json["says"][0] == "We have your complaint and look at it."
    assert re.fullmatch(r"The next step is ours, by \d+ \w+ \d{4}\.", heard.json["says"][1])
    assert line.state(receipt).json["language"] == "sw"
    assert doctor.examine() == []


def test_the_record_says_which_hotline_filed_and_what_decides_by_that_receipt_takes_a_second_person(app, cast, line):
    person = receipts.person_with(line.file(**WORDS).json["receipt"])
    case = receipts.case_of(person)
    event = db.session.scalars(select(Event).where(Event.chain == case.id).order_by(Event.seq).limit(1)).one()
    facts = json.loads(event.facts)
    assert (facts["hotline"], facts["read_back"]) == (hotlines.listed()[0].id, True) and person.checked
    steps.take("withdraw", person, case.reference, {"sure": "yes", "forced": "no"})
    assert db.session.get(Case, case.id).withdrawn_at is None  # it waits for a second person


def test_the_office_reads_which_hotline_wrote_it_down_and_that_it_was_read_back(app, cast, line):
    reference = line.file(**WORDS).json["reference"]
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert "by the hotline Line of the unions" in page and "Read back, and confirmed by who complained" in page


def test_words_that_were_written_down_are_read_back_first(line):
    refused = line.file(account="They did not pay us.")
    assert refused.status_code == 422 and "read_back" in refused.text


def test_the_same_call_sent_twice_is_one_complaint(app, cast, line):
    number = "call-0123456789abcdef"
    first, second = (line.file(**WORDS, external_id=number) for _time in (1, 2))
    assert first.json["reference"] == second.json["reference"] and first.json["receipt"] == second.json["receipt"]


def test_a_used_a_revoked_and_an_unknown_card_are_taken_without_a_word_of_it(app, cast, line):
    sheet, codes = card_sheets.make(cast["Noor"], SHEET)
    answers = [line.file(**WORDS, card=codes[0]) for _time in (1, 2)]
    card_sheets.revoke(cast["Noor"], sheet.id)
    answers += [line.file(**WORDS, card=codes[1]), line.file(**WORDS, card=receipt_codes.make())]
    assert {one.status_code for one in answers} == {201}
    assert {tuple(one.json) for one in answers} == {tuple(answers[0].json)} and card_sheets.listed()[0].used == 1
    assert line.file(**WORDS, card="123").status_code == 422


def test_the_token_opens_nothing_else_and_a_receipt_is_no_token(app, cast, line, key):
    receipt = line.file(**WORDS).json["receipt"]
    assert line.web.get("/api/v1/case", headers=line.heads).status_code == 401
    assert line.web.get("/api/v1/company/cases", headers=line.heads).status_code == 401
    for wrong in (receipt, "ght_wrong", ""):
        other = TelephoneSystem(app, wrong)
        assert (other.file(**WORDS).status_code, other.state(receipt).status_code) == (401, 401)


def test_a_card_opens_no_state_and_an_unknown_receipt_is_said_to_be_so(app, cast, line):
    _sheet, codes = card_sheets.make(cast["Noor"], SHEET)
    assert "number of a card" in line.state(codes[0]).text
    assert line.state(receipt_codes.make()).status_code == 404 and line.state("12").status_code == 404


def test_who_tries_many_codes_is_slowed(line, monkeypatch):
    monkeypatch.setattr(rate_limit, "hotlines", rate_limit.RateLimit(2, 60))
    assert [line.state(receipt_codes.make()).status_code for _time in range(3)] == [404, 404, 429]


def test_two_people_make_a_token_at_the_page_it_is_shown_once_and_ended(app, cast):
    noor, tomas = client_of(app, "Noor"), client_of(app, "Tomas")
    page = noor.get("/desk/hotlines")
    noor.post("/desk/hotlines", data={"csrf_token": token(page), "name": "Line of the unions"})
    (hotline,) = hotlines.listed()
    assert "Make its token" not in noor.get("/desk/hotlines").text
    assert noor.post(f"/desk/hotlines/{hotline.id}/make", data={"csrf_token": token(page)}).status_code == 409
    page = tomas.get("/desk/hotlines")
    shown = tomas.post(f"/desk/hotlines/{hotline.id}/make", data={"csrf_token": token(page)})
    (key,) = re.findall(r"ght_[\w-]{43}", shown.text)
    assert key not in tomas.get("/desk/hotlines").text and key not in repr(db.session.get(Hotline, hotline.id).digest)
    assert TelephoneSystem(app, key).file(**WORDS).status_code == 201
    assert db.session.get(Hotline, hotline.id).used_on == clock.office_today()
    tomas.post(f"/desk/hotlines/{hotline.id}/end", data={"csrf_token": token(page)})
    assert TelephoneSystem(app, key).file(**WORDS).status_code == 401
    kinds = db.session.scalars(select(Event.kind).where(Event.kind.like("hotline%")).order_by(Event.seq)).all()
    assert kinds == ["hotline_proposed", "hotline_made", "hotline_ended"] and doctor.examine() == []


@pytest.mark.parametrize("name", ["Victor", "Ines"])
def test_nobody_but_the_secretariat_proposes_or_sees_hotlines(app, cast, name):
    assert client_of(app, name).get("/desk/hotlines").status_code == 403
    with pytest.raises(Refused):
        hotlines.propose(cast[name], "Ours")


@pytest.mark.parametrize("name", ["", " ", "a" * 61])
def test_a_hotline_has_a_name(app, cast, name):
    with pytest.raises(BadInput):
        hotlines.propose(cast["Noor"], name)


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "pt", "ru", "sw", "uk"])
def test_a_receipt_is_said_in_words_of_each_language(app, language):
    lines = said_aloud.receipt("0123 4567 8901 2345 6789", language)
    assert len(lines) == 5 and len(set(lines)) == 5 and all(len(re.findall("[,،]", line)) == 3 for line in lines)
    if language != "en":
        assert not [word for word in ("zero, one", "Line 1: ") if language not in ("pt",) and word in lines[0]]
