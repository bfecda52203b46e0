"""Each page of a step that she can take: axe finds nothing, and at 200 % and 400 % nothing is cut off.

The list is made from the rows, as in test_every_step.
"""

import pytest

from grievance.models.people import Role
from grievance.workflow.procedure import ROWS
from tests import her_steps, ways
from tests.browser.looks import faults, overflow, resize, with_axe
from tests.browser.test_every_step import enter, find, named, offered  # noqa: F401
from tests.browser.test_story import Visitor

pytestmark = pytest.mark.long
NARROW = (320, 180)
"""1280 pixels at 400 %, and an old phone of 360 at 200 %."""
HERS = [pair for pair in ways.pairs(ROWS) if pair[1] == Role.COMPLAINANT.value]


def look(page):
    """What is wrong with a page that she came to, with all that opens on it opened."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    resize(page, 360)
    found = faults(page)
    for width in NARROW:
        resize(page, width)
        found += [(page.url, width)] if overflow(page) > 0 else []
    resize(page, 360)
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("pair", HERS, ids=named)
def test_the_page_of_each_of_her_steps_is_in_order(
    app,
    cast,
    ready,
    tmp_path,
    live_server,
    chromium,
    offered,  # noqa: F811
    pair,
    language,
):
    situation = offered[pair]
    place = ways.lying_ready(ready, tmp_path, cast, situation)
    context = with_axe(chromium, bypass_csp=True, locale=language, viewport={"width": 360, "height": 740})
    amina = Visitor(context.new_page(), live_server)
    amina.go("/follow").fill(code=place.receipts[situation.who]).onward()
    assert look(amina.page) == []
    find(amina, pair[0].step, her_steps.name_of(place.case.id, pair[0].step))
    assert look(amina.page) == []
    context.close()
