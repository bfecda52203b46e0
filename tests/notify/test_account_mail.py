"""At a cut, and when a new invitation is asked for, everybody who may object gets a mail at once; it names nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock
from grievance.accounts import changes, language, leaving, resets
from grievance.extensions import db
from grievance.models.account_waits import AccountWait
from grievance.models.people import AccountChange, Role
from grievance.notify import account_mail
from tests.accounts.test_leaving import account_of, join
from tests.accounts.test_two_people import wait_about
from tests.notify.test_outbox import free_port, server


@pytest.fixture
def port(app):
    number = free_port()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    return number


def to(box):
    return sorted(address for addresses, _mail in box.mails for address in addresses)


def test_everybody_of_the_office_but_who_did_it_gets_one_mail_that_names_nobody(app, cast, petra, port):
    leaving.leave(cast["Tomas"], petra.account_id)
    with server(port) as box:
        assert account_mail.deliver(clock.now()) == 2
        assert account_mail.deliver(clock.now() + timedelta(hours=1)) == 0
    assert to(box) == ["ines@example.org", "noor@example.org"]
    for _addresses, mail in box.mails:
        text = mail["Subject"] + mail.get_payload(decode=True).decode()
        assert "for good on" in text and "take it back before then" in text and "/account/people" in text
        assert "Petra" not in text and "Tomas" not in text


def test_the_mail_is_in_the_language_of_its_reader(app, cast, petra, port):
    language.choose(cast["Noor"], "fr")
    resets.ask(cast["Tomas"], petra.account_id)
    with server(port) as box:
        account_mail.deliver(clock.now())
    (mail,) = [mail for addresses, mail in box.mails if addresses == ["noor@example.org"]]
    assert "opposez-vous" in mail.get_payload(decode=True).decode()


def test_where_the_line_is_down_it_is_tried_again_and_nobody_gets_two(app, cast, petra, port):
    resets.ask(cast["Tomas"], petra.account_id)
    assert account_mail.deliver(clock.now()) == 0
    with server(port, choked=["noor@example.org"]) as box:
        assert account_mail.deliver(clock.now() + timedelta(minutes=5)) == 0
        account_mail.deliver(clock.now() + timedelta(minutes=11))
        account_mail.deliver(clock.now() + timedelta(minutes=22))
    assert to(box) == ["ines@example.org", "petra@example.org"]


def test_an_address_that_is_refused_holds_up_nobody(app, cast, petra, port):
    resets.ask(cast["Tomas"], petra.account_id)
    with server(port, refused=["noor@example.org"]) as box:
        assert account_mail.deliver(clock.now()) == 2
    assert to(box) == ["ines@example.org", "petra@example.org"] and wait_about("Petra").mail_at is None


def test_who_left_meanwhile_gets_none(app, cast, petra, port):
    resets.ask(cast["Tomas"], cast["Noor"].account_id)
    leaving.leave(cast["Tomas"], petra.account_id)
    with server(port) as box:
        account_mail.deliver(clock.now())
    assert "petra@example.org" not in to(box) and "ines@example.org" in to(box)


def test_who_objected_before_the_mail_went_ends_it_and_only_that_is_said(app, cast, petra, port):
    resets.ask(cast["Tomas"], petra.account_id)
    resets.object_to(cast["Noor"], wait_about("Petra").id)
    with server(port) as box:
        assert account_mail.deliver(clock.now()) == 2
    assert to(box) == ["petra@example.org", "tomas@example.org"] and account_of("Petra")
    assert all("object before then" not in text_of(mail) for _addresses, mail in box.mails)


def text_of(mail):
    return mail["Subject"] + " " + mail.get_payload(decode=True).decode()


def test_the_mail_about_a_new_invitation_says_that_nothing_changes_before_it_is_made(app, cast, petra, port):
    resets.ask(cast["Tomas"], petra.account_id)
    with server(port) as box:
        account_mail.deliver(clock.now())
    for _addresses, mail in box.mails:
        assert "for good" not in text_of(mail) and "Nothing changes before it is made" in text_of(mail)
        assert "sign in and object before then" in text_of(mail)


def test_a_cut_that_is_taken_back_is_told_to_who_began_it_and_to_who_was_cut(app, cast, petra, port):
    leaving.leave(cast["Tomas"], petra.account_id)
    leaving.take_back(cast["Noor"], last_wait_about("Petra").id)
    with server(port) as box:
        assert account_mail.deliver(clock.now()) == 2
        assert account_mail.deliver(clock.now() + timedelta(hours=1)) == 0
    assert to(box) == ["petra@example.org", "tomas@example.org"]
    for _addresses, mail in box.mails:
        assert "was stopped" in text_of(mail) and "took it back that somebody has left" in text_of(mail)
        assert "signs in with their own password" in text_of(mail) and "Petra" not in text_of(mail)


def test_an_objection_is_told_to_who_asked_and_not_to_who_objected(app, cast, petra, port):
    resets.ask(cast["Tomas"], petra.account_id)
    with server(port):
        account_mail.deliver(clock.now())
    resets.object_to(petra, wait_about("Petra").id)
    with server(port) as box:
        assert account_mail.deliver(clock.now()) == 1
    ((addresses, mail),) = box.mails
    assert addresses == ["tomas@example.org"] and "objected to a new invitation" in text_of(mail)


def test_what_is_confirmed_is_told_to_nobody_any_more(app, cast, petra, port):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    leaving.leave(cast["Tomas"], petra.account_id)
    leaving.confirm_left(paula, last_wait_about("Petra").id)
    with server(port):
        assert account_mail.deliver(clock.now()) == 0


def test_another_role_is_told_to_everybody_of_the_office_and_to_whom_it_is_about(app, cast, petra, port):
    changes.propose_role(cast["Tomas"], petra.account_id, Role.APPROVER)
    with server(port) as box:
        assert account_mail.deliver(clock.now()) == 3
        assert account_mail.deliver(clock.now() + timedelta(hours=1)) == 0
    assert to(box) == ["ines@example.org", "noor@example.org", "petra@example.org"]
    for _addresses, mail in box.mails:
        assert "Nothing changes before a second person confirms it" in " ".join(text_of(mail).split())
        assert "Petra" not in text_of(mail) and "Tomas" not in text_of(mail)


def test_a_role_that_is_refused_is_told_to_who_proposed_it_and_to_whom_it_is_about(app, cast, petra, port):
    changes.propose_role(cast["Tomas"], petra.account_id, Role.APPROVER)
    with server(port):
        account_mail.deliver(clock.now())
    changes.decide(cast["Ines"], db.session.scalars(select(AccountChange.id)).one(), False)
    with server(port) as box:
        assert account_mail.deliver(clock.now()) == 2
    assert to(box) == ["petra@example.org", "tomas@example.org"]
    assert all("was refused" in " ".join(text_of(mail).split()) for _addresses, mail in box.mails)


def test_a_role_that_is_confirmed_before_the_mail_went_is_told_to_nobody(app, cast, petra, paula, port):
    changes.propose_role(cast["Tomas"], petra.account_id, Role.APPROVER)
    changes.decide(paula, db.session.scalars(select(AccountChange.id)).one(), True)
    with server(port):
        assert account_mail.deliver(clock.now()) == 0


def last_wait_about(name):
    query = select(AccountWait).where(AccountWait.account_id == account_of(name).id).order_by(AccountWait.id.desc())
    return db.session.scalars(query).first()
