"""The office's discussion of a case: notes that mention colleagues and answer each other, and who learns of it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.accounts import leaving
from grievance.crypto.compartments import Compartment
from grievance.desk import mentions
from grievance.desk.new_marks import looked
from grievance.extensions import db
from grievance.forms.fields import BadInput, Field, Kind
from grievance.maintenance import indexing
from grievance.models.event import Event
from grievance.models.writing import Letter
from grievance.notify.recipients import readers
from grievance.record import chain, compare
from grievance.reports import casefile
from grievance.reports.thread import thread
from grievance.workflow import choice_sources, steps
from tests.maintenance.backup.conftest import closed_case, erase
from tests.search.conftest import found

WORDS = "Zinnober: was the gate locked?"


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=6))[0]


def note(who, reference, words=WORDS, whom=(), answers=""):
    said = {"note": words, "mentioned": [str(one.account_id) for one in whom], "writing": answers}
    steps.take("note", who, reference, {name: answer for name, answer in said.items() if answer})
    db.session.rollback()


def said_in(who, reference):
    case = find_case(who, reference)
    return thread(casefile.open_case_file(who, case))


def facts_of(reference, who):
    case = find_case(who, reference)
    newest = select(Event.facts).where(Event.chain == case.id, Event.kind == "note").order_by(Event.seq.desc())
    return json.loads(db.session.scalars(newest).first())


def letter():
    query = select(Letter).where(Letter.template == "mentioned").order_by(Letter.id.desc())
    return db.session.scalars(query).first()


def where(who):
    db.session.rollback()
    return [one.reference for one in mentions.of(who)]


def test_who_is_mentioned_finds_it_at_the_front_until_they_open_the_case(cast, petra, reference):
    note(cast["Noor"], reference, whom=[petra])
    assert (where(petra), where(cast["Tomas"]), where(cast["Noor"])) == ([reference], [], [])
    case = find_case(petra, reference)
    looked(petra, case.id, ends=True)
    assert where(petra) == []
    assert list(compare.everything()) == [] and chain.verify() == []


def test_the_thread_says_who_wrote_whom_they_mentioned_and_what_it_answers_newest_last(cast, petra, reference):
    note(cast["Noor"], reference, whom=[petra, cast["Tomas"]])
    first = said_in(petra, reference)[0]
    note(petra, reference, "It was.", answers=first.id)
    asked, answer = said_in(cast["Noor"], reference)
    assert (asked.name, asked.fields, asked.mentioned) == ("Noor", [("", WORDS)], "Tomas, Petra")
    assert (answer.name, answer.answers.id, answer.mentioned) == ("Petra", asked.id, "")


def test_one_mail_goes_to_whoever_is_mentioned_and_to_nobody_else(cast, petra, reference):
    note(cast["Noor"], reference, whom=[petra])
    assert readers(letter(), clock.now()) == [petra.account_id]


@pytest.mark.parametrize("words", ["@Petra, look.", "Ask @petra", "(@PETRA)"])
def test_a_name_after_the_sign_mentions_the_one_colleague_who_has_it(cast, petra, reference, words):
    note(cast["Noor"], reference, words)
    assert facts_of(reference, petra)["mentioned"] == [str(petra.account_id)] and where(petra) == [reference]


@pytest.mark.parametrize("words", ["Petra, look.", "petra@example.org", "@Petrana", "@Ines", "@Noor", "@", "@ Petra"])
def test_no_other_word_mentions_anybody(cast, petra, reference, words):
    note(cast["Noor"], reference, words)
    assert "mentioned" not in facts_of(reference, petra) and where(petra) == []
    assert letter() is None


def test_only_who_may_see_the_case_can_be_mentioned(cast, petra, reference):
    with pytest.raises(BadInput):
        note(cast["Noor"], reference, whom=[cast["Victor"]])
    with pytest.raises(BadInput):
        note(cast["Noor"], reference, whom=[cast["Ines"]])
    steps.take("declare_conflict", petra, reference, {"why": "She is my cousin."})
    with pytest.raises(BadInput):
        note(cast["Noor"], reference, whom=[petra])
    note(cast["Noor"], reference, "@Petra")
    assert "mentioned" not in facts_of(reference, cast["Noor"])


def test_who_is_shut_out_afterwards_reads_no_mention_and_gets_no_mail(cast, petra, reference):
    note(cast["Noor"], reference, whom=[petra])
    waits = letter()
    steps.take("declare_conflict", petra, reference, {"why": "She is my cousin."})
    assert where(petra) == [] and readers(waits, clock.now()) == []


def test_who_left_gets_no_mail_of_a_mention(cast, petra, reference):
    note(cast["Noor"], reference, whom=[petra])
    leaving.leave(cast["Tomas"], petra.account_id)
    assert readers(letter(), clock.now()) == []


def test_a_search_finds_the_words_and_erasing_the_case_takes_them(app, cast, petra):
    reference = closed_case(cast)
    note(cast["Noor"], reference, whom=[petra])
    indexing.index_some(cast["Noor"])
    assert found(cast["Noor"], "zinnober") == [reference]
    erase(cast, reference)
    db.session.rollback()
    assert found(cast["Noor"], "zinnober") == [] and said_in(cast["Noor"], reference) == []


def test_a_note_is_nothing_that_she_is_told_of_so_no_passage_of_it_is_offered_to_be_taken_out(cast, petra, reference):
    """As before: what is to be taken out is told to her first, and she never learns of notes."""
    note(cast["Noor"], reference, whom=[petra])
    case = find_case(cast["Noor"], reference)
    which = Field("part", "", Kind.PART, sealed_into=Compartment.CORRESPONDENCE)
    ids = [one for one, _text in choice_sources.options(which, case, opened(cast["Noor"], case))]
    assert ids and f"writing:{said_in(cast['Noor'], reference)[0].id}" not in ids
