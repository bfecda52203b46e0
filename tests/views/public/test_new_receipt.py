"""A new receipt in the place of the old one, made on her page; and what the old one opens: it was not me."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.crypto import receipt_codes
from grievance.deadlines.days import full_date
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.keys import Holder
from grievance.reports.casefile import open_case_file
from grievance.views import rate_limit
from grievance.workflow import steps
from tests.outside import another_receipt
from tests.scenarios.days import facts, kinds, letters, limits
from tests.times import days_later
from tests.views.public.test_filing import hidden
from tests.views.public.test_receipt_pages import receipts_shown, reissue, taken_over
from tests.views.test_routes import client_of, token


@pytest.fixture
def hers(app, cast):
    """Her case, which the company has, her receipt, and her browser with its page open."""
    reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=21))
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return case_of(reference), code, client


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def made_anew(client, **answers):
    """As a browser does: from the link on her page to the receipt that is shown."""
    link = re.search(r'href="(/follow/receipt)"', client.get("/follow/case").text)[1]
    sent = client.post(link, data={**hidden(client.get(link)), **answers})
    assert sent.location == "/complain/receipt"
    (new,) = receipts_shown(client)
    client.post("/complain/receipt", data={"csrf_token": token(client.get("/complain/receipt")), "kept": "yes"})
    return new


def typed(app, code):
    return app.test_client().post("/follow", data={"code": code})


def not_me(app, code):
    """With the old receipt, in a browser that has no session: the button of the one page that it opens."""
    client = app.test_client()
    page = client.post("/follow", data={"code": code})
    assert "It was not me" in page.text
    return client.post("/follow/not-me", data=hidden(page))


def test_the_new_receipt_opens_the_case_and_the_old_one_one_page_with_its_day(app, hers):
    case, old, client = hers
    new = made_anew(client)
    assert typed(app, new).location == "/follow/case" and client.get("/follow/case").status_code == 200
    page = typed(app, old)
    assert f"This receipt was replaced on {full_date(clock.office_today())}." in unescape(page.text)
    assert "Set-Cookie" not in page.headers and case.reference not in page.text
    assert "You made a new receipt" in client.get("/follow/case").text


def test_who_made_a_new_receipt_makes_no_second_one_that_would_outlive_it(hers):
    case, _old, client = hers
    link = "/follow/receipt"
    client.post(link, data=hidden(client.get(link)))
    page = client.get("/complain/receipt")
    assert "someone you trust" not in page.text
    client.post("/complain/receipt/second", data={"csrf_token": token(page)})
    assert [one.holder for one in receipts.living_receipts(case)] == [Holder.COMPLAINANT]


def test_a_session_of_the_old_receipt_ends_with_it(app, hers):
    _case, old, client = hers
    other = app.test_client()
    other.post("/follow", data={"code": old})
    made_anew(client)
    assert other.get("/follow/case").location == "/follow"


def test_pressed_twice_the_form_gives_the_same_receipt_once(app, hers):
    case, _old, client = hers
    form = hidden(client.get("/follow/receipt"))
    twin = app.test_client()
    for cookie in client._cookies.values():
        twin._cookies[cookie._storage_key] = cookie
    assert client.post("/follow/receipt", data=form).location == "/complain/receipt"
    assert twin.post("/follow/receipt", data=form).location == "/complain/receipt"
    assert receipts_shown(client) == receipts_shown(twin) and kinds(case).count("new_receipt") == 1


def test_sent_again_after_it_was_written_down_the_form_makes_no_other(app, hers):
    case, _old, client = hers
    form = hidden(client.get("/follow/receipt"))
    client.post("/follow/receipt", data=form)
    client.post("/complain/receipt", data={"csrf_token": token(client.get("/complain/receipt")), "kept": "yes"})
    assert client.post("/follow/receipt", data=form).location == "/follow/case"
    assert kinds(case).count("new_receipt") == 1


@pytest.mark.parametrize("ends", [False, True])
def test_a_representatives_receipt_ends_only_on_her_word(app, hers, ends):
    case, old, client = hers
    his = receipt_codes.make()
    another_receipt(case, receipts.person_with(old), his, Holder.REPRESENTATIVE, clock.now())
    made_anew(client, **({"others": "yes"} if ends else {}))
    answer = typed(app, his)
    assert (answer.location == "/follow/case") is not ends
    assert "It was not me" not in answer.text  # cut off, and not replaced: it stops nothing


def test_for_two_weeks_what_she_asks_for_waits_for_a_second_person(app, hers):
    case, _old, client = hers
    new = made_anew(client)
    amina = receipts.person_with(new)
    assert amina.checked
    assert steps.take("ask_deletion", amina, case.reference, {"sure": "yes", "forced": "no"}) is not None
    with time_machine.travel(days_later(15)):
        assert not receipts.person_with(new).checked


@pytest.mark.parametrize(("language", "said"), [("en", "a second person of our office looks at it"), ("ar", "شخص ثانٍ")])
def test_her_page_says_beforehand_that_a_second_person_looks_and_only_where_one_does(app, hers, language, said):
    _case, _old, client = hers
    asked = {"headers": {"Accept-Language": language}, "follow_redirects": True}
    weighs, light = "/follow/case/steps/ask_deletion", "/follow/case/steps/write"
    assert said not in client.get(weighs, **asked).text
    her = app.test_client()
    her.post("/follow", data={"code": made_anew(client)}, headers=asked["headers"])
    assert said in her.get(weighs, **asked).text
    assert said not in her.get(light, **asked).text


def test_what_was_not_her_doing_is_stopped_and_looked_at_within_a_day(app, hers):
    case, old, client = hers
    thief = receipts.person_with(made_anew(client))
    answer = not_me(app, old)
    assert "We stopped it." in answer.text and "+41 22 000 00 00" in answer.text
    db.session.expire_all()
    assert case.frozen_at and case.safety_alert and limits(case)["L14h"].due_at <= days_later(1)
    assert letters(case, "officer")[-1] == letters(case, "approver")[-1] == "not_me"
    for step, raw in (
        ("change_consent", {"share_account": "yes"}),
        ("accept_remedy", {"remedy": remedy_of(case, thief)}),
    ):
        with pytest.raises(steps.Refused, match="first talks with whoever complained"):
            steps.take(step, thief, case.reference, raw)
    assert "receipt_not_me" not in client.get("/follow/case").text


def test_who_took_the_receipt_over_reads_nothing_of_the_alert_nor_of_what_protects_her(app, hers, cast):
    case, old, client = hers
    made_anew(client)
    not_me(app, old)
    demonstration.do("protect", cast["Noor"], case.reference, clock.now(), what="We meet her at the clinic.")
    page = client.get("/follow/case").text
    for words in (
        "We look at your safety",
        "Nothing about your safety is open",
        "at the clinic",
        "a measure that protects",
    ):
        assert words not in page
    demonstration.do("end_freeze", cast["Noor"], case.reference, clock.now(), cast["Tomas"])
    page = client.get("/follow/case").text
    assert "We look at your safety" in page and "at the clinic" in page


def test_an_alert_that_was_up_before_stays_on_the_page(app, hers, cast):
    case, old, client = hers
    demonstration.do("report_retaliation", cast["Noor"], case.reference, clock.now())
    made_anew(client)
    not_me(app, old)
    assert "We look at your safety" in client.get("/follow/case").text


def test_what_somebody_reports_while_it_is_frozen_is_answered(app, hers):
    case, old, client = hers
    person = receipts.person_with(made_anew(client))
    not_me(app, old)
    steps.take("report_retaliation", person, case.reference, {"happened": "They came to my house."})
    assert "We look at your safety" in client.get("/follow/case").text


def remedy_of(case, person):
    return open_case_file(person, case).remedies[0].id


def test_said_twice_it_is_noted_once(app, hers):
    case, old, client = hers
    made_anew(client)
    not_me(app, old)
    not_me(app, old)
    assert kinds(case).count("receipt_not_me") == 1


def test_a_receipt_that_works_or_never_was_stops_nothing(app, hers):
    case, old, _client = hers
    for code in (old, "1234 5678", ""):
        assert app.test_client().post("/follow/not-me", data={"code": code}).status_code == 404
    assert not case.frozen_at and "receipt_not_me" not in kinds(case)


def test_a_withdrawal_is_taken_meanwhile_and_none_is_confirmed(app, hers, cast):
    case, old, client = hers
    thief = receipts.person_with(made_anew(client))
    not_me(app, old)
    decision = steps.take("withdraw", thief, case.reference, {"sure": "yes", "forced": "no"})
    steps.decide(cast["Tomas"], case.reference, decision.id, True)
    demonstration.do("lift_safety_alert", cast["Noor"], case.reference, clock.now(), cast["Tomas"])
    raw = {"free": "confirmed", "how": "On the phone.", "letter": "We end it."}
    with pytest.raises(steps.Refused, match="first talks with whoever complained"):
        steps.take("confirm_withdrawal", cast["Noor"], case.reference, raw)


def test_it_goes_on_when_an_officer_has_talked_with_her_and_a_second_person_confirms(app, hers, cast):
    case, old, client = hers
    hers_again = receipts.person_with(made_anew(client))
    not_me(app, old)
    desk = client_of(app, "Noor")
    assert "let it go on" in desk.get(f"/desk/cases/{case.reference}").text
    decision = steps.take("end_freeze", cast["Noor"], case.reference, {"how": "At the union's office."})
    db.session.expire_all()
    assert decision and case.frozen_at
    steps.decide(cast["Tomas"], case.reference, decision.id, True)
    assert not case.frozen_at
    assert steps.take("change_consent", hers_again, case.reference, {"share_account": "yes"})


def test_both_who_let_it_go_on_read_what_was_done_since_the_receipt_was_replaced(app, hers, cast):
    case, old, client = hers
    steps.take("write", receipts.person_with(old), case.reference, {"message": "Mine.", "audience": "secretariat"})
    thief = receipts.person_with(made_anew(client))
    steps.take("write", thief, case.reference, {"message": "Not mine.", "audience": "secretariat"})
    decision = steps.take("change_consent", thief, case.reference, {"share_identity": "yes"})
    steps.decide(cast["Tomas"], case.reference, decision.id, True)
    not_me(app, old)
    form = client_of(app, "Noor").get(f"/desk/cases/{case.reference}/steps/end_freeze").text
    waits = steps.take("end_freeze", cast["Noor"], case.reference, {"how": "At the union's office."})
    proposal = client_of(app, "Tomas").get(f"/desk/cases/{case.reference}/proposals/{waits.id}").text
    for page in (form, proposal):
        listed = page.partition("What was done since the receipt was replaced")[2].partition("</ol>")[0]
        assert listed.count("A message was written") == 1 and "changed what was agreed to" in listed


def test_a_case_that_is_not_frozen_lists_nothing_of_a_receipt_that_was_replaced(app, hers):
    case, _old, client = hers
    made_anew(client)
    page = client_of(app, "Noor").get(f"/desk/cases/{case.reference}/steps/note").text
    assert "since the receipt was replaced" not in page


def test_who_makes_new_receipts_very_often_is_slowed_and_keeps_the_one_they_have(app, hers, monkeypatch):
    case, _old, client = hers
    monkeypatch.setattr(rate_limit, "codes", rate_limit.RateLimit(at_once=0, seconds=5))
    page = client.post("/follow/receipt", data={**hidden(client.get("/follow/receipt")), "others": ""})
    assert page.status_code == 429 and "new_receipt" not in kinds(case)
    assert client.get("/follow/case").status_code == 200


def test_the_record_fits_after_all_of_it(app, hers, cast):
    case, old, client = hers
    made_anew(client)
    not_me(app, old)
    demonstration.do("end_freeze", cast["Noor"], case.reference, clock.now(), cast["Tomas"])
    assert facts(case, "new_receipt")[0]["ended"] and list(doctor.examine(clock.now())) == []


def test_a_lost_receipt_that_an_officer_replaced_opens_the_same_page(app, hers, cast):
    _case, old, _client = hers
    taken_over(app, reissue(cast))
    assert "It was not me" in typed(app, old).text
