"""A case with a strange word in everything that is not for the company, and all that the company may ask for."""

from datetime import timedelta

from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import calendar_tokens, company_tokens
from grievance.crypto.compartments import Compartment
from grievance.demonstration import answers_for, upload
from grievance.extensions import db
from grievance.forms.fields import Kind
from grievance.intake import filing
from grievance.maintenance import retention_clock
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.writing import Attachment, Letter
from grievance.record.files import not_with_the_company
from grievance.workflow import steps
from grievance.workflow.procedure import ROWS, find_row
from tests import sounds
from tests.reports.test_letters import seen
from tests.stolen import stolen
from tests.views.test_routes import client_of, token

WORD = "Zinnober"
FORBIDDEN = (WORD, "etaliation")
"""The planted word; and the ground of the escalation, which the company must never learn."""
SEALED_AWAY = (Compartment.INTERNAL, Compartment.CORRESPONDENCE)
WORDS, FILES = (Kind.TEXT, Kind.LINE), (Kind.FILES,)
ITS_STEPS = sorted({row.step for row in ROWS if Role.COMPANY in row.who})


def away(field, audience, person):
    """Whether an answer to this question is none of the company's business."""
    if person.role == Role.COMPANY or field.kind not in WORDS + FILES:
        return False
    if field.sealed_into:
        return field.sealed_into in SEALED_AWAY
    return field.by_effect or audience in ("complainant", "secretariat")


OF_A_FILE = {"share_file": "file", "say_about_file": "of_file"}


def planted_in(question, step="file"):
    return f"{WORD}@example.org" if question.is_mail else f"{WORD} wrote {question.name} of {step}."


def planted(step, person, case, given):
    """Answers with the word in each question that is sealed away from the company, and what is `given` besides."""
    answers = {**answers_for(step, person, case), **given}
    for field in find_row(step, person.role, case.state).asks:
        if field.name not in given and away(field, answers.get("audience"), person):
            words = planted_in(field, step)
            if field.name in PART:
                continue
            answers[field.name] = [upload(f"{WORD}.txt", words.encode())] if field.kind in FILES else words
    if step in OF_A_FILE:  # the one that has no planted word in it
        known = not_with_the_company(case, opened(person, case))
        answers[OF_A_FILE[step]] = next(one.id for one in known if WORD not in one.name)
    return answers


ASKED = "the clock asks her what shall become of it"
STOLEN = "her receipt is stolen, and she says so"
"""What happens in a walk and is no step."""
PART = ("part", "passage")
"""What is taken out stands in a text as it is."""


class Story:
    """One case, filed with planted words; `take` does a step of it with more of them."""

    def __init__(self, people, days_ago=150, spoken=False):
        text = {one.name: planted_in(one) for one in filing.QUESTIONS if one.kind in WORDS}
        agreed = {"known_to_secretariat": "yes", "share_identity": "yes"}
        self.begin = clock.now() - timedelta(days=days_ago)
        files = [upload(f"{WORD}.txt", f"{WORD} in a file.".encode())]
        if spoken:
            agreed["spoken"] = [upload(f"{WORD}.wav", sounds.wav(1) + WORD.encode(), spoken=True)]
        self.reference, amina, self.code = demonstration.file_one(self.begin, **{**text, **agreed, "files": files})
        self.people = {**people, "Amina": amina}

    @property
    def case(self):
        return db.session.scalars(select(Case).where(Case.reference == self.reference)).one()

    def day(self, number):
        return (self.begin + timedelta(days=number)).date().isoformat()

    def take(self, step, name, number, **given):
        """A step on a day, approved where that is needed. Returns the moment."""
        person, now = self.people[name], self.begin + timedelta(days=number)
        if step == STOLEN:
            self.people[name], self.code = stolen(self.code, now)
            return now
        if step == ASKED:
            retention_clock.run(now)
            return now
        decision = steps.take(step, person, self.reference, planted(step, person, self.case, given), now=now)
        if decision:
            steps.decide(self.people["Tomas"], self.reference, decision.id, True, now=now)
        return now


API = "/api/v1/company"


class Eyes:
    """A person of a company who asks for every page that there is, and their program, which asks for the same."""

    def __init__(self, app, person):
        self.client = client_of(app, person.name)
        self.feed = f"/calendar/{calendar_tokens.make_calendar(person)}.ics"
        self.token = company_tokens.make(person, "Our desk", demonstration.PASSWORD)
        self.asked_for = set()

    def lists(self):
        return [
            *(f"/company?show={show}" for show in ("open", "overdue", "soon", "closed")),
            "/company/export",
            "/company/export.csv",
            self.feed,
            *(f"{API}/cases?show={show}" for show in ("open", "overdue", "soon", "closed")),
        ]

    def of_case(self, story):
        """The case's own pages: also letters and files that are not for the company, which it may guess."""
        base, case_id = f"/company/cases/{story.reference}", story.case.id
        letters = db.session.scalars(select(Letter).where(Letter.case_id == case_id)).all()
        files = db.session.scalars(select(Attachment.id).where(Attachment.case_id == case_id)).all()
        once = {f"{base}/letters/{one.name}.pdf" for one in letters}
        by_api = f"{API}/cases/{story.reference}"
        once |= {f"{at}/files/{one}" for one in files for at in (base, by_api)}
        new, self.asked_for = once - self.asked_for, self.asked_for | once
        return [base, by_api, f"{by_api}/packet", *(f"{base}/steps/{step}" for step in ITS_STEPS), *sorted(new)]

    def read(self, paths):
        """What is answered: (path, status, the words of it)."""
        for path in paths:
            answer = self._asked(path)
            pdf = answer.mimetype == "application/pdf"
            yield path, answer.status_code, seen(answer.data) if pdf else answer.text
            answer.close()

    def _asked(self, path):
        """An export is noted, so that a button asks for it and no link."""
        if path.startswith(API):
            return self.client.get(path, headers={"Authorization": f"Bearer {self.token}"})
        if not path.startswith("/company/export"):
            return self.client.get(path)
        return self.client.post(path, data={"csrf_token": token(self.client.get("/company"))})

    def leaks(self, story, forbidden=FORBIDDEN):
        """The pages that say what they must not."""
        pages = self.read([*self.lists(), *self.of_case(story)])
        return [path for path, _status, text in pages if any(word in text for word in forbidden)]
