"""Pages are reached only by those who may; every response carries the policy; bad input gets a sentence."""

import re
from contextlib import suppress
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from grievance import clock, demonstration, zones
from grievance.access import find_case
from grievance.accounts import people, receipts, sessions
from grievance.crypto.receipt_codes import BadReceipt, lines, readings
from grievance.deadlines import holidays
from grievance.desk import editions, message_templates, tasks
from grievance.enquiries import threads
from grievance.extensions import db
from grievance.intake import field_tokens
from grievance.maintenance.sweep import sweep
from grievance.models.field import FieldPart
from grievance.models.writing import Letter
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.reports import making_editions
from grievance.workflow import post, steps
from tests.accounts import two_people
from tests.field import filled_in, send
from tests.paper import TO_COMPANY
from tests.unpadded import unpadded

SECRETARIAT, COMPANY = {"Noor", "Tomas"}, {"Victor", "Olga"}
EVERYBODY = {"Noor", "Tomas", "Ines", "Victor", "Olga"}


def client_of(app, name):
    """A window of the one browser in which this person is signed in: signing in anew would end the others."""
    client = app.test_client()
    if name in EVERYBODY:
        with client.session_transaction() as session:
            session["a"] = session_of(app, name)
    return client


def session_of(app, name):
    """The secret of the session that this person has, or of a new one where it is over."""
    known = app.extensions.setdefault("sessions of a test", {})
    if name not in known or sessions.person_of(known[name]) is None:
        known[name] = sessions.sign_in(demonstration.email_of(name), demonstration.PASSWORD)
    return known[name]


def token(page):
    return re.search(r'csrf_token" value="([^"]+)', page.text).group(1)


@pytest.fixture
def case(app, cast):
    return demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))


def may(rule, name):
    """Who may GET a page; the answer for a rule that is not listed is nobody."""
    if "/sound/" in rule:
        return False  # nobody spoke in this test: of no other file a sound is given out
    if rule.startswith("/desk/templates") or (
        rule.startswith("/desk/admin")
        and rule.endswith(("/new", "/edit", "/membership", "/add", "/remove", "/confirm", "/missed", "/setup"))
    ):
        return name == "Tomas"
    if rule == "/desk/absences":
        return name == "Tomas"
    if rule == "/desk/other-doors/<int:door_id>":
        return False  # nobody added one in this test
    if rule == "/desk/incidents/<incident_id>":
        return False  # nobody wrote one down in this test
    if rule == "/desk/board/send/<item_id>":
        return False  # no measure is before the Board in this test
    if "<concern_id>" in rule or "<proposal_id>" in rule:
        return False  # there is no concern in this test
    if rule == "/desk/concerns/new":
        return name == "Noor"
    if rule in ("/desk/search", "/desk/new-ones"):
        return False  # nobody has searched in this test; the other leads on to a complaint, or to the queue
    if "/post/proposed/" in rule:
        return False  # no letter on paper waits for an approver in this test
    if rule.endswith("/readers"):
        return name == "Tomas"
    if rule.startswith("/desk"):
        return name in SECRETARIAT
    if rule.startswith("/company") and "<" not in rule:
        return name in COMPANY
    if rule.startswith("/company/ended/"):
        return False  # no company lost a case in this test
    if rule.startswith("/company/"):
        return name == "Victor"
    if rule == "/custodian":
        return name == "Ines"
    if rule.startswith("/custodian/"):
        return False  # nobody asks for an identity in this test
    if rule == "/account/address/code":
        return name in EVERYBODY
    theirs = (
        "calendar", "password", "language", "address", "app", "keys", "sign-ins", "passkeys", "passkeys/add",
    )  # fmt: skip
    if rule == "/account/people" or rule in {f"/account/{page}" for page in theirs}:
        return name in EVERYBODY
    if rule in ("/account/programs", "/account/webhooks"):
        return name in ("Victor", "Olga")
    if rule == "/account/backups":
        return name in ("Tomas", "Ines")
    if rule in ("/account/away", "/account/about-me"):
        return name in SECRETARIAT
    if rule.endswith(
        (
            "<int:account_id>/half",
            "<int:account_id>/vouch",
            "<int:account_id>/admit",
            "<int:account_id>/hear",
            "<int:wait_id>/passkey",
            "<int:company_id>/key",
        )
    ):
        return False  # nobody waits in this test, and no company has lost its key
    if rule == "/account/people/<int:account_id>/role":
        return name == "Tomas"
    if rule.startswith("/account/people/"):
        return name in ("Tomas", "Victor")  # of Victor, by himself and by an approver
    if rule.startswith(("/follow/case", "/follow/receipt")):
        return name == "Amina"
    if rule == "/readyz":
        return False  # nobody's clock has swept in this test
    return rule in {
        "/healthz",
        "/api/v1/openapi.json",
        "/api/v1/company/openapi.json",
        "/",
        "/complain",
        "/complain/paper",
        "/complain/paper.pdf",
        "/help",
        "/follow",
        "/safety",
        "/verify",
        "/verify/verify.py",
        "/verify/weeks.jsonl",
        "/members",
        "/members/tender",
        "/members/data/schema-1.json",
        "/procedure",
        "/figures",
        "/lessons",
        "/ask",
        "/ask/sent",
        "/account/sign-in",
        "/account/invitation",
        "/static/<path:filename>",
    }


