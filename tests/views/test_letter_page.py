"""Each letter is a page, too: the same words, to read without a file and to copy."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.reports.casefile import letters_to
from grievance.workflow import post, steps
from tests.paper import TO_COMPANY
from tests.views.test_routes import client_of

WORDS = "They said: call +254 700 123 456 (twice).\nضربوه قبل 2026-12-07."
QUOTED = ('<p dir="ltr">They said: call <bdi dir="ltr">+254 700 123 456</bdi> (twice).</p>',
          '<p dir="rtl">ضربوه قبل <bdi dir="ltr">2026-12-07</bdi>.</p>')  # fmt: skip
COPY = "To copy words, copy them here"


@pytest.fixture
def written(app, cast):
    """A complaint in Arabic with a message to her: (reference, she, her browser)."""
    reference, amina, code = demonstration.file_one(clock.now(), language="ar")
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("write", cast["Noor"], reference, clock.now(), audience="complainant", message=WORDS)
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return reference, amina, client


def links(page):
    return re.findall(r'href="([^"]+/letters/\w+)"', page)


def test_each_of_her_letters_is_linked_as_a_page_beside_its_file(written):
    _reference, _amina, client = written
    page = client.get("/follow/case?lang=ar").text
    found = links(page)
    assert len(found) == 3 and all(f'href="{one}.pdf"' in page for one in found)
    assert all(client.get(one).status_code == 200 for one in found)


def test_her_letter_stands_in_its_language_and_each_quoted_line_runs_from_its_own_side(written):
    _reference, _amina, client = written
    page = next(text for one in links(client.get("/follow/case").text) if WORDS[:4] in (text := client.get(one).text))
    assert '<article lang="ar" dir="rtl">' in page and COPY in page
    assert all(one in page for one in QUOTED)
    assert 'رسالة بشأن الشكوى <bdi dir="ltr">GR-' in page and "stays in Downloads" in page


def test_the_office_reads_the_letter_as_its_reader_does(app, written):
    reference, _amina, _client = written
    noor = client_of(app, "Noor")
    pages = [noor.get(one).text for one in links(noor.get(f"/desk/cases/{reference}").text)]
    assert any(all(one in page for one in QUOTED) and '<article lang="ar" dir="rtl">' in page for page in pages)


def test_a_company_reads_its_letters_and_nobody_elses(app, cast, written):
    reference, amina, _client = written
    demonstration.do("classify", cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])
    victor = client_of(app, "Victor")
    found = links(victor.get(f"/company/cases/{reference}").text)
    assert found and all(COPY in victor.get(one).text for one in found)
    hers = letters_to(amina, find_case(amina, reference))[0].name
    assert victor.get(f"/company/cases/{reference}/letters/{hers}").status_code == 404
    assert client_of(app, "Olga").get(found[0]).status_code == 404


def test_a_letter_on_the_associations_paper_is_a_page_with_what_it_was_translated_from(app, cast):
    reference = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=6))[0]
    said = {
        **TO_COMPANY,
        "text": "Bonjour 2026-12-07",
        "original": "مرحبا",
        "language": "fr",
        "original_language": "ar",
    }
    steps.take("write_letter", cast["Noor"], reference, said)
    (letter,) = post.written(find_case(cast["Noor"], reference))
    steps.take("send_letter", cast["Noor"], reference, {"letter": letter.id})
    victor = client_of(app, "Victor")
    pages = [victor.get(one).text for one in links(victor.get(f"/company/cases/{reference}").text)]
    page = next(one for one in pages if "Bonjour" in one)
    assert '<article lang="fr" dir="ltr">' in page and '<section lang="ar" dir="rtl">' in page
