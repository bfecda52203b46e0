"""A case that has everything of which a company is never told, and its twin that has nothing of it.

Both are handed to the same company on the same day, and go the same way as far as a company may know.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import time_machine
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.accounts import calendar_tokens, receipts
from grievance.extensions import db
from grievance.intake import filing
from grievance.models.board import BoardPaper
from grievance.models.case import Case
from grievance.models.concern import Concern, ConcernItem, ConcernProposal
from grievance.models.enquiry import Enquiry
from grievance.models.incident import Incident
from grievance.models.people import Account
from grievance.models.task import Task
from grievance.models.writing import Attachment, Decision, Letter, Writing
from grievance.notify import sign_rounds, signs
from grievance.notify.outbox import deliver
from grievance.views import faces
from grievance.workflow import steps
from grievance.workflow.procedure import STEPS
from tests import sounds
from tests.attacks.planted import ITS_STEPS
from tests.notify import signing
from tests.reports.test_letters import seen
from tests.scenarios.pages import hidden
from tests.stolen import stolen
from tests.unpadded import unpadded
from tests.views.test_routes import client_of

NAME, PHONE, WHO_SPEAKS = "Zephyrine Quill", "+999 555 0137", "Quentin Zephyr"
STRANGE = ("Zephyrine", "Zephyr", "0137", "Quill", "Zinnober")
"""Words that stand nowhere else."""
TELLING = ("representative", "etaliation", "safety", "Safety", "alert", "Français", "French", "By phone", "by phone",
           "phone", "Critical", "critical", "follow up", "ollow-up", "linked", "Linked", "second receipt",
           "spoken", "recording", "written down", "sign that there is news",
           "declines the company route", "measure of protection", "in_person", "recorded_for", "threat",
           "hild", "exual", "A woman", "may be asked")  # fmt: skip
"""Words of the program that would tell it. On a page that names the case none of them stands."""
PLAIN_WORDS = "I want my pay slips."
HOW = {"channel": "phone", "read_back": "yes"}


@dataclass
class Told:
    """All that a company was answered: by moment and address, each answer; and its mails."""

    pages: dict[str, list[str]] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


class Way:
    """The way of one case. `planted`: with all that a company is never told."""

    def __init__(self, app, cast, planted):
        self.app, self.cast, self.planted = app, cast, planted
        self.begin = clock.now() - timedelta(days=150)
        self.told = Told()
        self.ticked = {"about_safety": "yes"} if planted else {}
        self.people = dict(cast)
        with time_machine.travel(self.begin, tick=False):
            self.reference = self._file()
        self.eyes = client_of(app, "Victor")
        self.feed = calendar_tokens.make_calendar(cast["Victor"])

    def _file(self):
        raw = {"account": demonstration.ACCOUNT, "company": demonstration.larkfield(), "share_account": "yes",
               "could_harm": "no"}  # fmt: skip
        if not self.planted:
            reference, self.people["Amina"], _code = demonstration.file_one(self.begin)
            return reference
        raw |= {"represents": "yes", "authority": f"{NAME} asked me to.", "could_harm": "yes", "name": WHO_SPEAKS,
                "phone": PHONE, "known_to_secretariat": "yes", "share_identity": "yes", "language": "fr",
                "channel": "phone", "read_back": "yes", "track": "remedy", "where": "Zinnober",
                "spoken": [sounds.recording()], "topics": ["sexual"], "child": "yes",
                "officer_sex": "woman"}  # fmt: skip
        noor = self.cast["Noor"]
        filed = filing.file_complaint(raw, filing.new_secret(), "en", officer=noor, country="FR", now=self.begin)
        followed = receipts.follow(filed.code, now=clock.now())
        self.code = receipts.shown(followed.receipt_secret)
        self.people["Amina"] = receipts.complainant_of(followed.session)
        return filed.reference

    def case(self) -> Case:
        return db.session.scalars(select(Case).where(Case.reference == self.reference)).one()

    def at(self, day, step, who, **given):
        """A step on a day, approved where that is needed; the mails that it owes go out, each when it is due."""
        now = self.begin + timedelta(days=day)
        self._post(now)
        with time_machine.travel(now, tick=False):
            person = self.people[who]
            raw = {**demonstration.answers_for(step, person, self.case()), **given}
            decision = steps.take(step, person, self.reference, raw, now=now)
            if decision:
                steps.decide(self.cast["Tomas"], self.reference, decision.id, True, now=now)
            deliver(now)

    def _post(self, until):
        """What waited for an hour has gone at that hour, as by a worker that never rests: in the case with the plants
        more steps are taken, and no mail may wait for one of them."""
        due = select(func.min(Letter.again_at)).where(Letter.sent_at.is_(None))
        while (at := db.session.scalar(due)) and at < until:
            with time_machine.travel(at, tick=False):
                deliver(at)
            db.session.rollback()

    def stolen(self, day):
        """Somebody else replaces her receipt, and she says so: only in the case with the plants."""
        if self.planted:
            self.people["Amina"], self.code = stolen(self.code, self.begin + timedelta(days=day))

    def hers(self, day, step, **given):
        """What the complainant does: here at her page; with the plants written down by an officer, who was called."""
        if self.planted:
            self.at(day, step, "Noor", **HOW, **given)
        else:
            self.at(day, step, "Amina", **given)

    def secretly(self, day, step, who, **given):
        """What only the case with the plants has."""
        if self.planted:
            self.at(day, step, who, **given)

    def heard(self, day):
        """The receipt that a one-use code made is confirmed: what is done with it is checked no more."""
        if self.planted:
            self.at(day, "confirm_receipt", "Noor", holder="representative", why="Zinnober")
            with time_machine.travel(self.begin + timedelta(days=day), tick=False):
                followed = receipts.follow(self.code, now=clock.now())
                self.people["Amina"] = receipts.complainant_of(followed.session)

    def sign(self, day):
        """She asks for a sign that there is news, and it cannot reach her."""
        now = self.begin + timedelta(days=day)
        with time_machine.travel(now, tick=False):
            if self.planted:
                signing.offer(self.app, self.cast)
                signing.ask(self.people["Amina"], self.reference, now, to=PHONE.replace("+9", "+2"))
                sign_rounds._note(signs.of(self.people["Amina"]).id, sign_rounds.HandedIn.REFUSED, now)

    # --- what the company asks for ---------------------------------------------------------------------------

    def look(self, day, moment, everywhere=False):
        """What there is to ask for on a day: at the company's own pages, or in the whole site."""
        with time_machine.travel(self.begin + timedelta(days=day), tick=False):
            self.eyes = client_of(self.app, "Victor")
            for path in ("/company/export", "/company/export.csv"):
                text = self.eyes.post(path, data=hidden(self.eyes.get("/company"))).text
                self.told.pages.setdefault(f"{moment} {path}", []).append(text)
            for path in self.addresses(everywhere):
                answer = self.eyes.get(path)
                text = seen(answer.data) if answer.mimetype == "application/pdf" else unpadded(answer.text)
                answer.close()
                self.told.asked.add(path)
                if answer.status_code == 200:
                    self.told.pages.setdefault(f"{moment} {self.plain(path)}", []).append(text)

    def addresses(self, everywhere) -> Iterator[str]:
        """Each address that answers a GET, with each thing that could be put into it: of the faces that companies have,
        or of every face. An address that asks for something unknown here stops the test."""
        yield from (f"/company?show={show}" for show in ("overdue", "soon", "closed"))
        adapter, things = self.app.url_map.bind("localhost"), self._things(everywhere)
        for rule in sorted(self.app.url_map.iter_rules(), key=str):
            theirs = faces.of_endpoint(rule.endpoint) in (faces.COMPANY, faces.CALENDAR)
            if "GET" in rule.methods and rule.endpoint != "static" and (theirs or everywhere):
                for values in _every(sorted(rule.arguments), things):
                    yield adapter.build(rule.endpoint, values)

    def _things(self, everywhere):
        def ids(model):
            return list(db.session.scalars(select(model.id).order_by(model.id)))

        references = list(db.session.scalars(select(Case.reference).order_by(Case.reference != self.reference)))
        return {
            "reference": references if everywhere else references[:1],
            "step": STEPS if everywhere else ITS_STEPS,
            "letter_id": [one.name for one in db.session.scalars(select(Letter).order_by(Letter.id))],
            "file_id": ids(Attachment),
            "decision_id": ids(Decision),
            "writing_id": ids(Writing)[:1],
            "account_id": ids(Account),
            "token": [self.feed],
            "of_before": ["0" * 20],
            "company_id": [1, 2],
            "holiday_id": [1],
            "template_id": [1],
            "passkey_id": [1],
            "wait_id": [1],
            "concern_id": ids(Concern) or ["0" * 32],
            "item_id": ids(ConcernItem) or ["0" * 32],
            "proposal_id": ids(ConcernProposal) or ["0" * 32],
            "incident_id": ids(Incident) or ["0" * 32],
            "task_id": ids(Task) or ["0" * 32],
            "edition_id": ["0" * 32],
            "edition": [str(self.begin.year)],
            "table": ["totals"],
            "slug": ["larkfield-guarding"],
            "door_id": [1],
            "submission_id": ["0" * 32],
            "part_id": ["0" * 32],
            "enquiry_id": ids(Enquiry) or ["0" * 32],
            "paper_id": ids(BoardPaper) or ["0" * 32],
        }

    def plain(self, text) -> str:
        """Without what is drawn by lot, or counts rows: references, keys, hashes."""
        for pattern, word in DRAWN:
            text = re.sub(pattern, word, text)
        return text.replace(self.reference, "THIS-CASE").replace(self.reference[:7], "THIS").replace(self.feed, "TOKEN")


