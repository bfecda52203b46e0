"""The page that proves a complaint, and the same as a file: the company only where she ticked it, and no story."""

import io

import pikepdf
import pytest
from lxml import html

from grievance import clock, demonstration
from grievance.views import NAMES
from tests.reports.test_letters import seen
from tests.views.public.test_proof import following


@pytest.fixture
def client(app, cast):
    return following(app, demonstration.file_one(clock.now())[2])


def ticked(client):
    """The address that her browser asks for after the tick: read from the form itself."""
    (form,) = html.fromstring(client.get("/follow/case/summary").text).xpath("//main//form")
    (box,) = form.xpath(".//input[@type='checkbox']")
    return f"{form.get('action')}?{box.get('name')}={box.get('value')}"


def told(page):
    return html.fromstring(page.text).xpath("//main//dl")[0].text_content()


def test_the_company_is_named_only_where_she_ticks_it(client):
    assert "Larkfield" not in client.get("/follow/case/summary").text
    assert "Larkfield Guarding" in told(client.get(ticked(client)))


def pdf(client, address):
    (link,) = html.fromstring(client.get(address).text).xpath("//main//a[contains(@href, 'summary.pdf')]/@href")
    return client.get(link)


def test_the_file_says_what_the_page_says_and_calls_itself_something_harmless(client):
    answer = pdf(client, "/follow/case/summary")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="information.pdf"'
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        assert str(document.docinfo["/Title"]) == "Information" and "/StructTreeRoot" in document.Root
    assert "A complaint was received" in seen(answer.data) and "Larkfield" not in seen(answer.data)
    assert "Larkfield" in seen(pdf(client, ticked(client)).data)


def test_beside_the_file_stands_that_it_stays_on_the_phone(client):
    assert "A file that you save stays in Downloads on your phone" in client.get("/follow/case/summary").text


@pytest.mark.parametrize("language", NAMES)
def test_the_file_is_one_page_in_each_language(client, language):
    answer = client.get("/follow/case/summary.pdf?company=yes", headers={"Accept-Language": language})
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        assert len(document.pages) == 1
