"""What a concern's road tells by mail: to whom, once each, in their language, and no word of the matter."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock
from grievance.access import find_case
from grievance.accounts import language, leaving
from grievance.concerns import limits, steps
from grievance.concerns.questions import SHARED
from grievance.concerns.table import TABLE
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.concern import ConcernMail
from grievance.models.people import Role
from grievance.notify import concern_mail
from tests import outside
from tests.accounts.test_leaving import join
from tests.concerns import road
from tests.concerns.test_from_case import a_case, open_from
from tests.notify.test_outbox import port, server

__all__ = ["port"]
NAMES = {"noor@example.org": "Noor", "tomas@example.org": "Tomas", "victor@example.org": "Victor"}


def sent(box):
    """Who got a mail since the last look, and that a second round brings none."""
    del box.mails[:]
    concern_mail.deliver(clock.now())
    names = [NAMES.get(address, address) for addresses, _mail in box.mails for address in addresses]
    assert concern_mail.deliver(clock.now() + timedelta(hours=1)) == 0
    return sorted(names)


@pytest.fixture
def read(monkeypatch):
    """The text of each mail that is made, with its reader's language."""
    made, before = [], concern_mail.message

    def message(reader, letters):
        mail = before(reader, letters)
        made.append((reader.language, f"{mail['Subject']}\n{mail.get_content()}"))
        return mail

    monkeypatch.setattr(concern_mail, "message", message)
    return made


def test_the_whole_road_tells_whoever_must_act_or_was_written_to_once_each_and_nobody_else(app, cast, port, read):
    language.choose(cast["Victor"], "fr")
    noor, tomas, victor = cast["Noor"], cast["Tomas"], cast["Victor"]
    with server(port) as box:
        concern = road.opened(cast)
        assert sent(box) == []
        action = approved(cast, box, "ask_corrective_action", concern)
        road.take(noor, "write_to_company", concern)
        assert sent(box) == ["Victor"]
        road.take(victor, "write_to_office", concern)
        assert sent(box) == ["Noor"]
        (due,) = limits.of(road.item(action))
        moments = (due.warn_first_at, due.warn_last_at, due.due_at)
        assert [swept(at, box) for at in moments] == [["Victor"], ["Victor"], ["Noor", "Victor"]]
        with time_machine.travel(moments[-1] + timedelta(hours=1), tick=False):
            measure = approved(cast, box, "propose_measure", concern)
            road.take(victor, "answer_grounds", concern, measure)
            assert sent(box) == ["Noor", "Tomas"]
            road.take(tomas, "decide_measure", concern, measure)
            assert sent(box) == ["Noor", "Victor"]
            road.take(victor, "report_action", concern, action)
            assert sent(box) == ["Noor"]
            road.take(victor, "appeal_measure", concern, measure)
            assert sent(box) == ["Noor", "Tomas"]
    assert db.session.scalar(select(func.count(ConcernMail.id))) == 0
    assert {which for which, _text in read} == {"en", "fr"}
    assert {said for which, said in read if which == "en"} == {EN} and len({one for _which, one in read}) == 2
    assert doctor.examine() == []


EN = ("Something waits for you\nSomething waits for you at Association for Responsible Security. Sign in to see it:"
      " http://127.0.0.1:8000/account/sign-in\n")  # fmt: skip


def approved(cast, box, step, concern):
    """The approver is told that it waits; then who proposed it and the company, and never the company before."""
    proposal = road.take(cast["Noor"], step, concern)
    assert sent(box) == ["Tomas"]
    before = set(road.items(concern))
    steps.decide(cast["Tomas"], proposal.id, True, {})
    assert sent(box) == ["Noor", "Victor"]
    return next(iter(set(road.items(concern)) - before))


def swept(at, box):
    """Two sweeps of the same minute, and after each the mail."""
    with time_machine.travel(at, tick=False):
        sweep(clock.now())
        told = sent(box)
        sweep(clock.now())
        assert sent(box) == []
        return told


def test_of_what_was_refused_the_proposer_is_told_and_the_company_never(app, cast, port):
    with server(port) as box:
        proposal = road.take(cast["Noor"], "ask_corrective_action", road.opened(cast))
        assert sent(box) == ["Tomas"]
        steps.decide(cast["Tomas"], proposal.id, False, {"words": "Too early."})
        assert sent(box) == ["Noor"]


def test_whoever_must_not_see_the_case_behind_it_is_not_told_of_the_concern(app, cast, paula, port):
    reference = a_case(cast)
    concern = open_from(cast, reference).id
    outside.shut_out(find_case(cast["Noor"], reference), cast["Tomas"].account_id)
    with server(port) as box:
        road.take(cast["Noor"], "add_source", concern)
        road.take(cast["Noor"], "ask_corrective_action", concern)
        assert sent(box) == ["paula@example.org"]


def test_who_joins_later_is_told_nothing_and_who_left_no_more(app, cast, paula, port):
    road.take(cast["Noor"], "ask_corrective_action", road.opened(cast))
    leaving.leave(cast["Tomas"], paula.account_id)
    join("Pam", Role.APPROVER, cast["Noor"])
    with server(port) as box:
        assert sent(box) == ["Tomas"]


def test_two_workers_send_one_mail_and_a_line_that_is_down_is_tried_again(app, cast, port):
    road.take(cast["Noor"], "ask_corrective_action", road.opened(cast))
    assert concern_mail.deliver(clock.now()) == 0  # nobody listens
    with server(port) as box:
        assert concern_mail.deliver(clock.now() + timedelta(minutes=9)) == 0
        at = clock.now() + timedelta(minutes=11)
        claimed = concern_mail._claim(at)
        assert len(claimed) == 1 and concern_mail.deliver(at) == 0  # the other has it
        assert concern_mail.deliver(at + timedelta(minutes=11)) == 1
        assert concern_mail.deliver(at + timedelta(hours=1)) == 0 and len(box.mails) == 1


def test_a_step_that_breaks_off_owes_no_mail(app, cast, monkeypatch):
    concern = road.opened(cast)
    proposal = road.take(cast["Noor"], "ask_corrective_action", concern).id
    before = db.session.scalar(select(func.count(ConcernMail.id)))
    monkeypatch.setattr(steps.told, "owe", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        steps.decide(cast["Tomas"], proposal, True, {})
    db.session.rollback()
    assert db.session.scalar(select(func.count(ConcernMail.id))) == before


def test_a_step_of_the_other_side_tells_somebody():
    """Promise 9: whoever must act or was written to is told."""
    for row in TABLE:
        shared = any(one.sealed_into == SHARED for one in row.asks)
        if row.who == {Role.COMPANY}:
            assert Role.OFFICER in row.tells, row.step
        elif shared:
            assert Role.COMPANY in row.tells, row.step


@pytest.mark.parametrize("code", ["ar", "en", "es", "fr", "pt", "ru", "sw", "uk"])
def test_a_companys_mail_is_in_each_language_and_links_to_where_the_staff_signs_in(app, cast, port, code):
    app.config["STAFF_URL"] = "https://staff.example.org"
    language.choose(cast["Victor"], code)
    road.both(cast, "ask_corrective_action", road.opened(cast))
    with server(port) as box:
        concern_mail.deliver(clock.now())
    (mail,) = [mail for addresses, mail in box.mails if addresses == ["victor@example.org"]]
    said = mail.get_payload(decode=True).decode()
    assert "https://staff.example.org/account/sign-in" in said
    assert ("Something waits for you" in said) == (code == "en")
    assert not any(word in said for word in ("armoury", "Zinnober", "Larkfield", "/asked"))
