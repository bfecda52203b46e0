"""The worker's rounds with the signs, through a real server of SMPP: one a day at most, within her hours, only where
something is new, and what could not go stands at the desk."""

import io
import logging
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import pytest
import smpp34
from sqlalchemy import delete, select, update

from grievance import clock, demonstration, logs
from grievance.access import CLOCK
from grievance.accounts import receipts
from grievance.crypto.keyring import new_entry, parse
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import FOLLOW_UPS, Deadline
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import State
from grievance.models.desk import NewMark
from grievance.models.event import Event
from grievance.models.keys import ReceiptEnvelope
from grievance.models.sign import Sign
from grievance.notify import sign_rounds, signs, smpp
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.reports.sign_page import unreached
from grievance.workflow import closing, steps
from tests.notify import gateway, signing

ALWAYS = {"from_hour": "0", "to_hour": "24"}


class Amina:
    """Her case, with a sign that she asked for on a day, and the rounds of the worker from then on."""

    def __init__(self, app, cast):
        signing.offer(app, cast)
        self.cast, self.begin = cast, clock.now().replace(hour=10, minute=0)
        self.reference, self.person, self.code = demonstration.file_one(self.begin - timedelta(days=1))
        self.ask(**ALWAYS)

    def ask(self, **changed):
        signing.ask(self.person, self.reference, self.begin, **changed)

    def round(self, **after):
        return sign_rounds.deliver(self.begin + timedelta(**after))

    def news(self, **after):
        now = self.begin + timedelta(**after)
        raw = {"audience": "complainant", "message": "Please look."}
        steps.take("write", self.cast["Noor"], self.reference, raw, now=now)

    def sign(self):
        db.session.expire_all()
        return db.session.scalars(select(Sign)).one_or_none()

    def kinds(self):
        return [kind for (kind,) in db.session.execute(select(Event.kind).where(Event.kind.like("sign_%")))]


@pytest.fixture
def amina(app, cast):
    return Amina(app, cast)


@pytest.fixture
def gate(app):
    with gateway.running() as found:
        app.config["SMS_GATEWAY"] = found.settings()
        yield found


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(sign_rounds, "_chance", lambda: 0.0)


def test_one_sign_goes_however_much_is_new_and_none_before(amina, gate):
    assert amina.round(minutes=1) == 0
    amina.news(minutes=2)
    amina.news(minutes=3)
    assert [amina.round(minutes=minute) for minute in (4, 5, 60)] == [1, 0, 0]
    (taken,) = gate.taken
    assert (taken.sender, taken.to, taken.text) == (signing.FROM, "254712345678", "There is something new.")


def test_a_second_one_goes_on_the_next_day_of_hers_at_the_earliest(amina, gate):
    amina.news(minutes=1)
    amina.round(minutes=2)
    amina.news(minutes=3)
    assert [amina.round(hours=hour) for hour in (1, 5, 13)] == [0, 0, 0]
    assert amina.round(hours=15) == 1 and len(gate.taken) == 2


def test_whoever_looks_at_her_page_before_it_goes_gets_none(amina, gate):
    amina.ask(from_hour="14", to_hour="19")
    amina.news(minutes=1)
    amina.round(minutes=2)
    with unit_of_work() as session:
        session.scalars(select(ReceiptEnvelope)).one().seen_seq = 100
    assert amina.round(hours=5) == 0 and gate.taken == []


@pytest.mark.parametrize("step", ["note", "assign"])
def test_what_she_is_not_told_of_is_no_news(amina, gate, step):
    more = {"note": "She called."} if step == "note" else {}
    demonstration.do(step, amina.cast["Noor"], amina.reference, amina.begin, **more)
    assert amina.round(minutes=2) == 0


def test_her_own_message_is_no_news(amina, gate):
    raw = {"audience": "secretariat", "message": "I came again."}
    steps.take("write", amina.person, amina.reference, raw, now=amina.begin)
    assert amina.round(minutes=2) == 0


def test_a_reminder_that_the_clock_sends_her_is_news(amina, gate):
    demonstration.do("ask", amina.cast["Noor"], amina.reference, amina.begin)
    assert amina.round(minutes=2) == 1
    steps.bring_up_to_date(amina.cast["Noor"], amina.reference, amina.begin + timedelta(days=12))
    assert amina.round(days=12, minutes=1) == 1


def test_one_comes_only_within_her_hours_and_on_her_days(amina, gate):
    day = (amina.begin + timedelta(days=2)).weekday()
    amina.ask(days=[str(day)], from_hour="12", to_hour="14")
    amina.news(minutes=1)
    gone = [hour for hour in range(1, 72) if amina.round(hours=hour)]
    assert gone == [50]


def test_after_it_is_taken_back_nothing_goes_and_the_address_is_gone(amina, gate):
    amina.news(minutes=1)
    signs.end(amina.person, amina.reference, clock.now())
    assert amina.round(minutes=2) == 0 and amina.sign() is None and gate.taken == []
    signs.end(amina.person, amina.reference, clock.now())
    assert amina.kinds() == ["sign_texts_proposed", *["sign_text_approved"] * 5, "sign_asked", "sign_ended"]


