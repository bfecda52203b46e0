"""What a page asks of the database does not grow with the number of cases: SQLite's own steps are counted, no time."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from bench.ground import app_of, ground
from bench.prepare import prepare
from bench.statements import following, signed_in
from grievance.extensions import db
from grievance.reports.queue_asked import SHOWS
from grievance.reports.queue_order import BY_DUE, NEW_FIRST
from grievance.reports.queue_shows import LATE

FEW, MANY = 2_000, 6_000
EACH = 10
"""Steps between two looks: the smallest page takes some hundred, in statements of a few each."""
AT_MOST, OF_LATE = 1.25, 1.5
"""Times the steps that a page may take beside three times the cases; where it counts late ones, of which there are not
yet so many here that the count ends (`MOST_COUNTED`)."""
NO_WALK = (MANY - FEW) // 2
"""Steps more that are no walk through all cases, which takes at least one for each: now and then a page notes that it
was read, and that may fall on one of the two."""
PEOPLE = {"officer": "Noor", "company": "Victor"}
OFFICER = [
    "/desk",
    *(f"/desk?show={show}" for show in SHOWS),
    *(f"/desk?order={order}" for order in (NEW_FIRST, BY_DUE)),
    "/desk/tasks",
    "/desk/cases/{messages}",
]
COMPANY = ["/company", "/company/cases/{followed}"]


class Office:
    """The bench's office with so many cases. Each person signs in once, or they would be slowed down."""

    def __init__(self, data):
        self.data, self.app, self.clients = data, app_of(data.env), {}
        with self.app.app_context():
            self.engine = db.engine

    def client(self, who):
        if who not in self.clients:
            code = self.data.followed.code
            self.clients[who] = following(self.app, code) if who == "complainant" else signed_in(self.app, PEOPLE[who])
        return self.clients[who]

    def steps_of(self, who, address):
        """Of the second time that this person opens the page: what a process asks once is no cost of each."""
        path = address.format(messages=self.data.messages, followed=self.data.followed.reference)
        assert self.client(who).get(path).status_code == 200, path
        with counted(self.engine) as steps:
            assert self.client(who).get(path).status_code == 200, path
        return steps[0]


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    """With few cases, and with three times as many."""
    with ground("sqlite", str(tmp_path_factory.mktemp("growth"))) as made:
        both = [Office(one) for one in prepare(made, [FEW, MANY], rounds=2, due=10).data]
        yield both
        for one in both:
            one.engine.dispose()


@contextmanager
def counted(engine):
    """How many steps SQLite takes within the block, in a list of one."""
    steps = [0]

    def look():
        steps[0] += EACH

    def out(connection, _record, _proxy):
        connection.set_progress_handler(look, EACH)

    def back(connection, _record):
        connection.set_progress_handler(None, 0)

    event.listen(engine, "checkout", out)
    event.listen(engine, "checkin", back)
    yield steps
    event.remove(engine, "checkout", out)
    event.remove(engine, "checkin", back)


PAGES = [
    *(("officer", one) for one in OFFICER),
    *(("company", one) for one in COMPANY),
    ("complainant", "/follow/case"),
]


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_takes_as_many_steps_beside_three_times_the_cases(offices, who, address):
    few, many = (office.steps_of(who, address) for office in offices)
    most = OF_LATE if address.partition("show=")[2] in LATE else AT_MOST
    assert many <= most * few + NO_WALK, f"{few:,} steps with {FEW:,} cases, {many:,} with {MANY:,}"
    assert few > 0


def test_a_page_that_walked_through_all_cases_would_be_found_out(offices):
    engine = offices[1].engine
    with counted(engine) as steps, engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM cases WHERE topics LIKE '%x%'"))
    assert steps[0] > 2 * MANY
