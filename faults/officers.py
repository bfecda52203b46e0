"""What an officer does: the queue, a case, and steps. Each step is pressed until it is answered."""

from faults.browser import Browser
from faults.complainants import until_done
from faults.ledger import Complaint, Ledger, new_word
from grievance.demonstration import PASSWORD, email_of


class Officer:
    def __init__(self, ledger: Ledger, port: int, name: str = "Noor") -> None:
        self.ledger, self.name, self.browser = ledger, name, Browser(port)

    def sign_in(self) -> None:
        page = self.ledger.persist("sign-in", lambda: self.browser.get("/account/sign-in"))
        fields = {**page.hidden("/account/sign-in"), "email": email_of(self.name), "password": PASSWORD}
        self.ledger.persist("sign in", lambda: self.browser.post("/account/sign-in", fields))

    def look(self, path: str) -> str:
        """A page of the desk, after signing in where that is needed."""
        page = self.ledger.persist("desk", lambda: self.browser.get(path))
        if page.status == 303:
            self.sign_in()
            page = self.ledger.persist("desk", lambda: self.browser.get(path))
        return page.text

    def queue(self) -> None:
        self.look("/desk")

    def find(self, complaint: Complaint) -> None:
        """Its reference: the receipt page of the form does not show one. Asked from her address: of one, only so many
        receipts may be tried."""
        key, hers = {"Authorization": f"Receipt {complaint.receipt}"}, Browser(self.browser.port)
        while not complaint.reference:
            answer = self.ledger.persist("case by API", lambda: hers.get("/api/v1/case", key))
            complaint.reference = answer.json().get("reference", "")

    def acknowledge(self, complaint: Complaint) -> None:
        """Nobody else does it in this crowd: when it is no longer offered, it was this one."""
        case = f"/desk/cases/{complaint.reference}"
        self.look(case)
        until_done(
            self.ledger, self.browser, "acknowledge", f"{case}/steps/acknowledge",
            {"no_conflict": "yes", "safety_looked_at": "yes"}, self.sign_in,
            lambda: "/steps/acknowledge" not in self.look(case),
        )  # fmt: skip
        complaint.steps.append("acknowledge")

    def write(self, complaint: Complaint) -> None:
        case, word = f"/desk/cases/{complaint.reference}", new_word()
        self.look(case)
        until_done(
            self.ledger, self.browser, "officer writes", f"{case}/steps/write?audience=complainant",
            {"audience": "complainant", "message": word}, self.sign_in, lambda: word in self.look(case),
        )  # fmt: skip
        complaint.words.append(word)
