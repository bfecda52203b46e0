"""Promised remedies over all cases: a page by due day, and a file that names no person."""

import csv
import io
import json
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.writing import Remedy, RemedyStatus
from grievance.reports.promised import promised
from grievance.workflow import steps
from tests.views.test_routes import client_of, token


@pytest.fixture
def references(app, cast):
    start = clock.now() - timedelta(days=150)
    return [demonstration.walk_story(cast, until, start + timedelta(days=9 * n))[0]
            for n, until in enumerate(("accept_remedy", "report_delivered", "verify_remedy", "refer"))]  # fmt: skip


def test_both_databases_give_what_is_promised_by_due_day_with_the_day_of_the_promise(both):
    start = clock.now() - timedelta(days=150)
    later, sooner = (demonstration.walk_story(both.cast, "accept_remedy", start + timedelta(days=n))[0] for n in (9, 0))
    case = find_case(both.cast["Noor"], later)
    (remedy,) = db.session.scalars(select(Remedy).where(Remedy.case_id == case.id))
    remedy.due_on += timedelta(days=3)
    db.session.commit()
    lines = promised(both.cast["Noor"])
    assert [line.reference for line in lines] == [sooner, later]
    assert all(line.promised_on < line.due_on and line.status == RemedyStatus.ACCEPTED for line in lines)
    assert promised(both.cast["Victor"]) == promised(both.cast["Ines"]) == []


def test_the_page_shows_what_nobody_found_done_and_on_wish_what_was_verified(app, references):
    noor = client_of(app, "Noor")
    waits, verified = noor.get("/desk/remedies").text, noor.get("/desk/remedies?show=verified").text
    accepted, delivered, done, referred = references
    assert accepted in waits and delivered in waits and done not in waits and referred not in waits
    assert done in verified and accepted not in verified


def test_a_case_that_somebody_must_not_see_is_not_in_their_list(app, cast, references):
    steps.take("declare_conflict", cast["Noor"], references[0], {"why": "My brother works there."})
    assert references[0] not in client_of(app, "Noor").get("/desk/remedies").text
    assert references[0] in client_of(app, "Tomas").get("/desk/remedies").text


def test_the_file_has_the_same_lines_and_that_it_was_taken_is_on_the_record(app, cast, references):
    noor = client_of(app, "Noor")
    page = noor.get("/desk/remedies")
    answer = noor.post("/desk/remedies/table.csv", data={"csrf_token": token(page), "show": "all"})
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert [row[0] for row in rows[1:]] == [line.reference for line in promised(cast["Noor"], "all")]
    assert len(rows) == 4 and "Amina" not in answer.text
    last = db.session.scalars(select(Event).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq.desc())).first()
    assert (last.kind, json.loads(last.facts)["what"]) == ("figures_taken", "remedies")


@pytest.mark.parametrize("asked", ["show=x", "company=99999", "company=-1", "company=x"])
def test_what_cannot_be_asked_for_is_no_error(app, references, asked):
    assert client_of(app, "Noor").get(f"/desk/remedies?{asked}").status_code == 200


def test_one_company_alone_is_asked_for(app, cast, references):
    company = find_case(cast["Noor"], references[0]).company_id
    noor = client_of(app, "Noor")
    assert references[0] in noor.get(f"/desk/remedies?company={company}").text
    assert references[0] not in noor.get(f"/desk/remedies?company={company + 1}").text


def test_nobody_outside_the_secretariat_has_the_page(app, cast):
    for name in ("Ines", "Victor"):
        assert client_of(app, name).get("/desk/remedies").status_code in (403, 404)


def test_a_remedy_is_overdue_once_its_day_is_over_where_the_company_is(app, cast, references):
    """It ends hours later in the west, whatever the day is at the office by then."""
    case = find_case(cast["Noor"], references[0])
    company = case.company
    (remedy,) = db.session.scalars(select(Remedy).where(Remedy.case_id == case.id))
    company.zone = "Pacific/Pago_Pago"
    db.session.commit()
    begins = datetime.combine(remedy.due_on + timedelta(days=1), time(), UTC)
    said = {}
    for hours in (1, 10.9, 11.1):  # UTC; there it is 11 hours earlier
        with time_machine.travel(begins + timedelta(hours=hours), tick=False):
            said[hours] = next(one.over for one in promised(cast["Noor"]) if one.reference == case.reference)
    assert said == {1: False, 10.9: False, 11.1: True}
