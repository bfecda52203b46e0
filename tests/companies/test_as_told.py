"""A company that opens its pages every minute learns on which day she acted, and nothing else of when."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import calendar_tokens
from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance.sweep import sweep
from grievance.models.event import Event
from grievance.models.held import HeldBack
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.record.told_rows import KEPT
from grievance.workflow import steps
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import COMPLAINANT
from tests.views.test_routes import client_of, token
from tests.ways import AGREED, ANSWERED, CLOSED, ESCALATED, PROMISED, REFERRED, REMEDIED, SHOWN, Stop, begin_way, go

AT_TEN = datetime.fromisoformat("2026-03-04T07:00:00+00:00")
"""Ten in the morning where the company is, four hours after a release."""
RELEASE = datetime.fromisoformat("2026-03-05T03:00:00+00:00")
OFFERED = (*ESCALATED, *SHOWN, Stop("notify_company", "Noor"), Stop("offer_good_offices", "Noor"))
PLACES = {
    "referred": REFERRED,
    "answered": ANSWERED,
    "promised": PROMISED,
    "agreed": AGREED,
    "delivered": (*AGREED, Stop("report_delivered", "Victor")),
    "talks offered": OFFERED,
    "remedied": REMEDIED,
    "closed": CLOSED,
    "withdrawn": (*ANSWERED, Stop("withdraw", "Amina")),
    "deletion": (*ANSWERED, Stop("ask_deletion", "Amina")),
    "asked": (*ANSWERED, Stop("ask", "Noor")),
    "unread": (*ANSWERED, Stop("cannot_read", "Amina")),
    "protected": (*ANSWERED, Stop("report_retaliation", "Amina"), Stop("protect", "Noor")),
    "filed": (*ANSWERED, Stop("attach", "Amina")),
    "visits": (*ANSWERED, Stop("show_visits", "Amina")),
}
RANDOM = (
    r"DTSTAMP:\S+",
    r'"exported_at": "[^"]*"',
    r'(?:name="(?:csrf_token|form_token)" value|nonce)="[^"]*"',
    r"<!--.*?-->",
)


def walked(cast, stops, days=1):
    """A case that was taken along these stops, the last one some days ago, and that the clock has had its turn in."""
    last = clock.now() - timedelta(days=days)
    at = last - timedelta(days=sum(stop.after for stop in stops), minutes=len(stops))
    place = begin_way(cast, at, 0)
    for stop in stops:
        at += timedelta(days=stop.after, minutes=1)
        go(place, stop, at)
    steps.bring_up_to_date(place.people["Noor"], place.case.reference, clock.now())
    return place


def everything(app, reference):
    """All that the company's person can ask for about a case, by its address, without what is random by design."""
    client, found = client_of(app, "Victor"), {}
    case = f"/company/cases/{reference}"
    asked = ["/company", "/company?show=unseen", "/company?show=overdue", "/company?show=closed", case]
    asked += [f"{case}/steps/{row.step}" for row in ROWS if Role.COMPANY in row.who]
    for address in asked:
        found[address] = plain(client.get(address))
    links = set(re.findall(r'href="([^"#]+)"', found[case][1]))
    for address in sorted(one for one in links if one.startswith(f"{case}/") and one not in found):
        found[address] = plain(client.get(address))
    feed = calendar_tokens.make_calendar(demonstration.signed_in("Victor"))
    found["calendar"] = plain(app.test_client().get(f"/calendar/{feed}.ics"))
    sent = {"csrf_token": token(client.get("/company"))}
    for address in ("/company/export", "/company/export.csv"):
        found[address] = plain(client.post(address, data=sent))
    return found


def plain(answer):
    """Status, text and what its head says of it, without what is random by design: how long a page is, too."""
    text = str(len(answer.data)) if "pdf" in answer.content_type else answer.text
    for one in RANDOM:
        text = re.sub(one, "", text, flags=re.DOTALL)
    named = ("Last-Modified", "ETag", *(("Content-Length",) if answer.mimetype != "text/html" else ()))
    return answer.status_code, text, {name: answer.headers.get(name) for name in named}