@pytest.mark.parametrize("name", ["nobody", "Amina", *sorted(EVERYBODY)])
def test_every_page_is_shown_to_those_who_may_and_refused_to_all_others(app, cast, case, name):
    reference, receipt = case
    upload = demonstration.upload("answer.txt", b"For all.")
    raw = {"files": [upload], "audience": "all"}
    steps.take("attach", cast["Victor"], reference, raw)
    file_id = upload.stream.file_id
    holidays.add(cast["Tomas"], "KE", {date(2027, 1, 1): "New Year"}, expected=[date(2027, 1, 1)])
    message_templates.add(
        cast["Tomas"], {"name": "Late", "step": "write", "language": "en", "text": "{company} is late."}
    )
    letters = {
        side: db.session.scalars(select(Letter).where(Letter.recipient == recipient)).first().name
        for side, recipient in (("/desk", "officer"), ("/company", "company"), ("/follow", "complainant"))
    }
    steps.take("write_letter", cast["Noor"], reference, TO_COMPANY)
    paper = post.written(find_case(cast["Noor"], reference))[0].id
    with unit_of_work():
        chain.take_checkpoint(clock.now())  # so that there is a proof to keep
    task = {"words": "Call her.", "due_on": "2030-06-05", "who": str(cast["Noor"].account_id), "case": reference}
    task_id = tasks.make(cast["Noor"], task)
    last = clock.office_today().year - 1
    edition_id = editions.propose(cast["Noor"], making_editions.make(cast["Noor"], f"{last}-4"))
    enquiry_id = threads.ask(cast["Victor"], {"words": "What does the Code ask of a subcontractor?"})
    send(app.test_client(), field_tokens.make(cast["Noor"], {"name": "Asha"}), filled_in(), [("1.jpg", b"\xff\xd8")])
    phoned = {one.is_form: one for one in db.session.scalars(select(FieldPart))}
    client = client_of(app, name)
    if name == "Amina":
        client.post("/follow", data={"code": receipt})
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.rule in ("/leave", "/complain/receipt"):
            continue
        path = (
            rule.rule.replace("<reference>", reference)
            .replace("<letter_id>", next((n for side, n in letters.items() if side in rule.rule), "none"))
            .replace("<step>", "note" if "/desk" in rule.rule else "write")
            .replace("<writing_id>", paper)
            .replace("<decision_id>", "x")
            .replace("<task_id>", task_id)
            .replace("<edition_id>", edition_id)
            .replace("<enquiry_id>", enquiry_id)
            .replace("<file_id>", file_id)
            .replace("<submission_id>", phoned[True].submission_id)
            .replace("<part_id>", phoned[False].id)
            .replace("<int:company_id>", "1")
            .replace("<int:holiday_id>", "1")
            .replace("<int:template_id>", "1")
        )
        path = path.replace("<int:account_id>", str(cast["Victor"].account_id))
        path = path.replace("<path:filename>", "style.css").replace("<code>", "wrong").replace("<token>", "wrong")
        answer = client.get(path)
        shown = answer.status_code == 200 or (answer.status_code == 409 and "proposals" in path)
        assert shown is may(rule.rule, name), (path, answer.status_code)
        assert answer.status_code < 500 or rule.rule == "/readyz"
        _policy(answer)
        answer.close()


