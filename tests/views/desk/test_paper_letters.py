"""The pages of letters on paper: what an officer gets there, and what is refused, with a sentence."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.demonstration import do
from grievance.desk import message_templates
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.event import Event
from grievance.record import chain, compare
from grievance.reports.casefile import open_case_file
from grievance.workflow import post, steps
from tests.maintenance.backup.conftest import closed_case, erase
from tests.paper import TO_COMPANY, TO_HER
from tests.views.test_routes import client_of, token

TO_THE_BOARD = ("escalate", "ask_board")


@pytest.fixture
def hers(app, cast):
    """A case with a letter to her, her yes, her address and a custodian's grant: (its reference, the letter, she)."""
    start = clock.now() - timedelta(days=2)
    reference, amina, _code = demonstration.file_one(start, known_to_secretariat="yes", address="7 Palm Street")
    do("agree_post", amina, reference, clock.now())
    do("ask_identity", cast["Noor"], reference, clock.now())
    do("grant_identity", cast["Ines"], reference, clock.now())
    steps.take("write_letter", cast["Noor"], reference, TO_HER)
    return reference, post.written(find_case(cast["Noor"], reference))[0].id, amina


def envelope(app, name, reference, letter):
    client = client_of(app, name)
    page = f"/desk/cases/{reference}/post"
    return client.post(f"{page}/{letter}/label.pdf", data={"csrf_token": token(client.get(page))})


def times_opened():
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "open_identity"))


def test_the_page_for_the_envelope_opens_the_address_and_she_is_told_each_time(app, hers):
    reference, letter, _amina = hers
    for count in (1, 2):
        answer = envelope(app, "Noor", reference, letter)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf") and times_opened() == count


def test_while_a_safety_alert_is_open_no_address_is_opened_for_a_letter(app, hers):
    reference, letter, amina = hers
    do("report_retaliation", amina, reference, clock.now())
    answer = envelope(app, "Noor", reference, letter)
    assert answer.status_code == 409 and "no letter goes to the complainant" in answer.text and times_opened() == 0


def test_after_she_took_her_yes_back_no_address_is_opened_for_a_letter(app, hers):
    reference, letter, amina = hers
    do("end_post", amina, reference, clock.now())
    answer = envelope(app, "Noor", reference, letter)
    assert answer.status_code == 409 and "did not say yes" in answer.text and times_opened() == 0


def test_an_approver_opens_no_address(app, hers):
    reference, letter, _amina = hers
    assert envelope(app, "Tomas", reference, letter).status_code == 409 and times_opened() == 0


def test_a_letter_of_another_case_is_not_found_in_this_one(app, cast, hers):
    _reference, letter, _amina = hers
    other, _amina, _code = demonstration.file_one(clock.now())
    assert client_of(app, "Noor").get(f"/desk/cases/{other}/post/{letter}.pdf").status_code == 404


def test_a_company_letter_without_an_address_says_what_to_do(app, cast, hers):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=6))[0]
    steps.take("write_letter", cast["Noor"], reference, {**TO_COMPANY, "address": ""})
    (letter,) = post.written(find_case(cast["Noor"], reference))
    answer = envelope(app, "Noor", reference, letter.id)
    assert answer.status_code == 409 and "write it anew, with the address" in answer.text


def test_what_is_typed_for_a_preview_may_be_anything(app, hers):
    client, page = client_of(app, "Noor"), f"/desk/cases/{hers[0]}"
    said = {
        "csrf_token": token(client.get(f"{page}/post")),
        "language": "../x",
        "text": "#x $" * 9000,
        "subject": "\x00",
    }
    answer = client.post(f"{page}/post/preview.pdf", data=said)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_letter_begins_with_a_template_of_the_office_in_its_language(app, cast, hers, language):
    said = {"name": "Greeting", "step": "write_letter", "language": language, "text": "About {reference}, due {due}."}
    message_templates.add(cast["Tomas"], said)
    number = message_templates.in_use()[0].id
    client, page = client_of(app, "Noor"), f"/desk/cases/{hers[0]}/steps/write_letter"
    assert "Greeting" in client.get(page).text
    assert f"About {hers[0]}, due" in client.get(f"{page}?template={number}").text


