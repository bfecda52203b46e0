"""What people and the clock do every day reads by an index, however many cases there are."""

import re

import pytest
from sqlalchemy import event, text

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from tests.views.test_routes import client_of, token

GROW = ("cases", "limits", "events", "letters", "writings", "attachments", "receipt_envelopes", "secretariat_envelopes",
        "filings", "drafts", "decisions", "new_marks")  # fmt: skip

AT_COMPANIES = ("company_envelopes", "respondents", "cases_at_companies")


@pytest.fixture
def statements(both):
    """Each statement that is sent from now on, with its values."""
    sent = []

    def note(_connection, _cursor, statement, values, _context, many):
        if not many and statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            sent.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def scans(both, sent, grow=GROW):
    """The plans that walk through a whole table that grows with the cases."""
    found = []
    if both.kind == "sqlite":  # what the sweep counted: a table of ten rows is scanned whatever is there
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))  # so that there is something to forget
            connection.execute(text("DELETE FROM sqlite_stat1"))
        db.engine.dispose()
    with db.engine.connect() as connection:
        if both.kind == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))  # a table of ten rows is scanned whatever is there
        for statement, values in list(sent):
            how = "EXPLAIN QUERY PLAN " if both.kind == "sqlite" else "EXPLAIN "
            plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(how + statement, values))
            whole = r"^SCAN (\w+)$" if both.kind == "sqlite" else r"Seq Scan on (\w+)"
            found += [
                (name, statement)
                for name in re.findall(whole, plan, re.MULTILINE)
                if re.sub(r"_\d+$", "", name) in grow
            ]
    return found


def test_the_sweep_finds_what_is_due_by_an_index(both, statements):
    demonstration.file_one(clock.now())
    del statements[:]
    sweep(clock.now())
    assert statements and scans(both, statements) == []


@pytest.mark.parametrize("both", ["sqlite"], indirect=True)
def test_without_its_index_the_sweep_would_be_found_out(both, statements):
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_limits_wake_at"))
    sweep(clock.now())
    assert scans(both, statements) != []


@pytest.mark.parametrize(
    "address",
    [
        "/desk",
        "/desk?show=mine",
        "/desk?show=overdue",
        "/desk?show=late_office",
        "/desk?show=late_company",
        "/desk?show=owing",
        "/desk?show=closed",
        "/desk?show=unacknowledged",
        "/desk?show=unseen",
        "/desk?show=waits",
        "/desk?show=refused",
        "/desk?order=company",
        "/desk?order=severity",
        "/desk?order=country",
        "/desk?order=day",
        "/desk?order=due",
        "/desk?show=mine&order=language",
        "/desk?show=closed&order=channel",
    ],
)
def test_the_queue_reads_its_page_from_an_index(both, statements, address):
    demonstration.file_one(clock.now())
    client = client_of(both.app, "Noor")
    del statements[:]
    assert client.get(address).status_code == 200
    assert scans(both, statements) == []


@pytest.mark.parametrize("show", ["open", "unseen", "overdue", "soon", "closed", "open&who=0", "open&who=4"])
def test_a_companys_queue_and_its_case_read_by_indexes_of_its_own(both, statements, show):
    reference, _code = demonstration.walk_story(both.cast, "company_acknowledge", clock.now())
    client = client_of(both.app, "Victor")
    del statements[:]
    for address in (f"/company?show={show}", f"/company/cases/{reference}"):
        assert client.get(address).status_code == 200
    assert scans(both, statements, (*GROW, *AT_COMPANIES)) == []


def test_a_case_and_the_search_for_its_reference_read_by_indexes(both, statements):
    reference, _amina, _code = demonstration.file_one(clock.now())
    client = client_of(both.app, "Noor")
    del statements[:]
    assert client.get(f"/desk/cases/{reference}").status_code == 200
    sent = {"q": reference, "csrf_token": token(client.get("/desk"))}
    assert client.post("/desk/search", data=sent).status_code == 303
    assert scans(both, statements) == []


def test_filing_and_opening_by_a_receipt_read_by_indexes(both, statements):
    del statements[:]
    _reference, _amina, code = demonstration.file_one(clock.now())
    both.app.test_client().post("/follow", data={"code": code})
    assert scans(both, statements) == []