def _policy(answer):
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if "/static/" not in answer.request.path:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["nobody", *sorted(EVERYBODY)])
def test_nothing_can_be_posted_without_the_forms_token(app, case, name):
    client = client_of(app, name)
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and rule.rule not in (
            "/complain",
            "/follow",
            "/verify",
            "/ask",
            "/api/v1/complaints",
        ):
            path = re.sub(r"<[^>]+>", "1", rule.rule)
            answer = client.post(path, data={"note": "x"})
            assert answer.status_code in (400, 401, 403, 404), path
            _policy(answer)


def test_another_companys_case_looks_as_if_it_did_not_exist(app, case):
    client = client_of(app, "Olga")
    theirs, none = (client.get(f"/company/cases/{r}") for r in (case[0], "GR-0000-0000"))
    assert (theirs.status_code, unpadded(theirs.text)) == (404, unpadded(none.text))


def test_no_cookie_before_she_is_shown_the_lines_of_a_receipt(app, cast):
    client = app.test_client()
    for path in (
        "/",
        "/follow",
        "/safety",
        "/help?country=KE&harm=4",
        "/procedure",
        "/complain/paper",
        "/complain?step=all",
    ):
        assert "Set-Cookie" not in client.get(path).headers, path


@pytest.mark.parametrize("path", ["/nowhere", "/desk/cases/%00", "/follow/case/steps/x", "/static/../config.py"])
def test_a_wrong_address_gets_a_page_with_a_sentence_and_the_policy(app, path):
    answer = app.test_client().get(path)
    assert answer.status_code in (303, 404)
    _policy(answer)


def filled(client, **more):
    page = client.get("/complain?step=all").text
    hidden = dict(re.findall(r'name="(secret|stamp)" value="([^"]+)"', page))
    return {**hidden, "account": "They pushed me.", "company": "unknown", "could_harm": "no", **more}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(lambda c: c[:5] + str((int(c[5]) + 1) % 10) + c[6:], "One of the digits"), (lambda c: c[:12], "20 digits"),
     (lambda c: "0" * 20, "do not know")],
    ids=["slip", "short", "unknown"],
)  # fmt: skip
def test_a_receipt_with_a_slip_a_short_one_and_an_unknown_one_each_say_their_own_sentence(app, case, change, sentence):
    typed = change(case[1])
    answer = app.test_client().post("/follow", data={"code": typed})
    assert answer.status_code == 422 and sentence in answer.text
    assert f">{chr(10).join(lines(typed))}</textarea>" in answer.text  # as on the paper


def test_a_slip_that_fits_by_chance_the_other_way_round_is_called_a_slip_too(app, case):
    """One digit changed, or two: whatever order checks, somebody is told to look at the digits."""
    ones = _slips(case[1])
    by_chance = next(slip for slips in (ones, *map(_slips, ones)) for slip in slips if _fits_reversed(slip))
    assert "One of the digits" in app.test_client().post("/follow", data={"code": by_chance}).text


def _slips(code):
    return [code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :] for at in range(20) for by in range(1, 10)]


def _fits_reversed(typed):
    with suppress(BadReceipt):
        return readings(typed)[0] != typed
    return False


def test_a_session_that_ended_in_the_middle_of_an_answer_keeps_the_words(app, case):
    client = client_of(app, "Noor")
    words = "A long note that took more than half an hour to write."
    page = client.get(f"/desk/cases/{case[0]}/steps/note")
    with time_machine.travel(clock.now() + timedelta(minutes=45)):
        answer = client.post(page.request.path, data={"csrf_token": token(page), "note": words})
        assert answer.status_code == 401 and words in answer.text
        kept = {"kept.note": words, "next": page.request.path, "csrf_token": token(answer)}
        who = {"email": "noor@example.org", "password": demonstration.PASSWORD}
        back = client.get(client.post("/account/sign-in", data={**kept, **who}).location)
        assert words in back.text
        sent = client.post(page.request.path, data={"csrf_token": token(back), "note": words})
        assert sent.status_code == 303 and words in client.get(f"/desk/cases/{case[0]}").text


def test_a_wrong_password_says_one_sentence_for_known_and_unknown_people(app, cast):
    client = app.test_client()
    answers = []
    for email in ("noor@example.org", "nobody@example.org"):
        page = client.get("/account/sign-in")
        data = {"csrf_token": token(page), "email": email, "password": "wrong wrong wrong"}
        said = unpadded(client.post("/account/sign-in", data=data).text)
        answers.append(re.sub("noor|nobody", "", re.sub(r'value="[^"]+"', "", said)))
    assert answers[0] == answers[1]


