"""Signs, with a process for each that may do nothing else: her page, the desk, the worker. On PostgreSQL."""

from datetime import timedelta

from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance.database_roles import Process
from grievance.models.sign import Sign
from grievance.notify import sign_rounds, sign_texts
from tests.notify import gateway, signing
from tests.roles.test_her_walk import Visitor
from tests.scenarios.pages import hidden
from tests.views.test_routes import client_of

FOLLOW, STAFF, WORKER = Process.FOLLOW, Process.STAFF, Process.WORKER
NEWS = "/follow/case/news"


def configured(office):
    """The pages have the public half of the key, and the worker has the other one and the gateway."""
    with office.acting(WORKER):
        signing.configure(office.process(WORKER))
    worker = office.process(WORKER).config
    for process in (FOLLOW, STAFF):
        office.process(process).config.update(SIGN_PUBLIC=worker["SIGN_PUBLIC"], SMS_FROM=signing.FROM)
    return worker


def ask(office, code):
    amina = Visitor(office)
    amina.post("/follow", {"code": code})
    page = amina.get(NEWS)
    with office.acting(STAFF):
        (text, *_others) = sign_texts.offered("en")
    said = {"to": "+254712345678", "text": str(text.id), "days": list("0123456"), "from_hour": "0", "to_hour": "24"}
    assert amina.post(NEWS, {**hidden(page), **said, "zone": "Etc/GMT"}).status_code == 303
    return amina


def round_at(office, at):
    with office.acting(WORKER):
        return sign_rounds.deliver(at)


def test_she_asks_the_worker_sends_it_cannot_reach_her_and_she_ends_it(office, monkeypatch):
    monkeypatch.setattr(sign_rounds, "_chance", lambda: 0.5)  # in the middle of what is left of her hours
    worker, begin = configured(office), clock.now().replace(hour=10)
    with office.acting(STAFF):
        demonstration.approve_signs(office.cast, ["en"])
    reference, _amina, code = demonstration.file_one(begin - timedelta(days=1))
    amina = ask(office, code)
    with gateway.running(answers=[0, gateway.smpp34.ESME_RINVDSTADR]) as gate:
        worker["SMS_GATEWAY"] = gate.settings()
        for day, went in ((0, 1), (1, 0)):
            at = begin + timedelta(days=day)
            with office.acting(STAFF):
                demonstration.do(("acknowledge", "ask")[day], office.cast["Noor"], reference, at)
            assert sum(round_at(office, at + timedelta(hours=hour)) for hour in range(13)) == went
    desk = client_of(office.process(STAFF), "Noor").get("/desk").text
    assert reference in desk and "cannot be reached by it" in desk
    assert amina.post(f"{NEWS}/end", hidden(amina.get("/follow/case"))).status_code == 303
    db.session.rollback()  # what was read here before is of another moment
    assert db.session.scalars(select(Sign)).all() == [] and office.refused == []


def test_the_worker_takes_away_what_is_over_and_the_desk_what_is_erased(office):
    configured(office)
    with office.acting(STAFF):
        demonstration.approve_signs(office.cast, ["en"])
    reference, _amina, code = demonstration.file_one(clock.now())
    ask(office, code)
    with office.acting(STAFF):
        demonstration.do("acknowledge", office.cast["Noor"], reference, clock.now())
        demonstration.do("reissue_receipt", office.cast["Noor"], reference, clock.now(), office.cast["Tomas"])
    db.session.execute(db.text("UPDATE receipt_envelopes SET revoked_at = now()"))
    db.session.commit()
    round_at(office, clock.now())
    assert db.session.scalars(select(Sign)).all() == [] and office.refused == []
