"""Whoever can write to the database and does not use the program changes one column of one row, takes one row away, or
puts a copy of one there: it is refused by the database, named by `doctor`, or refused at the page. Made from the
declarations, so that a new column is tried, too."""

import secrets
import shutil
from contextlib import suppress
from datetime import date, timedelta
from itertools import chain, count
from types import SimpleNamespace

import pytest
import time_machine
from flask import current_app
from pyotp import TOTP
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Enum,
    Integer,
    LargeBinary,
    UniqueConstraint,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from grievance import clock, demonstration
from grievance.access import Person, find_case
from grievance.accounts import absence, app_code_setup, calendar_tokens, changes, hotlines, resets, sessions
from grievance.accounts.keys import recovery, rotation
from grievance.companies import calendars, companies
from grievance.companies import editions as member_editions
from grievance.concerns import board_papers, board_seats, monitoring
from grievance.crypto.sealing import CannotOpen
from grievance.deadlines import holidays
from grievance.demonstration import PASSWORD, email_of
from grievance.desk import at_company, card_sheets, editions, incidents, own_wordings, public_questions, tasks, ticks
from grievance.doors import keeping
from grievance.enquiries import threads
from grievance.extensions import UtcDateTime, db
from grievance.in_public import lessons
from grievance.intake import field_keys, field_tokens, groups, register_names
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.incident import StandsIn
from grievance.record import counted
from grievance.record.declared import TABLES
from grievance.reports import making_editions
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from tests import ways
from tests.accounts.devices import asked
from tests.concerns import road
from tests.concerns import test_board as seats
from tests.conftest import make_app
from tests.desk.test_card_sheets import SHEET
from tests.desk.test_public_questions import QUESTION
from tests.doors.test_keeping import CLINIC
from tests.field import filled_in, send
from tests.in_public.test_texts import LESSON
from tests.intake.test_old_registers import unheard_of
from tests.notify import signing
from tests.scenarios.pages import form
from tests.views.test_routes import client_of

DECIDING = [
    (table.title, column.name)
    for table in TABLES
    for column in table.model.__table__.columns
    if table.word_on(column.name)[0] != "harmless"
]
OPEN = {
    ("escrow_halves", "id"), ("escrow_halves", "sealed"),  # opened when somebody of a company is stranded, not before
    ("editions", "key_id"), ("editions", "sealed_key"),  # opened when the figures of the next year are made
    ("party_shares", "proof"),  # looked at when the party's key is changed
    *(("signatures", name) for name in ("event_hash", "signer", "signer_id", "key", "signature")),
}  # fmt: skip
"""Noticed by what is not pressed here."""
NO_ROW = {"epochs", "epoch_envelopes", "escrow_grants", "code_mails"}
"""Tables of which this office has no row."""


TRIGGERS = "SELECT name FROM sqlite_master WHERE tbl_name = :name AND type = 'trigger'"
ITS_CASE = "SELECT case_id FROM identity_requests WHERE id = :id"

# --- an office in which there is something of everything ---------------------------------------------------


def populate(cast: dict[str, Person]) -> dict[str, Person]:
    people = ways.office(cast)
    begun = (clock.now() - timedelta(days=400)).replace(hour=9)  # the same day in every zone
    with time_machine.travel(begun, tick=False) as travel:
        demonstration.file_one(begun)
        for way in range(len(ways.WAYS)):
            place = ways.begin(people, clock.now(), False)
            for stop in ways.stops_of(way):
                if stop.after > 400:
                    break
                travel.shift(timedelta(days=min(stop.after, 100), minutes=1))
                ways.go(place, stop, clock.now())
            if {one.who for one in ways.stops_of(way) if one.step == "declare_conflict"} == {"Tomas", "Noor"}:
                ways.go(place, ways.Stop("name_deputy", "Ines"), clock.now())
            travel.move_to(begun + timedelta(days=way))
        travel.move_to(begun + timedelta(days=60))
        sweep(clock.now())
        _of_the_office(people)
    return people


def _before_the_board(people: dict[str, Person]) -> None:
    greta = seats.seat(people, "Greta", "government")
    _concern, item_id = seats.before_the_board(people)
    board_papers.vote(greta, seats.sent(people, item_id), {"vote": "for"})
    board_seats.declare(greta, {"company": str(road.company_id("Third Guarding")), "kind": "client"})


