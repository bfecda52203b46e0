"""The comfort of the desks over HTTP: kept words, readers said before writing, a look, templates, saved views."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.desk import message_templates
from grievance.extensions import db
from grievance.models.desk import MessageTemplate, SavedView, StepDraft
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.workflow import step_drafts
from tests.outside import a_release_came
from tests.views.test_routes import EVERYBODY, client_of, token, with_files

WORDS = "Zinnober stood at the gate when it was dark."
PARTS = {
    "facts": WORDS, "steps": "We asked.", "position": "We regret it.", "offer": "The wages.", "prevention": "Training.",
}  # fmt: skip
LATE = {"name": "Late", "step": "write", "language": "en", "text": "{company} is late on {reference}, {date}, {due}."}


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=15))[0]


@pytest.fixture
def desk(app, reference):
    """A function that posts to a page of one's own desk as the page itself would."""
    clients = {}

    def press(name, path, /, **answers):
        client = clients.setdefault(name, client_of(app, name))
        page = client.get(f"{home(name)}")
        return client.post(f"{home(name)}{path.format(reference)}", data={"csrf_token": token(page), **answers})

    press.get = lambda name, path: clients.setdefault(name, client_of(app, name)).get(
        f"{home(name)}{path.format(reference)}"
    )
    return press


def home(name):
    return {"Victor": "/company", "Olga": "/company", "Ines": "/custodian"}.get(name, "/desk")


NOTE, RESPOND, WRITE = "/cases/{}/steps/note", "/cases/{}/steps/respond", "/cases/{}/steps/write"


# --- kept words --------------------------------------------------------------------------------------------


def test_kept_words_are_there_when_the_page_is_opened_again_and_go_when_thrown_away(desk):
    assert desk("Noor", NOTE + "/draft", note=WORDS, then="keep").status_code == 303
    page = desk.get("Noor", NOTE).text
    assert WORDS in page and "Throw away" in page
    assert re.search(r"Kept from \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d, Zurich, for you alone", page)
    assert WORDS not in desk.get("Tomas", NOTE).text
    assert desk("Noor", NOTE + "/draft", then="throw").status_code == 303
    assert WORDS not in desk.get("Noor", NOTE).text


def test_a_script_that_keeps_gets_an_empty_answer(app, reference):
    client = client_of(app, "Victor")
    path = f"/company/cases/{reference}/steps/respond"
    data = {"csrf_token": token(client.get(path)), "facts": WORDS}
    answer = client.post(path + "/draft", data=data, headers={"X-Keep": "1"})
    assert (answer.status_code, answer.data) == (204, b"") and WORDS in client.get(path).text


@pytest.mark.parametrize("name", ["nobody", *sorted(EVERYBODY)])
def test_words_are_kept_for_those_who_may_take_the_step_and_refused_to_all_others(app, reference, name):
    client = client_of(app, name)
    answers = {}
    for path in (f"/desk/cases/{reference}/steps/note/draft", f"/company/cases/{reference}/steps/respond/draft"):
        start = client.get(home(name) if name in EVERYBODY else "/account/sign-in")
        answers[path.split("/")[1]] = client.post(
            path, data={"csrf_token": token(start), "note": WORDS, "facts": WORDS}
        ).status_code
    wanted = {"nobody": (401, 401), "Noor": (303, 403), "Tomas": (303, 403), "Ines": (403, 403)}
    wanted |= {"Victor": (403, 303), "Olga": (403, 404)}
    assert (answers["desk"], answers["company"]) == wanted[name]
    assert db.session.scalar(select(func.count()).select_from(StepDraft)) == (303 in wanted[name])


def test_no_page_but_the_writers_own_ever_shows_kept_words(app, cast, desk, reference):
    desk("Victor", RESPOND + "/draft", facts=WORDS)
    desk("Noor", NOTE + "/draft", note=WORDS)
    for name in ("Tomas", "Olga", "Ines"):
        client = client_of(app, name)
        for path in ("", f"/cases/{reference}", f"/cases/{reference}/steps/note", f"/cases/{reference}/steps/respond"):
            assert "Zinnober" not in client.get(home(name) + path).text
    assert "Zinnober" not in desk.get("Noor", "/cases/{}").text


