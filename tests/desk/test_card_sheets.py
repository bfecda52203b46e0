"""Printed cards: a complaint begins with one, once; nobody with a copy reads anything, or learns that it was used."""

import io
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock
from grievance.accounts import printed_cards, receipts
from grievance.crypto import receipt_codes
from grievance.desk import card_sheets
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor, expiry
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.printed_card import CardSheet, PrintedCard
from grievance.record.transaction import unit_of_work
from grievance.reports.casefile import open_case_file
from grievance.views import rate_limit
from tests import sounds
from tests.views.public.test_filing import hidden
from tests.views.test_routes import client_of, token

SHEET = {"language": "sw", "given_by": "the clinic at the river"}
FILED = {"account": "They did not pay us.", "company": "unknown", "could_harm": "no"}


@pytest.fixture(autouse=True)
def _in_a_language(app):
    with app.test_request_context():
        yield


@pytest.fixture
def sheet(cast):
    return card_sheets.make(cast["Noor"], SHEET)


def begin(app, card, **more):
    """A phone on which a form is begun with a card; and the answer to *Continue*."""
    phone = app.test_client()
    page = phone.get("/complain")
    return phone, phone.post("/complain", data={**hidden(page), "go": "next", "card": card, **more})


def file(phone):
    page = phone.get("/complain?step=all")
    return phone.post("/complain", data={**hidden(page), **FILED, "step": "all"})


def used(cast):
    return [one.used for one in card_sheets.listed()]


def test_a_sheet_has_twenty_codes_that_stand_nowhere_and_open_nothing(app, cast, sheet):
    _made, codes = sheet
    assert len(set(codes)) == 20 and all(receipt_codes.readings(code) for code in codes)
    rows = [row for model in (CardSheet, PrintedCard, Event) for row in db.session.scalars(select(model))]
    stored = repr([[getattr(row, column.name) for column in row.__table__.columns] for row in rows])
    assert not [code for code in codes if code in stored or receipt_codes.grouped(code) in stored]
    assert receipts.follow(codes[0]) is None and receipts.person_with(codes[0]) is None
    assert printed_cards.found(receipt_codes.grouped(codes[3])) and not printed_cards.found(receipt_codes.make())


def test_a_complaint_that_began_with_a_card_has_a_receipt_of_its_own_and_the_office_reads_which_sheet(app, cast, sheet):
    made, codes = sheet
    phone, answer = begin(app, receipt_codes.grouped(codes[0]))
    assert answer.status_code == 303
    assert file(phone).location == "/complain/receipt"
    case = db.session.scalars(select(Case).order_by(Case.received_at.desc()).limit(1)).one()
    with app.test_request_context():
        steps = {one.step: one for one in open_case_file(cast["Noor"], case).writings}
    assert steps["printed_card"].fields[0][1] == str(made.id) and used(cast) == [1]
    assert receipts.person_with(codes[0]) is None
    follow = app.test_client().post("/follow", data={"code": codes[0]})
    assert follow.status_code == 422 and "This is the number of a card, and no receipt." in follow.text
    assert doctor.examine() == []


def test_a_card_counts_once_and_nobody_outside_learns_whether_it_was_used(app, cast, sheet):
    _made, codes = sheet
    fresh = [begin(app, codes[1])[1], app.test_client().post("/follow", data={"code": codes[1]})]
    for _time in (1, 2):
        phone, _answer = begin(app, codes[0])
        assert file(phone).location == "/complain/receipt"
    assert used(cast) == [1]
    seen = [begin(app, codes[0])[1], app.test_client().post("/follow", data={"code": codes[0]})]
    assert [(one.status_code, one.location) for one in seen] == [(one.status_code, one.location) for one in fresh]
    assert "This is the number of a card" in seen[1].text and "This is the number of a card" in fresh[1].text


def file_for_her(app, card, **more):
    """At the desk, by the officer whom somebody tells it."""
    desk = client_of(app, "Noor")
    told = {**hidden(desk.get("/desk/new")), **FILED, "language": "sw", "channel": "in_person", "read_back": "yes"}
    return desk.post("/desk/new", data={**told, "card": card, **more})


def test_an_officer_files_for_somebody_with_her_card_and_reads_the_code_to_her_in_her_language(app, cast, sheet):
    made, codes = sheet
    wrong = file_for_her(app, "1234")
    assert wrong.status_code == 422 and "This is not the number of a card" in wrong.text and "1234" in wrong.text
    filed = file_for_her(app, receipt_codes.grouped(codes[0]))
    assert filed.status_code == 200 and "Mstari wa 1: " in filed.text and used(cast) == [1]
    case = db.session.scalars(select(Case)).one()
    found = open_case_file(cast["Noor"], case)
    assert [one.fields[0][1] for one in found.writings if one.step == "printed_card"] == [str(made.id)]
    page = client_of(app, "Tomas").get(f"/desk/cases/{case.reference}").text
    assert "Read back, and confirmed by who complained" in page and "by the hotline" not in page


