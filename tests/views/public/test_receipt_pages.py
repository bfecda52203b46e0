"""The receipt on its page: written down before it is left, a second one, and one that takes the place of all others."""

import html
import re

import pytest
from sqlalchemy import func, select

from grievance import clock
from grievance.accounts import receipts
from grievance.crypto import receipt_codes
from grievance.deadlines.days import full_date
from grievance.extensions import db
from grievance.intake import filing
from grievance.models.case import Case
from grievance.models.keys import ReceiptEnvelope
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.views.public.test_filing import answer, fill_in, send
from tests.views.test_routes import client_of, token


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
    taken_back = {"share_account": "no", "share_identity": "yes", "meant": "yes"}
    client.post(page.request.path, data={"csrf_token": token(page), **taken_back})
    case = db.session.scalars(select(Case)).one()
    assert (case.share_account, case.share_identity) == (False, True)


def reissue(cast, holder="complainant"):
    """A code to hand over, that an officer asked for and an approver agreed to."""
    case = db.session.scalars(select(Case)).one()
    raw = {"holder": holder, "channel": "phone", "why": "She named what only she can know."}
    decision = steps.take("reissue_receipt", cast["Noor"], case.reference, raw)
    steps.decide(cast["Tomas"], case.reference, decision.id, True)
    written = open_case_file(cast["Noor"], case).writings
    return next(w.fields[0][1] for w in written if w.step == "handover_code")


def test_a_lost_receipt_is_replaced_through_an_officer_and_every_earlier_one_of_its_holder_is_dead(app, cast, client):
    first, second = with_second(client)
    code = reissue(cast)
    assert receipts.follow(first) is not None  # until the code is used, a receipt that was not lost still works
    amina = app.test_client()
    assert amina.post("/follow", data={"code": code}).location == "/complain/receipt"
    (new,) = receipts_shown(amina)
    assert new not in (first, second, code.replace(" ", ""))
    assert "This receipt was replaced on" in app.test_client().post("/follow", data={"code": first}).text
    used = f"Somebody used this code on {full_date(clock.office_today())}. It works once."
    assert used in app.test_client().post("/follow", data={"code": code}).text
    for alive in (second, new):
        assert app.test_client().post("/follow", data={"code": alive}).location == "/follow/case"


def taken_over(app, code):
    """Who uses the code on the page, and the receipt that the page shows."""
    client = app.test_client()
    assert client.post("/follow", data={"code": code}).location == "/complain/receipt"
    return client, receipts_shown(client)[0]


def with_both(client, represents):
    """A filed complaint: the complainant's receipt and the representative's, whichever of them filed."""
    fill_in(client, until="agree")
    more = {"represents": "yes", "authority": "She asked me to."} if represents else {}
    answer(client, "you", **more)
    send(client)
    client.post("/complain/receipt/second", data={"csrf_token": token(client.get("/complain/receipt"))})
    first, second = receipts_shown(client)
    return (second, first) if represents else (first, second)


def may_cut(app, code):
    """Only a complainant's receipt cuts the other one."""
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client.get("/follow/case/steps/revoke_authority").status_code == 200


@pytest.mark.parametrize("represents", [False, True])
@pytest.mark.parametrize("holder", ["complainant", "representative"])
def test_a_replaced_receipt_is_whose_it_was_and_the_other_one_lives(app, cast, client, represents, holder):
    old = dict(zip(("complainant", "representative"), with_both(client, represents), strict=True))
    _client, new = taken_over(app, reissue(cast, holder))
    (other,) = set(old) - {holder}
    assert receipts.person_with(new).role == holder and receipts.person_with(old[other]).role == other
    assert receipts.person_with(old[holder]) is None
    assert may_cut(app, new) == (holder == "complainant")