def test_who_was_not_admitted_yet_reads_nothing(app, cast):
    code = people.invite(cast["Tomas"], "petra@example.org", "Petra", people.Role.OFFICER)
    people.accept(code, demonstration.PASSWORD)
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in("petra@example.org", demonstration.PASSWORD)
    assert client.get("/desk").status_code == 403
    (waiting,) = people.waiting(cast["Noor"])
    two_people.admit(cast["Noor"], waiting.id)
    assert client.get("/desk").status_code == 200


def test_leaving_ends_the_session_at_once(app, case):
    client = app.test_client()
    client.post("/follow", data={"code": case[1]})
    assert client.get("/follow/case").status_code == 200
    client.get("/leave")
    assert client.get("/follow/case").status_code == 303


def test_a_hidden_word_of_another_kind_never_reaches_the_company(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now() - timedelta(days=9), account="Zinnober saw it")
    for step, who in (("acknowledge", "Noor"), ("note", "Noor"), ("refer", "Noor")):
        demonstration.do(step, cast[who], reference, clock.now() - timedelta(days=8), cast["Tomas"])
    client = client_of(app, "Victor")
    pages = [client.get(p).text for p in ("/company", f"/company/cases/{reference}")]
    assert "Zinnober" not in "".join(pages) and reference in pages[1]
    assert receipts.case_of(amina).reference == reference


def with_files(client, path, form):
    """Post a form with files. The test client's own spool would be a file in clear that nobody closes."""
    sent = {k: [FileStorage(*one) for one in v] if isinstance(v, list) else v for k, v in form.items()}
    body, length, boundary = stream_encode_multipart(sent, use_tempfile=False)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(path, input_stream=body, content_type=kind, headers={"Content-Length": str(length)})


def test_a_file_goes_through_the_pages_and_comes_back_as_it_was_under_a_neutral_name(app, cast, case):
    import io

    client = client_of(app, "Amina")
    client.post("/follow", data={"code": case[1]})
    page = client.get("/follow/case/steps/attach")
    plain = b"Zinnober" * 200_000
    form = {"csrf_token": token(page), "files": [(io.BytesIO(plain), "zinnober.jpg"), (io.BytesIO(b"two"), "b.txt")]}
    assert with_files(client, page.request.path, form).status_code == 303
    links = re.findall(r'href="(/follow/case/files/[0-9a-f]{32})"', client.get("/follow/case").text)
    answers = [client.get(link) for link in links]
    assert {answer.data for answer in answers} == {plain, b"two"}
    for answer in answers:
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="file-')
        assert answer.mimetype == "text/plain"
        _policy(answer)
        answer.close()


def test_a_file_that_is_too_large_is_named_and_the_words_stay(app, cast, case):
    import io

    client = client_of(app, "Amina")
    client.post("/follow", data={"code": case[1]})
    page = client.get("/follow/case/steps/attach")
    big = (io.BytesIO(b"x" * (26 * 1024 * 1024)), "film.mp4")
    form = {"csrf_token": token(page), "about": "The night of the third of May.", "files": [big]}
    answer = with_files(client, page.request.path, form)
    assert answer.status_code == 422 and "film.mp4 is too large" in answer.text
    assert "The night of the third of May." in answer.text
    assert "Choose the files again" not in answer.text  # what is refused is not asked for once more


def test_readiness_tells_of_the_database_the_keys_and_the_age_of_the_last_sweep(app, cast):
    client = app.test_client()
    app.config["FILES"].mkdir()
    state = {"files": True, "database": True, "migrated": True, "migration": None, "keys": True, "sweep_age": None,
             "vouched": True}  # fmt: skip
    state["time_zones"] = zones.edition()
    assert client.get("/readyz").json == {**state, "ready": False}
    sweep(clock.now())
    assert client.get("/readyz").json["ready"] is True
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        late = client.get("/readyz")
        assert (late.status_code, late.json["sweep_age"] >= 960) == (503, True)


def test_the_summary_proves_the_complaint_and_says_nothing_of_its_content(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now(), account="Zinnober saw it")
    client = app.test_client()
    client.post("/follow", data={"code": code})
    page = client.get("/follow/case/summary").text
    assert _reference in page and "Zinnober" not in page and "Larkfield" not in page