def test_a_refused_answer_keeps_the_words_for_another_day(desk):
    page = desk("Victor", RESPOND, facts=WORDS)
    assert page.status_code == 422 and WORDS in page.text and "Kept from" in page.text
    assert WORDS in desk.get("Victor", RESPOND).text


def test_a_case_that_changed_meanwhile_comes_back_with_its_new_version_and_every_word(desk, cast, reference):
    old = version(desk.get("Victor", RESPOND))
    demonstration.do("escalate", cast["Noor"], reference, clock.now())
    a_release_came()
    looked = looked_at(desk("Victor", RESPOND, version=old, **PARTS))
    page = desk("Victor", RESPOND, version=old, looked=looked, **PARTS)
    assert page.status_code == 409 and "has changed since" in page.text
    assert all(words in page.text for words in PARTS.values())
    assert version(page) == str(int(old) + 1)
    assert "The case has changed since you wrote this." in desk.get("Victor", RESPOND).text
    sent = desk("Victor", RESPOND, version=version(page), looked=looked_at(page, desk), **PARTS)
    assert sent.status_code == 303 and "Kept from" not in desk.get("Victor", RESPOND).text


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.text).group(1)


def looked_at(page, desk=None):
    if desk:
        page = desk("Victor", RESPOND, version=version(page), **PARTS)
    assert "This is what the complainant will see" in page.text
    return re.search(r'name="looked" value="(\w+)"', page.text).group(1)


def test_words_of_a_step_that_is_no_longer_possible_are_shown_and_stay(desk, cast, reference):
    demonstration.do("escalate", cast["Noor"], reference, clock.now())
    page = desk("Noor", "/cases/{}/steps/escalate", ground="inadequate", why=WORDS)
    assert page.status_code == 409 and WORDS in page.text
    assert WORDS in desk.get("Noor", "/cases/{}/steps/escalate").text


def test_words_survive_the_end_of_the_session_a_wrong_password_and_leaving_the_page(app, reference):
    client = client_of(app, "Noor")
    path = f"/desk/cases/{reference}/steps/note"
    page = client.get(path)
    with time_machine.travel(clock.now() + timedelta(minutes=45)):
        away = client.post(path, data={"csrf_token": token(page), "note": WORDS})
        form = {"kept.note": WORDS, "next": path, "email": "noor@example.org", "csrf_token": token(away)}
        wrong = client.post("/account/sign-in", data={**form, "password": "not the right one"})
        assert wrong.status_code == 422 and wrong.text.count(WORDS) == 2
        back = client.post("/account/sign-in", data={**form, "password": demonstration.PASSWORD})
        assert back.location == path and WORDS in client.get(path).text, "kept, although it was not sent"


def test_keeping_after_the_session_ended_leads_back_to_the_page_with_the_words(app, reference):
    client, path = app.test_client(), f"/desk/cases/{reference}/steps/write"
    form = {"kept.message": WORDS, "kept.audience": "complainant", "next": f"{path}/draft"}
    who = {"email": "noor@example.org", "password": demonstration.PASSWORD}
    data = {**form, **who, "csrf_token": token(client.get("/account/sign-in"))}
    back = client.post("/account/sign-in", data=data, follow_redirects=True)
    assert back.request.path == path and WORDS in back.text and "Send to the complainant" in back.text


# --- who will read it --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["write", "attach"])
@pytest.mark.parametrize("name", ["Noor", "Victor"])
def test_who_will_read_it_is_asked_before_a_word_is_written(desk, name, step):
    page = desk.get(name, f"/cases/{{}}/steps/{step}").text
    assert "Who will read this?" in page and "<textarea" not in page
    assert "Who will read this?" in desk.get(name, f"/cases/{{}}/steps/{step}?audience=everybody").text


