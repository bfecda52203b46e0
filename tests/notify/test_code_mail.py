"""The link of an invitation, and the code of another address, go to the mailbox that they prove, and to nobody else."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from grievance import clock
from grievance.accounts import leaving, people, resets
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.models.mailbox import CodeMail
from grievance.models.people import AccountStatus, Role
from grievance.notify import code_mail
from tests.accounts.test_leaving import account_of
from tests.accounts.test_two_people import wait_about
from tests.notify.test_account_mail import text_of
from tests.notify.test_outbox import free_port, server
from tests.views.account.test_people import press, run
from tests.views.test_routes import client_of

PETRA = {"name": "Petra", "email": "petra@example.org", "role": "officer"}


@pytest.fixture
def port(app):
    number = free_port()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{number}"
    return number


def invited(app):
    """What the page of who invites says, and their browser."""
    client = client_of(app, "Tomas")
    answer = press(client, "/account/people/invite", **PETRA)
    return client, client.get(answer.location).text


def link_in(mail):
    return re.search(r"/account/invitation#([\w-]+)", text_of(mail)).group(1)


def the_mail():
    db.session.rollback()
    return db.session.get(CodeMail, account_of("Petra").id)


def test_the_link_goes_to_who_is_invited_and_the_page_says_where_and_shows_it_to_nobody(app, cast, port):
    client, page = invited(app)
    assert "The link goes to petra@example.org by mail, and to nobody else." in page
    assert "The mail with the link is on its way." in page and "invitation#" not in page
    with server(port) as box:
        assert code_mail.deliver(clock.now()) == 1
        assert code_mail.deliver(clock.now() + timedelta(hours=2)) == 0
    ((addresses, mail),) = box.mails
    assert addresses == ["petra@example.org"] and "Tomas" not in text_of(mail)
    assert "The link went there on" in client.get("/account/people").text
    people.accept(link_in(mail), PASSWORD)
    assert account_of("Petra").status == AccountStatus.WAITING and the_mail() is None


def test_what_is_mailed_lies_nowhere_in_the_clear_and_is_gone_once_it_went(app, cast, port):
    invited(app)
    kept = the_mail().sealed
    assert b"petra@example.org" not in kept
    with server(port) as box:
        code_mail.deliver(clock.now())
    code = link_in(box.mails[0][1])
    assert code.encode() not in kept and the_mail().sealed is None and the_mail().sent_at


def test_where_the_line_is_down_it_is_tried_again_and_the_page_says_so(app, cast, port):
    client, _page = invited(app)
    assert code_mail.deliver(clock.now()) == 0
    assert "does not go out just now. It is tried again." in client.get("/account/people").text
    with server(port) as box:
        assert code_mail.deliver(clock.now() + timedelta(minutes=5)) == 0
        assert code_mail.deliver(clock.now() + timedelta(minutes=11)) == 1
    people.accept(link_in(box.mails[0][1]), PASSWORD)


def test_an_address_that_is_refused_is_said_to_who_invited_and_corrected_there(app, cast, port):
    client, _page = invited(app)
    with server(port, refused=["petra@example.org"]):
        assert code_mail.deliver(clock.now()) == 0
    assert "takes no mail for this address: correct it." in client.get("/account/people").text
    press(client, f"/account/people/{account_of('Petra').id}/again", email="petra@example.net")
    with server(port) as box:
        assert code_mail.deliver(clock.now()) == 1
    assert box.mails[0][0] == ["petra@example.net"]


def test_a_link_that_is_sent_again_makes_the_first_one_void(app, cast, port):
    client, _page = invited(app)
    with server(port) as box:
        code_mail.deliver(clock.now())
        press(client, f"/account/people/{account_of('Petra').id}/again", email="petra@example.org")
        code_mail.deliver(clock.now())
    first, second = (link_in(mail) for _addresses, mail in box.mails)
    assert first != second
    with pytest.raises(people.Refused):
        people.accept(first, PASSWORD)
    people.accept(second, PASSWORD)


def test_an_invitation_that_is_withdrawn_before_the_mail_went_sends_none(app, cast, port):
    client, page = invited(app)
    assert "Withdraw the invitation" in page
    asked = client.get(f"/account/people/{account_of('Petra').id}/leave").text
    assert "The link stops working at once." in asked and "signed out" not in asked
    press(client, f"/account/people/{account_of('Petra').id}/leave")
    with server(port) as box:
        assert code_mail.deliver(clock.now()) == 0
    assert box.mails == [] and account_of("Petra").status == AccountStatus.LEFT


def test_whoever_writes_to_the_database_leads_the_code_to_no_other_mailbox(app, cast, port):
    invited(app)
    people.invite(cast["Tomas"], "paula@example.org", "Paula", Role.OFFICER)
    paulas = db.session.get(CodeMail, account_of("Paula").id).sealed
    db.session.execute(update(CodeMail).where(CodeMail.account_id == account_of("Petra").id).values(sealed=paulas))
    db.session.commit()
    with server(port) as box:
        assert code_mail.deliver(clock.now()) == 1
    assert [addresses for addresses, _mail in box.mails] == [["paula@example.org"]]


def test_a_new_invitation_goes_to_its_persons_mailbox_once_two_people_want_it(app, cast, petra, paula, port):
    resets.ask(cast["Tomas"], petra.account_id)
    with server(port) as box:
        assert code_mail.deliver(clock.now()) == 0
        resets.finish(paula, wait_about("Petra").id)
        assert code_mail.deliver(clock.now()) == 1
    ((addresses, mail),) = box.mails
    assert addresses == ["petra@example.org"]
    people.accept(link_in(mail), "another password of hers")


def test_the_command_mails_the_link_too_and_prints_it_only_where_there_is_no_mail(app, cast, port):
    more = ("--email", "petra@example.org", "--name", "Petra", "--role", "officer")
    said = run(app, "people", "invite", *more).output
    assert "The link goes to petra@example.org by mail" in said and "invitation#" not in said
    app.config["MAIL_URL"] = ""
    assert "/account/invitation#" in run(app, "people", "invite-again", "--email", "petra@example.org").output


def test_without_mail_the_page_says_what_whoever_runs_the_server_does(app, cast):
    _client, page = invited(app)
    command = "flask people invite-again --email petra@example.org"
    assert "No mail is set up here" in page and page.count(command) == 2 and "invitation#" not in page
    printed = run(app, *command.split()[1:]).output
    people.accept(re.search(r"invitation#([\w-]+)", printed).group(1), PASSWORD)
    assert not people.may_admit(cast["Tomas"], account_of("Petra")) and "No mail is set up" in page


def test_a_link_that_the_server_prints_stays_the_invitation_of_who_invited(app, cast):
    people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER)
    run(app, "people", "invite-again", "--email", "petra@example.org")
    assert account_of("Petra").invited_by == cast["Tomas"].account_id


def test_a_demonstration_keeps_its_mail_in_a_folder(app, cast, tmp_path):
    app.config["MAIL_URL"] = f"file://{tmp_path}/mail"
    invited(app)
    assert code_mail.deliver(clock.now()) == 1
    (kept,) = Path(tmp_path, "mail").iterdir()
    code = re.search(r"invitation#([\w-]+)", kept.read_text()).group(1)
    assert kept.stat().st_mode & 0o077 == 0 and "To: petra@example.org" in kept.read_text()
    people.accept(code, PASSWORD)
    assert leaving.never_accepted(account_of("Petra")) is False
