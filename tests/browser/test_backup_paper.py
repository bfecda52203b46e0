"""The paper key of the backups, made at its page by an approver with a passkey, whom no command can ask."""

import os

import pytest

from grievance.accounts.keys import backup_paper
from grievance.crypto import paper
from grievance.demonstration import PASSWORD
from tests.browser.devices import Holder
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_passkeys import enrolled
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture(autouse=True)
def at_its_name(app, live_server):
    """As a browser knows it: the port of a test is another one each time."""
    app.config["STAFF_URL"] = app.config["SITE_URL"] = live_server


@pytest.fixture
def contexts(chromium):
    made = [with_axe(chromium), with_axe(chromium)]
    yield made
    for context in made:
        context.close()


def looks(page, name):
    """What is wrong with this page at each width; a picture of it where PICTURES names a folder."""
    wrong = []
    for width in WIDTHS:
        resize(page, width)
        wrong += [(name, width)] * (overflow(page) > 0)
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    return wrong + faults(page)


def test_an_approver_with_a_passkey_makes_it_and_writes_it_down(app, cast, live_server, contexts):
    noor = sign_in(Visitor(contexts[0].new_page(), live_server), "Noor")
    tomas = enrolled(Holder(contexts[1].new_page(), live_server), noor, "Tomas")
    tomas.go("/account/people").press("Paper key of the backups")
    wrong = looks(tomas.page, "none-yet")
    tomas.fill(password="not his").press("Make the paper key")
    wrong += looks(tomas.page, "refused")
    tomas.fill(password=PASSWORD).press("Make the paper key")
    wrong += looks(tomas.page, "shown")
    code = paper.normalise(tomas.page.locator(".receipt").inner_text())
    tomas.page.emulate_media(media="print")
    assert tomas.page.locator(".receipt").is_visible() and not tomas.page.get_by_text("Do not load").is_visible()
    tomas.page.emulate_media(media="screen")
    tomas.press("It is on paper, twice")
    wrong += looks(tomas.page, "made")
    key, _why = backup_paper.current()
    assert key and paper.pair_of(code).public == key.public and key.name in tomas.page.inner_text("main")
    assert wrong == []
