"""What doctor reads from the record: a promise broken in one case is named, and only that case."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select, text, update

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance import doctor, recomputed
from grievance.models.limit import Limit
from grievance.record.transaction import unit_of_work
from grievance.workflow.overdue import LOOK_AGAIN
from tests.views.test_routes import client_of

BREAKS = {
    "went from received to referred by respond": "UPDATE events SET kind='respond' WHERE kind='refer'",
    "was closed by the clock": "UPDATE events SET role='clock' WHERE kind='close'",
    "is closed, but the record says remedied": "UPDATE events SET facts='{}' WHERE kind='close'",
    "without the complainant's consent": r"""UPDATE events SET facts=replace(facts, '"share_account"\:true',
        '"share_account"\:false') WHERE kind='file'""",
    "though the complainant had not chosen that": r"""UPDATE events SET facts=replace(facts, '"share_account"\:true',
        '"company_road"\:false,"share_account"\:true') WHERE kind='file'""",
    "of its record stands beside another case": """UPDATE events SET case_id=(SELECT min(id) FROM cases
        WHERE id != events.case_id) WHERE kind='refer'""",
    "are not those that the steps handed over": "DELETE FROM company_envelopes",
    "written with refer names an event that is not of": "UPDATE writings SET event_id=1 WHERE step='refer'",
}


def as_an_owner_of_the_database():
    """Who may drop a trigger may change the record; the next one to look sees it."""
    for name in ("events_no_update", "events_no_delete") if db.engine.dialect.name == "sqlite" else ():
        db.session.execute(text(f"DROP TRIGGER {name}"))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("DROP TRIGGER events_only_added ON events"))


@pytest.mark.parametrize("sentence", BREAKS)
def test_doctor_names_the_case_whose_record_tells_of_a_broken_promise(both, sentence):
    closed = demonstration.walk_story(both.cast, "close", clock.now() - timedelta(days=200))[0]
    sound = [demonstration.file_one(clock.now())[0] for _ in range(2)]
    assert doctor.examine() == []
    case_id = db.session.execute(text("SELECT id FROM cases WHERE reference=:r"), {"r": closed}).scalar_one()
    as_an_owner_of_the_database()
    where = " AND " if "WHERE" in BREAKS[sentence] else " WHERE "
    db.session.execute(text(f"{BREAKS[sentence]}{where}case_id=:case"), {"case": case_id})
    db.session.commit()
    faults = doctor.examine()
    assert any(fault.startswith(closed) and sentence in fault for fault in faults)
    assert not any(reference in fault for fault in faults for reference in sound)


def test_an_event_of_the_office_that_names_a_case_is_a_fault_and_shows_in_no_case(both):
    """The hash of an event does not say which case it stands beside: its chain is what counts."""
    reference, _receipt = demonstration.file_one(clock.now())[:2]
    case_id = db.session.execute(text("SELECT id FROM cases WHERE reference=:r"), {"r": reference}).scalar_one()
    db.session.rollback()
    client = client_of(both.app, "Noor")
    before = story_of(client, reference)
    as_an_owner_of_the_database()
    db.session.execute(text("UPDATE events SET case_id=:case WHERE chain='office'"), {"case": case_id})
    db.session.commit()
    assert story_of(client, reference) == before
    for faults in (doctor.examine(), doctor.vouched()):
        assert any(fault.startswith("office: event 2 of its record stands beside") for fault in faults)


def story_of(client, reference):
    page = html.fromstring(client.get(f"/desk/cases/{reference}").text)
    return [" ".join(one.text_content().split()) for one in page.iter("li", "dd", "p", "td")]


@pytest.mark.parametrize(("ahead", "faulty"), [(4, False), (30, True)])
def test_a_worker_whose_clock_goes_a_little_before_this_one_is_no_fault(both, ahead, faulty):
    """It looks again five minutes after its own time."""
    demonstration.file_one(clock.now())
    now = db.session.scalars(select(Limit.due_at).where(Limit.wake_at.is_not(None)).order_by(Limit.due_at)).first()
    db.session.rollback()
    with unit_of_work(effect=False) as session:
        then = now + timedelta(minutes=ahead) + LOOK_AGAIN
        session.execute(update(Limit).where(Limit.due_at == now).values(wake_at=then))
    assert bool([fault for fault in recomputed.faults(now) if "only after its end" in fault]) is faulty
