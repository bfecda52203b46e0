"""What she does beside the steps, and a step of hers that waits for a second person, leave a company's pages as they
were."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import new_receipt, receipts
from grievance.extensions import db
from grievance.intake.filing import new_secret
from grievance.models.case import Case
from grievance.models.keys import Holder
from grievance.models.sides import COMPANY
from grievance.models.writing import Decision
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import not_me, steps
from grievance.workflow.events import NOTED
from grievance.workflow.labels import HAPPENINGS
from grievance.workflow.procedure import CHECKED
from tests.companies.test_as_told import AT_TEN, PLACES, RELEASE, differing, everything, of_hers, walked
from tests.outside import another_receipt
from tests.scenarios.test_identity import code_of

HERS = tuple(noted.kind for noted in NOTED if noted.hers)
READ = {noted.kind: noted for noted in NOTED}


def file_another(place):
    demonstration.file_one(clock.now(), share_account="no")


def second_code(place):
    amina = place.people["Amina"]
    another_receipt(place.case, amina, receipts.receipt_codes.make(), Holder.REPRESENTATIVE, clock.now())


def new_one(place):
    assert new_receipt.make(receipts.person_with(place.receipts["Amina"]), new_secret(), True)


def replaced_before(place):
    assert new_receipt.make(receipts.person_with(place.receipts["Amina"]), new_secret(), False)


def say_not_me(place):
    assert not_me.freeze(place.receipts["Amina"])


def a_code_before(place):
    demonstration.do("reissue_receipt", place.people["Noor"], place.case.reference, clock.now(), place.people["Tomas"])


class Desk:
    """As a story has them, for what reads a hand-over code."""

    def __init__(self, place):
        self.noor, self.case = place.people["Noor"], place.case


def take_over(place):
    assert receipts.follow(code_of(Desk(place))).receipt_secret


DONE = {
    "file": (None, file_another),
    "second_code": (None, second_code),
    "new_receipt": (None, new_one),
    "receipt_not_me": (replaced_before, say_not_me),
    "receipt_taken_over": (a_code_before, take_over),
}
"""What is done before, and then; of the others their event and the case's version are all that a case keeps."""


def note(place, kind):
    with unit_of_work() as session:
        case, now = session.get_one(Case, place.case.id), clock.now()
        chain.append(case, kind, place.people["Amina"], now, now, {})
        case.version += 1


@pytest.mark.parametrize("kind", HERS)
@pytest.mark.parametrize("name", ["answered", "talks offered"])
def test_what_she_does_beside_the_steps_leaves_all_that_a_company_reads(app, cast, name, kind):
    with time_machine.travel(AT_TEN, tick=False) as travel:
        place = walked(cast, PLACES[name])
        begins, does = DONE.get(kind, (None, lambda place: note(place, kind)))
        if begins:
            begins(place)
        everything(app, place.case.reference)
        before = everything(app, place.case.reference)
        travel.shift(timedelta(minutes=7))
        does(place)
        assert differing(before, everything(app, place.case.reference)) == []


@pytest.mark.parametrize("kind", HERS)
def test_no_company_reads_an_event_of_hers_that_no_step_makes_or_gets_a_letter_about_it(kind):
    noted = READ[kind]
    assert COMPANY not in HAPPENINGS[kind].shown_to and not HAPPENINGS[kind].told_company_as
    assert not [letter for letter in noted.letters if letter.recipient == COMPANY]


# --- a step of hers that waits for a second person -------------------------------------------------------------


WHERE = ("answered", "promised", "delivered", "talks offered", "remedied")


@pytest.mark.parametrize("name", WHERE)
def test_a_step_of_hers_that_waits_for_a_second_person_is_seen_by_no_company(app, cast, name):
    """By a receipt that a code made: proposed, and approved or refused on the same day, before the release."""
    with time_machine.travel(AT_TEN, tick=False) as travel:
        place = walked(cast, PLACES[name])
        a_code_before(place)
        shown = receipts.follow(code_of(Desk(place))).receipt_secret
        place.people["Amina"] = receipts.person_with(receipts.shown(shown))
        assert place.people["Amina"].checked
        everything(app, place.case.reference)
        before = everything(app, place.case.reference)
        proposed = [row for who, row in of_hers(place) if who == "Amina" and row.step in CHECKED]
        assert proposed
        for row in proposed:
            travel.shift(timedelta(minutes=1))
            propose(place, row)
            assert differing(before, everything(app, place.case.reference)) == [], row.step
        for decision in db.session.scalars(select(Decision).where(Decision.outcome.is_(None))).all():
            travel.shift(timedelta(minutes=1))
            step = decision.step
            decide(place, decision.id)
            assert differing(before, everything(app, place.case.reference)) == [], step
        assert clock.now() < RELEASE


def propose(place, row):
    person, reference = place.people["Amina"], place.case.reference
    steps.take(row.step, person, reference, demonstration.answers_for(row.step, person, place.case))


def decide(place, number):
    try:
        steps.decide(place.people["Tomas"], place.case.reference, number, True)
    except steps.Refused:  # one that was approved before is in its way
        db.session.rollback()
        steps.decide(place.people["Tomas"], place.case.reference, number, False, "Another one was approved.")
