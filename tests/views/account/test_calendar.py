"""The calendar: dates and references for whoever holds its address, and nothing of a case."""

import logging
import re
from contextlib import contextmanager
from datetime import UTC, timedelta

import pytest
import vobject
from sqlalchemy import event, select

from grievance import clock, demonstration
from grievance.accounts import calendar_tokens, people, sessions
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.models.case import Case, Conflict
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Account, AccountStatus, Role
from grievance.record import chain
from grievance.reports import calendar as feeds
from grievance.workflow import steps
from tests.accounts import two_people
from tests.accounts.test_leaving import join
from tests.unpadded import unpadded
from tests.views.test_routes import _policy, client_of, token


def address_of(person):
    return f"/calendar/{calendar_tokens.make_calendar(person)}.ics"


def entries(app, address):
    """What another program reads at an address: (summary, day, page, identifier) of each entry."""
    answer = app.test_client().get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    feed = vobject.readOne(answer.text)
    assert feed.method.value == "PUBLISH" and feed.version.value == "2.0"
    return [
        (one.summary.value, one.dtstart.value, one.url.value, one.uid.value)
        for one in feed.contents.get("vevent", [])
    ]  # fmt: skip


@pytest.fixture
def referred(app, cast):
    """A case that the company has, which Noor looks after."""
    return demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=6))[0]


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def test_a_company_reads_the_days_of_what_it_owes_itself(app, cast, referred):
    read = entries(app, address_of(cast["Victor"]))
    own = [limit for limit in deadlines.owed(case_of(referred)) if limit.key in ("L4", "L5")]
    assert [(summary, on) for summary, on, _url, _uid in read] == [(f"{referred}: due", one.due_on) for one in own]
    assert {url for _s, _on, url, _uid in read} == {f"{app.config['SITE_URL']}/company/cases/{referred}"}


def test_an_officer_reads_all_days_of_the_own_cases_alone(app, cast, referred):
    demonstration.file_one(clock.now())  # nobody's yet
    read = entries(app, address_of(cast["Noor"]))
    assert {summary for summary, *_ in read} == {f"{referred}: due"}
    assert len(read) == len(deadlines.owed(case_of(referred)))
    assert [on for _s, on, *_ in read] == sorted(on for _s, on, *_ in read)


def test_an_approver_reads_what_waits_for_an_approver_or_the_board(app, cast, referred):
    address = address_of(cast["Tomas"])
    assert entries(app, address) == []
    demonstration.do("conclude_review", cast["Noor"], referred, clock.now())
    ((summary, on, _url, _uid),) = entries(app, address)
    assert summary == f"{referred}: due" and on >= clock.now().date()


def test_a_custodian_reads_today_for_each_request_that_waits_and_nothing_after_it(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now(), name="Zinnober", known_to_secretariat="yes")
    address = address_of(cast["Ines"])
    demonstration.do("ask_identity", cast["Noor"], reference, clock.now())
    ((summary, on, url, _uid),) = entries(app, address)
    assert (summary, on) == (f"{reference}: due", clock.today(app.config["TIME_ZONE"]))
    assert url == f"{app.config['SITE_URL']}/custodian"
    demonstration.do("grant_identity", cast["Ines"], reference, clock.now())
    assert entries(app, address) == []


def test_a_missed_day_stays_and_a_met_one_goes(app, cast):
    late = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=80))[0]
    steps.bring_up_to_date(cast["Noor"], late, clock.now() - timedelta(days=60))
    address = address_of(cast["Noor"])
    before = entries(app, address)
    assert before[0][1] < clock.now().date()
    (open_now,) = [limit for limit in deadlines.owed(case_of(late)) if limit.key == "L8"]
    deadlines.meet(case_of(late), ("L8",), clock.now())
    db.session.commit()
    after = entries(app, address)
    assert len(after) == len(before) - 1 and open_now.met_at


