"""An approver invites an auditor, who signs in and reads what the office missed, and nothing of a case."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.accounts.test_observers import observer
from tests.browser.looks import looks_right, with_axe
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def somebody(chromium, live_server):
    contexts = []

    def come():
        contexts.append(with_axe(chromium, viewport={"width": 360, "height": 740}, bypass_csp=True))
        return Visitor(contexts[-1].new_page(), live_server)

    yield come
    for context in contexts:
        context.close()


def test_an_auditor_reads_what_the_office_missed_and_finds_the_lessons(app, cast, somebody):
    reference, _code = demonstration.walk_story(cast, None, clock.now() - timedelta(days=40))
    tomas, odile = somebody(), somebody()
    sign_in(tomas, "Tomas").go("/account/people")
    tomas.page.select_option("select[name=role]", label="Observer or auditor")
    looks_right(tomas.page)
    observer(cast)
    sign_in(odile, "Odile").go("/account")
    assert "What observers and auditors read" in odile.text and reference not in odile.page.content()
    looks_right(odile.page)
    odile.press("Lessons learnt")
    assert "There is none yet." in odile.text
    odile.go(f"/desk/cases/{reference}")
    assert reference not in odile.text
    odile.go("/account/people")
    assert "Odile" in odile.text and "Noor" not in odile.text
    looks_right(odile.page)
