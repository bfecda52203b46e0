"""Nothing is unseen: what is new, and who waits for a word, stands first in the queue until somebody has looked."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.accounts import absence, receipts
from grievance.demonstration import do
from grievance.reports import queue as queues
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.reports.queue_counts import counts
from grievance.workflow import steps
from tests.accounts.test_leaving import case_with
from tests.outside import a_release_came
from tests.views.test_routes import client_of, token
from tests.workflow.test_new_marks import second_officer

PREFETCH = [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]


@pytest.fixture
def referred(app, cast):
    return demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=8))


def says(code, message="They stand outside my house now.", audience="secretariat"):
    steps.take("write", receipts.person_with(code), receipts_case(code), {"audience": audience, "message": message})


def receipts_case(code):
    return receipts.case_of(receipts.person_with(code)).reference


def row(page, reference):
    """What a line of a queue says."""
    found = re.search(rf"<tr role=\"row\">(?:(?!</tr>).)*/cases/{reference}\"(?:(?!</tr>).)*</tr>", page.text, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def references(page):
    return re.findall(r"/cases/(GR-\w{4}-\w{4})\"", page.text)


# --- the queue ---------------------------------------------------------------------------------------------


def test_a_message_is_new_in_the_queue_and_waits_until_somebody_has_looked_and_answered(app, cast, referred):
    reference, code = referred
    noor = client_of(app, "Noor")
    noor.get(f"/desk/cases/{reference}")
    assert "●" not in row(noor.get("/desk"), reference)
    says(code)
    assert "● New ● Waits for a word from us" in row(noor.get("/desk"), reference)
    page = noor.get(f"/desk/cases/{reference}").text
    assert "New since you last looked:</strong> A message was written" in page
    assert "● Waits for a word from us" in row(noor.get("/desk"), reference)
    assert "● New" not in row(noor.get("/desk"), reference)
    answers = {"audience": "complainant", "message": "Go to a safe place. I call you at noon."}
    steps.take("write", cast["Noor"], reference, answers)
    assert "●" not in row(noor.get("/desk"), reference)


@pytest.mark.parametrize("headers", PREFETCH, ids=str)
def test_a_browser_that_fetches_ahead_has_not_looked(app, cast, referred, headers):
    reference, code = referred
    says(code)
    noor = client_of(app, "Noor")
    noor.get(f"/desk/cases/{reference}", headers=headers)
    noor.head(f"/desk/cases/{reference}")
    assert "● New" in row(noor.get("/desk"), reference)


def test_a_colleague_who_looks_does_not_end_what_is_new_for_the_officer(app, cast, referred):
    reference, code = referred
    client_of(app, "Noor").get(f"/desk/cases/{reference}")
    says(code)
    client_of(app, "Tomas").get(f"/desk/cases/{reference}")
    assert "● New" in row(client_of(app, "Noor").get("/desk"), reference)


def test_a_message_to_a_closed_case_stands_first_in_the_queue(app, cast):
    reference, code = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=20))
    do("dismiss", cast["Noor"], reference, clock.now(), cast["Tomas"])
    late = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=40))[0]
    noor = client_of(app, "Noor")
    for one in (reference, late):
        noor.get(f"/desk/cases/{one}")
    assert references(noor.get("/desk")) == [late]  # in the closed one only a follow-up is owed: a show of its own
    assert references(noor.get("/desk?show=owing")) == [reference]
    says(code, "They beat him again.")
    page = noor.get("/desk")
    assert references(page)[0] == reference and "● New ● Waits" in row(page, reference)
    assert reference in references(noor.get("/desk?show=unseen")) and reference in references(
        noor.get("/desk?show=waits")
    )
    assert reference in references(noor.get("/desk?show=mine"))


def test_urgent_stands_before_new_and_new_before_what_is_due(app, cast):
    now = clock.now()
    late = demonstration.walk_story(cast, "acknowledge", now - timedelta(days=40))[0]
    noor = client_of(app, "Noor")
    noor.get(f"/desk/cases/{late}")
    new = [demonstration.file_one(now - timedelta(days=days))[0] for days in (3, 2, 1)]
    urgent = demonstration.file_one(now, could_harm="yes")[0]
    page = noor.get("/desk")
    assert references(page) == [urgent, *new, late]
    assert "● Urgent ● New" in row(page, urgent)


def test_what_somebody_did_themselves_is_no_news_to_them(app, cast, referred):
    reference, code = referred
    noor = client_of(app, "Noor")
    noor.get(f"/desk/cases/{reference}")
    says(code)
    do("note", cast["Noor"], reference, clock.now())
    page = noor.get(f"/desk/cases/{reference}").text
    assert "New since you last looked:</strong> A message was written</p>" in page


def test_an_alert_that_was_looked_at_does_not_sink_before_it_is_lifted(app, cast, referred):
    """Opened once, it stood below whatever was new, and by its date among the rest."""
    danger = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=6))[0]
    do("report_retaliation", cast["Noor"], danger, clock.now())
    demonstration.file_one(clock.now())
    noor = client_of(app, "Noor")
    noor.get(f"/desk/cases/{danger}")
    assert "● New" not in row(noor.get("/desk"), danger) and references(noor.get("/desk"))[0] == danger
    do("lift_safety_alert", cast["Noor"], danger, clock.now(), cast["Tomas"])
    assert references(noor.get("/desk"))[0] != danger


def test_a_page_that_is_turned_shows_each_case_once(app, cast, monkeypatch):
    monkeypatch.setattr(queues, "PAGE", 2)
    now, noor = clock.now(), cast["Noor"]
    for day in range(3):
        demonstration.walk_story(cast, "acknowledge", now - timedelta(days=20 + day))
    codes = [demonstration.file_one(now - timedelta(days=day))[2] for day in range(3)]  # a row tells the day alone
    says(codes[0])
    shown, after = [], ""
    while True:
        page = queue(noor, Wanted(after=after))
        shown += [line.case.reference for line in page.lines]
        if not (after := page.after):
            break
    assert len(shown) == len(set(shown)) == 6
    assert shown[:3] == [receipts_case(code) for code in reversed(codes)]


@pytest.mark.parametrize("after", ["new~", "new~0~", "new~x~yesterday~", "new~1~2026-01-01T00:00:00+00:00~zz", "new~9"])
def test_an_address_that_names_no_place_begins_with_what_is_new(app, cast, after):
    demonstration.file_one(clock.now())
    assert client_of(app, "Noor").get("/desk", query_string={"after": after}).status_code == 200


def test_the_queue_counts_what_is_new_and_who_waits(app, cast, referred):
    _reference, code = referred
    demonstration.file_one(clock.now())
    says(code)
    assert counts(cast["Noor"], ("unseen", "waits")) == {"unseen": 2, "waits": 1}
    assert counts(cast["Tomas"], ("unseen", "waits")) == {"unseen": 1, "waits": 1}  # the hand-over's approval apart


def test_a_stand_in_finds_what_is_new_for_the_one_who_is_away(app, cast, referred):
    _reference, code = referred
    nadia, today = second_officer(cast), clock.office_today()
    said = {"first_day": today.isoformat(), "last_day": today.isoformat(), "stand_in": str(nadia.account_id)}
    absence.announce(cast["Noor"], said)
    says(code)
    assert [line.news for line in queue(nadia, Wanted("mine")).lines] == [("new", "waits")]


def test_an_approver_finds_a_proposal_new_until_the_proposal_was_looked_at(app, cast):
    reference = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=2))[0]
    decision = steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"]).id
    tomas = client_of(app, "Tomas")
    assert "● New" in row(tomas.get("/desk"), reference)
    assert tomas.get(f"/desk/cases/{reference}/proposals/{decision}").status_code == 200
    assert "● New" not in row(tomas.get("/desk"), reference)


def test_a_company_finds_what_is_new_and_never_that_it_is_urgent_or_that_she_waits(app, cast, referred):
    reference, code = referred
    victor = client_of(app, "Victor")
    assert "● New" in row(victor.get("/company"), reference)
    assert "The complaint was referred to the company" in victor.get(f"/company/cases/{reference}").text
    assert "●" not in row(victor.get("/company"), reference)
    do("report_retaliation", receipts.person_with(code), reference, clock.now())
    assert "●" not in row(victor.get("/company"), reference)
    says(code, audience="all")
    a_release_came()
    page = victor.get("/company")
    assert re.findall("● [A-Z][a-z]+", row(page, reference)) == ["● New"]
    assert "Waits for a word" not in page.text and "Urgent" not in page.text
    assert reference in references(victor.get("/company?show=unseen"))
    assert references(client_of(app, "Olga").get("/company?show=unseen")) == []


def test_a_custodian_finds_a_request_new_until_it_was_looked_at(app, cast):
    asked = []
    for day in (3, 2):
        reference, _amina, _code = demonstration.file_one(
            clock.now() - timedelta(days=day), name="Amina", known_to_secretariat="yes"
        )
        demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
        words = {"reason": "contact", "words": "To call her."}
        steps.take("ask_identity", cast["Noor"], reference, words)
        asked.append(reference)
    ines = client_of(app, "Ines")
    assert ines.get("/custodian").text.count("</span> New</strong>") == 2
    ines.get(f"/custodian/cases/{asked[0]}/steps/grant_identity")
    page = ines.get("/custodian").text
    assert page.count("</span> New</strong>") == 1 and page.index(asked[1]) < page.index(asked[0])
    assert asked[0] not in ines.get("/custodian?show=unseen").text


# --- she waits for a word ----------------------------------------------------------------------------------


def waits(reference):
    return case_with(reference).waits_since is not None


def test_a_word_to_the_company_is_no_word_to_her(app, cast, referred):
    reference, code = referred
    says(code)
    steps.take("write", cast["Noor"], reference, {"audience": "company", "message": "Leave her alone."})
    assert waits(reference)
    steps.take("write", cast["Noor"], reference, {"audience": "all", "message": "We asked them to leave you alone."})
    assert not waits(reference)


def test_what_was_proposed_before_she_wrote_is_no_answer_to_it(app, cast):
    reference, code = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=2))
    raw = demonstration.answers_for("dismiss", cast["Noor"], case_with(reference))
    decision = steps.take("dismiss", cast["Noor"], reference, raw)
    says(code)
    steps.decide(cast["Tomas"], reference, decision.id, True)
    assert waits(reference)


def test_a_dismissal_that_was_written_after_her_words_answers_them(app, cast):
    reference, code = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=2))
    says(code)
    raw = demonstration.answers_for("dismiss", cast["Noor"], case_with(reference))
    decision = steps.take("dismiss", cast["Noor"], reference, raw)
    assert waits(reference)
    steps.decide(cast["Tomas"], reference, decision.id, True)
    assert not waits(reference)


def test_an_officer_says_on_the_page_why_no_answer_is_needed(app, cast, referred):
    reference, code = referred
    noor = client_of(app, "Noor")
    path = f"/desk/cases/{reference}/steps/no_answer_needed"
    assert path not in noor.get(f"/desk/cases/{reference}").text
    says(code, "Thank you.")
    assert path in noor.get(f"/desk/cases/{reference}").text
    form = noor.get(path)
    version = re.search(r'name="version" value="(\d+)"', form.text)[1]
    empty = noor.post(path, data={"csrf_token": token(form), "version": version, "reason": ""})
    assert empty.status_code == 422 and waits(reference)
    sent = {"csrf_token": token(form), "version": version, "reason": "She only thanked us."}
    assert noor.post(path, data=sent).status_code == 303
    assert not waits(reference)
    assert "She only thanked us." in noor.get(f"/desk/cases/{reference}").text
    assert "She only thanked us." not in client_of(app, "Victor").get(f"/company/cases/{reference}").text


def test_she_who_only_says_that_it_was_done_waits_for_no_word(app, cast):
    reference, code = demonstration.walk_story(cast, "report_delivered", clock.now() - timedelta(days=40))
    case = case_with(reference)
    assert not case.waits_since
    amina = receipts.person_with(code)
    raw = demonstration.answers_for("verify_remedy", amina, case)
    steps.take("verify_remedy", amina, reference, {name: raw[name] for name in raw if name in ("remedy", "read_back")})
    assert not waits(reference)
