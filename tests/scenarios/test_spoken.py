"""An account that was spoken: heard, written down, approved by whoever spoke, and handed over not before."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import CLOCK, opened
from grievance.deadlines.rows import owed
from grievance.demonstration import packet_hash
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Case
from grievance.record import chain
from grievance.record.files import not_with_the_company
from grievance.record.transaction import unit_of_work
from grievance.reports import packet
from grievance.reports.complainant_page import open_complainant_page
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.workflow import spoken, steps
from grievance.workflow.procedure import find_row
from tests import sounds
from tests.scenarios.days import another_approver

SAID = {"words": "Walinisukuma langoni.", "tongue": "Kiswahili"}


class Told:
    def __init__(self, cast):
        self.begin = clock.now() - timedelta(days=20)
        self.reference, amina, _code = sounds.told(self.begin)
        self.people = {**cast, "Amina": amina}
        self.take("acknowledge", "Noor", 1)

    @property
    def case(self):
        return db.session.scalars(select(Case).where(Case.reference == self.reference)).one()

    def take(self, step, who, day, approved=True, **given):
        person, now = self.people[who], self.begin + timedelta(days=day)
        raw = {**demonstration.answers_for(step, person, self.case), **given}
        decision = steps.take(step, person, self.reference, raw, now=now)
        if decision and approved:
            steps.decide(self.people["Tomas"], self.reference, decision.id, True, now=now)
        return decision

    def owes(self):
        return {one.key for one in owed(self.case)}


@pytest.fixture
def told(app, cast):
    return Told(cast)


@pytest.fixture
def heard(told, petra):
    """Noor wrote it down; Petra, who did not, reads it out to her."""
    told.people["Petra"] = petra
    return told


def test_what_was_said_goes_nowhere_before_she_has_approved_its_words(told):
    with pytest.raises(Refused, match="not written down yet"):
        told.take("refer", "Noor", 2)
    told.take("write_down", "Noor", 2, **SAID)
    with pytest.raises(Refused, match="has not yet approved"):
        told.take("refer", "Noor", 2)
    told.take("approve_words", "Amina", 3, right="right")
    told.take("refer", "Noor", 4)
    assert told.case.state == "referred"


def test_no_summary_of_it_is_shown_before_she_has_approved_its_words(told):
    with pytest.raises(Refused, match="not written down yet"):
        told.take("show_summary", "Noor", 2)
    told.take("write_down", "Noor", 2, **SAID)
    with pytest.raises(Refused, match="has not yet approved"):
        told.take("show_summary", "Noor", 2)
    told.take("approve_words", "Amina", 3, right="right")
    told.take("show_summary", "Noor", 4)
    assert "L21" in told.owes()


def test_what_she_approves_is_what_she_read_and_not_what_was_written_while_she_read(told):
    told.take("write_down", "Noor", 2, **SAID)
    read = spoken.as_it_stands(told.case)
    told.take("write_down", "Noor", 3, words="Another text.", tongue="Kiswahili")
    with pytest.raises(Refused, match="changed while you read it"):
        told.take("approve_words", "Amina", 4, right="right", **read)
    assert told.case.spoken == "written"


def test_writing_it_down_is_owed_from_the_first_day_and_met_by_it(told):
    assert "L26" in told.owes()
    told.take("write_down", "Noor", 2, **SAID)
    assert "L26" not in told.owes()


def test_the_queue_says_that_somebody_must_listen_as_what_is_owed_next(told):
    (line,) = [one for one in queue(told.people["Noor"], Wanted()).lines if one.case.reference == told.reference]
    assert str(line.title) == "listen to what was said, and write it down"


def test_what_she_wants_changed_is_owed_anew_and_what_was_written_is_not_hers(told):
    told.take("write_down", "Noor", 2, **SAID)
    told.take("approve_words", "Amina", 3, right="change", change="It was at the gate of the camp.")
    assert "L26" in told.owes() and told.case.waits_since
    with pytest.raises(Refused, match="not written down yet"):
        told.take("refer", "Noor", 3)
    told.take("write_down", "Noor", 4, **SAID)
    told.take("approve_words", "Amina", 5, right="right")
    assert "L26" not in told.owes()


def test_to_change_something_she_says_what(told):
    told.take("write_down", "Noor", 2, **SAID)
    with pytest.raises((Refused, BadInput), match="Write what must be changed"):
        told.take("approve_words", "Amina", 3, right="change")


def test_her_word_by_telephone_needs_a_second_person(heard):
    told = heard
    told.take("write_down", "Noor", 2, **SAID)
    decision = told.take("approve_words", "Petra", 3, approved=False, right="right", channel="phone", read_back="yes")
    assert told.case.spoken == "written"
    steps.decide(told.people["Tomas"], told.reference, decision.id, True)
    assert told.case.spoken == "approved"


def test_a_word_of_hers_holds_for_what_she_heard_and_not_for_what_was_written_since(heard):
    told = heard
    told.take("write_down", "Noor", 2, **SAID)
    decision = told.take("approve_words", "Petra", 3, approved=False, right="right", channel="phone", read_back="yes")
    told.take("write_down", "Noor", 4, words="Another text.", tongue="Kiswahili")
    with pytest.raises(Refused, match="written down anew"):
        steps.decide(told.people["Tomas"], told.reference, decision.id, True)


def test_what_she_approved_is_not_written_anew(told):
    told.take("write_down", "Noor", 2, **SAID)
    told.take("approve_words", "Amina", 3, right="right")
    with pytest.raises(Refused, match="is right"):
        told.take("write_down", "Noor", 4, **SAID)


def test_a_written_account_has_nothing_to_be_written_down(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    with pytest.raises(Refused, match="nothing to write down"):
        steps.take("write_down", cast["Noor"], reference, SAID)


def test_the_recording_is_never_offered_to_be_shared_with_the_company(told):
    assert not_with_the_company(told.case, opened(told.people["Noor"], told.case)) == []


def test_the_packet_of_a_spoken_complaint_begins_with_the_words_that_she_approved(told):
    told.take("write_down", "Noor", 2, **SAID)
    told.take("approve_words", "Amina", 3, right="change", change="At the camp.")
    told.take("write_down", "Noor", 4, words="Walinisukuma kambini.", tongue="Kiswahili")
    told.take("approve_words", "Amina", 5, right="right")
    row = find_row("refer", told.people["Noor"].role, told.case.state)
    begun = packet.material(told.people["Noor"], told.case, row)
    assert begun.first == "Walinisukuma kambini." and "write_down" in [one.step for one in begun.theirs]


def test_what_nobody_wrote_down_before_the_end_is_owed_anew_when_the_case_goes_on(told, cast):
    told.take("dismiss", "Noor", 2)
    assert "L26" not in told.owes()
    told.take("appeal", "Amina", 3)
    told.people["Tomas"] = another_approver(cast)
    told.take("reopen_admission", "Noor", 4)
    assert "L26" in told.owes()


def test_her_page_opens_also_where_she_opens_nothing_of_what_was_written_down(told):
    with unit_of_work():
        told.case.spoken = "written"
        chain.append(told.case, "note", CLOCK, clock.now(), clock.now())
    assert open_complainant_page(told.people["Amina"], told.case).words_to_approve is None


def test_names_in_what_was_written_down_are_looked_for_before_silence_counts(told, cast):
    another_approver(cast)
    said = "The guard hit Zephyrine Quillfeather there."
    told.take("write_down", "Noor", 2, words="They hit Zephyrine Quillfeather.", tongue="English")
    told.take("approve_words", "Amina", 3, right="right")
    text = {"packet": said, "previewed": packet_hash(said)}
    told.take("show_summary", "Noor", 4, **text)
    told.take("review_summary", "Amina", 5, verdict="later")
    steps.bring_up_to_date(told.people["Noor"], told.reference, told.begin + timedelta(days=15))
    with pytest.raises(Refused, match="could show who complained"):
        told.take("refer", "Noor", 15, **text)
