"""The receipt on its page: written down before it is left, a second one, and one that takes the place of all others."""

import re

import pytest
from sqlalchemy import func, select

from grievance.crypto import receipts
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.keys import ReceiptEnvelope
from grievance.reports.casefile import open_case_file
from grievance.workflow import intake, receipt, steps
from tests.test_filing import fill_in, send
from tests.test_routes import token


@pytest.fixture
def client(app, cast):
    return app.test_client()


def test_the_receipt_cannot_be_left_for_the_case_before_it_was_written_down(client):
    fill_in(client)
    send(client)
    page = client.get("/complain/receipt")
    assert client.get("/follow/case").status_code == 303
    refused = client.post("/complain/receipt", data={"csrf_token": token(page)})
    assert refused.status_code == 422 and client.get("/follow/case").status_code == 303
    assert client.post("/complain/receipt", data={"csrf_token": token(page), "kept": "yes"}).status_code == 303
    assert client.get("/follow/case").status_code == 200


def receipts_shown(client):
    digits = re.findall(r"<span>(\d{4})</span>", client.get("/complain/receipt").text)
    return ["".join(digits[i : i + 5]) for i in range(0, len(digits), 5)]


def with_second(client):
    """A filed complaint with both receipts."""
    fill_in(client)
    send(client)
    page = client.get("/complain/receipt")
    for _ in range(2):  # pressed twice: still one
        client.post("/complain/receipt/second", data={"csrf_token": token(page)})
    first, second = receipts_shown(client)
    return first, second


def test_a_second_receipt_opens_the_same_case_until_the_complainant_cuts_it(app, client):
    first, second = with_second(client)
    trusted = app.test_client()
    assert trusted.post("/follow", data={"code": second}).location == "/follow/case"
    assert "They pushed me at the gate." in trusted.get("/follow/case").text
    assert trusted.get("/follow/case/steps/revoke_authority").status_code == 409
    client.post("/follow", data={"code": first})
    page = client.get("/follow/case/steps/revoke_authority")
    cut = {"csrf_token": token(page), "sure": "yes"}
    assert client.post(page.request.path, data=cut).status_code == 303
    assert trusted.get("/follow/case").status_code == 303
    assert "do not know this receipt" in trusted.post("/follow", data={"code": second}).text
    assert client.get("/follow/case").status_code == 200


def test_both_receipts_are_shown_no_more_once_they_were_written_down(client):
    with_second(client)
    page = client.get("/complain/receipt")
    client.post("/complain/receipt", data={"csrf_token": token(page), "kept": "yes"})
    assert client.get("/complain/receipt").status_code == 404


def test_the_receipt_is_a_picture_and_in_the_digits_of_the_reader(client):
    fill_in(client)
    send(client)
    page = client.get("/complain/receipt?lang=ar")
    code = re.search(r'dir="ltr">([\d ]{24})<', page.text).group(1)
    assert code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))[:4] in page.text
    assert '<path d="M4 4h1v1h-1z' in page.text and code.replace(" ", "") not in page.request.path


def test_consents_are_shown_as_they_are_and_can_be_taken_back(app, client):
    first, _second = with_second(client)
    client.post("/follow", data={"code": first})
    page = client.get("/follow/case/steps/change_consent")
    assert 'name="share_account" value="yes" checked' in page.text
    client.post(page.request.path, data={"csrf_token": token(page), "share_identity": "yes"})
    case = db.session.scalars(select(Case)).one()
    assert (case.share_account, case.share_identity) == (False, True)


def test_a_lost_receipt_is_replaced_through_an_officer_and_every_earlier_one_is_dead(app, cast, client):
    first, second = with_second(client)
    case = db.session.scalars(select(Case)).one()
    raw = {"channel": "phone", "why": "She named what only she can know."}
    decision = steps.take("reissue_receipt", cast["Noor"], case.reference, raw)
    steps.decide(cast["Tomas"], case.reference, decision.id, True)
    written = open_case_file(cast["Noor"], case).writings
    code = next(w.fields[0][1] for w in written if w.step == "handover_code")
    assert receipt.follow(first) is not None  # until the code is used, a receipt that was not lost still works
    amina = app.test_client()
    assert amina.post("/follow", data={"code": code}).location == "/complain/receipt"
    (new,) = receipts_shown(amina)
    assert new not in (first, second, code.replace(" ", ""))
    for dead in (first, second, code):
        assert "do not know this receipt" in app.test_client().post("/follow", data={"code": dead}).text
    assert app.test_client().post("/follow", data={"code": new}).location == "/follow/case"


def test_a_second_receipt_that_is_asked_for_twice_at_once_is_one(both, monkeypatch):
    secret, real, first = intake.new_secret(), receipts.make, []
    intake.file_complaint({"account": "They pushed me.", "company": "unknown", "could_harm": "no"}, secret, "en")

    def meanwhile():
        """The other press is through while this one makes its code."""
        monkeypatch.setattr(receipts, "make", real)
        first.append(receipt.make_second(secret))
        return real()

    monkeypatch.setattr(receipts, "make", meanwhile)
    assert [receipt.make_second(secret)] == first
    assert db.session.scalar(select(func.count()).select_from(ReceiptEnvelope)) == 2
