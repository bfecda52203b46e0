"""A complainant's whole way, with form and case page in processes that may do nothing else."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from grievance import clock
from grievance.accounts import receipts
from grievance.demonstration import answers_for, do
from grievance.extensions import db
from grievance.maintenance.database_roles import Process
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.keys import DraftReceipt, FollowSession
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.views.public.form_pages import KEYS
from grievance.workflow import steps
from tests import sounds
from tests.scenarios.pages import codes, form
from tests.times import days_later
from tests.views.public.test_filing import answer, fill_in, hidden, send
from tests.views.public.test_receipt_pages import reissue
from tests.views.test_routes import token, with_files


class Visitor:
    """One browser: it has one cookie, and the proxy leads each address to the process that answers it."""

    def __init__(self, office):
        self.form, self.follow = office.client(Process.FORM), office.client(Process.FOLLOW)
        self.asked = self.form

    def at(self, path):
        process = self.follow if f"{path}/".startswith(("/follow/", "/follow?")) else self.form
        if process is not self.asked and (cookie := self.asked.get_cookie("s")):
            process.set_cookie("s", cookie.value)
        self.asked = process
        return process

    def get(self, path):
        return self.at(path).get(path)

    def post(self, path, data):
        return self.at(path).post(path, data=data)

    def send_files(self, path, data, *named):
        return with_files(self.at(path), path, {**data, "files": [(io.BytesIO(text), name) for name, text in named]})

    def receipts(self):
        digits = codes(self.get("/complain/receipt").text)
        return ["".join(digits[i : i + 5]) for i in range(0, len(digits), 5)]


@pytest.fixture
def visitor(office):
    yield Visitor(office)
    assert office.refused == []


def the_case():
    db.session.rollback()
    return db.session.scalars(select(Case)).one()


def file(visitor):
    """A complaint with a file, page by page; its receipt and a second one."""
    fill_in(visitor, "about")
    page = {**hidden(visitor.get("/complain?step=files")), "go": "upload"}
    assert visitor.send_files("/complain", page, ("gate.txt", b"one"), ("slip.txt", b"two")).status_code == 303
    page = visitor.get("/complain?step=files")
    drop = re.search(r'name="drop" value="(\w{32})"', page.text).group(1)
    visitor.post("/complain", {**hidden(page), "drop": drop})
    for key in ("files", "agree", "you"):
        assert answer(visitor, key).status_code == 303
    assert send(visitor).location == "/complain/receipt"
    visitor.post("/complain/receipt/second", {"csrf_token": token(visitor.get("/complain/receipt"))})
    return visitor.receipts()


def test_she_files_with_files_keeps_both_receipts_and_comes_to_her_case(office, visitor):
    _first, second = file(visitor)
    page = visitor.get("/complain/receipt")
    kept = visitor.post("/complain/receipt", {"csrf_token": token(page), "kept": "yes"})
    assert kept.location == "/follow/case"
    page = visitor.get("/follow/case")
    assert "They pushed me at the gate." in page.text and "slip.txt" in page.text
    with visitor.get(unescape(re.search(r'href="(/follow/case/files/[^"]+)"', page.text)[1])) as one_file:
        assert one_file.data in (b"one", b"two")
    other = Visitor(office)
    assert other.post("/follow", {"code": second}).location == "/follow/case"
    assert other.get("/follow/case/summary").status_code == 200


def test_she_writes_the_lines_down_leaves_comes_back_and_sends_it_or_deletes_it(office, visitor):
    page = visitor.get("/complain")
    visitor.post("/complain", {**hidden(page), "go": "next"})
    fill_in(visitor, "about")
    form = {**hidden(visitor.get("/complain?step=files")), "go": "upload"}
    assert visitor.send_files("/complain", form, ("gate.txt", b"one")).status_code == 303
    visitor.get("/leave")
    code, other, third = "".join(codes(page.text)), Visitor(office), Visitor(office)
    assert other.post("/follow", {"code": code}).location == "/complain"
    assert other.post("/complain/go-on", {**hidden(other.get("/complain")), "go": "on"}).status_code == 303
    for key in ("files", "agree", "you"):
        assert answer(other, key).status_code == 303
    assert send(other).location == "/complain/receipt"
    assert third.post("/follow", {"code": code}).location == "/follow/case"
    page = third.get("/complain")
    third.post("/complain", {**hidden(page), "go": "next"})
    third.post("/complain", {**hidden(page), "go": "anew"})
    assert "never sent" in other.post("/follow", {"code": "".join(codes(page.text))}).text


def test_the_worker_ends_what_was_not_sent_for_thirty_days_and_forgets_it_after_a_year(office, visitor):
    page = visitor.get("/complain")
    visitor.post("/complain", {**hidden(page), "go": "next"})
    for days, left in ((31, 1), (31 + 366, 0)):
        with office.acting(Process.WORKER):
            sweep(days_later(days))
        db.session.rollback()
        assert db.session.scalars(select(DraftReceipt.sealed_secret)).all() == [None] * left


def test_she_keeps_a_proof_of_what_the_worker_has_signed(visitor):
    first, _second = file(visitor)
    with unit_of_work():
        chain.take_checkpoint(clock.now())
    visitor.post("/follow", {"code": first})
    proof = visitor.get("/follow/case/proof")
    assert (proof.status_code, proof.mimetype) == (200, "application/json")


def test_she_files_on_one_page_what_she_had_begun_anew(visitor):
    fill_in(visitor, "about")
    page = hidden(visitor.get("/complain?step=about"))
    assert visitor.post("/complain", {**page, "go": "anew"}).location == "/complain"
    page = hidden(visitor.get("/complain?step=all"))
    sent = {**page, "account": "At the gate.", "company": "unknown", "could_harm": "no", "step": "all"}
    for _twice in range(2):
        assert visitor.post("/complain", sent).location == "/complain/receipt"


def test_every_page_for_nobody_in_particular_and_the_way_to_leave(visitor):
    file(visitor)
    for path in ("/", "/procedure", "/safety", "/complain/paper", "/complain", "/follow", "/healthz", "/leave"):
        assert visitor.get(path).status_code == 200, path
    assert visitor.get("/complain/receipt").status_code == 404


@pytest.mark.parametrize("process", [Process.FORM, Process.FOLLOW, Process.STAFF])
def test_each_process_says_whether_it_is_ready(office, process):
    told = office.client(process).get("/readyz").json
    assert (told["database"], told["migrated"], told["keys"], office.refused) == (True, True, True, [])


STEPS = ("ask_deletion", "undo_deletion", "write", "change_consent", "report_retaliation", "correct_identity",
         "withdraw", "undo_withdrawal", "revoke_authority")  # fmt: skip


def test_she_writes_sends_a_file_changes_her_consent_withdraws_and_comes_back(office, visitor):
    first, _second = file(visitor)
    do("acknowledge", office.cast["Noor"], the_case().reference, clock.now())
    visitor.post("/follow", {"code": first})
    page = form(visitor, "/follow/case/steps/attach")
    assert visitor.send_files("/follow/case/steps/attach", page, ("three.txt", b"three")).status_code == 303
    for step in STEPS:
        path, amina = f"/follow/case/steps/{step}", receipts.person_with(first)
        answers = {"audience": "secretariat", "sure": "yes", **answers_for(step, amina, the_case())}
        sent = visitor.post(path, {**form(visitor, path), **answers})
        assert sent.status_code == 303, (step, sent.text)
        assert visitor.get("/follow/case").status_code == 200
    letters = re.findall(r'href="(/follow/case/letters/[^"]+)"', visitor.get("/follow/case").text)[:4]
    files = [one.endswith(".pdf") for one in letters]
    assert files == [False, True, False, True]  # each as a page and as a file
    for letter, is_file in zip(letters, files, strict=True):
        assert visitor.get(letter).mimetype == ("application/pdf" if is_file else "text/html")


def test_she_says_it_hears_it_and_says_whether_it_was_written_down_so(office, visitor):
    for key in KEYS:
        if key != "account":
            answer(visitor, key)
            continue
        page = {**hidden(visitor.get("/complain?step=account")), "account": "", "go": "next"}
        said = with_files(
            visitor.at("/complain"), "/complain", {**page, "spoken": [(io.BytesIO(sounds.wav()), "a.wav")]}
        )
        assert said.status_code == 303
    send(visitor)
    visitor.post("/follow", {"code": visitor.receipts()[0]})
    with visitor.get(re.search(r'src="(/follow/case/sound/[^"]+)"', visitor.get("/follow/case").text)[1]) as heard:
        assert heard.data == sounds.wav()
    path = "/follow/case/steps/approve_words"
    for word in ("change", "right"):
        with office.acting(Process.STAFF):
            steps.take("write_down", office.cast["Noor"], the_case().reference, {"words": "So.", "tongue": "English"})
        sent = visitor.post(
            path, {**form(visitor, path), "right": word, "change": "Not so." if word == "change" else ""}
        )
        assert sent.status_code == 303, sent.text
    assert the_case().spoken == "approved"


def test_a_code_that_was_handed_to_her_becomes_her_receipt_and_her_old_one_ends(office, visitor):
    first, _second = file(visitor)
    code = reissue(office.cast)
    other = Visitor(office)
    assert other.post("/follow", {"code": code}).location == "/complain/receipt"
    (new,) = other.receipts()
    page = other.get("/complain/receipt")
    assert other.post("/complain/receipt", {"csrf_token": token(page), "kept": "yes"}).location == "/follow/case"
    assert other.get("/follow/case").status_code == 200
    assert [other.post("/follow", {"code": one}).status_code for one in (first, new)] == [422, 303]


def test_she_makes_a_new_receipt_and_the_old_one_stops_what_was_not_her_doing(office, visitor):
    first, _second = file(visitor)
    visitor.post("/follow", {"code": first})
    page = visitor.get("/follow/receipt")
    assert visitor.post("/follow/receipt", hidden(page)).location == "/complain/receipt"
    (new,) = visitor.receipts()
    page = visitor.get("/complain/receipt")
    assert visitor.post("/complain/receipt", {"csrf_token": token(page), "kept": "yes"}).location == "/follow/case"
    other = Visitor(office)
    page = other.post("/follow", {"code": first})
    assert "We stopped it." in other.post("/follow/not-me", hidden(page)).text
    assert other.post("/follow", {"code": new}).location == "/follow/case"
    assert office.refused == []


def test_a_session_of_hers_that_is_over_leads_back_to_her_receipt(visitor):
    first, _second = file(visitor)
    visitor.post("/follow", {"code": first})
    assert visitor.get("/follow/case").status_code == 200
    db.session.rollback()
    db.session.scalars(select(FollowSession)).one().seen_at = clock.now() - timedelta(hours=1)
    db.session.commit()
    assert visitor.get("/follow/case").location == "/follow"


@pytest.mark.parametrize(
    ("process", "path"),
    [(Process.FORM, "/follow"), (Process.FORM, "/follow/case"), (Process.FORM, "/desk"),
     (Process.FOLLOW, "/"), (Process.FOLLOW, "/complain"), (Process.FOLLOW, "/desk")],
)  # fmt: skip
def test_neither_answers_what_the_other_is_there_for(office, process, path):
    assert office.client(process).get(path).status_code == 404


@pytest.mark.parametrize("process", [Process.FORM, Process.FOLLOW])
def test_who_is_signed_in_at_the_desk_is_nobody_in_particular_here(office, process):
    client = office.client(process)
    with client.session_transaction() as session:
        session["a"] = "x" * 43
    pages = [
        client.get(path).status_code for path in ("/", "/follow", "/desk", "/desk/cases/1", "/company", "/account")
    ]
    assert set(pages) == {200, 404} and office.refused == []


def test_a_process_that_serves_both_answers_both(office):
    with office.process(Process.FORM, "form,follow").test_client() as client:
        assert [client.get(path).status_code for path in ("/", "/follow")] == [200, 200]
    with office.acting(Process.FORM):
        assert db.session.scalar(select(func.count(Case.id))) == 0