@pytest.mark.parametrize(
    ("written", "spoken", "status"), [("", True, 200), ("She says more.", True, 422), ("x", False, 422)]
)
def test_what_is_written_for_somebody_is_read_back_and_a_recording_alone_is_not(app, cast, written, spoken, status):
    sound = {"spoken": [(io.BytesIO(sounds.wav(4)), "a.wav")]} if spoken else {}
    assert file_for_her(app, "", account=written, read_back="", **sound).status_code == status


@pytest.mark.parametrize(("wrong", "sentence"), [
    ("1234", "This is not the number of a card"), ("12345678901234567890", "This is not the number of a card"),
    pytest.param(receipt_codes.make(), "We do not know this card.", id="of no card"),
])  # fmt: skip
def test_a_wrong_number_is_said_and_nothing_typed_is_lost(app, cast, sheet, wrong, sentence):
    _phone, page = begin(app, wrong, could_harm="no")
    assert page.status_code == 422 and sentence in page.text and f'value="{wrong}"' in page.text
    assert 'value="no" checked' in page.text


def test_a_revoked_sheet_is_known_no_more_and_the_record_says_who_did_it(app, cast, sheet):
    made, codes = sheet
    began, _answer = begin(app, codes[2])
    card_sheets.revoke(cast["Tomas"], made.id)
    assert begin(app, codes[0])[1].status_code == 422
    assert file(began).location == "/complain/receipt"  # she is heard: her card counts no more
    assert used(cast) == [0] and not db.session.scalar(select(func.count()).select_from(PrintedCard))
    kinds = db.session.scalars(select(Event.kind).where(Event.kind.like("card_sheet%")).order_by(Event.seq)).all()
    assert kinds == ["card_sheet_made", "card_sheet_revoked"] and doctor.examine() == []
    with pytest.raises(Refused):
        card_sheets.revoke(cast["Tomas"], made.id)


def test_after_twelve_months_a_card_is_good_for_nothing_and_the_worker_takes_it_away(app, cast, sheet):
    made, codes = sheet
    assert made.valid_until == card_sheets.a_year_after(made.made_on)
    for days, good in ((0, True), (1, False)):
        with time_machine.travel(clock.day_began(clock.now()) + (made.valid_until - made.made_on)
                                 + timedelta(days=days, hours=12), tick=False):  # fmt: skip
            assert bool(printed_cards.found(codes[0])) is good
            with unit_of_work(effect=False):
                expiry.tidy(clock.now())
            assert bool(db.session.scalar(select(func.count()).select_from(PrintedCard))) is good
            assert (card_sheets.listed()[0].stands == "good") is good


def test_who_guesses_cards_is_slowed(app, cast, sheet, monkeypatch):
    monkeypatch.setattr(rate_limit, "lines", rate_limit.RateLimit(2, 60))
    tries = [begin(app, receipt_codes.make())[1].status_code for _number in range(3)]
    later = begin(app, receipt_codes.make(), go="later")[1].status_code
    assert (tries, later) == ([422, 422, 429], 429)


def test_the_office_makes_a_sheet_at_its_page_and_gets_it_once_as_a_file(app, cast):
    desk = client_of(app, "Noor")
    page = desk.get("/desk/cards")
    made = desk.post("/desk/cards", data={"csrf_token": token(page), **SHEET})
    assert (
        made.status_code == 200 and made.data.startswith(b"%PDF") and "sheet-1" in made.headers["Content-Disposition"]
    )
    listed = desk.get("/desk/cards")
    assert "the clinic at the river" in listed.text and "0 of 20 cards were used." in listed.text
    assert desk.post("/desk/cards", data={"csrf_token": token(page), "language": "sw"}).status_code == 422
    revoked = desk.post("/desk/cards/1/revoke", data={"csrf_token": token(page)}, follow_redirects=True)
    assert "None of its cards works any more." in revoked.text


@pytest.mark.parametrize("name", ["Victor", "Ines"])
def test_nobody_but_the_secretariat_makes_or_sees_sheets(app, cast, name):
    assert client_of(app, name).get("/desk/cards").status_code == 403
    with pytest.raises(Refused):
        card_sheets.make(cast[name], SHEET)


def test_a_name_that_is_too_long_is_refused(app, cast):
    with pytest.raises(BadInput):
        card_sheets.make(cast["Noor"], {**SHEET, "given_by": "a" * 61})
