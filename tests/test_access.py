"""Who can read is decided by keys."""

import base64
import logging
import os
import subprocess
import sys

import pytest
from sqlalchemy import inspect, select, text

from grievance import clock, demonstration
from grievance.access import Person, opened
from grievance.accounts import receipts, sessions
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.crypto.envelopes import join, key_id, new_key_pair, open_with
from grievance.crypto.sealing import CannotOpen, open_sealed, place
from grievance.extensions import db
from grievance.intake import filing
from grievance.models.case import Case
from grievance.models.keys import CompanyEnvelope, IdentityEntry, SecretariatEnvelope
from grievance.models.people import Party, PartyKind, Role
from grievance.models.writing import Writing
from grievance.record.writings import read_writing
from grievance.workflow import steps
from tests.conftest import FOR_THE_PUBLIC, ROOT


def case_with(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def writings(case):
    return list(db.session.scalars(select(Writing).where(Writing.case_id == case.id)))


def test_a_company_opens_nothing_before_its_referral_and_only_its_own_after(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now())
    steps.take("write", amina, reference, {"audience": "secretariat", "message": "For you alone."})
    case = case_with(reference)
    before = opened(cast["Victor"], case)
    assert not any(before.can_open(c, n) for c in Compartment for n in (0, 1, 2))
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("note", cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])
    keys = opened(cast["Victor"], case)
    readable = {w.compartment for w in writings(case) if keys.can_open(w.compartment, w.n)}
    assert readable == {Compartment.SHARED}
    assert not keys.can_open(Compartment.SHARED, 2)
    assert not any(opened(cast["Olga"], case).can_open(c, n) for c in Compartment for n in (0, 1, 2))


def test_another_companys_key_does_not_open_the_envelope(app, cast):
    _reference, _code = demonstration.walk_story(cast, "refer", clock.now())
    envelope = db.session.scalars(select(CompanyEnvelope)).one()
    with pytest.raises(CannotOpen):
        open_with(cast["Olga"].party_seed, envelope.sealed, place("envelope", "company", envelope.case_id, 1))


def test_one_partys_seed_with_the_whole_database_opens_no_identity_entry(app, cast):
    demonstration.file_one(clock.now(), name="Amina Planted")
    entry = db.session.scalars(select(IdentityEntry)).one()
    where = place("identity", entry.case_id, entry.id)
    half = {}
    for side, person, sealed in (
        ("secretariat", cast["Noor"], entry.secretariat_half),
        ("custodians", cast["Ines"], entry.custodians_half),
    ):
        half[side] = open_with(person.party_seed, sealed, place("identity-half", side, entry.id))
        with pytest.raises(CannotOpen):
            open_sealed(half[side], entry.sealed, where)
    with pytest.raises(CannotOpen):
        open_with(cast["Noor"].party_seed, entry.custodians_half, place("identity-half", "custodians", entry.id))
    assert open_sealed(join(*half.values()), entry.sealed, where) == b"Amina Planted"