@pytest.mark.parametrize(
    ("name", "audience", "button", "readers"),
    [
        ("Noor", "complainant", "Send to the complainant", "The company does not."),
        ("Noor", "company", "Send to Larkfield Guarding", "The complainant does not."),
        ("Noor", "all", "Send to the complainant and Larkfield Guarding", "The complainant, Larkfield Guarding and"),
        ("Victor", "secretariat", "Send to the Secretariat alone", "The complainant does not."),
        ("Victor", "all", "Send to the Secretariat and the complainant", "The complainant, Larkfield Guarding and"),
    ],
)
def test_the_writing_page_has_one_audience_in_words_and_in_the_button(desk, name, audience, button, readers):
    page = desk.get(name, f"{WRITE}?audience={audience}").text
    assert f">{button}</button>" in page and readers in page
    assert f'name="audience" value="{audience}"' in page and "radio" not in page


def test_an_audience_that_cannot_be_yet_is_told_before_the_words_are_written(app, cast, desk):
    early = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=3))[0]
    page = client_of(app, "Noor").get(f"/desk/cases/{early}/steps/write").text
    assert "No company takes part in this case yet." in page and "audience=company" not in page


def test_words_for_one_reader_do_not_appear_on_the_page_for_another(desk):
    kept_first = desk("Noor", WRITE + "/draft", audience="company", message=WORDS, then="choose")
    assert kept_first.location == desk.get("Noor", WRITE).request.path
    assert "You have words kept here" in desk.get("Noor", WRITE).text
    assert WORDS in desk.get("Noor", f"{WRITE}?audience=company").text
    assert WORDS not in desk.get("Noor", f"{WRITE}?audience=complainant").text


def test_who_reads_a_long_answer_is_said_where_it_begins_and_at_its_button(desk):
    page = desk.get("Victor", RESPOND).text
    assert page.count("The complainant, Larkfield Guarding and the Secretariat read this.") == 2


def test_each_answer_says_who_reads_it_by_where_it_is_sealed(desk):
    note, close = desk.get("Noor", NOTE).text, desk.get("Noor", "/cases/{}/steps/close").text
    assert 'id="note-reads"><small>Only the Secretariat reads this.' in note
    assert 'id="reason-reads"><small>The complainant and the Secretariat' in close  # and the letter below it
    assert "letter-reads" not in close and 'id="told-reads"><small>The complainant and the Secretariat' in close
    assert 'id="lesson-reads"><small>Only the Secretariat reads this.' in close
    assert "The complainant reads some of this: it says so at each answer." in close


# --- a look before it goes ---------------------------------------------------------------------------------


def test_a_company_sees_its_response_as_the_complainant_will_before_it_goes(app, desk, reference):
    look = desk("Victor", RESPOND, **PARTS)
    shown = re.search(r"<article.*?</article>", look.text, re.S).group()
    assert all(words in shown for words in PARTS.values())
    assert "Respond" in desk.get("Victor", RESPOND).text, "not sent yet"
    changed = desk("Victor", RESPOND, looked="no", **PARTS)
    assert all(words in changed.text for words in PARTS.values()) and "<textarea" in changed.text
    again = desk("Victor", RESPOND, looked=looked_at(look), **{**PARTS, "facts": "Something else."})
    assert "This is what the complainant will see" in again.text, "only what was looked at is sent"
    assert desk("Victor", RESPOND, looked=looked_at(look), **PARTS).status_code == 303
    assert "The company responded" in desk.get("Victor", "/cases/{}").text


def test_the_look_shows_what_the_complainants_page_shows(app, cast, desk):
    reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=15))
    path = f"/cases/{reference}/steps/respond"
    look = desk("Victor", path, **PARTS)
    desk("Victor", path, looked=looked_at(look), **PARTS)
    amina = app.test_client()
    amina.post("/follow", data={"code": code})
    seen = re.search(r"<article.*?</article>", look.text, re.S).group()
    said = re.findall(r"<p class=\"said\".*?</p>", seen, re.S)  # her page has headings in plain words of its own
    hers = amina.get("/follow/case").text
    assert len(said) == 5 and all(one in hers for one in said)
    assert "The company responded" in seen and "The company responded" in hers


def test_a_message_of_the_companys_is_looked_at_when_the_complainant_reads_it(desk):
    assert "will see" in desk("Victor", WRITE, audience="all", message=WORDS).text
    assert desk("Victor", WRITE, audience="secretariat", message=WORDS).status_code == 303
    assert desk("Noor", WRITE, audience="complainant", message=WORDS).status_code == 303


