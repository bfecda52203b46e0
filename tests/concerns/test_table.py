"""Every step of a concern by every role from every place: what no row lists is refused, and changes nothing."""

import pytest
from sqlalchemy import func, select, update

from grievance.access import NoSuchCase
from grievance.concerns import steps
from grievance.concerns.row import Row
from grievance.concerns.table import LABELS, TABLE
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.concern import Concern, ConcernItem, ConcernProposal, Stands, Thing
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.workflow.events import OFFICE_LABELS
from tests.concerns import road

PLACES = {
    Thing.CONCERN: (Stands.OPEN, Stands.CLOSED),
    Thing.ACTION: (Stands.ASKED, Stands.REPORTED, Stands.VERIFIED, Stands.UNMET, Stands.WITHDRAWN),
    Thing.MEASURE: (Stands.HEARING, Stands.HEARD, Stands.IN_FORCE, Stands.NOT_TAKEN, Stands.APPEALED, Stands.ENDED),
}
WHO = {"Noor": Role.OFFICER, "Tomas": Role.APPROVER, "Ines": Role.CUSTODIAN, "Victor": Role.COMPANY}
TAKEN = [row for row in TABLE if row.step != "open_concern"]


def listed(row: Row, role: Role, place: Stands) -> bool:
    return role in row.who and (place == Stands.OPEN if row.is_new else place in row.source)


@pytest.fixture
def things(app, cast, monkeypatch):
    """One of each; conditions aside, which have tests of their own."""
    monkeypatch.setattr(steps, "_against", lambda _row, _context: None)
    concern = road.opened(cast)
    return concern, {
        Thing.CONCERN: "",
        Thing.ACTION: road.both(cast, "ask_corrective_action", concern),
        Thing.MEASURE: road.both(cast, "propose_measure", concern),
    }


def count():
    db.session.rollback()
    return db.session.scalar(select(func.count(Event.id)))


def stand(concern, item, place):
    """As nobody could: by a statement of its own."""
    db.session.rollback()
    model, row_id = (ConcernItem, item) if item else (Concern, concern)
    closed = {"closed_at": func.now() if place == Stands.CLOSED else None} if not item else {}
    db.session.execute(update(model).where(model.id == row_id).values(state=place, **closed))
    db.session.execute(update(ConcernProposal).values(decided_at=func.now(), approved=False))
    db.session.commit()


def goes(person, row, concern, item):
    """Whether the step is taken, or proposed."""
    given = road.answers(row.step) if row.step in road.ANSWERS else {}
    try:
        steps.take(person, row.step, concern, given, "" if row.is_new else item)
    except (Refused, NoSuchCase):
        return False
    return True


@pytest.mark.parametrize("row", TAKEN, ids=lambda row: row.step)
def test_a_step_is_taken_by_whom_the_table_lists_from_where_it_lists_and_refused_else(things, cast, row):
    concern, ids = things
    thing, happened = Thing.CONCERN if row.is_new else row.of, {}
    for place in PLACES[thing]:
        for name in WHO:
            stand(concern, ids[thing], place)
            before = count()
            happened[place, name] = goes(cast[name], row, concern, ids[thing])
            assert count() == before + happened[place, name]
            stand(concern, ids[thing], PLACES[thing][0])
    assert happened == {
        (place, name): listed(row, role, place) for place in PLACES[thing] for name, role in WHO.items()
    }


def test_a_step_that_no_row_names_is_refused(things, cast):
    with pytest.raises(NoSuchCase):
        steps.take(cast["Noor"], "forgive_everything", things[0], {})


def test_a_step_about_another_thing_is_refused(things, cast):
    concern, ids = things
    with pytest.raises(Refused):
        steps.take(cast["Noor"], "find_unmet", concern, road.answers("find_unmet"), ids[Thing.MEASURE])
    other = road.opened(cast)
    with pytest.raises(NoSuchCase):
        steps.take(cast["Noor"], "find_unmet", other, road.answers("find_unmet"), ids[Thing.ACTION])


def test_each_step_has_a_name_of_its_own_and_its_event_a_label():
    assert len({row.step for row in TABLE}) == len({row.kind for row in TABLE}) == len(TABLE)
    assert set(LABELS) <= set(OFFICE_LABELS)


def test_whatever_takes_from_a_company_takes_two_people_or_the_boards_minute():
    for row in TABLE:
        if row.is_new and row.of != Thing.CONCERN:
            assert row.approved, row.step
        if Role.APPROVER in row.who and row.of == Thing.MEASURE:
            assert {"votes", "minute", "recused"} <= {one.name for one in row.asks}, row.step