def _published(tomas: Person, noor: Person) -> None:
    member_editions.propose(noor)
    member_editions.publish(tomas, member_editions.waiting().id)
    ended = clock.office_today() - timedelta(days=92)
    made = making_editions.make(noor, f"{ended.year}-{(ended.month - 1) // 3 + 1}")
    editions.decide(tomas, editions.propose(noor, made), True)


def _of_the_office(people: dict[str, Person]) -> None:
    tomas, noor = people["Tomas"], people["Noor"]
    now = clock.now()
    holidays.add(tomas, "KE", {(now + timedelta(days=9)).date(): "A day off"})
    raw = {"name": "Third Guarding", "country": "KE", "zone": "Africa/Nairobi", "weekend": ["5", "6"], "language": "en",
           "membership": "member", "since": now.date().isoformat()}  # fmt: skip
    made = companies.add(tomas, raw)
    calendars.confirm(people["Paula"], made.id, calendars.waiting_for(people["Paula"], made).proposal.id, False)
    coming = {"first_day": now.date().isoformat(), "last_day": (now + timedelta(days=9)).date().isoformat()}
    absence.announce(tomas, {**coming, "stand_in": str(people["Paula"].account_id)})
    calendar_tokens.make_calendar(noor)
    recovery.make(tomas)
    changes.propose_head(tomas, people["Paula"].account_id)
    resets.ask(tomas, people["Paula"].account_id)
    demonstration.message_templates.add(tomas, {"name": "One", "step": "write", "language": "en", "text": "Good day"})
    about_pay = demonstration.file_one(now)[0]
    for step in ("acknowledge", "classify"):
        demonstration.do(step, noor, about_pay, now)
    task = {"words": "Call her.", "due_on": now.date().isoformat(), "who": str(noor.account_id)}
    tasks.finish(noor, tasks.make(noor, {**task, "case": about_pay}))
    tasks.make(tomas, task)
    keeping.add(noor, CLINIC)
    looked = {"kind": "audit", "on_day": now.date().isoformat(), "words": "Two gates had no name plates."}
    monitoring.write_down(noor, road.company_id(), looked)
    lessons.propose(noor, LESSON)
    public_questions.ask(QUESTION, "en")
    card_sheets.make(noor, SHEET)
    hotlines.propose(noor, "Line of the unions")
    hotlines.make(tomas, hotlines.listed()[0].id)
    send(current_app.test_client(), field_tokens.make(noor, {"name": "Asha"}), filled_in())
    field_keys.propose(noor)
    _before_the_board(people)
    _published(tomas, noor)
    ticks.save(noor, about_pay, {"labour.papers"}, set())
    signing.offer(current_app, people)
    reference, amina, _code = demonstration.file_one(now)
    signing.ask(amina, reference, now)
    told = dict.fromkeys(("share_account", "known_to_secretariat", "share_identity"), "later")
    counted.reading(reference, noor.account_id, now - timedelta(days=1))
    counted.failed("noor@example.org", now - timedelta(days=1))
    held = next(iter(queue(people["Victor"], Wanted()).lines)).case.reference
    at_company.keep(people["Victor"], held, {"own_reference": "HR-7", "who": str(people["Victor"].account_id)})
    at_company.write(people["Victor"], held, {"note": "To ask again."})
    own_wordings.add(people["Victor"], {"name": "One", "part": "respond.facts", "language": "en", "text": "Good day"})
    enquiry = threads.ask(people["Victor"], {"words": "What does the Code ask of a subcontractor?"})
    threads.go_on(noor, enquiry, {"words": "The same."})
    groups.add(amina, reference, {"knows": "yes", "called": "Two", "could_harm": "no", **told}, now)
    said_of_an_incident(noor, reference, demonstration.file_one(now)[0])
    demonstration.do("open_concern", noor, about_pay, now)
    demonstration.do("escalate", noor, about_pay, now)
    demonstration.do("add_respondent", noor, about_pay, now, tomas)
    concern = road.opened(people)
    road.both(people, "ask_corrective_action", concern)
    measure = road.both(people, "take_measure", concern)
    road.take(people["Victor"], "appeal_measure", concern, measure)
    road.both(people, "close_concern", road.opened(people))