def differing(before, after):
    return [address for address in {**before, **after} if before.get(address) != after.get(address)]


def of_hers(place):
    """Her steps that she is offered here, and those that an officer may write down for her."""
    for who in ("Amina", "Noor"):
        person = place.people[who]
        for row, missing in steps.choices_now(person, place.case, opened(person, place.case)):
            if missing is None and ((who == "Amina" and row.who & COMPLAINANT) or row.recorded):
                yield who, row


def act(place, who, step, **more):
    person, reference = place.people[who], place.case.reference
    answers = {**demonstration.answers_for(step, person, place.case), **more}
    decision = steps.take(step, person, reference, answers)
    if decision:
        steps.decide(place.people["Tomas"], reference, decision.id, True)


@pytest.mark.parametrize("name", PLACES)
def test_whatever_she_does_a_company_reads_what_it_read_before(app, cast, name):
    """Each step of hers that she is offered in a place, one after the other: all of the company's pages stay."""
    done = set()
    with time_machine.travel(AT_TEN, tick=False) as travel:
        place = walked(cast, PLACES[name])
        everything(app, place.case.reference)  # a first look ends its marks
        before = everything(app, place.case.reference)
        for who, row in list(of_hers(place)):
            try:
                act(place, who, row.step)
            except (BadInput, Refused):  # a step before it was in its way
                db.session.rollback()
                continue
            done.add(row.step)
            travel.shift(timedelta(minutes=1))
            assert differing(before, everything(app, place.case.reference)) == [], row.step
    assert done


@pytest.mark.parametrize(("name", "step"), [("referred", "escalate"), ("talks offered", "agree_good_offices")])
def test_each_database_shows_the_rows_as_they_were_told(both, name, step):
    with time_machine.travel(AT_TEN, tick=False):
        place = walked(both.cast, PLACES[name])
        everything(both.app, place.case.reference)
        before = everything(both.app, place.case.reference)
        act(place, "Amina", step)
        assert differing(before, everything(both.app, place.case.reference)) == []


TOLD = (("answered", "escalate"), ("promised", "accept_remedy"), ("delivered", "dispute_remedy"),
        ("talks offered", "decline_good_offices"))  # fmt: skip


@pytest.mark.parametrize(("name", "step"), TOLD)
def test_after_the_release_who_acted_in_the_morning_and_who_acted_at_night_read_alike(app, cast, name, step):
    with time_machine.travel(AT_TEN, tick=False) as travel:
        morning, night = walked(cast, PLACES[name]), walked(cast, PLACES[name])
        act(morning, "Amina", step)
        travel.move_to(AT_TEN.replace(hour=18))
        act(night, "Amina", step)
        travel.move_to(RELEASE)
        assert of_one(app, morning) == of_one(app, night)


def held():
    """What the rows that are held back say, in the database's own words."""
    return [" ".join(map(str, row)) for row in db.session.execute(select(HeldBack.__table__))]


@pytest.mark.parametrize(("name", "step"), TOLD)
def test_what_is_held_says_the_day_of_what_she_did_and_goes_at_the_release(app, cast, name, step):
    marked = AT_TEN + timedelta(minutes=37, seconds=11)
    with time_machine.travel(AT_TEN, tick=False) as travel:
        place = walked(cast, PLACES[name])
        travel.move_to(marked)
        act(place, "Amina", step)
        assert held() and not any("37:11" in row for row in held())
        sweep(RELEASE - timedelta(seconds=1))
        assert held()
        sweep(RELEASE)
        assert held() == []


def of_one(app, place):
    """The pages of one case, without its own names; a letter as a file is as large as its reference is wide."""
    reference = place.case.reference
    case, found = f"/company/cases/{reference}", everything(app, reference)
    own = [(address, found[address][:2]) for address in found if address.startswith(case) and ".pdf" not in address]
    return str(sorted(re.sub(r"[0-9a-f]{32}|GR-\w{4}(-\w{4})?", "", str(one)) for one in own)).split("\\n")


# --- what the company does meanwhile -----------------------------------------------------------------------


