"""Several officers on one case: who is in charge, who is beside, and what each of them is told."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.accounts import absence, beside, leaving, who_could
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.beside import Beside
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.models.writing import Letter
from grievance.notify.recipients import readers
from grievance.record import chain, compare
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.reports.queue_counts import counts
from grievance.workflow import steps
from tests.accounts.test_leaving import join


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=6))[0]


@pytest.fixture
def aside(cast, petra, reference):
    """Petra is beside Noor."""
    put(cast["Noor"], petra, reference)
    return petra


def put(by, whom, reference):
    steps.take("put_beside", by, reference, {"beside": str(whom.account_id)})
    db.session.rollback()


def take_off(by, whom, reference):
    steps.take("take_off_beside", by, reference, {"colleague": str(whom.account_id)})
    db.session.rollback()


def there(who, reference):
    db.session.rollback()
    return beside.of(find_case(who, reference).id)


def mine(who):
    db.session.rollback()
    found = queue(who, Wanted("mine"))
    assert len(found.lines) == counts(who, ("mine",))["mine"]
    return {line.case.reference: line.case.officer for line in found.lines}


def letter_to(recipient):
    return db.session.scalars(select(Letter).where(Letter.recipient == recipient).order_by(Letter.id.desc())).first()


def holds():
    return list(compare.everything()) == [] and chain.verify() == []


def test_who_is_beside_finds_the_case_among_their_own_and_whoever_is_in_charge_keeps_it(cast, aside, reference):
    assert mine(aside) == {reference: "Noor"} == mine(cast["Noor"])
    assert [line.news for line in queue(aside, Wanted("mine")).lines] == [("new",)]
    assert readers(letter_to("colleague"), clock.now()) == [aside.account_id]
    assert holds()


def test_taken_off_it_is_theirs_no_more(cast, aside, reference):
    take_off(cast["Tomas"], aside, reference)
    assert mine(aside) == {} and there(aside, reference) == [] and holds()


def test_in_every_order_of_the_queue_their_own_has_the_case_once(cast, aside, reference):
    for order in ("new", "due", "day", "severity"):
        lines = queue(aside, Wanted("mine", order=order)).lines
        assert [line.case.reference for line in lines] == [reference], order


def test_a_stand_in_of_who_is_in_charge_who_is_beside_too_reads_it_once(cast, aside, reference):
    absence.announce(cast["Noor"], away(aside))
    assert list(mine(aside)) == [reference] and len(queue(aside, Wanted("mine")).lines) == 1


@pytest.mark.parametrize("who", ["Petra", "Pia"])
def test_only_who_is_in_charge_or_an_approver_puts_somebody_beside(cast, petra, reference, who):
    pia = join("Pia", Role.OFFICER, cast["Tomas"])
    with pytest.raises(Refused):
        put({"Petra": petra, "Pia": pia}[who], petra, reference)
    put(cast["Tomas"], petra, reference)
    assert there(petra, reference) == [petra.account_id]


def test_nobody_who_must_not_see_the_case_nor_an_approver_is_put_beside(cast, petra, reference):
    steps.take("declare_conflict", petra, reference, {"why": "My brother works there."})
    for whom in (petra, cast["Tomas"], cast["Noor"], cast["Victor"], cast["Ines"]):
        with pytest.raises((BadInput, Refused)):
            put(cast["Noor"], whom, reference)


def test_a_conflict_takes_one_off(cast, aside, reference):
    steps.take("declare_conflict", aside, reference, {"why": "My brother works there."})
    assert there(cast["Noor"], reference) == [] and mine(aside) == {} and holds()


def test_who_leaves_is_off_and_the_case_says_so(cast, aside, reference):
    leaving.leave(cast["Tomas"], aside.account_id)
    case = find_case(cast["Noor"], reference)
    kinds = list(db.session.scalars(select(Event.kind).where(Event.chain == case.id).order_by(Event.seq)))
    assert kinds[-1] == "no_longer_beside" and there(cast["Noor"], reference) == [] and holds()


def test_handed_over_to_who_is_beside_they_are_in_charge_and_not_beside(cast, aside, reference):
    steps.take("assign", cast["Noor"], reference, {"officer": str(aside.account_id)})
    assert there(aside, reference) == [] and mine(aside) == {reference: "Petra"} and mine(cast["Noor"]) == {}
    assert holds()


def away(stand_in):
    today = clock.office_today()
    return {"first_day": today.isoformat(), "last_day": (today + timedelta(days=3)).isoformat(),
            "stand_in": str(stand_in.account_id)}  # fmt: skip


def test_mail_goes_to_who_is_in_charge_in_their_absence_to_the_stand_in_and_then_to_those_beside(
    cast, aside, reference
):
    pia, now = join("Pia", Role.OFFICER, cast["Tomas"]), clock.now()
    waits = letter_to("officer")
    assert readers(waits, now) == [cast["Noor"].account_id]
    absence.announce(cast["Noor"], away(pia))
    assert readers(waits, now) == [pia.account_id]
    absence.announce(pia, away(aside))
    assert readers(waits, now) == [aside.account_id], "both are away"


def test_where_nobody_is_in_charge_mail_goes_to_those_beside_before_the_whole_desk(cast, aside, reference):
    join("Pia", Role.OFFICER, cast["Tomas"])
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    waits = letter_to("officer")
    assert readers(waits, clock.now()) == [aside.account_id]
    assert mine(signed_in("Petra")) == {reference: None}


def test_who_writes_somebody_beside_into_the_database_or_takes_them_out_is_noticed(cast, petra, reference):
    case = find_case(cast["Noor"], reference)
    db.session.execute(insert(Beside).values(case_id=case.id, account_id=petra.account_id))
    db.session.commit()
    assert list(compare.everything()) != []
    db.session.execute(delete(Beside))
    db.session.commit()
    assert holds()
    put(cast["Noor"], petra, reference)
    db.session.execute(delete(Beside))
    db.session.commit()
    assert list(compare.everything()) != []


def test_the_standing_of_a_case_knows_who_is_beside(cast, aside, reference):
    assert who_could.standing(find_case(aside, reference)).beside == {aside.account_id}
