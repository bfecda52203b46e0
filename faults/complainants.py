"""What complainants do: file in three ways, with files or without, and write messages. They never give up a form: what
was not answered is sent once more, the same form with the same secret."""

import hashlib
import random
import re
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from faults.browser import Answer, Browser, File, Lost
from faults.ledger import Complaint, Ledger, new_word

FORM_SECONDS = 3.3
OPEN_AT_ONCE = 8
SIZES = (200, 40_000, 400_000, 1_500_000, 3_000_000)
SOUND = b"ID3\x04\x00\x00"
chance = random.SystemRandom()


@dataclass
class Form:
    """A form that was opened, and may be sent once it was open for as long as a person needs."""

    browser: Browser
    fields: dict[str, str]
    word: str
    files: list[File]
    opened_at: float = field(default_factory=time.monotonic)

    @property
    def ripe(self) -> bool:
        return time.monotonic() - self.opened_at > FORM_SECONDS

    @property
    def digests(self) -> list[str]:
        return [hashlib.sha256(content).hexdigest() for _name, content in self.files]


class Complainants:
    """Everyone who complains, on one client's thread. `forms`: opened and not yet sent."""

    def __init__(self, ledger: Ledger, port: int) -> None:
        self.ledger, self.port = ledger, port
        self.forms: deque[Form] = deque()

    def _new_form(self, path: str) -> Form:
        browser = Browser(self.port)
        page = self.ledger.persist("form", lambda: browser.get(path))
        files = [new_file() for _ in range(chance.choice((0, 0, 1, 1, 2)))]
        return Form(browser, page.hidden(), new_word(), files)

    def open_form(self) -> None:
        """All questions on one page."""
        self.forms.append(self._new_form("/complain?step=all"))

    def begin_pages(self) -> None:
        """One thing a page: the account, the company, the files are kept under the form's secret; every other form
        begins with its receipt written down."""
        form = self._new_form("/complain")
        secret = form.fields["secret"]
        steps: list[tuple[dict[str, str], list[File]]] = [
            ({"step": "receipt", "go": chance.choice(("next", "later"))}, []),
            ({"step": "account", "account": form.word}, []),
            ({"step": "company", "company": "unknown"}, []),
            ({"step": "safety", "could_harm": "no"}, []),
        ]
        steps += [({"step": "files", "go": "upload"}, [one]) for one in form.files]
        for fields, files in steps:
            self._send("keep", form, {"secret": secret, **fields}, files)
        form.opened_at = time.monotonic()  # the program counts from the first page that was kept
        form.fields = {"secret": secret, "step": "check", "go": "send"}
        self.forms.append(form)

    def _send(self, what: str, form: Form, fields: dict[str, str], files: list[File]) -> None:
        """Until it is accepted. A form that comes back to be looked at is sent again as it came back."""
        while True:
            answer = self.ledger.persist(what, lambda: form.browser.post("/complain", fields, files))  # noqa: B023
            if answer.status == 303:
                return
            fields = {**fields, **answer.hidden("/complain")}
            time.sleep(FORM_SECONDS)
            self.ledger.wait()

    def send_form(self) -> None:
        """The oldest open form; where none is ripe, one more is opened."""
        if not self.forms or not self.forms[0].ripe:
            if len(self.forms) < OPEN_AT_ONCE:
                self.open_form()
            return
        form = self.forms.popleft()
        if form.fields["step"] == "all":
            answers = {**form.fields, "account": form.word, "company": "unknown", "could_harm": "no"}
            self._send("file", form, answers, form.files)
        else:
            self._send("file", form, form.fields, [])
        page = self.ledger.persist("receipt", lambda: form.browser.get("/complain/receipt?lines=show"))
        if page.status != 200:  # 404: filed, and nobody could read the receipt in its hour
            self.ledger.wrong.append(f"no receipt is shown after filing: {page.status} {page.sentence}")
            return
        code = "".join(re.findall(r"<span>(\d{4})</span>", page.text))
        self.ledger.note(Complaint("", code, "form", [form.word], form.digests))

    def file_by_api(self) -> None:
        """A hotline's program: the same `external_id` until there is an answer."""
        word, browser = new_word(), Browser(self.port)
        body = {"account": word, "external_id": secrets.token_hex(16), "could_harm": "no"}
        answer = self.ledger.persist("file by API", lambda: browser.post_json("/api/v1/complaints", body))
        said = answer.json()
        if answer.status != 201:
            self.ledger.wrong.append(f"filing by API: {answer.status} {answer.sentence}")
            return
        self.ledger.note(Complaint(said["reference"], said["receipt"].replace(" ", ""), "API", [word]))

    def write(self, complaint: Complaint) -> None:
        """Follow by the receipt, and write."""
        browser, word = Browser(self.port), new_word()

        def follow() -> None:
            code = {"code": complaint.receipt}
            self.ledger.persist("follow", lambda: browser.post("/follow", code))

        follow()
        until_done(
            self.ledger, browser, "message", "/follow/case/steps/write", {"audience": "secretariat", "message": word},
            follow, lambda: word in self.ledger.persist("case", lambda: browser.get("/follow/case")).text,
        )  # fmt: skip
        complaint.words.append(word)

    def write_by_api(self, complaint: Complaint) -> None:
        """A program that got no answer looks first whether its message is there."""
        browser, word = Browser(self.port), new_word()
        key = {"Authorization": f"Receipt {complaint.receipt}"}
        while True:
            try:
                answer = self.ledger.ask(
                    "message by API", lambda: browser.post_json("/api/v1/case/messages", {"message": word}, key)
                )
            except Lost:
                answer = None
            if answer is not None and answer.status == 201:
                break
            self.ledger.wait()
            if word in self.ledger.persist("case by API", lambda: browser.get("/api/v1/case", key)).text:
                break
        complaint.words.append(word)

    def read(self, complaint: Complaint) -> None:
        browser = Browser(self.port)
        self.ledger.persist("follow", lambda: browser.post("/follow", {"code": complaint.receipt}))
        self.ledger.persist("case", lambda: browser.get("/follow/case"))