def said_of_an_incident(noor: Person, first: str, second: str) -> None:
    """Of two cases: both stand in one, that was taken back of the second; and they are not of another one together."""
    made = incidents.write_down(noor, first, {"kind": "site", "name": "North Gate", "day": "2026-05-03"})
    incidents.stands_in(noor, second, made)
    taken_back = StandsIn.case_id == find_case(noor, second).id
    incidents.take_back(noor, second, db.session.scalars(select(StandsIn.id).where(taken_back)).one())
    incidents.is_not(noor, first, other=second)


def of_today(people: dict[str, Person]) -> SimpleNamespace:
    """What dies within a day: a grant that is open, and one that is asked for; and a change of a key that is begun."""
    granted, asked = (ways.begin(people, clock.now(), False) for _ in range(2))
    for place in (granted, asked):
        for stop in (*ways.REFERRED, ways.Stop("ask_identity", "Noor")):
            ways.go(place, stop, clock.now())
    ways.go(granted, ways.Stop("grant_identity", "Ines", 0, {"words": "For her safety."}), clock.now())
    ways.go(granted, ways.Stop("share_identity", "Noor", 0, {"scope": ["name"]}), clock.now())
    found = SimpleNamespace(granted=granted.case.reference, asked=asked.case.reference, code=granted.receipts["Amina"])
    rotation.begin(people["Victor"])
    return found


@pytest.fixture(scope="module")
def attacked(sqlite_template, tmp_path_factory):
    """Made once: each change is taken back."""
    folder = tmp_path_factory.mktemp("attacked")
    shutil.copy(sqlite_template.path, folder / "office.sqlite")
    app = make_app(f"sqlite:///{folder / 'office.sqlite'}", folder / "files")
    with app.app_context():
        people = populate(sqlite_template.cast)
        secret = with_an_app()
        asked("Tomas")  # a first passkey, which waits
        register_names.confirm(people["Noor"], unheard_of(folder).id)
        known = of_today(people)
        read = clock.now() - timedelta(days=1)
        counted.reading(known.granted, people["Noor"].account_id, read)
        counted.file_opened(known.granted, "a" * 32, "b" * 32, people["Noor"].account_id, read)
        sweep(clock.now())
        for name in ("events", "signatures"):
            for trigger in db.session.scalars(
                text(f"SELECT name FROM sqlite_master WHERE tbl_name='{name}' AND type='trigger'")
            ):
                db.session.execute(text(f"DROP TRIGGER {trigger}"))
        db.session.commit()
        assert named() == []
        yield SimpleNamespace(app=app, people=people, tables=db.metadata.tables, known=known, secret=secret)
        db.session.remove()
        db.engine.dispose()


def with_an_app():
    """Olga is asked for a code of her telephone from now on. Its secret."""
    here = sessions.sign_in(email_of("Olga"), PASSWORD)
    olga = sessions.person_of(here)
    begun = app_code_setup.begin(olga, PASSWORD)
    app_code_setup.confirm(here, olga, begun.made, TOTP(begun.secret).now())
    return begun.secret


LATER = count(1)
"""Minutes: a code lets in once."""


def signs_in(attacked):
    """Whether Olga comes in with the right code."""
    at = clock.now() + timedelta(minutes=next(LATER))
    with time_machine.travel(at, tick=False), suppress(CannotOpen):
        return sessions.sign_in(email_of("Olga"), PASSWORD, TOTP(attacked.secret).at(at)) is not None
    return False


def named() -> list[str]:
    """What `doctor` says, without anything that the session remembers."""
    db.session.expire_all()
    return [str(one) for one in doctor.examine()]


def is_noticed() -> bool:
    """Whether `doctor` says anything. Asked first is what says most of it; then all that `doctor` asks."""
    db.session.expire_all()
    return any(True for _fault in chain(doctor.said_by(doctor.compared), doctor.faults()))


# --- one change ---------------------------------------------------------------------------------------------


def another(column, value, key):
    """Some other value of the same type, that the column may have."""
    kind = column.type
    if isinstance(kind, Enum):
        return next(one for one in kind.enum_class if one != value)
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, UtcDateTime):
        return (value or clock.now()) + timedelta(days=400)
    if isinstance(kind, Date):
        return (value or date(2026, 1, 1)) + timedelta(days=40)
    if isinstance(kind, JSON):
        return {**value, "x": 1} if isinstance(value, dict) else [*(value or []), "x"]
    if column.foreign_keys and (other := some_other_that_is_there(column, value)):
        return other
    if isinstance(kind, Integer):
        return (value or 0) + 1
    if isinstance(kind, LargeBinary):
        return bytes([value[0] ^ 1]) + value[1:-1] + bytes([value[-1] ^ 1]) if value else secrets.token_bytes(80)
    return ("b" if (value or "a")[0] == "a" else "a") + (value or "a")[1:]