def test_a_person_without_a_seed_holds_no_keys(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    case = case_with(reference)
    for person in (Person(Role.OFFICER), Person(Role.COMPANY), Person(Role.CUSTODIAN), Person(Role.CLOCK)):
        assert opened(person, case) == CaseKeys()


FILES_AND_FORGETS = """
import os
from sqlalchemy import inspect, select, text
from config import load_config
from grievance import create_app
from grievance.crypto import envelopes
from grievance.crypto.sealing import CannotOpen, derive, open_sealed
from grievance.extensions import db
from grievance.models.keys import SecretariatEnvelope
from grievance.models.writing import Writing
from grievance.access import envelope_place
from grievance.intake import filing as intake
from grievance.record.writings import writing_place

app = create_app(load_config(os.environ))
with app.app_context():
    raw = {"account": "Zinnober.", "company": "unknown", "could_harm": "no"}
    print(intake.file_complaint(raw, intake.new_secret(), "en").reference)
    db.session.remove()
    held = [key for ring in ("SECRETS", "PEPPERS") for _, key in app.config[ring].keys]
    held += [derive(key, name) for key in held for name in ("cookies", "checkpoints", "filing", "correspondence")]
    for table in inspect(db.engine).get_table_names():
        for row in db.session.execute(text(f"SELECT * FROM {table}")):
            for value in row:
                if isinstance(value, (bytes, memoryview)):
                    held += [bytes(value)[i : i + 32] for i in range(0, max(1, min(len(value), 200) - 31))]
                elif isinstance(value, str) and len(value) == 64:
                    held.append(bytes.fromhex(value))
    writing, envelope = db.session.scalars(select(Writing)).one(), db.session.scalars(select(SecretariatEnvelope)).one()
    print(len(held))
    for key in held:
        for attempt in (
            lambda: open_sealed(key, writing.sealed, writing_place(writing)),
            lambda: open_sealed(derive(key, "correspondence"), writing.sealed, writing_place(writing)),
            lambda: envelopes.open_with(key * 3, envelope.sealed, envelope_place("secretariat", envelope.case_id)),
        ):
            try:
                attempt()
                print("opened")
            except (CannotOpen, ValueError):
                pass
"""


@pytest.mark.slow
def test_a_process_with_public_keys_and_server_secrets_alone_can_file_and_read_nothing_back(both):
    """It tries every key that it has, and every 32 bytes of the database, on what it has just filed itself."""
    env = {**os.environ, **FOR_THE_PUBLIC, "DATABASE_URL": both.url, "FACES": "public"}
    env["FILES_URL"] = both.app.config["FILES"].as_uri()
    db.session.remove()
    done = subprocess.run([sys.executable, "-c", FILES_AND_FORGETS], env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    reference, tried, *opened_ones = done.stdout.split()
    assert int(tried) > 1000 and opened_ones == []
    case = case_with(reference)
    assert read_writing(opened(both.cast["Noor"], case), writings(case)[0])["account"] == "Zinnober."


def test_a_ciphertext_moved_to_another_row_does_not_open(app, cast):
    one, _a, _c = demonstration.file_one(clock.now())
    other, _a, _c = demonstration.file_one(clock.now())
    (mine,), (theirs,) = writings(case_with(one)), writings(case_with(other))
    keys = opened(cast["Noor"], case_with(one))
    mine.sealed = theirs.sealed
    with pytest.raises(CannotOpen):
        read_writing(keys, mine)
    envelopes = {e.case_id: e for e in db.session.scalars(select(SecretariatEnvelope))}
    envelopes[mine.case_id].sealed = envelopes[theirs.case_id].sealed
    with pytest.raises(CannotOpen):
        opened(cast["Noor"], case_with(one))
    db.session.rollback()


def test_a_swapped_party_key_stops_filing(app, cast):
    party = db.session.scalars(select(Party).where(Party.kind == PartyKind.SECRETARIAT)).one()
    party.public_key = new_key_pair().public
    party.key_id = key_id(party.public_key)
    db.session.commit()
    with pytest.raises(steps.Refused, match="not the one that it should be"):
        demonstration.file_one(clock.now())


PLANTED = "Zinnober"


def test_planted_words_are_found_nowhere_in_the_raw_database_or_the_log(both, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    word = iter(f"{PLANTED}{i}" for i in range(1000))
    asked = [f for f in filing.QUESTIONS if f.kind.value in ("text", "line")]
    raw = {f.name: f"{next(word)}@example.org" if f.is_mail else next(word) for f in asked}
    reference, amina, code = demonstration.file_one(clock.now(), represents="yes", **raw)
    people_here = {**both.cast, "Amina": amina}
    for step, who, _day in demonstration.STORY[:-3]:
        case = case_with(reference)
        answers = demonstration.answers_for(step, people_here[who], case)
        given = {
            k: next(word) if v in ("As agreed on the phone.", "The site manager") else v for k, v in answers.items()
        }
        demonstration.do(step, people_here[who], reference, clock.now(), both.cast["Tomas"], **given)
    for who, audience in (("Noor", "all"), ("Victor", "secretariat"), ("Amina", "secretariat")):
        steps.take("write", people_here[who], reference, {"audience": audience, "message": next(word)})
        file = demonstration.upload(f"{next(word)}.txt", next(word).encode() * 30_000)
        steps.take("attach", people_here[who], reference, {"audience": "secretariat", "files": [file]})
    steps.take("note", both.cast["Noor"], reference, {"note": next(word)})
    db.session.remove()
    kept = [path for path in both.app.config["FILES"].rglob("*") if path.is_file()]
    assert len(kept) == 6  # each with its clean copy
    found = _raw_of(both, tmp_path) + b"".join(str(path).encode() + path.read_bytes() for path in kept)
    assert len(found) > 10_000
    for secret in (PLANTED, code, PLANTED.encode().hex(), base64.b64encode(PLANTED.encode()).decode()[:-3]):
        assert secret.encode() not in found
        assert secret not in caplog.text


def _raw_of(both, tmp_path):
    if both.kind == "sqlite":
        raw = [p for p in tmp_path.iterdir() if "sqlite" in p.name]
        assert {p.suffix for p in raw} >= {".sqlite", ".sqlite-wal"}
        return b"".join(p.read_bytes() for p in raw)
    rows = []
    for table in inspect(db.engine).get_table_names():
        rows += [bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode()
                 for row in db.session.execute(text(f"SELECT * FROM {table}")) for v in row]  # fmt: skip
    return b"\n".join(rows)


def test_nobody_is_in_two_parties(app, cast):
    custodians = db.session.scalars(select(Party).where(Party.kind == PartyKind.CUSTODIANS)).one()
    from sqlalchemy.exc import IntegrityError

    from grievance.models.people import PartyShare
    from grievance.record.transaction import unit_of_work

    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.add(PartyShare(party_id=custodians.id, account_id=cast["Noor"].account_id, key_id="x", sealed=b""))


def test_a_stolen_database_opens_no_session(app, cast):
    secret = sessions.sign_in("noor@example.org", demonstration.PASSWORD)
    assert sessions.person_of(secret).party_seed == cast["Noor"].party_seed
    assert sessions.person_of(secret[:-1] + ("A" if secret[-1] != "A" else "B")) is None
    sessions.sign_out(secret)
    assert sessions.person_of(secret) is None


def test_an_officer_files_for_someone_and_never_sees_the_receipt(app, cast):
    raw = {
        "account": "By phone.",
        "company": "unknown",
        "could_harm": "no",
        "channel": "phone",
        "read_back": "yes",
        "language": "sw",
    }
    filed = filing.file_complaint(raw, filing.new_secret(), "en", officer=cast["Noor"])
    followed = receipts.follow(filed.code)
    code = receipts.shown(followed.receipt_secret)
    assert code != filed.code and receipts.follow(filed.code) is None
    assert receipts.complainant_of(receipts.follow(code).session).case_id == case_with(filed.reference).id