def press(app, place, step):
    """The company's person sends a step at its page."""
    client, address = client_of(app, "Victor"), f"/company/cases/{place.case.reference}/steps/{step}"
    page = client.get(address)
    answers = demonstration.answers_for(step, place.people["Victor"], place.case)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return client.post(address, data={**answers, **hidden})


def kinds(place):
    return [
        one.kind for one in db.session.scalars(select(Event).where(Event.chain == place.case.id).order_by(Event.seq))
    ]


def test_what_still_can_be_done_is_taken_at_once(app, cast):
    with time_machine.travel(AT_TEN, tick=False):
        place = walked(cast, PLACES["referred"])
        act(place, "Amina", "write", audience="all")
        assert press(app, place, "company_acknowledge").status_code == 303
        assert kinds(place)[-1] == "company_acknowledge"


def test_what_her_step_has_made_impossible_is_kept_and_told_at_the_release(app, cast):
    with time_machine.travel(AT_TEN, tick=False) as travel:
        place = walked(cast, PLACES["referred"])
        act(place, "Amina", "escalate")
        answer = press(app, place, "company_acknowledge")
        assert answer.status_code == 303 and kinds(place)[-1] == KEPT
        page = client_of(app, "Victor").get(f"/company/cases/{place.case.reference}").text
        assert "kept and not put" not in page and "Escalated" not in page
        desk = client_of(app, "Noor").get(f"/desk/cases/{place.case.reference}").text
        assert "kept and not put" in desk and "is not told yet what the complainant did" in desk
        travel.move_to(RELEASE)
        page = client_of(app, "Victor").get(f"/company/cases/{place.case.reference}").text
        assert "kept and not put" in page and "Escalated" in page
        desk = client_of(app, "Noor").get(f"/desk/cases/{place.case.reference}").text
        assert "is not told yet" not in desk


def test_what_her_step_has_made_possible_is_refused_until_the_release(app, cast):
    with time_machine.travel(AT_TEN, tick=False) as travel:
        place = walked(cast, PLACES["promised"])
        act(place, "Amina", "accept_remedy")
        assert press(app, place, "report_delivered").status_code in (409, 422)
        assert kinds(place)[-1] == "accept_remedy"
        travel.move_to(RELEASE)
        assert press(app, place, "report_delivered").status_code == 303


def test_no_step_of_hers_gives_a_company_less_time_than_from_the_release(app):
    """Of the limits that a company owes, hers open the one whose day was agreed: it does not hang on when she says
    yes."""
    opens = {
        key
        for row in ROWS
        if row.who & COMPLAINANT or row.recorded
        for key in (*row.opens, *row.may_open)
        if timetable().kinds[key].owed_by == COMPANY
    }
    assert opens == {"L11"}


# --- a whole day -------------------------------------------------------------------------------------------


ACTED = {20: ("accept_remedy", {}), 41: ("write", {"audience": "all"})}
"""After so many minutes she does it."""
MINUTES = (*range(60), *range(60, 19 * 60 + 45, 60), *range(19 * 60 + 45, 20 * 60 + 5))
"""Each minute of the hour in which she acts and around the release, and each hour between."""


def test_a_company_that_looks_every_minute_sees_what_she_did_at_the_release_alone(both):
    """At the office's midnight the days left to it are one less, and a minute after the release it has looked."""
    with time_machine.travel(AT_TEN, tick=False) as travel:
        place = walked(both.cast, PLACES["promised"])
        case, seen = f"/company/cases/{place.case.reference}", []
        for minute in MINUTES:
            travel.move_to(AT_TEN + timedelta(minutes=minute))
            if minute in ACTED:
                act(place, "Amina", ACTED[minute][0], **ACTED[minute][1])
            client = client_of(both.app, "Victor")
            page = tuple(plain(client.get(address)) for address in ("/company", case, f"{case}/steps/write"))
            if not seen or page != seen[-1][1]:
                seen.append((clock.now(), page))
    midnight, looked = AT_TEN + timedelta(hours=16), RELEASE + timedelta(minutes=1)
    assert {at for at, _page in seen} - {AT_TEN, AT_TEN + timedelta(minutes=1)} == {midnight, RELEASE, looked}