DRAWN = (
    (r'name="(csrf_token|form_token|secret)" value="[^"]+"', "TOKEN"),
    (r'(?s)<ol class="receipt">.*?</ol>', "LINES"),
    (r'(?s)<svg class="picture".*?</svg>', "PICTURE"),
    (r"Type line \d", "Type line N"),
    (r'nonce[-=]"?[\w+/=-]+', "NONCE"),
    (r"\b[0-9a-f]{12,64}\b", "HASH"),
    (r"people/\d+/", "people/N/"),
)


def visible(text):
    """What an eye reads of a page, without a sentence that the demonstration answers with."""
    return re.sub(r"<[^>]+>", " ", text).replace("As agreed on the phone.", "")


def _every(names, things):
    found = [{}]
    for name in names:
        found = [{**one, name: value} for one in found for value in things[name]]
    return found


def walk(way):
    """The whole way: what happens, and when the company looks."""
    way.at(1, "acknowledge", "Noor")
    way.at(1, "classify", "Noor", **({"severity": "critical", "tags": ["retaliation", "child"]} if way.planted else {}))
    way.secretly(1, "lift_safety_alert", "Noor", assessment="Zinnober")
    way.secretly(2, "link", "Noor", other=_another(way), why="Zinnober")
    way.secretly(2, "note", "Noor", note="Zinnober")
    way.secretly(2, "choose_road", "Noor", company_road="yes", officer_sex="woman", **HOW)
    way.secretly(3, "correct_identity", "Amina", name=NAME)
    way.secretly(3, "change_consent", "Noor", share_account="yes", share_identity="yes", **HOW)
    way.secretly(4, "reissue_receipt", "Noor", holder="representative", channel="phone", why="Zinnober")
    way.secretly(4, "write_down", "Noor", words="Zinnober", tongue="Zinnober")
    way.secretly(4, "approve_words", "Amina", right="right")
    way.secretly(5, "show_summary", "Noor")
    way.secretly(5, "review_summary", "Amina", verdict="change", words="Zinnober")
    way.secretly(5, "show_summary", "Noor")
    way.secretly(5, "review_summary", "Amina")
    way.at(5, "refer", "Noor")
    way.at(7, "company_acknowledge", "Victor")
    way.secretly(8, "record_message", "Noor", message="Zinnober", **HOW, **way.ticked)
    way.at(8, "write", "Amina", audience="all", message=PLAIN_WORDS, **way.ticked)
    way.secretly(8, "attach", "Amina", about="Zinnober", audience="secretariat")
    way.secretly(8, "say_about_file", "Amina", company_may="may_not")
    way.secretly(8, "lift_safety_alert", "Noor", assessment="Zinnober")
    way.look(9, "referred")
    way.at(10, "request_extension", "Victor", until=(way.begin + timedelta(days=70)).date().isoformat())
    way.at(11, "decide_extension", "Noor", answer="grant")
    way.secretly(12, "report_retaliation", "Amina", happened="Zinnober")
    way.secretly(12, "call_me", "Amina", **way.ticked)
    way.sign(12)
    way.secretly(12, "assess_safety", "Noor", assessment="Zinnober")
    way.secretly(12, "protect", "Noor", what="Zinnober", by_whom=NAME, where="Zinnober")
    way.secretly(12, "agree_protection", "Noor", **HOW)
    way.secretly(13, "review_protection", "Noor", outcome="done", how="Zinnober")
    way.secretly(13, "protect", "Noor", what="Zinnober", by_whom=NAME, where="Zinnober")
    way.secretly(13, "decline_protection", "Noor", why="Zinnober", **HOW)
    way.secretly(13, "lift_safety_alert", "Noor", assessment="Zinnober")
    way.secretly(14, "withdraw", "Amina", why="Zinnober", forced="yes")
    way.look(14, "withdrawn")
    way.secretly(14, "undo_withdrawal", "Amina")
    way.secretly(14, "lift_safety_alert", "Noor", assessment="Zinnober")
    way.heard(14)
    way.secretly(14, "ask_deletion", "Amina", why="Zinnober", forced="yes")
    way.look(14, "deletion wished")
    way.secretly(14, "undo_deletion", "Amina")
    way.secretly(14, "lift_safety_alert", "Noor", assessment="Zinnober")
    review = (way.begin + timedelta(days=60)).date().isoformat()
    way.at(15, "suspend", "Tomas", ground="safety" if way.planted else "legal", why="Zinnober", review_on=review,
           limits=["L5"])  # fmt: skip
    way.look(15, "suspended")
    way.at(17, "resume", "Tomas", reason="Zinnober")
    way.at(20, "respond", "Victor")
    way.at(21, "propose_remedy", "Victor")
    way.secretly(21, "cannot_read", "Amina")
    way.secretly(21, "can_read", "Amina")
    way.secretly(21, "cannot_read", "Amina")
    way.secretly(21, "translate", "Noor", text="Zinnober", language="fr")
    way.hers(22, "accept_remedy", **({"can_read": "yes"} if way.planted else {}))
    way.at(23, "propose_remedy", "Victor")
    way.hers(24, "decline_remedy", why=PLAIN_WORDS, **way.ticked)
    way.look(24, "accepted")
    way.at(25, "report_delivered", "Victor")
    way.at(26, "dispute_remedy", "Amina", extent="partly", missing=PLAIN_WORDS, **way.ticked)
    way.secretly(26, "lift_safety_alert", "Noor", assessment="Zinnober")
    way.at(27, "report_delivered", "Victor")
    way.at(28, "verify_remedy", "Amina")
    told_on = (way.begin + timedelta(days=30)).date().isoformat()
    way.secretly(28, "escalate_unseen", "Noor", ground="retaliation", why="Zinnober", tell_on=told_on)
    way.look(28, "as if nothing had happened")
    if way.planted:
        way.at(29, "tell_company", "Noor")
    else:
        way.at(29, "escalate", "Noor", ground="inadequate", why="Zinnober")
    way.secretly(29, "show_summary", "Noor", hers="Zinnober")
    way.look(29, "escalated")
    way.secretly(30, "review_summary", "Amina")
    way.at(30, "refer_back", "Noor")
    if way.planted:
        way.at(31, "escalate", "Amina", why="Zinnober")
    else:
        way.at(31, "escalate", "Noor", why="Zinnober")
    way.look(31, "declined")
    way.at(32, "offer_good_offices", "Noor")
    way.hers(33, "agree_good_offices")
    way.at(33, "agree_good_offices", "Victor")
    way.at(34, "begin_mediation", "Noor")
    way.at(35, "end_mediation", "Noor", outcome="none")
    way.at(36, "conclude_review", "Noor", fair="yes", accessible="no", effective="yes")
    way.look(36, "reviewed")
    way.at(37, "remedy", "Noor")
    way.look(38, "remedied")
    told = {"retaliation": "yes", "lasting": "no"} if way.planted else {"retaliation": "no", "lasting": "yes"}
    way.secretly(120, "answer_follow_up", "Amina", retaliation="yes", words="Zinnober")
    way.look(121, "asked how it is")
    way.at(125, "follow_up", "Noor", words="Zinnober", **told)
    way.secretly(126, "lift_safety_alert", "Noor", assessment="Zinnober")
    way.stolen(127)
    way.look(127, "stolen")
    way.secretly(127, "lift_safety_alert", "Noor", assessment="Zinnober")
    way.secretly(127, "end_freeze", "Noor", how="Zinnober")
    way.at(128, "close", "Noor", reason="remedied")
    way.look(129, "closed", everywhere=True)


def _another(way):
    return (
        next(one for one in db.session.scalars(select(Case.reference)) if one != way.reference) if way.planted else ""
    )