def test_who_has_a_conflict_of_interest_or_is_of_another_company_reads_nothing_of_the_case(app, cast, referred):
    addresses = {name: address_of(cast[name]) for name in ("Victor", "Noor", "Olga")}
    assert entries(app, addresses["Olga"]) == []
    for name in ("Victor", "Noor"):
        assert entries(app, addresses[name])
        db.session.add(Conflict(case_id=case_of(referred).id, account_id=cast[name].account_id))
        db.session.commit()
        assert entries(app, addresses[name]) == []


@pytest.mark.parametrize("status", [status for status in AccountStatus if status != AccountStatus.ACTIVE])
def test_who_is_not_active_has_no_calendar(app, cast, referred, status):
    address = address_of(cast["Victor"])
    db.session.get_one(Account, cast["Victor"].account_id).status = status
    db.session.commit()
    assert app.test_client().get(address).status_code == 404


def test_an_unknown_address_looks_like_any_page_that_does_not_exist(app, cast):
    unknown, nowhere = (app.test_client().get(path) for path in (f"/calendar/{'x' * 43}.ics", "/nowhere"))
    again = app.test_client().get("/calendar/short")
    plain = [re.sub(r"\?lang=\w+", "", unpadded(one.text)) for one in (unknown, nowhere, again)]
    assert unknown.status_code == 404 and plain[0] == plain[1] == plain[2]


def test_a_new_address_ends_the_old_one_and_switching_off_ends_it_too(app, cast):
    old = address_of(cast["Noor"])
    new = address_of(cast["Noor"])
    client = app.test_client()
    assert [client.get(one).status_code for one in (old, new)] == [404, 200]
    calendar_tokens.end_calendar(cast["Noor"])
    assert client.get(new).status_code == 404 and not calendar_tokens.has_calendar(cast["Noor"])


def test_a_new_invitation_ends_the_address_for_good(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Tomas"])
    address = address_of(cast["Noor"])
    people.accept(two_people.invited_again(cast["Tomas"], cast["Noor"].account_id), "another password of hers")
    two_people.admit(petra, cast["Noor"].account_id)
    assert app.test_client().get(address).status_code == 404


def test_a_changed_password_ends_the_address_and_the_page_says_so(app, cast):
    address, client, new = address_of(cast["Noor"]), client_of(app, "Noor"), "four guards at the gate"
    form = {"csrf_token": token(client.get("/account/password")), "old": demonstration.PASSWORD}
    page = client.post("/account/password", data={**form, "password": new, "again": new}, follow_redirects=True)
    assert "the address of your calendar works no more" in page.text
    assert app.test_client().get(address).status_code == 404


def test_the_address_is_shown_once_and_only_its_hash_is_kept(app, cast):
    client = client_of(app, "Victor")
    page = client.get("/account/calendar")
    made = client.post("/account/calendar", data={"csrf_token": token(page)})
    (secret,) = re.findall(rf"{app.config['SITE_URL']}/calendar/([\w-]{{43}})\.ics", made.text)
    again = client.get("/account/calendar")
    assert secret not in again.text and "Make a new one" in again.text
    assert entries(app, f"/calendar/{secret}.ics") == []
    account = db.session.get_one(Account, cast["Victor"].account_id)
    assert account.calendar_hash and secret not in account.calendar_hash
    off = client.post("/account/calendar/off", data={"csrf_token": token(again)}, follow_redirects=True)
    assert "No calendar is on." in off.text


def test_making_and_ending_it_is_on_the_offices_record_without_the_token(app, cast):
    secret = calendar_tokens.make_calendar(cast["Victor"])
    calendar_tokens.end_calendar(cast["Victor"])
    calendar_tokens.end_calendar(cast["Victor"])  # nothing more happens
    query = select(Event).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq.desc()).limit(2)
    ended, made = db.session.scalars(query)
    assert (made.kind, ended.kind, made.actor_id) == ("calendar_made", "calendar_ended", cast["Victor"].account_id)
    assert secret not in made.facts and db.session.scalars(select(Account.calendar_hash)).all() == [None] * 5
    assert chain.verify() == []


