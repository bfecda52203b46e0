"""The desk reads who did what and when, and each letter as its recipient reads it; both sides read roles alone."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.models.people import Company
from grievance.reports.casefile import open_case_file
from grievance.reports.letters import letter_pdf
from tests.reports.test_letters import seen
from tests.views.test_routes import client_of


@pytest.fixture
def case(app, cast):
    """Referred in French to a company that reads Spanish, answered, and recalled with a corrected packet."""
    db.session.get(Company, int(demonstration.larkfield())).language = "es"
    db.session.commit()
    start = clock.now() - timedelta(days=20)
    reference, amina, code = demonstration.file_one(start, language="fr")
    for step, who, day in demonstration.STORY[:6]:
        demonstration.do(step, {**cast, "Amina": amina}[who], reference, start + timedelta(days=day - 1), cast["Tomas"])
    told = {"what": "Her day of work.", "told": "Nous avons repris le texte.", "packet": "Corrected.",
            "previewed": demonstration.packet_hash("Corrected.")}  # fmt: skip
    demonstration.do("recall_packet", cast["Noor"], reference, clock.now(), **told)
    return reference, amina, code


def record(client, address):
    page = html.unescape(client.get(address).text)
    return re.search(r'<ol class="timeline".*?</ol>', page, re.DOTALL).group()


def test_the_record_at_the_desk_names_the_people_and_the_time(app, case):
    lines = record(client_of(app, "Tomas"), f"/desk/cases/{case[0]}")
    for what, name in (("acknowledged the complaint", "Noor"), ("was referred", "Tomas"), ("responded", "Victor")):
        line = next(one for one in lines.split("</li>") if what in one)
        assert re.search(rf"\d+ \w+ \d{{4}}, \d\d:\d\d, Zurich · {name} · ", line), line


def test_the_record_at_the_desk_says_which_step_was_proposed(app, case):
    assert "A step was proposed</strong>: Refer to the company" in record(
        client_of(app, "Noor"), f"/desk/cases/{case[0]}"
    )


def test_the_company_and_the_complainant_read_no_name_and_no_time(app, case):
    hers = app.test_client()
    hers.post("/follow", data={"code": case[2]})
    for lines in (
        record(client_of(app, "Victor"), f"/company/cases/{case[0]}"),
        record(hers, "/follow/case?lang=en"),
    ):
        assert "<li>" in lines and not re.search(r"Noor|Tomas|Victor|\d\d:\d\d", lines)


def test_what_the_company_and_the_complainant_are_given_of_the_record_has_no_name_in_it(cast, case):
    for person in (cast["Victor"], case[1]):
        happened = open_case_file(person, find_case(person, case[0])).timeline
        assert happened and {one.name for one in happened} == {""}


@pytest.mark.parametrize("side", ["complainant", "company"])
def test_each_letter_is_read_at_the_desk_as_its_recipient_reads_it(cast, case, side):
    person = case[1] if side == "complainant" else cast["Victor"]
    theirs = open_case_file(person, find_case(person, case[0])).letters
    noors = find_case(cast["Noor"], case[0])
    person = replace(person, language=noors.company.language)  # each of a company's people reads their own
    assert len(theirs) >= (4 if side == "complainant" else 1)
    for letter in theirs:
        read = seen(letter_pdf(cast["Noor"], noors, letter.name))
        assert read == seen(letter_pdf(person, find_case(person, case[0]), letter.name)), letter.template


def test_what_only_the_office_reads_is_in_no_letter_to_her_at_the_desk(cast, case):
    noors = find_case(cast["Noor"], case[0])
    (recalled,) = [
        one
        for one in open_case_file(cast["Noor"], noors).letters
        if (one.recipient, one.template) == ("complainant", "packet_recalled")
    ]
    read = seen(letter_pdf(cast["Noor"], noors, recalled.name))
    assert "Nous avons repris le texte." in read and "Her day of work." not in read


def test_the_case_page_leads_to_each_letter(app, case):
    noor = client_of(app, "Noor")
    page = noor.get(f"/desk/cases/{case[0]}").text
    assert "To the complainant, as they read them" in page and "To the company, as it reads them" in page
    links = re.findall(r'href="(/desk/cases/[^"]+/letters/\w+\.pdf)"', page)
    assert len(links) == len(set(links)) >= 8
    assert {noor.get(link).mimetype for link in links} == {"application/pdf"}


def test_who_has_a_conflict_of_interest_reads_no_letter(app, cast, case):
    noor = client_of(app, "Noor")
    link = re.search(r'href="(/desk/cases/[^"]+/letters/\w+\.pdf)"', noor.get(f"/desk/cases/{case[0]}").text).group(1)
    demonstration.do("declare_conflict", cast["Noor"], case[0], clock.now(), why="My brother.")
    assert noor.get(link).status_code == 404
