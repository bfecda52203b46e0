"""What a person types on a step's page is there again, for that person alone, until it is sent or a month is over."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from grievance import clock, demonstration
from grievance.access import NoSuchCase
from grievance.accounts import people
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.desk import StepDraft
from grievance.models.people import Account, AccountStatus
from grievance.workflow import step_drafts, steps
from tests.times import days_later

WORDS = "Zinnober stood at the gate."


@pytest.fixture
def referred(both):
    return demonstration.walk_story(both.cast, "company_acknowledge", clock.now() - timedelta(days=15))[0]


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def drafts():
    return db.session.scalar(select(func.count()).select_from(StepDraft))


def keep_all(cast, reference):
    step_drafts.save(cast["Noor"], reference, "note", {"note": WORDS})
    step_drafts.save(cast["Victor"], reference, "respond", {"facts": WORDS})


def test_kept_words_are_read_by_their_writer_and_by_nobody_else(both, referred):
    keep_all(both.cast, referred)
    case = case_of(referred)
    assert step_drafts.load(both.cast["Noor"], case, "note").answers == {"note": WORDS}
    assert step_drafts.load(both.cast["Tomas"], case, "note") is None
    draft = db.session.scalars(select(StepDraft).where(StepDraft.slot == "note")).one()
    db.session.execute(
        update(StepDraft).where(StepDraft.slot == "note").values(account_id=both.cast["Tomas"].account_id)
    )
    db.session.expire(draft)
    db.session.expunge(draft)
    assert step_drafts.load(both.cast["Tomas"], case, "note") is None, "stolen, it does not open"
    db.session.rollback()


def test_the_database_holds_no_kept_word_in_clear(both, referred):
    keep_all(both.cast, referred)
    for draft in db.session.scalars(select(StepDraft)):
        assert b"Zinnober" not in draft.sealed + draft.sealed_key
        assert len(draft.sealed) == 1 + 12 + 256 + 16, "padded: the length tells little"


def test_words_for_one_reader_are_never_offered_for_another(both, referred):
    noor, case = both.cast["Noor"], case_of(referred)
    step_drafts.save(noor, referred, "write", {"audience": "company", "message": "For the company."})
    step_drafts.save(noor, referred, "write", {"audience": "complainant", "message": "For Amina."})
    assert step_drafts.load(noor, case, "write:company").answers["message"] == "For the company."
    assert step_drafts.load(noor, case, "write:complainant").answers["message"] == "For Amina."
    assert set(step_drafts.saved_since(noor, case)) == {"write:company", "write:complainant"}


def test_the_last_words_replace_those_before_and_emptied_fields_keep_nothing(both, referred):
    noor = both.cast["Noor"]
    for words in ("First.", "Second."):
        step_drafts.save(noor, referred, "note", {"note": words})
    assert step_drafts.load(noor, case_of(referred), "note").answers == {"note": "Second."}
    assert step_drafts.save(noor, referred, "note", {"note": ""}) is None and drafts() == 0


def test_words_of_a_step_that_was_taken_or_proposed_are_forgotten(both, referred):
    cast = both.cast
    keep_all(cast, referred)
    demonstration.do("respond", cast["Victor"], referred, clock.now())
    step_drafts.save(cast["Noor"], referred, "conclude_review", {"observations": WORDS})
    demonstration.do("conclude_review", cast["Noor"], referred, clock.now())
    assert db.session.scalars(select(StepDraft.slot)).all() == ["note"]
    step_drafts.throw_away(cast["Noor"], referred, "note")
    assert drafts() == 0


def test_a_refused_step_leaves_the_kept_words(both, referred):
    noor = both.cast["Noor"]
    step_drafts.save(noor, referred, "note", {"note": WORDS})
    with pytest.raises(steps.Changed):
        steps.take("note", noor, referred, {"note": WORDS}, version=0)
    assert drafts() == 1


def test_a_case_that_changed_since_is_told_with_the_words(both, referred):
    noor = both.cast["Noor"]
    step_drafts.save(noor, referred, "note", {"note": WORDS})
    assert not step_drafts.load(noor, case_of(referred), "note").changed
    demonstration.do("note", both.cast["Tomas"], referred, clock.now())
    assert step_drafts.load(noor, case_of(referred), "note").changed


def test_after_thirty_days_the_sweep_forgets_them(both, referred):
    keep_all(both.cast, referred)
    sweep(days_later(29))
    assert drafts() == 2
    with time_machine.travel(days_later(2)):
        step_drafts.save(both.cast["Noor"], referred, "note", {"note": WORDS})
    sweep(days_later(31))
    assert db.session.scalars(select(StepDraft.slot)).all() == ["note"]


def test_who_left_leaves_no_kept_words_behind(both, referred):
    keep_all(both.cast, referred)
    victor = both.cast["Victor"].account_id
    db.session.execute(update(Account).where(Account.id == victor).values(status=AccountStatus.LEFT))
    db.session.commit()
    sweep(clock.now())
    assert db.session.scalars(select(StepDraft.slot)).all() == ["note"]


def test_a_case_that_is_erased_takes_the_kept_words_with_it(both):
    reference, _code = demonstration.walk_story(both.cast, "close", clock.now() - timedelta(days=5 * 365))
    step_drafts.save(both.cast["Noor"], reference, "note", {"note": WORDS})
    demonstration.do("erase", both.cast["Noor"], reference, clock.now(), both.cast["Tomas"])
    assert case_of(reference).erased_at and drafts() == 0
    with pytest.raises(Refused):
        step_drafts.save(both.cast["Noor"], reference, "note", {"note": WORDS})


def test_who_is_shut_out_of_a_case_loses_the_words_about_it(both, referred):
    step_drafts.save(both.cast["Noor"], referred, "note", {"note": WORDS})
    demonstration.do("declare_conflict", both.cast["Noor"], referred, clock.now())
    assert drafts() == 0


@pytest.mark.parametrize("name", ["Olga", "Ines"])
def test_nothing_is_kept_for_whom_the_case_does_not_exist(both, referred, name):
    with pytest.raises(NoSuchCase):
        step_drafts.save(both.cast[name], referred, "respond", {"facts": WORDS})


def test_nothing_is_kept_for_a_step_that_is_not_ones_own(both, referred):
    for name, step in (("Victor", "note"), ("Noor", "respond"), ("Noor", "reign")):
        with pytest.raises(Refused):
            step_drafts.save(both.cast[name], referred, step, {"note": WORDS, "facts": WORDS})
    assert drafts() == 0


def test_after_a_forgotten_password_the_old_words_stay_shut_and_nothing_breaks(both, referred):
    from dataclasses import replace

    from grievance.crypto.envelopes import new_key_pair

    step_drafts.save(both.cast["Noor"], referred, "note", {"note": WORDS})
    newcomer = replace(both.cast["Noor"], own_seed=new_key_pair().seed)
    assert step_drafts.load(newcomer, case_of(referred), "note") is None
    assert people.waiting(both.cast["Noor"]) == []
