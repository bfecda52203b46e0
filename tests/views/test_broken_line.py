"""The database goes away in the middle of a page: whichever of its questions is not answered, nobody is told that the
program made a mistake."""

from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from grievance import clock, demonstration
from grievance.extensions import db
from tests.views.test_away import CALM
from tests.views.test_routes import client_of

MOST = 120
"""Questions of one page; fewer are a test."""


@pytest.fixture
def breaking(app):
    """`breaking.at = n`: the n-th question from now on is not answered, nor any after it; 0 mends it. `breaking.asked`
    counts."""
    state = SimpleNamespace(at=0, asked=0)

    def refuse(*_statement):
        state.asked += 1
        if state.at and state.asked >= state.at:
            raise OperationalError("SELECT", {}, Exception("server closed the connection unexpectedly"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    yield state
    event.remove(db.engine, "before_cursor_execute", refuse)


def answers(breaking, ask):
    """What whoever asks is answered, when the first question of the page is not answered, the second, and so on."""
    for number in range(1, MOST):
        breaking.at, breaking.asked = number, 0
        page = ask()
        asked, breaking.at = breaking.asked, 0
        db.session.remove()
        yield page
        if asked < number:
            return
    raise AssertionError("no page asks so much")


@pytest.mark.parametrize(
    ("name", "path"), [("Noor", "/desk"), ("Noor", "/desk/cases/{}"), ("Victor", "/company/cases/{}")]
)
def test_a_page_that_breaks_off_anywhere_says_that_it_cannot_be_done_just_now(app, cast, breaking, name, path):
    reference, _code = demonstration.walk_story(cast, "refer", clock.now())
    client, path = client_of(app, name), path.format(reference)
    *broken, whole = answers(breaking, lambda: client.get(path))
    assert whole.status_code == 200 and broken
    assert {page.status_code for page in broken} <= {200, 503}
    assert all(CALM in page.text for page in broken if page.status_code == 503)
