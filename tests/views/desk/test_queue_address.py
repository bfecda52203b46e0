"""What the queue was asked for goes on with each of its links and forms: every filter that a view can keep."""

from datetime import timedelta
from urllib.parse import urlencode

from grievance import clock, demonstration
from grievance.desk.saved_views import FILTERS
from grievance.reports import queue as queues
from grievance.reports.queue_asked import Wanted
from tests.views.test_routes import client_of

ASKED = {"show": "mine", "company": "1", "officer": "2", "state": "received", "severity": "high", "tag": "x",
         "order": "due"}  # fmt: skip


def test_an_address_has_every_filter_that_was_asked_for_and_no_place_of_a_page():
    numbers = {"company": 1, "officer": 2}
    assert Wanted(**{**ASKED, **numbers}, after="a", before="b", passed=3).address == ASKED
    assert list(ASKED) == list(FILTERS) and Wanted(order="").address == {"show": "open"}


def test_each_link_and_form_of_the_queue_carries_the_filters_on(app, cast, monkeypatch):
    for _each in range(2):
        demonstration.file_one(clock.now() - timedelta(days=1))
    monkeypatch.setattr(queues, "PAGE", 1)
    asked = {"show": "open", "state": "received", "order": "due"}
    page = client_of(app, "Noor").get(f"/desk?{urlencode(asked)}").text
    carried = urlencode(asked).replace("&", "&amp;")
    assert f"/desk?{carried}&amp;after=" in page, "the next page"
    assert f"/desk/many/acknowledge?{carried}&amp;" in page, "all of this page"
    for form in ("/desk/views", "/desk/parts"):
        fields = page.partition(f'action="{form}"')[2].partition("</form>")[0]
        for name, value in asked.items():
            assert f'name="{name}" value="{value}"' in fields, (form, name)
