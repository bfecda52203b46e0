"""A company's grievance officer with three days left, and the colleague who takes over: what the company keeps of its
cases for itself, at its own pages, at both widths."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.models.people import Company
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.browser.looks import with_axe
from tests.browser.test_incidents import ANSWER, WIDTHS, looked_at
from tests.browser.test_safety import enter
from tests.browser.test_story import Visitor, sign_in
from tests.concerns import road
from tests.outside import a_release_came
from tests.workflow.test_recusal import join

NOTE = "Ask the shift leader before Friday."
LIST = {"name": "list.txt", "mimeType": "text/plain", "buffer": b"Four people, four weeks."}
PROGRAM = {"name": "run.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ\x90\x00" * 40}


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": WIDTHS[0], "height": 900}, locale="en")
    yield context.new_page()
    context.close()


def comes(page, base, name):
    page.context.clear_cookies()
    visitor = Visitor(page, base)
    sign_in(visitor, name)
    return visitor


def test_a_case_has_the_companys_own_reference_a_person_in_charge_and_notes_and_is_found_by_them(
    page, live_server, cast
):
    references = [
        demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=days), where=where)[0]
        for days, where in ((6, "The gate"), (5, "The depot"))
    ]
    join(cast["Victor"])
    victor = comes(page, live_server, "Victor")
    assert "In 2 open cases nobody of you is in charge." in victor.text
    looked_at(victor, "company-desk")
    victor.press(references[0])
    assert "Nobody in charge" in victor.text
    victor.fill(own_reference="HR-2026-117", who="Wanda").press("Keep this")
    assert "Your reference: HR-2026-117 · in charge: Wanda" in victor.text
    victor.fill(note=NOTE).press("Keep the note")
    assert NOTE in victor.text and "Victor · " in victor.text
    looked_at(victor, "company-desk-case")
    victor.fill(note="").press("Keep the note")
    assert "Write the note." in victor.text and NOTE in victor.text
    wanda = comes(page, live_server, "Wanda")
    assert "In 1 open case nobody of you is in charge." in wanda.text
    assert "HR-2026-117" in wanda.text and "in charge: Wanda" in wanda.text
    wanda.press("In 1 open case")
    assert references[1] in wanda.text and references[0] not in wanda.text
    looked_at(wanda, "company-desk-nobody")
    wanda.fill(who="Wanda").press("Show")
    assert references[0] in wanda.text and references[1] not in wanda.text
    wanda.page.locator("[name=q]").fill("2026-117")
    wanda.press("Find")
    assert NOTE in wanda.text and references[0] in wanda.text
    wanda.page.locator("section details summary").first.click()
    wanda.press("Yes, take it away")
    assert "The note is gone." in wanda.text and NOTE not in wanda.text
    wanda.go("/company").page.locator("summary:has-text('Find a case')").click()
    wanda.page.locator("[name=q]").fill("nowhere")
    wanda.press("Find")
    assert "No case of yours has this in a reference." in wanda.text
    looked_at(wanda, "company-desk-found")


def sends(visitor, file, words):
    """With a file; what comes back says these words."""
    visitor.page.locator("[name=files]").set_input_files([file])
    visitor.page.locator("main button.filled").click()
    visitor.page.locator("main", has_text=words).wait_for()


def test_an_answer_and_what_was_delivered_take_their_files_along_and_a_refused_file_loses_no_word(
    page, live_server, cast
):
    reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))
    victor = comes(page, live_server, "Victor").go(f"/company/cases/{reference}").press("Respond")
    assert "Files go with it" in victor.text
    victor.fill(**ANSWER)
    victor.onward()
    sends(victor, PROGRAM, "run.exe")
    assert ANSWER["facts"] in victor.text
    looked_at(victor, "company-desk-refused-file")
    sends(victor, LIST, "list.txt")
    assert ANSWER["offer"] in victor.text
    demonstration.do("propose_remedy", cast["Victor"], reference, clock.now())
    a_release_came()
    demonstration.do("accept_remedy", receipts.person_with(code), reference, clock.now())
    a_release_came()
    victor.go(f"/company/cases/{reference}").press("Report a remedy as delivered")
    if victor.page.locator("select[name=remedy]").count():
        victor.page.locator("select[name=remedy]").select_option(index=1)
    victor.fill(evidence="The list of who was paid.")
    sends(victor, PROGRAM, "run.exe")
    assert victor.page.locator("[name=evidence]").input_value() == "The list of who was paid."
    looked_at(victor, "company-desk-delivered")
    sends(victor, {**LIST, "name": "paid.txt"}, "paid.txt")
    follower = Visitor(page, live_server)
    page.context.clear_cookies()
    enter(follower, code)
    assert "list.txt" in follower.unfolded and "paid.txt" in follower.unfolded


def test_a_template_is_written_put_below_what_is_typed_and_read_before_it_goes(page, live_server, cast):
    reference, _code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))
    victor = comes(page, live_server, "Victor").press("Your templates")
    assert "There is none yet." in victor.text
    victor.onward()
    assert "Please answer this." in victor.text
    looked_at(victor, "company-templates-empty")
    victor.fill(name="Spoken with all", part="Respond: What you found", language="English", text="We spoke with all.")
    victor.onward()
    assert "Spoken with all" in victor.text and "We spoke with all." in victor.text
    looked_at(victor, "company-templates")
    victor.go(f"/company/cases/{reference}/steps/respond").fill(facts="The patrol was ours.", offer="Nothing yet.")
    looked_at(victor, "company-template-offered")
    victor.page.locator("select[name=template]").select_option(index=1)
    victor.press("Put it into the form")
    assert victor.page.locator("[name=facts]").input_value() == "The patrol was ours.\n\nWe spoke with all."
    assert victor.page.locator("[name=offer]").input_value() == "Nothing yet."
    victor.fill(**{**ANSWER, "facts": victor.page.locator("[name=facts]").input_value()}).onward()
    assert "This is what the complainant will see" in victor.text and "We spoke with all." in victor.text
    victor.go("/company/templates").page.locator("details summary:has-text('Take away')").click()
    victor.press("Yes, take it away")
    assert "There is none yet." in victor.text


def test_a_question_outside_any_case_is_asked_answered_and_read_at_both_desks(page, live_server, cast):
    victor = comes(page, live_server, "Victor").press("Ask the Secretariat something outside any case")
    victor.onward()
    assert "Write your question." in victor.text
    looked_at(victor, "company-question-new")
    victor.fill(words="What does the Code ask of a subcontractor?").onward()
    assert "has not answered this yet" in victor.text and "subcontractor" in victor.text
    noor = comes(page, live_server, "Noor").press("1 question of a company waits for an answer")
    assert "waits for an answer" in noor.text
    looked_at(noor, "desk-questions")
    noor.press("What does the Code ask")
    assert "A question of Larkfield Guarding" in noor.text
    looked_at(noor, "desk-question")
    noor.fill(words="The same as of you.").onward()
    assert "Sent to the company." in noor.text and "waits for an answer" not in noor.page.locator(".card").inner_text()
    victor = comes(page, live_server, "Victor")
    looked_at(victor, "company-desk-answered")
    victor.press("The Secretariat answered 1 question of yours.").press("What does the Code ask")
    assert "The same as of you." in victor.text and "Noor" not in victor.text
    looked_at(victor, "company-question")
    victor.fill(words="And of a client?").onward()
    assert "And of a client?" in victor.text
    assert "The Secretariat answered" not in victor.go("/company").text


def test_a_company_looks_at_its_own_figures_and_its_certificate_that_lapses_soon_stands_first(page, live_server, cast):
    demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    with unit_of_work() as session:
        company = session.get_one(Company, cast["Victor"].company_id)
        company.certified_until = clock.office_today() + timedelta(days=25)
        chain.append(None, "company_changed", cast["Tomas"], clock.now(), clock.now(), {"company": company.id})
    victor = comes(page, live_server, "Victor")
    assert victor.text.index("The certificate lapses in 25 days") < victor.text.index("What waits")
    victor.press("Your own figures")
    assert "1 of 1 in time" in victor.text and "Open now" in victor.text
    looked_at(victor, "company-figures")


def test_where_several_things_can_be_done_about_a_concern_one_button_is_filled(page, live_server, cast):
    concern = road.opened(cast)
    for _number in range(2):
        road.both(cast, "ask_corrective_action", concern)
    victor = comes(page, live_server, "Victor").go(f"/company/asked/{concern}")
    assert victor.page.locator("main .button").count() > 1
    assert victor.page.locator("main .filled").count() == 1
    looked_at(victor, "company-asked-two")
