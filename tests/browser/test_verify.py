"""What everybody checks at `/verify`: with the file that she saved, or with what a camera reads from her paper."""

import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.record import week_roots
from grievance.reports.proof_page import square_of
from tests.browser.looks import faults, looks_right, overflow, with_axe
from tests.browser.test_story import Visitor

SUNDAY = datetime(2026, 3, 8, 22, tzinfo=UTC)
SENT = {"en": "It fits", "ar": "إنه مطابق", "fr": "Cela correspond"}


@pytest.fixture
def published(app, cast):
    """Amina's receipt, after the week of her complaint was published."""
    with time_machine.travel(SUNDAY):
        code = demonstration.walk_story(cast, "refer", SUNDAY - timedelta(days=5))[1]
        sweep(SUNDAY)
    with time_machine.travel(SUNDAY + timedelta(hours=3)):
        sweep(SUNDAY + timedelta(hours=3))
        yield code


@pytest.mark.parametrize("language", SENT)
def test_she_saves_her_proof_and_somebody_she_trusts_checks_it_at_the_page(
    published, live_server, new_page, tmp_path, language
):
    amina = Visitor(new_page(360, language), live_server)
    amina.go("/follow").fill(code=published).follow(amina.page.locator("main form button").last)
    with amina.page.expect_download() as downloaded:
        amina.page.goto(f"{live_server}/follow/case/summary")
        amina.page.click("a[href$='/proof']")
    downloaded.value.save_as(tmp_path / "proof.json")
    friend = Visitor(new_page(360, language), live_server)
    friend.go("/verify").page.set_input_files("#file", tmp_path / "proof.json")
    friend.onward()
    looked_at(friend, f"verify-{language}")
    assert SENT[language] in friend.text and week_roots.published()[0].root in friend.text


def looked_at(visitor, name):
    """A picture, where somebody wants to look; and nothing is cut off."""
    if folder := os.environ.get("SHOTS"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert overflow(visitor.page) == 0


def test_her_printed_page_has_a_square_and_what_it_says_is_taken_at_the_page(published, live_server, new_page):
    amina = Visitor(new_page(360), live_server)
    amina.go("/follow").fill(code=published).press("Continue")
    amina.go("/follow/case/summary")
    assert amina.page.locator("svg.picture").is_visible()
    looked_at(amina, "summary-square")
    friend = Visitor(new_page(1280), live_server)
    friend.go("/verify").fill(proof=_said_by_the_square()).onward()
    assert "It fits" in friend.text


def _said_by_the_square():
    """As a camera reads it: no browser here has one."""
    return square_of(db.session.scalars(select(Case).order_by(Case.received_at.desc())).first())


def test_the_page_is_in_order_in_english_and_arabic(published, live_server, chromium):
    for language in ("en", "ar"):
        page = with_axe(chromium, viewport={"width": 360, "height": 740}, locale=language, bypass_csp=True).new_page()
        page.goto(f"{live_server}/verify")
        looks_right(page)
        assert faults(page) == []
        page.context.close()
