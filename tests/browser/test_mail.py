"""What the desk says of mail that does not arrive, as an officer and an approver read it on a small screen."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from grievance import clock, demonstration
from grievance.maintenance.health import note_sweep
from grievance.models.people import Account, AccountStatus
from grievance.notify.outbox import deliver
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps
from tests.browser.looks import WIDTHS, overflow, resize
from tests.browser.test_story import Visitor, sign_in
from tests.notify.test_outbox import port, server

__all__ = ["port"]


@pytest.fixture
def trouble(app, cast, port):
    """Victor of Larkfield is not admitted any more, Tomas' address is refused, the worker is dead since three days."""
    reference, _amina, _code = demonstration.file_one(clock.now() - timedelta(days=4))
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now() - timedelta(days=3))
    demonstration.do("refer", cast["Noor"], reference, clock.now() - timedelta(days=3), cast["Tomas"])
    steps.take("write", cast["Noor"], reference, {"audience": "company", "message": "Please answer."})
    with unit_of_work() as session:
        session.execute(update(Account).where(Account.name == "Victor").values(status=AccountStatus.WAITING))
        note_sweep(clock.now() - timedelta(days=3))
    with server(port, refused={"tomas@example.org"}):
        deliver(clock.now())


def test_an_officer_reads_on_the_first_page_who_cannot_be_reached_and_that_the_clock_stands(
    app, trouble, live_server, new_page
):
    for name, pages in (("Noor", ("/desk", "/desk/admin")), ("Tomas", ("/desk", "/desk/admin", "/account/people"))):
        visitor = Visitor(new_page(), live_server)
        sign_in(visitor, name)
        for path in pages:
            visitor.go(path)
            for width in WIDTHS:
                resize(visitor.page, width)
                assert not overflow(visitor.page), (path, width)
            text = visitor.text
            if path == "/account/people":
                assert "Mail to this address is refused since" in text
                continue
            assert "The clock has stood still since" in text and "Tomas, since" in text
            assert "Nobody at Larkfield Guarding can be reached. Since" in text