def test_files_of_a_message_that_is_looked_at_are_chosen_at_the_look(app, reference):
    import io

    client, path = client_of(app, "Victor"), f"/company/cases/{reference}/steps/write"
    page = client.get(f"{path}?audience=all")
    assert 'type="file"' not in page.text
    form = {"csrf_token": token(page), "audience": "all", "message": WORDS}
    look = client.post(path, data=form)
    form["looked"] = looked_at(look)
    empty = with_files(client, path, {**form, "files": [(io.BytesIO(b""), "empty.txt")]})
    assert empty.status_code == 422 and "empty.txt is empty" in empty.text and WORDS in empty.text
    sent = with_files(client, path, {**form, "files": [(io.BytesIO(b"A slip."), "slip.txt")]})
    assert sent.status_code == 303 and "slip.txt" in client.get(f"/company/cases/{reference}").text


# --- templates ---------------------------------------------------------------------------------------------


def test_a_template_begins_a_message_with_the_facts_of_the_case_and_keeps_what_was_typed(desk, cast, reference):
    message_templates.add(cast["Tomas"], LATE)
    chosen = desk("Noor", WRITE + "/draft", audience="company", message=WORDS, template="1")
    page = desk.get("Noor", f"{WRITE}?{chosen.location.partition('?')[2]}").text
    words = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S).group(1)
    assert words.startswith(WORDS) and "{" not in words
    assert re.search(rf"Larkfield Guarding is late on {reference}, \d+ \w+ \d{{4}}, \d+ \w+ \d{{4}}\.", words)
    desk("Noor", WRITE + "/draft", audience="company", message=words)
    assert desk.get("Noor", f"{WRITE}?audience=company&template=1").text.count("is late on") == 1


def test_a_language_is_shown_by_its_name(desk, cast):
    message_templates.add(cast["Tomas"], LATE)
    assert "Late (English)" in desk.get("Noor", f"{WRITE}?audience=company").text
    assert '<span lang="en">English</span>' in desk.get("Tomas", "/templates").text


def test_a_template_that_is_retired_unknown_or_of_another_step_changes_nothing(desk, cast):
    message_templates.add(cast["Tomas"], LATE)
    message_templates.add(cast["Tomas"], {**LATE, "step": "ask"})
    message_templates.retire(cast["Tomas"], 1)
    for which in ("1", "2", "77", "x"):
        page = desk.get("Noor", f"{WRITE}?audience=company&template={which}")
        assert page.status_code == 200 and "is late on" not in page.text


