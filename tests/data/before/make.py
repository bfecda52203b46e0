"""Makes `office.json` beside this file: an office as the release before signatures left it (migration 0038).

It is run with the code of that release (commit 97e7e84), never with today's:

    git worktree add ../old 97e7e84 && cp tests/data/before/make.py ../old/tests/test_make.py
    cd ../old && python -m pytest -n 0 tests/test_make.py

All in it is invented. Its secrets lie beside it on purpose: they open nothing else.
"""

import base64
import json
import os
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import MetaData, select

from grievance import clock, demonstration
from grievance.accounts import leaving, receipts, sessions
from grievance.accounts.keys import recovery, rotation
from grievance.demonstration import PASSWORD, answers_for, email_of, signed_in
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.backup.write import take as back_up
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import steps
from grievance.workflow.conditions import packet_hash
from tests.accounts.test_leaving import join
from tests.conftest import CONTACTS, SECRETS

OUT = Path(os.environ.get("OUT", "."))


def word(what, when):
    return f"Zq{what}Zq{when}ZqhZq"


def plain(value):
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def tables():
    there = MetaData()
    there.reflect(bind=db.engine)
    with db.engine.connect() as connection:
        return {
            table.name: [
                {name: plain(value) for name, value in row.items()}
                for row in connection.execute(select(table)).mappings()
            ]
            for table in there.sorted_tables
        }


def take(step, person, reference, **given):
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    decision = steps.take(step, person, reference, {**answers_for(step, person, case), **given})
    if decision:
        steps.decide(signed_in("Tomas"), reference, decision.id, True)


def test_make(app, cast, tmp_path):
    petra = join("Petra", Role.APPROVER, signed_in("Noor"))
    told = {"account": word("account", "old"), "name": word("identity", "old")}
    agreed = {"known_to_secretariat": "yes", "share_identity": "yes"}
    reference, amina, code = demonstration.file_one(clock.now(), **told, **agreed)
    text, noor = word("packet", "old"), signed_in("Noor")
    take("acknowledge", noor, reference)
    packet = {"packet": text, "previewed": packet_hash(text), "mechanism_not_subject": "yes"}
    take("refer", noor, reference, **packet)
    take("note", noor, reference, note=word("internal", "old"))
    take("write", amina, reference, audience="secretariat", message=word("account", "old"))
    take("write", noor, reference, audience="company", message=word("company", "old"))
    take("write", signed_in("Victor"), reference, audience="all", message=word("packet", "old"))
    unread, _amina, unread_code = demonstration.file_one(clock.now(), **told, **agreed)
    papers = {name: recovery.make(signed_in(name)) for name in ("Tomas", "Ines")}
    before = {"rows": tables(), "petra": petra.own_seed.hex(), "secretariat": petra.party_seed.hex()}
    leaving.leave(signed_in("Tomas"), petra.account_id)
    rotation.begin(signed_in("Noor"))
    assert rotation.go_on(signed_in("Noor"), 99).finished
    with unit_of_work():
        chain.take_checkpoint(clock.now())
    staff = sessions.sign_in(email_of("Noor"), PASSWORD)
    follow = receipts.follow(code).session
    assert doctor.examine() == []
    back_up(OUT / "office.backup", clock.now())
    known = {
        "made_at": clock.now().isoformat(), "secrets": SECRETS, "contacts": CONTACTS, "reference": reference,
        "receipt": code, "unread": unread, "unread_receipt": unread_code, "papers": papers, "staff": staff,
        "follow": follow, "secretariat": signed_in("Noor").party_seed.hex(),
        "before": {
            **before,
            "rows": {"secretariat_envelopes": before["rows"]["secretariat_envelopes"]},
        },
    }  # fmt: skip
    (OUT / "office.json").write_text(json.dumps({"known": known, "rows": tables()}, indent=0) + "\n")
