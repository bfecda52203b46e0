"""A question outside any case: both sides read the thread, under old and new keys, and nobody else learns of it."""

import pytest
from sqlalchemy import select, update

from grievance.access import NoSuchCase
from grievance.accounts.keys import rotation
from grievance.crypto import envelopes
from grievance.crypto.sealing import CannotOpen
from grievance.demonstration import signed_in
from grievance.enquiries import threads
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.models.concern import ConcernMail
from grievance.models.enquiry import EnquiryReader, EnquiryWords
from grievance.record import chain, compare
from grievance.reports.office import office_record
from grievance.reports.office_waits import office_waits
from tests.outside import from_outside
from tests.views.test_routes import client_of
from tests.workflow.test_recusal import join

ASKED, ANSWERED = "Zinnober: what does the Code ask of a subcontractor?", "The same as of you."


def read_by(person, enquiry_id):
    return [one.text for one in threads.said(person, threads.one(person, enquiry_id))]


def waits(person):
    return [one.name for one in office_waits(person) if one.name == "enquiries"]


def test_a_question_waits_at_the_office_until_it_is_answered_and_the_company_is_told_by_mail_and_at_its_desk(both):
    victor, noor = both.cast["Victor"], both.cast["Noor"]
    wanda = join(victor)
    enquiry_id = threads.ask(victor, {"words": ASKED})
    assert waits(noor) == waits(both.cast["Tomas"]) == ["enquiries"] and waits(both.cast["Ines"]) == []
    threads.go_on(noor, enquiry_id, {"words": ANSWERED})
    assert waits(noor) == [] and threads.number_of_news(victor) == 1
    (mail,) = db.session.scalars(select(ConcernMail))
    assert mail.to_mail == [victor.account_id, wanda.account_id]
    for person in (victor, wanda, noor, both.cast["Tomas"]):
        assert read_by(person, enquiry_id) == [ASKED, ANSWERED]
    assert [one.by for one in threads.said(victor, threads.one(victor, enquiry_id))] == ["Victor", ""]
    assert [one.by for one in threads.said(noor, threads.one(noor, enquiry_id))] == ["Victor", "Noor"]
    threads.looked(victor, threads.one(victor, enquiry_id))
    assert threads.number_of_news(victor) == 0
    threads.go_on(victor, enquiry_id, {"words": "And of a client?"})
    assert waits(noor) == ["enquiries"]
    threads.settle(noor, enquiry_id)
    threads.settle(noor, enquiry_id)
    assert waits(noor) == []
    assert chain.verify() == [] and list(compare.everything()) == []


def test_nobody_else_reads_it_or_writes_in_it(app, cast):
    enquiry_id = threads.ask(cast["Victor"], {"words": ASKED})
    for name in ("Olga", "Ines"):
        with pytest.raises(NoSuchCase):
            threads.one(cast[name], enquiry_id)
        with pytest.raises(NoSuchCase):
            threads.go_on(cast[name], enquiry_id, {"words": "Mine."})
        assert threads.lines(cast[name]) == []
    with pytest.raises(NoSuchCase):
        threads.ask(cast["Noor"], {"words": ASKED})
    for row in db.session.scalars(select(EnquiryWords)):
        mine = "Victor" if row.reader == EnquiryReader.COMPANY else "Noor"
        for name in {"Victor", "Noor", "Olga", "Ines"} - {mine}:
            with pytest.raises(CannotOpen):
                envelopes.open_with(cast[name].party_seed, row.sealed, threads.envelope_place("enquiry", row.id))
    assert client_of(app, "Olga").get(f"/company/questions/{enquiry_id}").status_code == 404
    assert client_of(app, "Ines").get("/desk/questions").status_code == 403
    assert client_of(app, "Victor").get("/desk/questions").status_code == 403
    assert ASKED not in client_of(app, "Olga").get("/company/questions").text


@pytest.mark.parametrize("name", ["Victor", "Noor"])
def test_it_opens_on_both_sides_after_a_key_was_changed(app, cast, name):
    enquiry_id = threads.ask(cast["Victor"], {"words": ASKED})
    threads.go_on(cast["Noor"], enquiry_id, {"words": ANSWERED})
    rotation.begin(cast[name])
    assert rotation.go_on(signed_in(name), 20).finished
    for reader in ("Victor", "Noor"):
        assert read_by(signed_in(reader), enquiry_id) == [ASKED, ANSWERED]


@pytest.mark.parametrize("words", ["", " ", "x" * (threads.LONGEST + 1)])
def test_nothing_and_too_much_are_asked_back(app, cast, words):
    with pytest.raises(BadInput):
        threads.ask(cast["Victor"], {"words": words})
    assert threads.lines(cast["Victor"]) == []


def test_words_that_were_changed_in_the_database_are_said_not_to_open(app, cast):
    enquiry_id = threads.ask(cast["Victor"], {"words": ASKED})
    with from_outside() as session:
        session.execute(update(EnquiryWords).values(sealed=b"\x01" + bytes(1200)))
    for name, path in (("Victor", "/company/questions"), ("Noor", "/desk/questions")):
        for page in (path, f"{path}/{enquiry_id}"):
            assert "This does not open." in client_of(app, name).get(page).text


def test_the_office_record_says_that_it_was_asked_and_answered_and_never_what(app, cast):
    enquiry_id = threads.ask(cast["Victor"], {"words": ASKED})
    threads.go_on(cast["Noor"], enquiry_id, {"words": ANSWERED})
    said = [(str(one.what), one.who) for one in office_record().entries[:2]]
    assert said == [("A question of a company was answered", "Noor"),
                    ("A company asked the Secretariat something", "Victor")]  # fmt: skip