def test_who_asks_for_a_new_receipt_must_say_whose_it_is(app, cast, client):
    with_second(client)
    path = f"/desk/cases/{db.session.scalars(select(Case)).one().reference}/steps/reissue_receipt"
    noor = client_of(app, "Noor")
    refused = noor.post(path, data={"csrf_token": token(noor.get(path)), "channel": "phone", "why": "She called."})
    assert refused.status_code == 422 and "Whose receipt it is</a>: Please answer this." in refused.text


def test_the_case_page_says_whose_receipt_a_code_makes(app, cast, client):
    with_second(client)
    reissue(cast, "representative")
    page = client_of(app, "Noor").get(f"/desk/cases/{db.session.scalars(select(Case)).one().reference}").text
    assert re.search("Whose receipt it makes</h3>\\s*<p[^>]*>The representative's<", html.unescape(page))


def test_who_was_cut_gets_no_new_receipt_through_an_officer(app, cast, client):
    first, _second = with_second(client)
    client.post("/follow", data={"code": first})
    page = client.get("/follow/case/steps/revoke_authority")
    client.post(page.request.path, data={"csrf_token": token(page), "sure": "yes"})
    with pytest.raises(steps.Refused, match="the complainant cut it"):
        reissue(cast, "representative")


def test_to_cut_the_other_receipt_also_ends_a_code_that_would_make_one(app, cast, client):
    first, _second = with_second(client)
    code = reissue(cast, "representative")
    client.post("/follow", data={"code": first})
    page = client.get("/follow/case/steps/revoke_authority")
    client.post(page.request.path, data={"csrf_token": token(page), "sure": "yes"})
    assert receipts.follow(code) is None


def test_a_code_for_the_one_leaves_a_code_for_the_other_alive(app, cast, client):
    with_second(client)
    hers = reissue(cast)
    theirs = reissue(cast, "representative")
    assert receipts.follow(hers) is not None and receipts.follow(theirs) is not None


def test_a_representative_with_a_replaced_receipt_makes_none_of_the_complainants(app, cast, client):
    with_both(client, represents=True)
    friend, _new = taken_over(app, reissue(cast, "representative"))
    page = friend.get("/complain/receipt")
    assert "/complain/receipt/second" not in page.text
    friend.post("/complain/receipt/second", data={"csrf_token": token(page)})
    assert len(receipts_shown(friend)) == 1


def test_the_page_of_a_replaced_receipt_speaks_to_whose_it_is(app, cast, client):
    with_both(client, represents=True)
    amina, _new = taken_over(app, reissue(cast, "complainant"))
    assert "Make a second receipt for someone you trust" in amina.get("/complain/receipt").text


def test_a_reissue_that_was_proposed_before_it_was_asked_whose_is_proposed_again(app, cast, client, monkeypatch):
    with_second(client)
    case = db.session.scalars(select(Case)).one()
    raw = {"holder": "complainant", "channel": "phone", "why": "She called."}
    decision = steps.take("reissue_receipt", cast["Noor"], case.reference, raw)
    before = {"step": "reissue_receipt", "values": {"channel": "phone", "why": "She called."}}
    monkeypatch.setattr(steps, "proposal_of", lambda *_: before)
    with pytest.raises(steps.Refused, match="propose it again"):
        steps.decide(cast["Tomas"], case.reference, decision.id, True)


def test_a_second_receipt_that_is_asked_for_twice_at_once_is_one(both, monkeypatch):
    secret, real, first = filing.new_secret(), receipt_codes.make, []
    filing.file_complaint({"account": "They pushed me.", "company": "unknown", "could_harm": "no"}, secret, "en")

    def meanwhile():
        """The other press is through while this one makes its code."""
        monkeypatch.setattr(receipt_codes, "make", real)
        first.append(receipts.make_second(secret))
        return real()

    monkeypatch.setattr(receipt_codes, "make", meanwhile)
    assert [receipts.make_second(secret)] == first
    assert db.session.scalar(select(func.count()).select_from(ReceiptEnvelope)) == 2