def some_other_that_is_there(column, value):
    """Of what a column refers to, so that no constraint is in the way."""
    refers = min(column.foreign_keys, key=lambda one: one.target_fullname)
    return db.session.scalar(select(refers.column).where(refers.column != value).limit(1)) if value else None


LOOKED_AT = {
    "identity_entries", "identity_requests", "identity_grants", "identity_shares", "secretariat_envelopes",
}  # fmt: skip
"""Of these a row of the case that everybody opens below: of another case, Noor may see nothing."""


def row_with(attacked, table, column):
    """A row that has something in this column and that somebody looks at, or else any row."""
    query = select(table)
    if table.name in LOOKED_AT:
        wanted = attacked.known.asked if column.name.startswith(("words", "custodians")) else attacked.known.granted
        of_case = text("case_id = (SELECT id FROM cases WHERE reference = :wanted)").bindparams(wanted=wanted)
        query = query.where(of_case) if "case_id" in table.c else query
    if "said" in table.c:
        query = query.where(table.c.said > 0)  # before the day's event it is the database's word alone
    if table.name == "settings":
        query = query.where(table.c.name == "receipt_salt")
    order = column.is_(None), *table.primary_key.columns
    return db.session.execute(query.order_by(*order).limit(1)).mappings().one_or_none()


def of(table, row):
    return [column == row[column.name] for column in table.primary_key.columns]


def refused_by_the_database(statement) -> bool:
    """Its own constraints. Foreign keys are asked for at the end."""
    try:
        db.session.execute(text("PRAGMA defer_foreign_keys=ON"))
        db.session.execute(statement)
        broken = db.session.execute(text("PRAGMA foreign_key_check")).first()
    except DBAPIError:
        return True
    return broken is not None


def tried(statement) -> str:
    """database, doctor, or nothing; the change is taken back."""
    db.session.rollback()
    try:
        if refused_by_the_database(statement):
            return "database"
        return "doctor" if is_noticed() else ""
    finally:
        db.session.rollback()


def test_each_deciding_column_that_is_changed_is_noticed(attacked, capsys):
    assert signs_in(attacked)
    found: dict[str, list[tuple[str, str]]] = {}
    for name, column_name in DECIDING:
        table = attacked.tables[name]
        column = table.c[column_name]
        row = row_with(attacked, table, column)
        if row is None:
            found.setdefault("no row", []).append((name, column_name))
            continue
        change = update(table).where(*of(table, row)).values({column_name: another(column, row[column_name], row)})
        how = tried(change) or at_a_page(attacked, table, row, column_name, change)
        found.setdefault(how or "nothing", []).append((name, column_name))
    with capsys.disabled():
        print(f"\n{len(DECIDING)} deciding columns: " + ", ".join(f"{len(v)} {k}" for k, v in sorted(found.items())))
        for how in ("no row", "nothing"):
            print(f"{how}: {found.get(how, [])}")
    assert set(found.get("nothing", [])) <= OPEN and {name for name, _column in found.get("no row", [])} <= NO_ROW


# --- at the page --------------------------------------------------------------------------------------------


def at_a_page(attacked, table, row, column_name, change) -> str:
    """The same, committed, and looked at by everybody whom it may concern; then put back."""
    db.session.execute(change)
    db.session.commit()
    try:
        if table.name == "app_codes":
            return "" if signs_in(attacked) else "sign-in"
        return "page" if any(is_refused(answer) for answer in opened_by_everybody(attacked, table, row)) else ""
    finally:
        db.session.rollback()
        key = [column == row[column.name] for column in table.primary_key.columns if column.name != column_name]
        if len(key) < len(table.primary_key.columns):  # it names the row, which is found by what it was made
            key.append(table.c[column_name] == change.compile().params[column_name])
            db.session.execute(delete(table).where(*of(table, row)))  # what a page counted there meanwhile
        db.session.execute(update(table).where(*key).values({column_name: row[column_name]}))
        db.session.commit()


