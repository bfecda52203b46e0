"""From the rows: each letter, to each recipient, has a living reader, or stands at the desk by name until it has."""

import pytest
from sqlalchemy import delete, select, update

from grievance import clock, demonstration
from grievance.access import Person
from grievance.extensions import db
from grievance.maintenance.trouble import NOBODY, troubles
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Account, AccountStatus, Role
from grievance.models.writing import Letter
from grievance.notify.outbox import deliver
from grievance.notify.recipients import MAILED, readers
from grievance.record.letters import COLLEAGUE
from grievance.record.transaction import unit_of_work
from grievance.reports.casefile import letters_to
from grievance.workflow.events import NOTED
from grievance.workflow.procedure import ROWS
from tests.notify.test_outbox import got, port, server
from tests.outside import from_outside
from tests.times import days_later

__all__ = ["port"]
LETTERS = sorted({(one.recipient, one.text.template) for row in (*ROWS, *NOTED) for one in row.letters})
"""Each recipient of each letter that any row sends."""
NAMED = {
    **{recipient: str(sentence) for recipient, sentence in NOBODY.items()},
    "company": "Nobody at Larkfield Guarding",
    "former_company": "Nobody at Larkfield Guarding",
}


@pytest.fixture
def case(app, cast, ready, tmp_path):
    """One that everybody had to do with; its letters are the tests' own."""

    def walked():
        demonstration.walk_story(cast, "respond", clock.now())
        with unit_of_work() as session:
            session.execute(delete(Letter))

    ready.made("a case without letters", tmp_path, walked)
    return db.session.scalars(select(Case)).one()


def owe(case, *letters):
    event = db.session.scalars(select(Event.id).where(Event.case_id == case.id, Event.actor_id.is_(None))).first()
    noor = demonstration.signed_in("Noor").account_id
    facts = {"proposed_by": noor, "mentioned": [str(noor)], "respondent": 1}
    shared = {"case_id": case.id, "event_id": event, "facts": facts, "owed_at": clock.now(), "tries": 0}
    with from_outside() as session:
        session.add_all(Letter(recipient=recipient, template=template, **shared) for recipient, template in letters)


@pytest.mark.parametrize(("recipient", "template"), LETTERS)
def test_each_letter_of_the_rows_is_read_by_somebody_who_lives(case, cast, recipient, template):
    owe(case, (recipient, template))
    letter = db.session.scalars(select(Letter)).one()
    if recipient == "complainant":
        amina = Person(Role.COMPLAINANT, case_id=case.id)
        assert letters_to(amina, case) == [letter]
    else:
        who = readers(letter, clock.now())
        assert who and {db.session.get_one(Account, one).role for one in who} <= MAILED[recipient]


@pytest.mark.parametrize("recipient", sorted(set(MAILED) - {COLLEAGUE}))
def test_what_nobody_can_read_stands_at_the_desk_by_name_and_goes_when_somebody_can(case, cast, port, recipient):
    owe(case, *(letter for letter in LETTERS if letter[0] == recipient))
    theirs = update(Account).where(Account.role.in_(MAILED[recipient]))
    with unit_of_work() as session:
        session.execute(theirs.values(status=AccountStatus.LEFT))
    with server(port) as box:
        deliver(clock.now())
        assert [line for one in troubles(clock.now()) for line in one.lines if line.startswith(NAMED[recipient])]
        assert not box.mails and None not in set(db.session.scalars(select(Letter.unreached_since)))
        with unit_of_work() as session:
            session.execute(theirs.values(status=AccountStatus.ACTIVE))
        deliver(days_later(1))  # beyond a release: what is owed here is of her filing
    assert got(box) and set(db.session.scalars(select(Letter.unreached_since))) == {None}
    assert not [one for one in troubles(clock.now()) if one.lines]


def test_a_mention_of_somebody_who_has_left_is_done_with_and_troubles_nobody(case, cast, port):
    owe(case, (COLLEAGUE, "mentioned"))
    with unit_of_work() as session:
        session.execute(update(Account).where(Account.name == "Noor").values(status=AccountStatus.LEFT))
    with server(port) as box:
        deliver(clock.now())
    assert not box.mails and None not in set(db.session.scalars(select(Letter.sent_at)))
    assert not [one for one in troubles(clock.now()) if one.lines]


def test_each_recipient_that_a_row_names_is_one_that_mail_or_a_page_knows():
    assert {recipient for recipient, _template in LETTERS} == {"complainant", *MAILED}
    assert set(NAMED) == set(MAILED)
