"""Whatever a company reads or is sent says the day of what she did, and never the minute."""

import re
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.accounts import calendar_tokens
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.writing import Writing
from grievance.record.writings import written_exactly_at
from tests.views.test_routes import client_of, token

MINUTE = 41
"""She does everything at a minute at which nobody else does anything."""
BEFORE = ("acknowledge", "show_summary", "review_summary", "refer", "company_acknowledge", "respond", "propose_remedy")
WHO = {"review_summary": "Amina", "company_acknowledge": "Victor", "respond": "Victor", "propose_remedy": "Victor"}
HERS = {
    "accept_remedy": {}, "decline_remedy": {}, "comment": {}, "write": {"audience": "all", "message": "Please look."},
    "attach": {"audience": "all"}, "escalate": {}, "withdraw": {}, "change_consent": {}, "report_retaliation": {},
}  # fmt: skip
"""What she does in the end, one of these each time."""


@pytest.fixture
def travelled():
    with time_machine.travel(datetime(2026, 3, 2, 9, 5, tzinfo=UTC), tick=False) as travel:
        yield travel


def story(cast, travel):
    """Her case, in which the company has proposed a remedy; what was hers until now was at her minute too."""
    reference, amina, code = demonstration.file_one(clock.now().replace(minute=MINUTE))
    people = {**cast, "Amina": amina}
    for step in BEFORE:
        travel.shift(timedelta(days=1))
        by = WHO.get(step, "Noor")
        at = clock.now().replace(minute=MINUTE) if by == "Amina" else clock.now()
        demonstration.do(step, people[by], reference, at, cast["Tomas"])
    return reference, people["Amina"], code


def read_by_the_company(app, cast, reference):
    """(where, text) of all that this company can ask for."""
    client, calendar = client_of(app, "Victor"), calendar_tokens.make_calendar(cast["Victor"])
    page = client.get(f"/company/cases/{reference}")
    paths = ["/company", "/company?show=unseen", page.request.path, f"/calendar/{calendar}.ics"]
    paths += re.findall(r'href="(/company/cases/[^"]+/steps/[^"]+)"', page.text)
    for path in paths:
        answer = client.get(path)
        yield path, "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "Date")
        yield path, answer.text
    for path in ("/company/export", "/company/export.csv"):
        yield path, client.post(path, data={"csrf_token": token(page)}).text
    for path in re.findall(r'href="(/company/cases/[^"]+\.pdf)"', page.text):
        with pypdfium2.PdfDocument(client.get(path).data) as letter:
            yield path, "\n".join(one.get_textpage().get_text_range() for one in letter)
            yield path, str(letter.get_metadata_dict())


@pytest.mark.parametrize("step", HERS)
def test_the_minute_of_her_doing_stands_nowhere_that_a_company_reads(app, cast, travelled, step):
    reference, amina, _code = story(cast, travelled)
    travelled.shift(timedelta(days=1))
    more = dict(HERS[step])
    if step == "attach":
        more["files"] = [demonstration.upload("answer.txt", b"For all.")]
    demonstration.do(step, amina, reference, clock.now().replace(minute=MINUTE), **more)
    travelled.shift(timedelta(hours=3))
    sweep(clock.now())
    found = list(read_by_the_company(app, cast, reference))
    assert len(found) > 8
    for where, text in found:
        assert not re.search(rf"\d\d:{MINUTE}\b|T\d\d{MINUTE}\d\dZ|D:\d{{10}}{MINUTE}", text), where


def test_the_minute_is_sealed_in_what_she_wrote_and_the_office_reads_the_day(app, cast, travelled):
    """So the story has one that could be told."""
    reference, _amina, _code = story(cast, travelled)
    case = find_case(cast["Noor"], reference)
    keys = opened(cast["Noor"], case)
    hers = db.session.scalars(select(Writing).where(Writing.case_id == case.id, Writing.actor_id.is_(None)))
    assert any(written_exactly_at(keys, one).minute == MINUTE for one in hers)
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    told = [one for one in page.split("<li>") if "· The complainant</span>" in one]
    assert told and not any(re.search(r"\d\d:\d\d", one) for one in told)
