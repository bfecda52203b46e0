"""Nothing that was typed in a form is lost, whatever on its page is pressed; and files that are lost are named."""

import io
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import pytest
import time_machine
from lxml import html
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import Case
from grievance.views import rate_limit
from tests.views.test_routes import client_of, token, with_files

SENDS = {"next", "send"}
"""Values of `go` that send what the page asks for."""
THROWS = {"throw": "it says so, and asks once more", "drop": "it takes a file away, and says so"}
"""Buttons that are there to throw away."""
FORMS = (
    *(("anybody", f"/complain?step={step}") for step in ("account", "company", "when", "about", "you", "all")),
    ("anybody", "/follow"),
    *(("Amina", f"/follow/case/steps/{step}") for step in ("write", "report_retaliation", "withdraw", "attach")),
    *(("Noor", f"/desk/cases/{{}}/steps/{step}") for step in ("note", "escalate", "write?audience=all")),
    *(("Victor", f"/company/cases/{{}}/steps/{step}") for step in ("respond", "write?audience=all")),
)


@pytest.fixture
def case(app, cast):
    return demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=8))


def come(app, who, case):
    client = client_of(app, who) if who in ("Noor", "Victor") else app.test_client()
    if who == "Amina":
        client.post("/follow", data={"code": case[1]})
    if who == "anybody":  # a form that this browser began
        page = client.get("/complain")
        secret = re.search(r'name="secret" value="([^"]+)"', page.text).group(1)
        client.post("/complain", data={"secret": secret, "step": "account", "account": "x", "go": "next"})
    return client


def typed(page):
    """The form of a page with something of its own in every text field: (form, fields, words)."""
    form = next(one for one in html.fromstring(page).forms if one.get("id") == "typed")
    fields, words = MultiDict(form.form_values()), []
    fields.pop("website", None)
    for one in form.iter("textarea", "input"):
        if (one.tag == "textarea" or one.get("type", "text") == "text") and one.name != "website":
            words.append("12345" if one.name == "code" else f"My own words for {one.name}.")
            fields[one.name] = words[-1]
    return form, fields, words


def buttons(page):
    """Each button by which this form goes somewhere, but for those that send it or throw it away."""
    found = [one for one in html.fromstring(page).iter("button") if of_form(one)]
    named = [one for one in found if one.get("name")]
    return [one for one in named if one.get("value") not in SENDS | set(THROWS) and one.get("name") not in THROWS]


def of_form(button):
    above = next(button.iterancestors("form"), None)
    return button.get("form") == "typed" or (above is not None and above.get("id") == "typed")


@pytest.mark.parametrize(("who", "path"), FORMS)
def test_every_button_of_a_form_but_its_sending_one_keeps_what_was_typed(app, case, who, path):
    client, path = come(app, who, case), path.format(case[0])
    pressed = buttons(client.get(path).text)
    assert pressed, "a page without such a button"
    for button in pressed:
        page = client.get(path)
        form, fields, words = typed(page.text)
        to = urljoin(path, button.get("formaction") or form.action)
        answer = client.post(to, data=MultiDict([*fields.items(multi=True), (button.get("name"), button.get("value"))]))
        shown = unescape(client.get(answer.location).text if answer.status_code == 303 else answer.text)
        back = unescape(client.get(path).text)  # what is kept at a desk is there when the step is opened again
        assert all(one in shown or one in back for one in words), (button.get("name"), button.get("value"))


@pytest.mark.parametrize(("who", "path"), [one for one in FORMS if one[0] in ("anybody", "Amina")])
def test_no_link_of_a_page_with_a_form_changes_its_language(app, case, who, path):
    """A link would load the page anew and leave behind what was typed."""
    page = html.fromstring(come(app, who, case).get(path).text)
    links = [one.get("hreflang") for one in page.xpath("//nav[@class='tongues']/a")]
    assert links == ["en"] and len(page.xpath("//nav[@class='tongues']/button[@form='typed']")) >= 7


def test_the_form_comes_back_in_the_language_that_was_pressed(app, case):
    client, path = come(app, "Amina", case), "/follow/case/steps/write"
    fields = typed(client.get(path).text)[1]
    answer = client.post(f"{path}?lang=es", data={**fields, "only": "language"})
    assert answer.status_code == 200 and 'lang="es"' in answer.text and fields["message"] in answer.text
    assert 'lang="es"' in client.get("/follow/case").text


def test_a_receipt_with_a_slip_keeps_what_was_typed_before_the_session_ended(app, case):
    client, path = come(app, "Amina", case), "/follow/case/steps/write"
    fields = typed(client.get(path).text)[1]
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        again = client.post(path, data=fields)
        assert again.status_code == 401
        kept = typed(again.text)[1]
        for code, more in (("1234", {}), ("1234", {"only": "language"}), ("0" * 20, {})):
            answer = client.post("/follow", data={**kept, "code": code, **more})
            assert fields["message"] in answer.text and code in answer.text
            kept = typed(answer.text)[1]
        answer = client.post("/follow", data={**kept, "code": case[1]})
    assert fields["message"] in answer.text and 'name="message"' in answer.text


# --- files -------------------------------------------------------------------------------------------------


def chosen(client, path, to="", **more):
    """A form sent with two files."""
    fields = typed(client.get(path).text)[1] if path else MultiDict()
    files = [(io.BytesIO(b"one"), "gate.jpg"), (io.BytesIO(b"two"), "list.txt")]
    return with_files(client, to or path, {**fields, "files": files, **more})