def test_who_waits_to_be_admitted_makes_no_calendar(app, cast):
    from grievance.accounts import people

    people.accept(people.invite(cast["Tomas"], "petra@example.org", "Petra", people.Role.OFFICER), "a long password")
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in("petra@example.org", "a long password")
    page = client.get("/account/people")
    assert client.get("/account/calendar").status_code == 403
    for path in ("/account/calendar", "/account/calendar/off"):
        assert client.post(path, data={"csrf_token": token(page)}).status_code == 403


def test_it_says_nothing_of_a_case_and_is_not_kept_on_the_way(app, cast, caplog):
    caplog.set_level(logging.DEBUG)
    reference, _amina, _code = demonstration.file_one(clock.now(), account="Zinnober", name="Zinnober")
    for step in ("acknowledge", "report_retaliation"):
        demonstration.do(step, cast["Noor"], reference, clock.now())
    address = address_of(cast["Noor"])
    answer = app.test_client().get(address)
    _policy(answer)
    assert "Set-Cookie" not in answer.headers and address not in caplog.text
    for word in ("Zinnober", "Larkfield", "etaliation", "cknowledge", "L14", "eceived"):
        assert word not in answer.text
    assert answer.text.count("BEGIN:VEVENT") == len(deadlines.owed(case_of(reference)))


def test_an_entry_keeps_its_identifier_so_that_a_moved_day_is_moved_and_not_doubled(app, cast, referred):
    address = address_of(cast["Victor"])
    before = entries(app, address)
    for limit in deadlines.owed(case_of(referred)):
        if limit.key == "L5":
            deadlines.agree_on(limit, limit.due_on + timedelta(days=10), clock.now())
    db.session.commit()
    after = entries(app, address)
    assert [uid for *_, uid in before] == [uid for *_, uid in after] and len({uid for *_, uid in after}) == 2
    assert after[1][1] == before[1][1] + timedelta(days=10)


def test_what_is_paused_has_no_day(app, cast, referred):
    address = address_of(cast["Victor"])
    deadlines.pause(case_of(referred), "L5", clock.now())
    db.session.commit()
    assert len(entries(app, address)) == 1


@contextmanager
def queries():
    """What the database is asked meanwhile."""
    asked = []

    def note(_connection, _cursor, statement, *_more):
        asked.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_queries_do_not_grow_with_the_cases(app, cast):
    addresses = [address_of(cast[name]) for name in ("Noor", "Tomas", "Ines", "Victor")]
    app.test_client().get("/safety")  # the first request of a minute leaves a heartbeat
    counted = []
    for more in (1, 4):
        for _case in range(more):
            demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=6))
        for address in addresses:
            with queries() as asked:
                assert app.test_client().get(address).status_code == 200
            counted.append(len(asked))
    assert counted == [2] * 8


def test_there_are_at_most_so_many_entries_the_nearest_first(app, cast, referred, monkeypatch):
    address = address_of(cast["Noor"])
    all_days = [on for _s, on, *_ in entries(app, address)]
    monkeypatch.setattr(feeds, "MOST", 2)
    assert [on for _s, on, *_ in entries(app, address)] == all_days[:2]


def test_the_feed_says_when_it_was_made_and_when_to_ask_again(app, cast, referred):
    answer = app.test_client().get(address_of(cast["Victor"]))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT4H" in answer.text
    stamp = vobject.readOne(answer.text).vevent.dtstamp.value
    assert abs(stamp.astimezone(UTC) - clock.now()) < timedelta(minutes=5)


def test_the_feed_is_the_same_on_each_database(both):
    reference = demonstration.walk_story(both.cast, "refer", clock.now() - timedelta(days=6))[0]
    read = entries(both.app, address_of(both.cast["Victor"]))
    assert [summary for summary, *_ in read] == [f"{reference}: due"] * 2