def test_the_list_of_what_was_told_promises_to_open_only_what_has_a_link(app, cast):
    start = clock.now() - timedelta(days=9)
    reference, _code = demonstration.walk_story(cast, "acknowledge", start)
    for number, stop in enumerate(TO_THE_BOARD, 1):
        do(stop, cast["Noor"], reference, start + timedelta(days=number), cast["Tomas"])
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/told").text
    board = page.partition("The Board</td>")[2].partition("</tr>")[0]
    assert "What is put to the Board" in board and "<a " not in board
    assert "to an earlier company is named without its text" in page and "Each opens" not in page


def test_nobody_but_the_secretariat_sees_the_pages(app, hers):
    reference, letter, _amina = hers
    for name in ("Ines", "Victor"):
        for path in ("post", "told", f"post/{letter}.pdf"):
            assert client_of(app, name).get(f"/desk/cases/{reference}/{path}").status_code == 403, path


def write_page(app, reference):
    return client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/write_letter").text


def test_without_her_yes_no_letter_to_her_is_written_and_the_choice_says_why(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now(), known_to_secretariat="yes", address="7 Palm Street")
    hers = 'name="addressee" value="complainant"'
    page = write_page(app, reference)
    assert f"{hers} disabled>" in page and "did not say yes to letters by post" in page
    with pytest.raises(Refused, match="did not say yes to letters by post"):
        steps.take("write_letter", cast["Noor"], reference, TO_HER)
    do("agree_post", amina, reference, clock.now())
    assert f"{hers}>" in write_page(app, reference)
    steps.take("write_letter", cast["Noor"], reference, TO_HER)


def test_beside_a_letter_stands_one_sentence_of_who_reads_it(app, hers):
    page = write_page(app, hers[0])
    said = "The Secretariat reads this. Whom the letter is for reads it once it was sent, and not before."
    assert page.count(said) == 2, "at the words, and at the button"
    words = page[page.index('id="subject-reads"') : page.index('for="address"')]
    assert "Only the Secretariat reads this" not in words


def test_for_a_letter_without_an_address_no_envelope_is_offered_and_the_way_is_said(app, cast):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=6))[0]
    steps.take("write_letter", cast["Noor"], reference, {**TO_COMPANY, "address": ""})
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/post").text
    assert "label.pdf" not in page and "write it anew and give the registered address" in page
    steps.take("write_letter", cast["Noor"], reference, TO_COMPANY)
    assert client_of(app, "Noor").get(f"/desk/cases/{reference}/post").text.count("label.pdf") == 1


@pytest.mark.parametrize(("kind", "said"), [("information", "nobody else has to approve it"),
                                            ("decision", "An approver decides next")])  # fmt: skip
def test_after_a_letter_was_kept_the_page_says_who_approves_it_and_where_it_waits(app, hers, kind, said):
    client, path = client_of(app, "Noor"), f"/desk/cases/{hers[0]}/steps/write_letter"
    answers = {**TO_HER, "letter_kind": kind, "csrf_token": token(client.get(path))}
    page = client.post(path, data=answers, follow_redirects=True).text
    assert said in page and "It waits under Letters on paper" in page.replace("Then it waits", "It waits")


def test_a_letter_that_waits_is_owed_at_its_case_until_it_was_sent(app, cast):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=6))[0]
    page, said = f"/desk/cases/{reference}", "A letter to the company waits to be sent"
    assert said not in client_of(app, "Noor").get(page).text
    steps.take("write_letter", cast["Noor"], reference, TO_COMPANY)
    shown = client_of(app, "Noor").get(page).text
    assert f'<a href="{page}/post">{said}</a>' in shown[shown.index('<h2 id="now">') : shown.index('<h2 id="tasks">')]
    (letter,) = post.written(find_case(cast["Noor"], reference))
    steps.take("send_letter", cast["Noor"], reference, {"letter": letter.id})
    assert said not in client_of(app, "Noor").get(page).text


