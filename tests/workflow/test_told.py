"""docs/told.md is what the rows say, and every silence in it has a reason."""

from dataclasses import replace

import pytest

from bin import told as document
from grievance.models.case import State
from grievance.models.people import Role
from grievance.models.sides import COMPANY, NONE
from grievance.workflow.letter_texts import to_officer
from grievance.workflow.procedure import ROWS, find_row
from grievance.workflow.told import ROLES, How, addressed, every, told
from grievance.workflow.visibility import shown_to
from tests.conftest import ROOT


def test_the_document_of_who_is_told_what_is_current():
    assert (ROOT / "docs" / "told.md").read_text() == document.page(), "run `make docs`"


def test_its_cells_are_every_event_by_every_role():
    rows = list(every())
    assert f"{len(rows) * len(ROLES)} cells: " in document.page()
    assert all(
        told(one, role).why.strip() for _name, one in rows for role in ROLES if told(one, role).how == How.SILENT
    )


REFER = find_row("refer", Role.OFFICER, "received")
TAKEN = {
    "its letters": replace(REFER, letters=()),
    "who is shown it": replace(REFER, event=replace(REFER.event, shown_to=NONE), letters=()),
    "that it is news to the officer": replace(REFER, quiet={"officer": "they did it"}),
    "that it is urgent": replace(REFER, urgent=True),
    "that it is a word to her": replace(REFER, answers=True),
    "that a letter goes to the officer": replace(REFER, letters=(*REFER.letters, to_officer(REFER.letters[0].text))),
}


@pytest.mark.parametrize("fact", TAKEN)
def test_the_document_changes_with_each_fact_of_a_row(monkeypatch, fact):
    others = list(every())
    monkeypatch.setattr(document, "every", lambda: [(n, TAKEN[fact] if one is REFER else one) for n, one in others])
    assert document.page() != (ROOT / "docs" / "told.md").read_text()


def test_who_may_be_written_to_is_marked_only_where_the_words_are_for_them():
    write = find_row("write", Role.OFFICER, "referred")
    assert addressed(write) == {"company", "complainant"} and told(write, Role.COMPANY).how == How.LETTER
    attach = find_row("attach", Role.OFFICER, "referred")
    assert told(attach, Role.COMPANY).how == How.NOT_SHOWN


def test_what_is_of_the_office_alone_is_shown_to_no_company():
    shown = [n for n, one in every() if told(one, Role.COMPANY).is_new and Role.COMPANY.value not in one.event.shown_to]
    assert {name.split()[0] for name in shown} == {
        "write",
        "attach",
        "confirm_withdrawal",
        "close_for_deletion",
        "come_back",
        "reminder",
    }


MASKED = {"escalate_unseen": "the state as it is shown stays", "reopen_admission": "no company was ever handed it",
          "change_respondent": "the company has no page of it any more"}  # fmt: skip


@pytest.mark.parametrize("row", [row for row in ROWS if row.target], ids=lambda row: f"{row.step}-{min(row.source)}")
def test_a_company_is_told_why_the_state_that_it_is_shown_is_another(row):
    if row.source == {State.RECEIVED} and row.target == State.CLOSED:
        return  # it has no company yet
    assert row.step in shown_to(COMPANY) or row.step in MASKED
    assert row.step not in MASKED or COMPANY not in row.event.shown_to