def test_a_number_that_is_refused_is_told_to_the_desk_once_until_one_goes_again(amina, gate):
    demonstration.do("acknowledge", amina.cast["Noor"], amina.reference, amina.begin)
    db.session.query(NewMark).delete()
    gate.answers = [smpp34.ESME_RINVDSTADR] * 2
    for day in range(2):
        amina.news(days=day, minutes=1)
        assert amina.round(days=day, minutes=2) == 0
    assert amina.sign().failed_since == amina.begin + timedelta(minutes=2)
    assert db.session.scalars(select(NewMark.account_id)).all() == [amina.cast["Noor"].account_id]
    amina.news(days=2)
    assert amina.round(days=2, minutes=1) == 1 and amina.sign().failed_since is None
    assert amina.kinds()[-2:] == ["sign_failed", "sign_reached"]


def test_a_gateway_that_wants_less_at_once_is_asked_again_a_little_later_each_time(amina, gate):
    gate.answers = [smpp34.ESME_RTHROTTLED, smpp34.ESME_RMSGQFUL]
    amina.news(minutes=1)
    gone = [minute for minute in range(2, 60) if amina.round(minutes=minute)]
    assert gone == [8] and gate.asked == 3


def test_a_gateway_that_is_down_is_tried_again_and_at_last_the_desk_hears_of_it(app, amina):
    with gateway.running() as first:
        app.config["SMS_GATEWAY"] = first.settings()
    amina.news(minutes=1)
    for hour in range(24 * 3):
        amina.round(hours=hour, minutes=2)
    assert amina.sign().failed_since is not None and amina.kinds()[-1] == "sign_failed"
    with gateway.running(port=first.port) as again:
        assert any(amina.round(days=3, hours=hour) for hour in range(24 * 2))
        assert len(again.taken) == 1


def test_one_that_nobody_answered_may_have_gone_and_is_not_tried_again_on_that_day(amina, gate, monkeypatch):
    monkeypatch.setattr(smpp, "TIMEOUT", 0.2)
    gate.answers = [None]
    amina.news(minutes=1)
    assert [amina.round(hours=hour) for hour in range(1, 14)] == [0] * 13 and gate.asked == 1
    assert amina.round(hours=15) == 1