UNFIT = ("does not fit", "does not open", "damaged")


def is_refused(answer) -> bool:
    if answer.request.path == "/follow":
        return answer.status_code != 303
    return answer.status_code >= 400 or any(words in answer.get_data(as_text=True) for words in UNFIT)


PAGES = {
    "incidents": (("Noor", "/desk/incidents/{id}"),),
    "concern_words": (("Noor", "/desk/concerns/{concern_id}"), ("Victor", "/company/asked/{concern_id}")),
    "public_questions": (("Noor", "/desk/outside-questions"),),
    "monitoring": (("Noor", "/desk/concerns/about/{company_id}"),),
    "enquiry_words": (("Noor", "/desk/questions/{enquiry_id}"), ("Victor", "/company/questions/{enquiry_id}")),
    "field_parts": (("Noor", "/desk/field-forms/{submission_id}"),),
    "tasks": (("Noor", "/desk/tasks?show=all"), ("Noor", "/desk/tasks?show=done")),
}
"""Where a row of a table that belongs to no case is opened, and by whom."""


def opened_by_everybody(attacked, table, row):
    if table.name in PAGES:
        for name, path in PAGES[table.name]:
            yield client_of(attacked.app, name).get(path.format(**row))
    elif table.name == "settings":
        yield attacked.app.test_client().post("/follow", data={"code": attacked.known.code})
    elif table.name == "board_copies":
        yield seats.window(attacked.app, "Greta").get(f"/board/papers/{row['paper_id']}")
    elif table.name == "company_words" and row["case_id"] is None:
        yield client_of(attacked.app, "Victor").get("/company/templates")
    elif table.name == "field_keys":
        client, path = client_of(attacked.app, "Tomas"), "/desk/field-forms"
        yield client.post(f"{path}/keys/{row['id']}", data={**form(client, path), "answer": "confirm"})
    else:
        yield from opened_in_its_case(attacked, table, row)


def opened_in_its_case(attacked, table, row):
    case_id = row.get("case_id")
    if table.name == "identity_grants":
        case_id = db.session.scalar(text(ITS_CASE), {"id": row["request_id"]})
    reference = db.session.scalar(select(Case.reference).where(Case.id == case_id))
    if reference is None:
        return
    for name, path in (("Noor", "/desk/cases/{}"), ("Victor", "/company/cases/{}"), ("Victor", "/company/ended/{}"),
                       ("Ines", "/custodian"), ("Ines", "/custodian/{}")):  # fmt: skip
        answer = client_of(attacked.app, name).get(path.format(reference))
        if answer.status_code != 404:
            yield answer
    for name, path in (
        ("Noor", "/desk/cases/{}/steps/open_identity"),
        ("Ines", "/custodian/cases/{}/steps/grant_identity"),
    ):
        client, path = client_of(attacked.app, name), path.format(reference)
        if client.get(path).status_code == 200:
            yield client.post(path, data={**form(client, path), "words": "Yes."})


# --- whole rows ---------------------------------------------------------------------------------------------

DIGESTED = [table for table in TABLES if table.vouched]


def first_row(attacked, one):
    """Its table, and a row of it where there is any, as there must be but for `NO_ROW`."""
    table = attacked.tables[one.title]
    row = db.session.execute(select(table).limit(1)).mappings().one_or_none()
    assert row is not None or one.title in NO_ROW
    return table, row


@pytest.mark.parametrize("one", DIGESTED, ids=lambda one: one.title)
def test_a_row_that_is_taken_away_is_noticed(attacked, one):
    table, row = first_row(attacked, one)
    if row is not None and not one.vanishes:
        assert tried(delete(table).where(*of(table, row)))


@pytest.mark.parametrize("one", DIGESTED, ids=lambda one: one.title)
def test_a_copy_of_a_row_is_noticed(attacked, one):
    """Under another key, where the database allows one; with its other columns as they are."""
    table, row = first_row(attacked, one)
    if row is None:
        return
    unique = {column for key in table.constraints if isinstance(key, UniqueConstraint) for column in key.columns}
    fresh = {c.name: another(c, row[c.name], row) for c in table.columns if c.primary_key or c in unique or c.unique}
    assert tried(insert(table).values({**row, **fresh}))
