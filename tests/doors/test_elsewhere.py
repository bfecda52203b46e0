"""Referred out: she says yes to exactly what goes and to whom, two people of the office send it, what came back is on
her page, and no company learns of it."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.accounts import receipts
from grievance.deadlines import rows as deadlines
from grievance.doors import keeping
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.event import Event
from grievance.models.writing import Letter, Writing
from grievance.record.writings import read_writing
from grievance.reports.casefile import open_case_file
from grievance.reports.complainant_page import open_complainant_page
from grievance.workflow import beside, sent_elsewhere, steps
from tests.doors.test_help_page import EVERYWHERE
from tests.doors.test_keeping import CLINIC
from tests.outside import a_release_came
from tests.unpadded import unpadded
from tests.views.test_routes import client_of

TEXT = "A person was pushed at a gate and has a wound. They would like to see a doctor."
CLINIC_LINES = "Harbour Road Clinic\n+254 00 000 0001"
BY_PHONE = {"channel": "phone", "read_back": "yes"}


class Story:
    """A complaint that the office looks at, and the steps to another door."""

    def __init__(self, cast, until="acknowledge"):
        self.cast, days = cast, next(day for name, _who, day in demonstration.STORY if name == until)
        self.began = clock.now() - timedelta(days=days)
        self.reference, self.code = demonstration.walk_story(cast, until, self.began)
        self.clinic = str(keeping.add(cast["Noor"], CLINIC))
        self.amina = receipts.complainant_of(receipts.follow(self.code).session)

    @property
    def case(self):
        return find_case(self.cast["Noor"], self.reference)

    def person(self, name):
        return self.amina if name == "Amina" else self.cast[name]

    def take(self, step, name, **answers):
        return steps.take(step, self.person(name), self.reference, answers)

    def show(self, **more):
        return self.take("show_door", "Noor", **{"door": self.clinic, "text": TEXT, **more})

    def says(self, agrees="yes", number="1", **more):
        return self.take("answer_door", "Amina", agrees=agrees, shown=number, **more)

    def send(self, approver="Tomas", approve=True):
        decision = self.take("refer_out", "Noor", how="By post, Noor")
        steps.decide(self.cast[approver], self.reference, decision.id, approve, "" if approve else "Not now.")

    def replied(self, outcome="accepted"):
        return self.take("record_reply", "Noor", outcome=outcome, words="Come on Monday.")

    def all(self):
        self.show()
        self.says()
        self.send()
        return self

    def events(self, kind):
        found = db.session.scalars(select(Event.facts).where(Event.chain == self.case.id, Event.kind == kind))
        return [json.loads(facts) for facts in found]

    def said(self, step, name="Noor"):
        keys = opened(self.person(name), self.case)
        query = select(Writing).where(Writing.case_id == self.case.id, Writing.step == step)
        return {key: text for one in db.session.scalars(query) for key, text in read_writing(keys, one).items()}


@pytest.fixture
def story(app, cast):
    return Story(cast)


def refused(act, *args, **more):
    with pytest.raises(Refused) as found:
        act(*args, **more)
    return found.value.sentence


def test_from_the_question_to_the_answer_of_the_door_she_reads_all_of_it(story):
    story.all().replied()
    sent = story.said("refer_out", "Amina")
    assert (sent["door"], sent["text"], sent["how"]) == (CLINIC_LINES, TEXT, "By post, Noor")
    assert story.said("record_reply", "Amina")["words"] == "Come on Monday."
    told = {letter.template for letter in open_case_file(story.amina, story.case).letters}
    assert {"door_shown", "referred_out", "door_replied"} <= told


def test_without_her_yes_nothing_is_proposed(story):
    against = "The complainant has not yet said yes to what would be sent, and to whom."
    assert refused(story.send) == against
    story.show()
    assert refused(story.send) == against
    story.says("no")
    assert refused(story.send) == against
    story.show()
    assert refused(story.send) == against, "her answer was about what was shown before"
    story.says("yes", "2")
    story.send()


def test_her_yes_is_about_what_she_read_and_no_other_text(story):
    story.show()
    story.show(text="Another text.")
    with pytest.raises((Refused, BadInput)) as found:
        story.says("yes", "1")
    assert "The text was changed while you read it" in str(found.value.args) + getattr(found.value, "sentence", "")


def test_what_she_takes_back_while_it_waits_for_an_approver_is_not_sent(story):
    story.show()
    story.says()
    decision = story.take("refer_out", "Noor", how="By post, Noor")
    story.says("no")
    assert "has not yet said yes" in refused(steps.decide, story.cast["Tomas"], story.reference, decision.id, True, "")
    assert not story.events("refer_out")


def test_an_officer_alone_sends_nothing(story):
    story.show()
    story.says()
    story.take("refer_out", "Noor", how="By post, Noor")
    assert not story.events("refer_out") and sent_elsewhere.sent_last(story.case) is None


def test_what_an_officer_records_for_her_counts_when_a_second_person_confirmed_it(story, petra):
    """Whoever wrote what would go does not record her answer to it."""
    story.show()
    assert "Somebody else" in refused(story.take, "answer_door", "Noor", agrees="yes", shown="1", **BY_PHONE)
    raw = {"agrees": "yes", "shown": "1", **BY_PHONE}
    decision = steps.take("answer_door", petra, story.reference, raw)
    assert "has not yet said yes" in refused(story.send)
    steps.decide(story.cast["Tomas"], story.reference, decision.id, True, "")
    story.send()


def test_a_door_that_was_changed_since_her_yes_gets_nothing(story):
    story.show()
    story.says()
    keeping.change(story.cast["Noor"], int(story.clinic), {**CLINIC, "telephone": "+254 00 000 0009"}, 1)
    assert "This door was changed in the list, or retired" in refused(story.send)


def test_a_door_that_is_not_in_the_list_cannot_be_chosen(story):
    keeping.retire(story.cast["Noor"], int(story.clinic))
    with pytest.raises(BadInput):
        story.show()


def test_neither_the_door_nor_a_word_stands_in_plain_on_the_record(story):
    story.all().replied()
    query = select(Event.facts).where(Event.chain == story.case.id)
    plain = " ".join(db.session.scalars(query))
    for words in ("Clinic", "+254", "pushed", "Monday", "By post"):
        assert words not in plain, words
    (facts,) = story.events("record_reply")
    assert facts.keys() <= {"outcome", "shown", "figures"} and facts["outcome"] == "accepted"


def test_the_next_move_is_decided_thirty_days_after_it_went_and_anew_when_an_answer_came(story):
    story.all()
    (owed,) = [one for one in deadlines.owed(story.case) if one.key == "L17"]
    days = (owed.due_on - clock.office_today()).days
    assert 30 <= days <= 33
    story.replied("asks")
    (after,) = [one for one in deadlines.owed(story.case) if one.key == "L17"]
    assert after.due_on < owed.due_on


def test_another_door_is_asked_when_what_came_back_from_the_first_is_on_record(story):
    story.all()
    assert "First record what came back" in refused(story.show)
    story.replied("none")
    story.show()


def test_a_reply_is_recorded_only_where_something_went(story):
    assert refused(story.replied) == "Nothing was sent to another door."


def test_a_case_that_was_referred_out_ends_as_accepted_there_only_when_the_door_said_so(app, cast):
    story = Story(cast)
    story.all()
    story.take("escalate", "Noor", ground="critical", why="It is grave.")
    closing = {"reason": "accepted_elsewhere", "letter": "They go on with it.", "lesson": "None."}
    assert "not on record that the other door takes it on" in refused(story.take, "close", "Noor", **closing)
    story.replied("refused")
    assert "not on record that the other door takes it on" in refused(story.take, "close", "Noor", **closing)
    story.replied("accepted")
    decision = story.take("close", "Noor", **closing)
    steps.decide(cast["Tomas"], story.reference, decision.id, True, "")
    assert story.case.closing_reason == "accepted_elsewhere"


def test_a_refused_complaint_can_still_go_to_another_door(app, cast):
    story = Story(cast)
    demonstration.do("dismiss", cast["Noor"], story.reference, clock.now(), cast["Tomas"])
    story.all().replied()
    assert story.events("record_reply")


def test_while_a_withdrawal_waits_nothing_goes(story):
    story.show()
    story.says()
    demonstration.do("withdraw", story.amina, story.reference, clock.now())
    assert refused(story.send) == str(beside.only.WITHDRAWAL_WAITS)


def company_page(client, story):
    """Without what is another for each look."""
    page = unpadded(client.get(f"/company/cases/{story.reference}").text)
    return re.sub(r'name="(csrf_token|form_token)" value="[^"]*"', "", page)


def test_no_company_learns_of_it(app, cast):
    story = Story(cast, "respond")
    client = client_of(app, "Victor")
    before = [company_page(client, story) for _look in range(2)][-1]  # the first look ends what was new
    story.all().replied()
    a_release_came()
    assert company_page(client, story) == before
    assert not [one for one in db.session.scalars(select(Letter).where(Letter.recipient == "company"))
                if one.template in ("door_shown", "referred_out", "door_replied")]  # fmt: skip


def test_at_the_head_of_her_page_stands_what_would_go_until_she_answered(story):
    assert open_complainant_page(story.amina, story.case).door_to_answer is None
    story.show()
    row, about = open_complainant_page(story.amina, story.case).door_to_answer
    assert row.step == "answer_door" and about.step == "show_door"
    story.says("no")
    page = open_complainant_page(story.amina, story.case)
    assert page.door_to_answer is None and "answer_door" in {choice[0].step for choice in page.rest}


def test_of_several_doors_those_of_the_country_stand_first(story):
    keeping.add(story.cast["Noor"], {**EVERYWHERE, "name": "Aardvark Clinic", "countries": "Peru"})
    near = demonstration.file_one(clock.now(), country="KE")[0]
    names = [name for _number, name in sent_elsewhere.options(find_case(story.cast["Noor"], near))]
    assert names == ["Harbour Road Clinic (Medical help)", "Aardvark Clinic (Legal help)"]
