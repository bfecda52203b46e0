"""The weekly mail: to whom it goes, how often, and that what is kept of it tells a database that was taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.event import Checkpoint
from grievance.models.mailbox import WitnessMail
from grievance.models.people import Account, AccountStatus, Role
from grievance.notify import witness
from grievance.record import checkpoint_file
from grievance.record.transaction import unit_of_work
from tests.outside import from_outside

DAY = timedelta(days=1)


class Server:
    """Takes mails, or none."""

    def __init__(self):
        self.taken, self.down = [], False

    def __enter__(self):
        if self.down:
            raise OSError
        return self

    def __exit__(self, *_fault):
        return None

    def send_message(self, mail, to_addrs):
        self.taken.append((*to_addrs, mail))


@pytest.fixture
def server(both, monkeypatch):
    one = Server()
    both.app.config["MAIL_URL"] = "smtp://localhost"
    monkeypatch.setattr(witness, "connected", lambda _url: one)
    return one


def readers():
    query = select(Account.email).where(Account.role.in_((Role.APPROVER, Role.CUSTODIAN)))
    return set(db.session.scalars(query.where(Account.status == AccountStatus.ACTIVE)))


def test_each_approver_and_custodian_gets_one_mail_a_week_whoever_sweeps_and_however_often(server):
    now = clock.now()
    for hour in range(4):
        sweep(now + timedelta(hours=hour))
        witness.deliver(now + timedelta(hours=hour))
    assert {to for to, _mail in server.taken} == readers() and len(server.taken) == len(readers()) >= 2
    sweep(now + 6 * DAY)
    assert witness.deliver(now + 6 * DAY) == 0
    sweep(now + 7 * DAY)
    assert witness.deliver(now + 7 * DAY) == len(readers())


def test_the_mail_is_kept_as_it_is_and_fits_the_database(server, tmp_path):
    reference = demonstration.file_one(clock.now())[0]
    sweep(clock.now())
    witness.deliver(clock.now())
    _to, mail = server.taken[0]
    text = mail.get_content()
    checkpoint = db.session.scalars(select(Checkpoint)).one()
    assert checkpoint.hash in text and checkpoint.public_key.hex() in text and reference not in text
    kept = tmp_path / "mail.eml"
    kept.write_bytes(mail.as_bytes())
    compared = checkpoint_file.against(kept)
    assert (compared.faults, compared.count) == ([], 1)
    with unit_of_work() as session:
        session.get_one(Checkpoint, checkpoint.id).body += " "
    assert "another checkpoint" in checkpoint_file.against(kept).faults[0]


def test_what_did_not_go_is_tried_again_and_whoever_left_gets_none(server):
    now = clock.now()
    sweep(now)
    server.down = True
    assert witness.deliver(now) == 0
    server.down = False
    assert witness.deliver(now) == 0  # not at once
    with from_outside() as session:
        gone = session.scalars(select(Account).where(Account.role == Role.CUSTODIAN)).first()
        gone.status, address = AccountStatus.LEFT, gone.email
    assert witness.deliver(now + timedelta(minutes=3)) == len(readers())
    assert address not in {to for to, _mail in server.taken}


def test_without_a_mail_server_nothing_is_owed(both):
    sweep(clock.now())
    assert db.session.scalars(select(WitnessMail)).all() == []