def test_a_worker_that_dies_while_it_sends_sends_no_second_one_on_that_day(amina, gate, monkeypatch):
    amina.news(minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(sign_rounds, "_handed_in", lambda *_all: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            amina.round(minutes=2)
    assert [amina.round(hours=hour) for hour in range(1, 14)] == [0] * 13
    assert amina.round(hours=15) == 1 and len(gate.taken) == 1


def test_the_address_goes_after_her_last_follow_up_and_the_record_says_so(amina, gate):
    """Three follow-ups and the right to appeal run on after the end of a case."""
    begin = amina.begin - timedelta(days=130)
    reference, code = demonstration.walk_story(amina.cast, "close", begin)
    person = receipts.complainant_of(receipts.follow(code).session)
    signing.ask(person, reference, amina.begin, **ALWAYS)
    signs.end(amina.person, amina.reference, amina.begin)
    case = receipts.case_of(person)
    for key in ("L12", "L12b", "L12c", "L13"):
        amina.round(minutes=1)
        assert (amina.sign() is None) == (not deadlines.is_open(case, *FOLLOW_UPS, Deadline.APPEAL)), key
        with unit_of_work():
            deadlines.stop(case, [key], amina.begin)
            chain.append(case, "note", CLOCK, amina.begin, amina.begin)
    amina.round(minutes=2)
    assert amina.sign() is None and amina.kinds()[-1] == "sign_ended"


@pytest.mark.parametrize(("owed_by", "stays"), [("secretariat", True), ("complainant", False)])
def test_what_the_office_missed_is_still_owed_to_her_and_keeps_her_sign(amina, owed_by, stays):
    with unit_of_work():
        case = receipts.case_of(amina.person)
        case.state, case.closed_at = State.CLOSED, amina.begin
        missed, *others = deadlines.owed(case)
        deadlines.stop(case, [one.key for one in others], amina.begin)
        missed.missed_at, missed.owed_by = amina.begin, owed_by
        chain.append(case, "note", CLOCK, amina.begin, amina.begin)
    amina.round(minutes=1)
    assert (amina.sign() is not None) == stays


def test_a_receipt_that_ends_ends_its_sign(amina, gate):
    demonstration.do("acknowledge", amina.cast["Noor"], amina.reference, amina.begin)
    demonstration.do("reissue_receipt", amina.cast["Noor"], amina.reference, amina.begin, amina.cast["Tomas"])
    assert amina.sign() is not None, "until the new code is used, the lost receipt is her own"
    with unit_of_work() as session:
        envelope = session.get_one(ReceiptEnvelope, amina.person.receipt_id)
        chain.append(receipts.case_of(amina.person), "note", CLOCK, amina.begin, amina.begin,
                     receipts.end([envelope], amina.begin))  # fmt: skip
    assert amina.round(minutes=2) == 0 and amina.sign() is None and gate.taken == []


@pytest.mark.parametrize("broken", [{"zone": "Atlantis/Capital"}, {"days": []}, {"days": None}, {"sealed": b"?"}])
def test_a_row_that_cannot_be_read_is_told_to_the_desk_and_holds_up_nobody_else(amina, gate, broken):
    reference, other, _code = demonstration.file_one(amina.begin - timedelta(days=1))
    signing.ask(other, reference, amina.begin, **ALWAYS)
    amina.news(minutes=1)
    raw = {"audience": "complainant", "message": "Please look."}
    steps.take("write", amina.cast["Noor"], reference, raw, now=amina.begin + timedelta(minutes=1))
    hers = Sign.receipt_id == amina.person.receipt_id
    db.session.execute(update(Sign).where(hers).values(**broken))
    db.session.commit()
    assert sum(amina.round(minutes=minute) for minute in (2, 3)) == 1 and len(gate.taken) == 1
    db.session.expire_all()
    failed = db.session.scalars(select(Sign).where(hers)).one()
    assert failed.failed_since and unreached(receipts.case_of(amina.person))
    assert not unreached(receipts.case_of(other))


def test_who_cannot_be_reached_is_read_from_the_sign_and_not_from_the_record_alone(amina, gate):
    gate.answers = [smpp34.ESME_RINVDSTADR]
    amina.news(minutes=1)
    amina.round(minutes=2)
    assert unreached(receipts.case_of(amina.person))
    db.session.execute(delete(Sign))  # as a restore does it
    db.session.commit()
    assert not unreached(receipts.case_of(amina.person))


def test_a_case_asks_for_no_more_than_so_many_signs_a_day(amina):
    for _more in range(signs.MOST - 1):
        amina.ask(**ALWAYS)
    with pytest.raises(Refused, match="many times"):
        amina.ask(**ALWAYS)
    amina.begin += signs.WITHIN + timedelta(minutes=1)
    amina.ask(**ALWAYS)


def test_at_the_end_of_a_case_it_is_said_that_no_sign_would_come(amina):
    with unit_of_work():
        case = receipts.case_of(amina.person)
        case.state, case.closed_at = State.CLOSED, amina.begin
        deadlines.stop(case, None, amina.begin)
        chain.append(case, "note", CLOCK, amina.begin, amina.begin)
    with pytest.raises(Refused, match="no sign would come"):
        amina.ask(**ALWAYS)


def test_an_erased_case_keeps_no_sign(amina):
    with unit_of_work():
        closing.destroy(amina.sign().case_id, [])
        chain.append(receipts.case_of(amina.person), "note", CLOCK, amina.begin, amina.begin)
    assert amina.sign() is None


def test_a_worker_without_the_key_does_not_start_where_somebody_asked_for_a_sign(app, amina, gate):
    sign_rounds.check_key()
    app.config["SIGN_KEYS"] = parse(new_entry())
    answer = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert answer.exit_code == 1
    assert "SIGN_KEY does not hold the key to which signs are sealed here (1)" in answer.output


def test_a_worker_without_a_gateway_does_not_start_where_text_messages_are_offered(app, amina):
    answer = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert answer.exit_code == 1 and "this worker has no SMS_GATEWAY" in answer.output


def test_the_worker_of_cron_sends_what_is_due(app, amina, gate, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: amina.begin + timedelta(minutes=5))
    amina.news(minutes=1)
    assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0 and len(gate.taken) == 1


def test_the_public_half_is_printed_and_a_test_says_what_became_of_it(app, amina, gate):
    run = app.test_cli_runner().invoke
    assert b64decode(run(args=["signs", "public"]).output.split()[0]) == app.config["SIGN_PUBLIC"]
    assert run(args=["signs", "test", "+254712345678"]).output.startswith("Taken.")
    gate.answers = [smpp34.ESME_RINVDSTADR]
    answer = run(args=["signs", "test", "+254712345678"])
    assert answer.output.startswith("Refused") and answer.exit_code == 1


def test_a_months_log_has_no_word_of_any_case(app, amina, gate, capsys):
    """With all that can happen to a sign, written as the program writes it, and all that the libraries say, too."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLines())
    heard = logging.StreamHandler(everything := io.StringIO())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.addHandler(heard)
    root.setLevel("DEBUG")
    statuses = [smpp34.ESME_RTHROTTLED, 0, smpp34.ESME_RINVDSTADR, 0, smpp34.ESME_RSYSERR]
    try:
        for day in range(30):
            gate.answers = [statuses[day % len(statuses)]]
            if day == 20:
                app.config["SMS_GATEWAY"] = replace(gate.settings(), port=1)
            amina.news(days=day, minutes=1)
            amina.round(days=day, minutes=2)
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        root.removeHandler(heard)
    sign = amina.sign()
    said = written.getvalue() + everything.getvalue() + "".join(capsys.readouterr())
    assert '"message": "signs"' in said and '"taken": 1' in said
    words = (
        amina.reference,
        sign.case_id,
        sign.id,
        sign.receipt_id,
        "712345678",
        "There is something new",
        "Please look",
    )
    hidden = (b"There is something new".hex(), b"254712345678".hex())
    assert [one for one in (*words, *hidden) if one in said] == []