def also(page, more):
    """The form that came back, with these answers."""
    fields = typed(page.text)[1]
    for name, value in more.items():
        fields[name] = value
    return fields


def are_named(answer):
    return all(one in answer.text for one in ("Choose the files again", "gate.jpg", "list.txt"))


def test_files_that_a_lost_session_took_are_named_before_and_after_signing_in(app, case):
    client, path = come(app, "Amina", case), "/follow/case/steps/attach"
    fields = typed(client.get(path).text)[1]
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        files = [(io.BytesIO(b"one"), "gate.jpg"), (io.BytesIO(b"two"), "list.txt")]
        again = with_files(client, path, {**fields, "files": files})
        assert again.status_code == 401 and are_named(again)
        wrong = client.post("/follow", data=also(again, {"code": "1"}))
        assert are_named(wrong)
        assert are_named(client.post("/follow", data=also(wrong, {"code": case[1]})))


def test_a_file_that_is_refused_is_not_asked_for_again_above_its_refusal(app, case):
    client, path = come(app, "Amina", case), "/follow/case/steps/attach"
    fields = typed(client.get(path).text)[1]
    files = [(io.BytesIO(b"{\\rtf1 The night.}"), "old.rtf"), (io.BytesIO(b"two"), "list.txt")]
    page = with_files(client, path, {**fields, "files": files}).text
    asked = page.split("Choose the files again")[1].split("</ul>")[0]
    assert "We cannot take old.rtf" in page and "list.txt" in asked and "old.rtf" not in asked


def test_a_file_of_no_kind_that_we_take_is_refused_with_all_kinds_that_we_take(app, case):
    client, path = come(app, "Amina", case), "/follow/case/steps/attach"
    fields = typed(client.get(path).text)[1]
    page = with_files(client, path, {**fields, "files": [(io.BytesIO(bytes(range(256)) * 9), "what.bin")]}).text
    assert "documents, mails, text, sound and video" in page and "Choose the files again" not in page


def test_files_that_a_lost_session_took_are_named_to_staff(app, case):
    client, path = come(app, "Noor", case), f"/desk/cases/{case[0]}/steps/attach?audience=secretariat"
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        fields = {"csrf_token": "old", "about": "A list of names."}
        files = [(io.BytesIO(b"one"), "gate.jpg"), (io.BytesIO(b"two"), "list.txt")]
        again = with_files(client, path.partition("?")[0], {**fields, "files": files})
        assert again.status_code == 401 and are_named(again)
        who = {"email": "noor@example.org", "password": demonstration.PASSWORD}
        answer = client.post("/account/sign-in", data=also(again, who))
        assert are_named(client.get(answer.location) if answer.location else answer)


def test_files_that_a_changed_case_took_are_named(app, case):
    client, path = come(app, "Noor", case), f"/desk/cases/{case[0]}/steps/attach?audience=secretariat"
    answer = chosen(client, path, path.partition("?")[0], version="0")
    assert answer.status_code == 409 and are_named(answer)


def test_files_of_a_step_that_is_possible_no_longer_are_named(app, case):
    client, path = come(app, "Amina", case), "/follow/case/steps/attach"
    fields = typed(client.get(path).text)[1]
    db.session.execute(update(Case).values(erased_at=clock.now()))
    db.session.commit()
    files = [(io.BytesIO(b"one"), "gate.jpg"), (io.BytesIO(b"two"), "list.txt")]
    answer = with_files(client, path, {**fields, "files": files})
    assert answer.status_code >= 400 and are_named(answer)


@pytest.mark.parametrize("wrong", [{"account": ""}, {"stamp": "old"}, {"website": "x"}, {"secret": "x"}])
def test_files_that_a_refused_complaint_took_are_named(app, cast, wrong):
    answer = chosen(app.test_client(), "/complain?step=all", "/complain", company="unknown", could_harm="no", **wrong)
    assert answer.status_code == 422 and are_named(answer)


def test_files_that_too_many_requests_took_are_named(app, cast, monkeypatch):
    monkeypatch.setattr(rate_limit.filing, "wait", lambda: 60)
    answer = chosen(app.test_client(), "/complain?step=all", "/complain", company="unknown", could_harm="no")
    assert answer.status_code == 429 and are_named(answer)


def test_files_beside_words_that_are_only_kept_for_later_are_named(app, case):
    client, path = come(app, "Noor", case), f"/desk/cases/{case[0]}/steps/attach"
    answer = chosen(client, f"{path}?audience=secretariat", f"{path}/draft", then="keep")
    assert are_named(client.get(answer.location))


def test_files_that_are_kept_are_not_asked_for_again(app, cast):
    client = app.test_client()
    page = client.get("/complain")
    secret = re.search(r'name="secret" value="([^"]+)"', page.text).group(1)
    answer = chosen(client, "", "/complain", secret=secret, step="files", go="next")
    assert answer.status_code == 303
    assert "Choose the files again" not in client.get("/complain?step=files").text


def test_the_token_of_a_page_is_its_own(app, cast):
    client = client_of(app, "Noor")
    assert token(client.get("/desk"))
    pages = [re.findall(r'form_token" value="([^"]+)', client.get("/desk").text) for _twice in range(2)]
    assert len({*pages[0], *pages[1]}) == len(pages[0]) + len(pages[1])