def until_done(
    ledger: Ledger, browser: Browser, what: str, path: str, answers: dict[str, str], sign_in: Callable[[], None],
    is_done: Callable[[], bool],
) -> None:  # fmt: skip
    """A step by its form, sent again as it is until it is accepted.

    After a lost connection the page says "this case has changed": then a person looks whether it was done, and if
    not, takes the form anew. A preview is confirmed as it is shown.
    """
    fresh = True
    action, fields = "", dict[str, str]()
    while True:
        if fresh:
            action, fields = _taken_anew(ledger, browser, path)
            fields, fresh = {**fields, **answers}, False
        answer = ledger.persist(what, lambda: browser.post(action, fields))  # noqa: B023
        if answer.status == 303:
            return
        if answer.status == 200:  # the preview
            fields |= answer.hidden(action)
            continue
        if answer.status == 401:
            sign_in()
        elif is_done():
            return
        fresh = True
        ledger.wait()


def _taken_anew(ledger: Ledger, browser: Browser, path: str) -> tuple[str, dict[str, str]]:
    """Where a step's form is sent, and its hidden fields. The name of a step of hers leads to its own address in this
    case (grievance/views/step_addresses.py)."""
    page: Answer = ledger.persist("step", lambda: browser.get(path))
    if page.status == 303 and "/steps/" in page.location.partition("?")[0]:
        path = page.location
        page = ledger.persist("step", lambda: browser.get(path))
    action = path.partition("?")[0]
    return action, page.hidden(action)


def new_file() -> File:
    """A sound recording of some size, or a text: one is kept as it is, of the other a clean copy is made, too."""
    size = chance.choice(SIZES)
    if size == SIZES[0]:
        return "note.txt", f"A note. {secrets.token_hex(size // 4)}\n".encode()
    return "call.mp3", SOUND + secrets.token_bytes(size)