def test_an_approver_adds_changes_and_retires_a_template_and_each_is_on_the_offices_record(desk):
    assert desk("Tomas", "/templates", **LATE).status_code == 303
    assert desk("Tomas", "/templates/1", **{**LATE, "text": "Please wait."}, version="1").status_code == 303
    late = desk("Tomas", "/templates/1", **{**LATE, "text": "Mine, typed slowly."}, version="1")
    assert late.status_code == 409 and "Mine, typed slowly." in late.text
    assert desk("Tomas", "/templates/1/retire").status_code == 303
    assert desk.get("Tomas", "/templates/1").status_code == 404
    assert desk("Tomas", "/templates/1/retire").status_code == 409
    query = select(Event.kind, Event.facts).where(Event.chain == OFFICE_CHAIN, Event.kind.like("template_%"))
    facts = '{"name":"Late","step":"write"}'
    assert [tuple(row) for row in db.session.execute(query.order_by(Event.seq))] == [
        ("template_added", facts), ("template_changed", facts), ("template_retired", facts),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Dear {name}", "{}", "{reference.__class__}", "{ company }"])
def test_an_unknown_placeholder_is_refused_with_a_sentence_and_the_text_stays(desk, text):
    page = desk("Tomas", "/templates", **{**LATE, "text": text})
    assert page.status_code == 422 and "We do not know" in page.text and text in page.text


@pytest.mark.parametrize("name", ["Noor", "Victor", "Ines"])
def test_only_an_approver_looks_after_the_templates(app, cast, reference, name):
    message_templates.add(cast["Tomas"], LATE)
    client = client_of(app, name)
    form = {"csrf_token": token(client.get(home(name))), **LATE, "version": "1"}
    for path in ("", "/1", "/1/retire"):
        assert client.post(f"/desk/templates{path}", data=form).status_code == 403
    assert db.session.scalars(select(MessageTemplate.version)).all() == [1]


def test_what_a_step_asks_of_the_secretariat_alone_takes_no_template():
    steps = dict(message_templates.STEPS)
    assert {"write", "ask", "dismiss", "close", "conclude_review"} <= set(steps)
    assert not {"note", "assess_safety", "ask_board", "ask_identity", "respond"} & set(steps)


# --- saved views -------------------------------------------------------------------------------------------


def test_a_view_of_the_queue_is_saved_for_one_account_and_removed_by_it_alone(desk):
    saved = desk("Noor", "/views", name="Mine and late", show="overdue", company="1", severity="high", state="")
    assert saved.location == "/desk?show=overdue&company=1&severity=high"
    link = 'href="/desk?show=overdue&amp;company=1&amp;severity=high">Mine and late'
    assert link in desk.get("Noor", "").text and link not in desk.get("Tomas", "").text
    desk("Tomas", "/views/1/remove")
    assert link in desk.get("Noor", "").text
    desk("Noor", "/views/1/remove")
    assert link not in desk.get("Noor", "").text


def test_a_saved_view_holds_known_filters_only(desk):
    desk("Noor", "/views", name="Odd", show="everything", company="1 OR 1", state="referred", after="x", q="GR")
    assert db.session.scalars(select(SavedView.query)).all() == ["state=referred"]


def test_a_view_of_the_same_name_is_replaced_and_the_twenty_first_is_refused(desk):
    for number in range(20):
        desk("Noor", "/views", name=f"View {number}", show="mine")
    desk("Noor", "/views", name="View 3", show="closed")
    page = desk("Noor", "/views", name="One too many", show="mine").text
    assert "You have 20 saved views" in page and 'value="One too many"' in page
    views = dict(tuple(row) for row in db.session.execute(select(SavedView.name, SavedView.query)))
    assert len(views) == 20 and views["View 3"] == "show=closed"


@pytest.mark.parametrize("name", ["", "n" * 61, "\u202e"])
def test_a_view_without_a_good_name_gets_a_sentence(desk, name):
    answer = desk("Noor", "/views", name=name, show="mine")
    assert answer.status_code == 422
    assert "Please answer this." in answer.text or "This is too long" in answer.text
    assert db.session.scalar(select(func.count()).select_from(SavedView)) == 0


@pytest.mark.parametrize("name", ["Victor", "Olga", "Ines"])
def test_only_the_secretariat_saves_views_of_its_queue(app, reference, name):
    client = client_of(app, name)
    form = {"csrf_token": token(client.get(home(name))), "name": "x", "show": "mine"}
    assert client.post("/desk/views", data=form).status_code == 403
    assert client.post("/desk/views/1/remove", data=form).status_code == 403


def test_the_complainants_page_is_as_it_was(app, cast):
    _reference, code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    amina = app.test_client()
    amina.post("/follow", data={"code": code})
    page = amina.get("/follow/case/steps/write").text
    assert 'type="radio" name="audience"' in page and "keep" not in page.lower()
    assert re.findall(r'id="(\w+)-reads"', page) == ["about_safety"]  # of the message she chooses it there herself
    assert not step_drafts.may_save(cast["Ines"])


def test_a_view_is_shared_under_a_name_that_names_no_case(desk, reference):
    refused = desk("Noor", "/views", name=f"Look at {reference}", show="mine", share="yes")
    assert refused.status_code == 422 and "leave out the reference" in refused.text
    assert db.session.scalar(select(func.count()).select_from(SavedView)) == 0
    desk("Noor", "/views", name="Ours", show="mine", share="yes")
    assert "shared by Noor" in desk.get("Tomas", "").text
    desk("Tomas", "/views/1/remove")
    assert "Ours" in desk.get("Noor", "").text
