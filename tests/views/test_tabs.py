"""Titles tell a desk's tabs apart, and say nothing over a complainant's shoulder."""

import re

import pytest

from grievance import clock, demonstration
from tests import said_right
from tests.views.public.test_filing import fill_in
from tests.views.test_routes import client_of

TITLE = re.compile("<title>(.*?)</title>")


def title(answer):
    return TITLE.search(answer.text)[1]


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "acknowledge", clock.now())[0]


def test_a_case_is_named_by_its_reference_and_company(app, reference):
    client = client_of(app, "Noor")
    assert title(client.get(f"/desk/cases/{reference}")) == f"{reference[:7]} Larkfield Guarding"
    said_right.say(reference)
    assert title(client.get(f"/desk/cases/{reference}/steps/refer")) == f"{reference[:7]} Refer to the company"


def test_the_pages_of_the_staff_have_titles_of_their_own(app):
    client = client_of(app, "Tomas")
    paths = ("/desk", "/desk/admin", "/desk/admin/setup", "/desk/admin/holidays", "/desk/admin/record",
             "/account/people", "/account/away", "/account/keys", "/account/calendar", "/desk/templates")  # fmt: skip
    titles = [title(client.get(path)) for path in paths]
    assert len(set(titles)) == len(paths) and "Information" not in titles
    assert "What waits" in titles and "The office&#39;s record" in titles


def test_the_form_says_its_page_and_no_word_of_what_it_is_about(app):
    client = app.test_client()
    fill_in(client)
    titles = [title(client.get(f"/complain?step={key}")) for key in ("safety", "account", "you")]
    assert titles == ["Information · 1 of 8", "Information · 2 of 8", "Information · 7 of 8"]
    assert {title(client.get(path)) for path in ("/", "/follow", "/safety", "/complain?step=check")} == {"Information"}