def test_a_letter_to_her_that_waits_says_what_stands_against_it(app, hers):
    reference, _letter, amina = hers
    page = f"/desk/cases/{reference}"
    assert "A letter to the complainant waits to be posted</a></li>" in client_of(app, "Noor").get(page).text
    do("end_post", amina, reference, clock.now())
    shown = client_of(app, "Noor").get(page).text
    assert f'A letter to the complainant waits to be posted</a><br><span class="soft">{str(post.NO_YES)[:20]}' in shown


def test_a_letter_under_proposal_is_said_to_wait_for_an_approver(app, cast):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=6))[0]
    page = f"/desk/cases/{reference}/post"
    assert "No letter was written yet." in client_of(app, "Noor").get(page).text
    decision = steps.take("write_letter", cast["Noor"], reference, {**TO_COMPANY, "letter_kind": "decision"})
    shown = client_of(app, "Noor").get(page).text
    assert "It waits for an approver" in shown and f"/proposals/{decision.id}" in shown
    assert "No letter was written yet." not in shown
    steps.decide(cast["Tomas"], reference, decision.id, True)
    assert "It waits for an approver" not in client_of(app, "Noor").get(page).text


def test_of_an_erased_case_no_letter_is_left_and_the_pages_say_so(app, cast):
    reference = closed_case(cast)
    steps.take("write_letter", cast["Noor"], reference, {**TO_COMPANY, "letter_kind": "information"})
    letter = post.written(find_case(cast["Noor"], reference))[0].id
    erase(cast, reference)
    noor, page = client_of(app, "Noor"), f"/desk/cases/{reference}"
    assert noor.get(f"{page}/post").status_code == noor.get(f"{page}/told").status_code == 200
    assert noor.get(f"{page}/post/{letter}.pdf").status_code == 404


def discards(client, reference, letter):
    page = client.get(f"/desk/cases/{reference}/steps/discard_letter?letter={letter}")
    return client.post(page.request.path, data={"csrf_token": token(page), "letter": letter})


def test_a_letter_that_was_not_sent_is_discarded_and_nobody_outside_learns_of_it(app, hers, cast):
    reference, letter, amina = hers
    noor, post_page = client_of(app, "Noor"), f"/desk/cases/{reference}/post"
    before = [one.kind for one in open_case_file(amina, find_case(amina, reference)).timeline]
    assert f"steps/discard_letter?letter={letter}" in noor.get(post_page).text
    assert discards(noor, reference, letter).status_code == 303
    page = noor.get(post_page).text
    assert "Discarded" in page and "steps/post_letter" not in page and "steps/discard_letter" not in page
    assert "waits to be posted" not in noor.get(f"/desk/cases/{reference}").text
    assert [one.kind for one in open_case_file(amina, find_case(amina, reference)).timeline] == before
    assert chain.verify() == [] and list(compare.everything()) == []


def test_a_letter_that_was_discarded_goes_nowhere_and_its_address_is_not_opened(app, hers, cast):
    reference, letter, _amina = hers
    discards(client_of(app, "Noor"), reference, letter)
    answer = envelope(app, "Noor", reference, letter)
    assert answer.status_code == 409 and "discarded" in answer.text and times_opened() == 0
    said = {"letter": letter, "posted_on": clock.office_today().isoformat()}
    for step in ("post_letter", "discard_letter"):
        with pytest.raises((BadInput, Refused)):
            steps.take(step, cast["Noor"], reference, said)


def test_a_letter_that_was_sent_cannot_be_discarded(app, hers, cast):
    reference, letter, _amina = hers
    do("post_letter", cast["Noor"], reference, clock.now(), letter=letter)
    assert "steps/discard_letter" not in client_of(app, "Noor").get(f"/desk/cases/{reference}/post").text
    with pytest.raises((BadInput, Refused)):
        steps.take("discard_letter", cast["Noor"], reference, {"letter": letter})
