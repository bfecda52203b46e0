"""Whoever reads a case sees it at one moment: what is done between two statements of a page is on the next one."""

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from bench.statements import following, signed_in
from grievance import clock, demonstration
from grievance.extensions import db
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps
from grievance.workflow.unfit import TO_HER, TO_THE_COMPANY, TO_THE_OFFICE

WRITES = {"message": "One word more.", "audience": "complainant"}
PAGES = {
    "her page": ("her", "/follow/case"),
    "where she writes": ("her", "/follow/case/steps/write"),
    "an officer's page of it": ("Noor", "/desk/cases/{case}"),
    "where an officer writes": ("Noor", "/desk/cases/{case}/steps/write?audience=complainant"),
    "a company's page of it": ("Victor", "/company/cases/{case}"),
    "where a company writes": ("Victor", "/company/cases/{case}/steps/write?audience=secretariat"),
}


@pytest.fixture
def office(both):
    """One case at its company: its reference, and who opens pages of it."""
    now = clock.now()
    reference, _amina, code = demonstration.file_one(now)
    for step in ("acknowledge", "refer"):
        demonstration.do(step, both.cast["Noor"], reference, now, both.cast["Tomas"])
    clients = {"her": following(both.app, code), **{name: signed_in(both.app, name) for name in ("Noor", "Victor")}}
    return both, reference, clients


@contextmanager
def before_statement(engine, number, act):
    """`act` is done by somebody else just before this statement that the thread that is here reads with. Yields one
    thing for each of them. Where it writes itself, others wait."""
    here, sent = threading.get_ident(), []

    def look(connection, *_about):
        if threading.get_ident() == here and not connection.get_execution_options().get("writes"):
            sent.append(number)
            if len(sent) == number:
                other = threading.Thread(target=act)
                other.start()
                other.join()

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", look)


@pytest.mark.parametrize("name", PAGES)
def test_what_is_done_between_two_statements_of_a_page_is_no_change_from_outside(office, name):
    both, reference, clients = office
    who, path = PAGES[name][0], PAGES[name][1].format(case=reference)

    def somebody_writes():
        with both.app.app_context():
            steps.take("write", both.cast["Noor"], reference, WRITES, now=clock.now())

    clients[who].get(path, follow_redirects=True)
    engine, number, all_of_them = db.engine, 0, 1
    while number < all_of_them:
        number += 1
        with before_statement(engine, number, somebody_writes) as sent:
            answer = clients[who].get(path, follow_redirects=True)
        all_of_them = len(sent)
        assert answer.status_code == 200, (number, answer.text)
        assert not [said for said in (TO_HER, TO_THE_OFFICE, TO_THE_COMPANY) if str(said) in answer.text], number
    assert all_of_them > 5


@pytest.mark.parametrize("both", ["postgresql"], indirect=True)
@pytest.mark.parametrize("writes", [False, True])
def test_a_line_that_is_no_more_is_told_by_the_first_statement(both, writes):
    """Where it is told as a database that is away, and not as a mistake of ours."""
    with db.engine.connect().execution_options(writes=writes) as connection:
        connection.connection.dbapi_connection.isolation_level = None
        connection.connection.dbapi_connection.close()
        with pytest.raises(OperationalError) as told:
            connection.execute(text("SELECT 1"))
    assert told.value.connection_invalidated


@pytest.mark.parametrize("both", ["postgresql"], indirect=True)
def test_a_reader_has_a_snapshot_and_a_unit_of_work_sees_what_is(both):
    asks = text("SHOW transaction_isolation")
    assert db.session.execute(asks).scalar() == "repeatable read"
    with unit_of_work() as session:
        assert session.execute(asks).scalar() == "read committed"
    assert db.session.execute(asks).scalar() == "repeatable read"
