"""Who begins a later key, when not, and what becomes of it: in a race, at an erasure, and where somebody lacks it."""

import threading

import pytest
from sqlalchemy import delete, func, select, text

from grievance import clock
from grievance.accounts import receipts
from grievance.crypto.compartments import Compartment
from grievance.crypto.sealing import place
from grievance.demonstration import do
from grievance.extensions import db
from grievance.maintenance import doctor, later_keys
from grievance.models.event import Event
from grievance.models.vouching import Epoch, EpochEnvelope
from grievance.models.writing import Writing
from grievance.record.writings import writing_place
from grievance.workflow import steps
from tests.attacks.test_old_copies import Story, before_there_were_any, code_in
from tests.scenarios.days import facts
from tests.scenarios.pages import codes, desk, press
from tests.times import days_later
from tests.views.test_routes import client_of

C = Compartment


@pytest.fixture
def story(both):
    return Story(both.cast)


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_the_place_of_the_first_epoch_is_what_it_was_before_there_were_others(app):
    writing = Writing(id="a", case_id="b", compartment=C.SHARED, n=2, epoch=0)
    assert writing_place(writing) == place("writing", "b", "a", "shared", 2)
    writing.epoch = 1
    assert writing_place(writing) == place("writing", "b", "a", "shared", 2, 1)


def test_no_later_key_is_made_while_nobody_s_key_changes(story):
    story.in_every_compartment()
    assert count(Epoch) == 0


def test_the_event_with_which_an_epoch_begins_says_which_and_to_whom_it_was_sealed(story):
    story.rotated("Noor")
    story.say("Noor", "all")
    (said,) = facts(story.case, "write")[-1]["epochs"]
    epoch = db.session.scalars(select(Epoch)).one()
    sealed = {one.holder: one.key_id for one in db.session.scalars(select(EpochEnvelope))}
    receipt = sealed.pop("receipt")
    assert said == {"in": "shared", "n": 1, "number": 1, "commit": epoch.commit, "keys": sealed}
    assert receipt and set(sealed) == {"secretariat", "company"}


def test_only_the_first_word_begins_one_and_whoever_says_it(story):
    story.rotated("Noor")
    for who in ("Victor", "Amina", "Noor"):
        story.say(who, "all")
    began = db.session.scalars(select(Event.role).where(Event.facts.contains('"epochs":'))).all()
    assert began == ["company"] and count(Epoch) == 1


def test_rows_about_rotations_that_somebody_deleted_hold_no_epoch_back(story):
    story.rotated("Noor")
    db.session.execute(text("DELETE FROM rotations"))
    db.session.commit()
    assert {one.epoch for one in story.say("Noor", "all")} == {1}


def test_two_who_write_at_once_begin_one_epoch_and_both_are_read(both, story):
    story.rotated("Noor")
    both_are_there, faults, reference = threading.Barrier(2), [], story.reference

    def say(name):
        with both.app.app_context():
            try:
                both_are_there.wait(20)
                steps.take("write", story.cast[name], reference, {"audience": "all", "message": name})
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=say, args=(name,)) for name in ("Victor", "Noor")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    words = [one for one in story.writings() if one.step == "write"]
    assert faults == [] and len(words) == 2 and {one.epoch for one in words} == {1} and count(Epoch) == 1
    assert story.is_read_as_it_should_be(words)


def test_an_erasure_takes_the_later_keys_and_names_the_receipts_that_end(both):
    story = Story(both.cast, until="acknowledge")
    story.rotated("Noor")
    story.say("Noor", "complainant")
    (hers,) = [one.id for one in receipts.living_receipts(story.case)]
    story.do("dismiss", "Noor")
    assert count(Epoch) > 1
    do("erase", story.cast["Noor"], story.reference, days_later(2200), story.cast["Tomas"])
    assert (count(Epoch), count(EpochEnvelope)) == (0, 0)
    assert facts(story.case, "erase")[-1]["ended"] == [hers] and doctor.examine() == []


def test_doctor_names_a_case_whose_later_key_somebody_lacks(story):
    story.rotated("Noor")
    story.say("Noor", "all")
    assert list(later_keys.faults()) == []
    for holder, whose in (("receipt", "a receipt"), ("secretariat", "the Secretariat")):
        db.session.execute(delete(EpochEnvelope).where(EpochEnvelope.holder == holder))
        assert f"{story.reference}: what was written lately has no key for {whose}." in doctor.examine()
        db.session.rollback()


def test_doctor_counts_open_cases_from_before_until_the_next_visit(both, monkeypatch):
    with before_there_were_any(monkeypatch):
        story = Story(both.cast)
    said = both.app.test_cli_runner().invoke(args=["doctor"]).output
    assert "1 open cases are from before" in said
    receipts.follow(story.code)
    assert (
        later_keys.from_before() == 0 and "from before" not in both.app.test_cli_runner().invoke(args=["doctor"]).output
    )


def test_a_code_that_was_never_used_holds_nothing_back_once_it_is_over(story, monkeypatch):
    with before_there_were_any(monkeypatch, form=2):
        code_in(story.do("reissue_receipt", "Noor", holder="complainant"))
    story.rotated("Noor")
    assert [one.epoch for one in story.say("Noor", "complainant")] == [0]
    for one in receipts.living_receipts(story.case):
        one.expires_at = clock.now() if one.expires_at else None
    db.session.commit()
    assert [one.epoch for one in story.say("Noor", "complainant")] == [1]


def follow(app, code):
    page = app.test_client()
    return page, page.post("/follow", data={"code": code}, follow_redirects=True).text


def test_at_their_pages_she_and_the_office_read_each_other_before_and_after_a_change_of_keys(both, monkeypatch):
    with before_there_were_any(monkeypatch):
        story = Story(both.cast)
        story.say("Noor", "complainant")
    story.rotated("Noor")
    amina, text = follow(both.app, story.code)
    assert "Zinnober" in text
    wrote = press(amina, "/follow/case/steps/write", audience="secretariat", message="Was it found?")
    assert wrote.status_code == 303
    noor = client_of(both.app, "Noor")
    assert "Was it found?" in noor.get(f"/desk/cases/{story.reference}").text
    press(noor, desk(story, "write"), audience="complainant", message="It was.")
    shown = amina.get("/follow/case").text
    assert "It was." in shown and "Was it found?" in shown and "Zinnober" in shown
    assert {one.epoch for one in story.writings() if one.step == "write"} == {0, 1}


def test_at_their_pages_a_replaced_receipt_reads_all_and_the_lost_one_opens_nothing(both):
    story = Story(both.cast)
    story.rotated("Noor")
    story.say("Noor", "complainant")
    code = code_in(story.do("reissue_receipt", "Noor", holder="complainant"))
    amina, text = follow(both.app, code)
    assert codes(text) and "Zinnober" in amina.get("/follow/case").text
    press(amina, "/follow/case/steps/write", audience="secretariat", message="I have it now.")
    assert "I have it now." in client_of(both.app, "Noor").get(f"/desk/cases/{story.reference}").text
    assert "This receipt was replaced on" in follow(both.app, story.code)[1]
    assert doctor.examine() == []


def test_who_comes_through_the_api_with_a_receipt_from_before_is_a_visitor_too(app, cast, monkeypatch):
    with before_there_were_any(monkeypatch):
        story = Story(cast)
    answer = app.test_client().get("/api/v1/case", headers={"Authorization": f"Receipt {story.code}"})
    assert answer.status_code == 200 and receipts.person_with(story.code).receipt_seed
    assert len(facts(story.case, "receipt_keys")) == 1
