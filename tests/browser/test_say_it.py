"""A complaint that is spoken: by the phone's own recorder without a script, or by the one in the page."""

import pytest
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.case import Case
from tests import sounds
from tests.browser.test_receipt_first import come_back, leave
from tests.browser.test_story import Visitor, sign_in

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def begin(visitor):
    """To the page where it is told."""
    visitor.go("/complain").press("Continue").fill(could_harm="no").press("Continue")
    return visitor.page


def go_on(visitor):
    """Through the form, with the least that it asks, until it is sent; then to the case."""
    while not visitor.page.locator("button[value=send]").count():
        if visitor.page.locator("select[name=company]").count():
            visitor.fill(company="Larkfield Guarding")
        if visitor.page.locator("[name=could_harm]").count():
            visitor.fill(could_harm="no")
        if visitor.page.locator("[name=share_account]").count():
            visitor.fill(share_account=True)
        visitor.onward("button[value=next]")
    return visitor.press("Send the complaint").press("See my complaint")


def heard(visitor):
    """What the player of the page is given, with its type."""
    src = visitor.page.locator("main audio").first.get_attribute("src")
    given = visitor.page.request.get(visitor.base + src)
    return given.status, given.headers["content-type"], given.body()


def test_a_recording_is_sent_without_scripts_heard_written_down_and_approved(app, live_server, new_page):
    amina, noor = Visitor(new_page(360), live_server), Visitor(new_page(1280), live_server)
    begin(amina)
    field = amina.page.locator("input[type=file][accept='audio/*'][capture]")
    field.set_input_files({"name": "Recording 12.wav", "mimeType": "audio/wav", "buffer": sounds.wav(65)})
    amina.press("Continue")
    go_on(amina)
    assert "You told it" in amina.unfolded and "1:05" in amina.text and amina.page.evaluate(WIDE) <= 0
    assert heard(amina) == (200, "audio/wav", sounds.wav(65))
    reference = db.session.scalars(select(Case.reference)).one()
    sign_in(noor, "Noor").go("/desk")
    assert "listen to what was said, and write it down" in noor.text
    noor.go(f"/desk/cases/{reference}")
    assert heard(noor) == (200, "audio/wav", sounds.wav(65))
    noor.press("Write down what was said")
    assert heard(noor) == (200, "audio/wav", sounds.wav(65))  # beside the form that it is written into
    noor.fill(words="They pushed me at the gate.", tongue="English").press("Write down what was said")
    assert "Not yet approved by the complainant" in noor.text
    amina.go("/follow/case")
    assert "You have not said yet whether this is right" in amina.text and amina.page.evaluate(WIDE) <= 0
    amina.press("Say whether it is what you said")
    assert "They pushed me at the gate." in amina.text
    amina.fill(right="right").press("Say whether it is what you said")
    assert noor.go(f"/desk/cases/{reference}") and "Not yet approved by the complainant" not in noor.text


def test_a_recording_is_there_again_after_leave_and_the_five_lines(app, cast, live_server, new_page):
    amina = Visitor(new_page(360), live_server).go("/complain")
    receipt = amina.page.locator(".receipt").inner_text()
    amina.press("Continue").fill(could_harm="no").press("Continue")
    amina.page.set_input_files("#spoken", {"name": "a.wav", "mimeType": "audio/wav", "buffer": sounds.wav(65)})
    amina.press("Continue")
    come_back(leave(amina), receipt)
    assert amina.page.url.endswith("step=company")  # the next question: this one is answered
    amina.press("Back")
    assert "It is recorded." in amina.text and "1:05" in amina.text
    amina.press("Continue")
    go_on(amina)
    assert heard(amina) == (200, "audio/wav", sounds.wav(65))


@pytest.fixture
def speaking(chromium):
    """Opens a page with scripts, and with or without a microphone."""
    contexts = []

    def open_page(*permissions):
        contexts.append(chromium.new_context(viewport={"width": 360, "height": 740}, permissions=permissions))
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def record(page):
    assert not page.get_by_role("button", name="Stop").is_visible()
    page.get_by_role("button", name="Begin to record").click()
    page.get_by_text("Speak now.").wait_for()
    page.wait_for_timeout(1200)


def test_where_scripts_run_somebody_speaks_listens_deletes_speaks_again_and_sends(app, live_server, speaking):
    visitor = Visitor(speaking("microphone"), live_server)
    page = begin(visitor)
    record(page)
    page.get_by_role("button", name="Stop").click()
    page.locator("audio[src^='blob:']").wait_for()
    page.wait_for_function("document.querySelector('[data-recorder] audio').readyState > 0")  # it can be listened to
    assert page.evaluate("document.getElementById('spoken').files.length") == 1
    page.get_by_role("button", name="Delete it").click()
    page.get_by_text("It is deleted.").wait_for()
    assert page.evaluate("document.getElementById('spoken').files.length") == 0
    record(page)
    visitor.onward("button[value=next]")  # while it still records: it is stopped, and goes with the page
    go_on(visitor)
    status, kind, sound = heard(visitor)
    assert "0:01" in visitor.unfolded or "0:02" in visitor.text  # how long it is
    assert (status, kind, sound[:4]) == (200, "audio/webm", b"\x1aE\xdf\xa3")
    page.evaluate("document.querySelector('main audio').play()")
    page.wait_for_function("document.querySelector('main audio').readyState > 0")  # the page may play what it is given


def test_the_recorder_is_there_again_after_a_file_that_is_no_recording(app, live_server, speaking):
    page = begin(Visitor(speaking("microphone"), live_server))
    page.set_input_files("#spoken", {"name": "slip.txt", "mimeType": "text/plain", "buffer": b"A pay slip."})
    page.click("button[value=next]")
    page.get_by_text("This is not a sound recording.").first.wait_for()
    record(page)
    page.get_by_role("button", name="Stop").click()
    page.locator("audio[src^='blob:']").wait_for()


def test_a_microphone_that_is_refused_is_said_and_she_can_write(app, live_server, speaking):
    page = begin(Visitor(speaking(), live_server))
    page.get_by_role("button", name="Begin to record").click()
    page.get_by_text("We cannot use the microphone.").wait_for()
