"""Checkpoints of format 2: who signs them, what they show, what stands outside, and what is found that does not fit."""

import base64
import hashlib
import json
import os
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update

from grievance import clock, demonstration
from grievance.access import CLOCK
from grievance.crypto import signing
from grievance.crypto.keyring import new_entry, parse
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN, Checkpoint, Event
from grievance.models.keys import Setting
from grievance.models.vouching import Signature
from grievance.record import chain, checkpoint_file, record_key
from grievance.record.events import Signer
from grievance.record.proofs import proof_of
from grievance.record.signed_heads import LEAST, SignedHeads
from grievance.record.transaction import unit_of_work
from tests import conftest
from tests.record import first_checkpoints
from tests.record.test_chain import guards_off


@pytest.fixture(autouse=True)
def no_intake_key(monkeypatch):
    """Each test says itself who signs what arrives."""
    monkeypatch.delitem(conftest.SECRETS, "INTAKE_KEY")


def take(now=None, swept=""):
    with unit_of_work():
        return chain.take_checkpoint(now or clock.now(), swept)


def file_one():
    reference = demonstration.file_one(clock.now())[0]
    return db.session.scalars(select(Case.id).where(Case.reference == reference)).one()


def move(case_id):
    with unit_of_work():
        now = clock.now()
        chain.append(db.session.get_one(Case, case_id, with_for_update=True), "looked_at", CLOCK, now, now)


@contextmanager
def configured(app, **values):
    before = {name: app.config[name] for name in values}
    app.config.update(values)
    yield
    app.config.update(before)


def ring(*names):
    """Keys of a worker or an intake, the newest first; the same name gives the same key."""
    known = ring.__dict__.setdefault("known", {})
    return parse(",".join(known.setdefault(name, new_entry()) for name in names))


# --- who signs -----------------------------------------------------------------------------------------------


def test_the_workers_key_is_named_in_the_record_before_it_signs_and_the_next_by_the_one_before(both):
    file_one()
    take()
    with configured(both.app, RECORD_KEY=ring("first")):
        take()
        with configured(both.app, RECORD_KEY=ring("second", "first")):
            take()
            digests = [one.digest for one in record_key.announced() if one.trusted]
            signed = [one.hex() for one in db.session.scalars(select(Checkpoint.public_key).order_by(Checkpoint.id))]
            assert digests == signed and len(set(signed)) == 3
            assert chain.verify() == []
    assert chain.verify() == []  # with no secret of the worker's at all


def test_a_process_without_the_key_that_the_record_names_signs_nothing(both):
    with configured(both.app, RECORD_KEY=ring("first")):
        take()
    file_one()
    assert take() is None
    with configured(both.app, RECORD_KEY=ring("strange")):
        assert take() is None
    assert db.session.scalar(select(func.count()).select_from(Checkpoint)) == 1 and chain.verify() == []


def test_a_lost_key_is_followed_by_another_only_where_the_office_says_so(both):
    with configured(both.app, RECORD_KEY=ring("first")):
        take()
    with configured(both.app, RECORD_KEY=ring("found")):
        name = record_key.name_of(record_key.seeds()[0])
        with configured(both.app, RECORD_TRUSTED=frozenset({name})):
            assert take() and chain.verify() == []
        (fault, *rest) = chain.verify()
        assert "did not sign" in fault and any("not this installation's" in one for one in rest)


def test_a_key_that_somebody_puts_into_the_record_neither_ends_the_signing_nor_is_believed(both):
    with configured(both.app, RECORD_KEY=ring("first")):
        take()
        theirs = bytes(32)
        with unit_of_work():
            now, old = clock.now(), record_key.name_of(record_key.seeds()[0])
            chain.append(None, record_key.ANNOUNCED, CLOCK, now, now, record_key.facts_of(theirs, old),
                         signed_by=(record_key.signer(theirs),))  # fmt: skip
        assert take() is not None
        (fault,) = chain.verify()
        assert "did not sign" in fault


def test_a_forged_announcement_under_a_hash_that_was_signed_is_not_believed(both):
    """The signature is over the hash: whoever changes the event beneath it must not become the office."""
    with configured(both.app, INTAKE_KEY=ring("ours")):
        take()
    theirs = chain.canonical(record_key.intake_facts(Signer("intake", "intake", bytes(32))))
    with guards_off(both.kind) as session:
        session.execute(update(Event).where(Event.kind == record_key.INTAKE).values(facts=theirs))
    assert [one.trusted for one in record_key.announced()] == [True, False]
    assert any("was changed" in fault for fault in chain.verify())


def test_a_key_that_was_replaced_does_not_sign_again(both):
    with configured(both.app, RECORD_KEY=ring("first")):
        take()
        with configured(both.app, RECORD_KEY=ring("second", "first")):
            last = take()
            body, seed = last.body, record_key.seeds()[1]
            said = chain.canonical({**json.loads(body), "previous": last.hash})
            forged = {"taken_at": last.taken_at, "body": said, "leaves": last.leaves}
        with unit_of_work() as session:
            forged["hash"] = hashlib.sha256(said.encode()).hexdigest()
            forged["signature"] = signing.sign_strongly(seed, said.encode(), "checkpoint")
            session.add(Checkpoint(**forged, public_key=bytes.fromhex(record_key.name_of(seed))))
        assert any("had been replaced" in fault for fault in chain.verify())


def test_a_server_key_that_was_replaced_signs_no_later_checkpoint_and_none_after_the_second_format(both):
    first, second = ring("first"), ring("second", "first")

    def old(keys):
        with configured(both.app, SECRETS=keys), unit_of_work():
            first_checkpoints.take(clock.now())

    def faults():
        with configured(both.app, SECRETS=second):
            return [fault for fault in chain.verify() if "checkpoint" in fault]

    for keys in (first, first, second):
        old(keys)
    assert faults() == []
    old(first)
    assert [fault.partition(": ")[2] for fault in faults()] == ["signed by a key that had been replaced"]
    with configured(both.app, SECRETS=second):
        take()
    for _ in range(2):
        old(second)
    assert [fault.partition(": ")[2] for fault in faults()][1:] == [
        "it is of the older kind, after one of the newer"
    ] * 2


# --- what arrives ----------------------------------------------------------------------------------------------


def filed_signatures():
    of_cases = select(Event.hash).where(Event.case_id.is_not(None))
    query = select(Signature).where(Signature.signer == "intake", Signature.event_hash.in_(of_cases))
    return db.session.scalars(query).all()


def test_a_complaint_is_signed_when_it_arrives_and_without_the_key_it_arrives_unsigned(both):
    file_one()
    assert not filed_signatures()
    with configured(both.app, INTAKE_KEY=ring("intake")):
        file_one()
        (signature,) = filed_signatures()
        kind = db.session.scalar(select(Event.kind).where(Event.hash == signature.event_hash))
        assert kind == "file" and chain.verify() == []  # nobody covers it yet
        take()
        assert chain.verify() == []
        take()
        assert [one.kind for one in record_key.announced()] == [record_key.ANNOUNCED, record_key.INTAKE]


def test_a_complaint_by_an_intake_that_nobody_named_is_found_once_a_checkpoint_covers_it(both):
    with configured(both.app, INTAKE_KEY=ring("theirs")):
        file_one()
    assert chain.verify() == []
    take()
    (fault,) = chain.verify()
    assert "by a process whose key nobody named" in fault


# --- what is signed ----------------------------------------------------------------------------------------------


def test_a_checkpoint_tells_whoever_gets_its_body_nothing_of_how_many_there_are(app):
    one = file_one()
    few = take()
    for _ in range(5):
        file_one()
    move(one)
    many = take()
    assert set(json.loads(few.body)) == {"format", "taken_at", "signed_at", "swept", "root", "size", "previous"}
    assert json.loads(few.body)["size"] == json.loads(many.body)["size"] == LEAST
    shown = proof_of(db.session.get_one(Case, one))
    assert len(shown["path"]) == 6 and set(shown) == {"proof", "leaf", "index", "path", "checkpoint"}
    assert set(shown["leaf"]) == {"chain", "hash"}


def test_the_tree_grows_where_more_chains_moved_than_its_least_size_has_room_for():
    heads = {f"{number:032x}": (1, "00" * 32) for number in range(LEAST)}
    assert SignedHeads(heads, 1, (0, "")).size == 2 * LEAST
    del heads[f"{0:032x}"]
    signed = SignedHeads(heads, 1, (0, ""))
    assert signed.size == len(signed.leaves()) == LEAST
    assert SignedHeads.parse(signed.text()).root() == signed.root()


def test_where_more_chains_moved_than_one_checkpoint_takes_several_sign_them_all(both, monkeypatch):
    monkeypatch.setattr(chain, "MOST", 3)
    for _ in range(7):
        file_one()
    take()
    sizes = [len(json.loads(one)["heads"]) for one in db.session.scalars(select(Checkpoint.leaves))]
    assert len(sizes) >= 3 and sum(sizes) == 8 and chain.verify() == []


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("leaves", "replace(leaves, '\"cases\":1', '\"cases\":0')"), ("leaves", "NULL"),
        ("leaves", "replace(leaves, '\"salt\":\"', '\"salt\":\"0')"), ("hash", "'x'"),
        ("body", "replace(body, '\"format\":2', '\"format\":1')"), ("body", "'x'"), ("public_key", "signature"),
        ("signature", "public_key"),
    ],
)  # fmt: skip
def test_each_part_of_a_checkpoint_that_was_changed_is_found(both, column, other):
    file_one()
    take()
    with unit_of_work() as session:
        session.connection().exec_driver_sql(f"UPDATE checkpoints SET {column} = {other}")
    assert any("checkpoint 1" in fault for fault in chain.verify())


# --- gaps --------------------------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


@pytest.fixture
def at(monkeypatch):
    """The clock of the machine, moved by hand."""
    start = clock.now() - timedelta(days=2)

    def move_to(hours):
        monkeypatch.setattr(clock, "now", lambda: start + hours * HOUR)
        return clock.now()

    return move_to


def moved(at):
    """A checkpoint, and half an hour later a step that none has signed yet."""
    at(0)
    case_id = file_one()
    take()
    at(0.5)
    move(case_id)


def test_three_hours_without_a_checkpoint_while_the_worker_ran_and_the_record_went_on_is_a_fault(app, at):
    moved(at)
    take(swept=at(2.9).isoformat(), now=at(3))
    (fault,) = chain.verify()
    assert "went on for 2 hours" in fault or "went on for 3 hours" in fault


def test_a_worker_that_was_off_for_a_night_is_no_fault_and_nor_is_a_quiet_one(app, at):
    moved(at)
    take(swept=at(0.2).isoformat(), now=at(9))
    take(swept=at(14.9).isoformat(), now=at(15))
    assert chain.verify() == []


def test_newest_checkpoints_that_were_taken_away_leave_a_gap_at_the_end(app, at):
    moved(at)
    with unit_of_work():
        db.session.add(Setting(name="last_sweep", value=at(3).isoformat()))
    (fault,) = chain.verify()
    assert "after the last checkpoint" in fault


def test_the_sweep_says_when_it_swept_before(app, at):
    sweep(at(0))
    sweep(at(1.5))
    first, second = (json.loads(one) for one in db.session.scalars(select(Checkpoint.body).order_by(Checkpoint.id)))
    assert first["swept"] == "" and second["swept"] == first["signed_at"]


# --- outside -----------------------------------------------------------------------------------------------------


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line]


@pytest.mark.parametrize("stored", ["the time of then", "nothing", "no time"])
def test_checkpoints_that_were_taken_away_with_the_sign_of_the_sweeps_leave_a_gap_that_the_next_one_signs(
    app, at, stored
):
    """The worker that still runs remembers when it swept."""
    sweep(at(0))
    case_id = file_one()
    sweep(at(1.1))
    number, then = db.session.scalar(select(func.max(Checkpoint.id))), clock.now().isoformat()
    for hours in (1.5, 2.2, 3.3, 4.4):
        at(hours)
        move(case_id)
        sweep(clock.now())
    swept = {"the time of then": then, "nothing": "", "no time": "x"}[stored]
    with unit_of_work() as session:
        session.execute(delete(Checkpoint).where(Checkpoint.id > number))
        session.execute(update(Case).values(signed_seq=1))
        session.execute(update(Setting).where(Setting.name == "last_sweep").values(value=swept))
    sweep(at(4.5))
    assert any("nothing was signed" in fault for fault in chain.verify())


def test_the_sweep_adds_each_checkpoint_to_the_file_and_later_what_a_crash_left_out(both, at):
    path = checkpoint_file.path_of_file()
    sweep(at(0))
    take(at(1))
    assert [line["checkpoint"] for line in read(path)] == [1]
    sweep(at(2))
    assert [line["checkpoint"] for line in read(path)] == [1, 2, 3]
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert checkpoint_file.against(path).faults == []


def test_a_line_that_a_power_cut_tore_stands_again_behind_it(app, at):
    path = checkpoint_file.path_of_file()
    sweep(at(0))
    sweep(at(1))
    whole = path.read_text().rstrip()
    path.write_text(whole[:-500])
    sweep(at(2))
    compared = checkpoint_file.against(path)
    assert compared.faults == [] and len(compared.told) == 1 and compared.count == 3


def test_a_database_that_was_taken_back_is_found_by_the_file_alone(both, at):
    case_id = file_one()
    sweep(at(0))
    move(case_id)
    sweep(at(1))
    with guards_off(both.kind) as session:
        last = session.scalars(select(Checkpoint.id).order_by(Checkpoint.id.desc()).limit(1)).one()
        session.execute(delete(Checkpoint).where(Checkpoint.id == last))
        session.execute(update(Case).values(signed_seq=1))
        session.execute(text("UPDATE chain_heads SET signed_seq = 0"))
    assert chain.verify() == []
    (fault,) = checkpoint_file.against(checkpoint_file.path_of_file()).faults
    assert "no checkpoint 2" in fault
    file_one()
    take(at(1))
    (fault,) = checkpoint_file.against(checkpoint_file.path_of_file()).faults
    assert ("another checkpoint 2" if both.kind == "sqlite" else "no checkpoint 2") in fault  # a number, once


def test_a_hole_in_the_file_and_lines_out_of_order_are_found(app, at):
    path = checkpoint_file.path_of_file()
    for hour in range(3):
        sweep(at(hour))
    first, second, third = (json.dumps(line) for line in read(path))
    path.write_text(f"{first}\n{third}\n")
    assert "lacks a line" in checkpoint_file.against(path).faults[0]
    path.write_text(f"{second}\n{first}\n")
    assert "stands after" in checkpoint_file.against(path).faults[0]
    path.write_text("nothing of the kind\n")
    assert checkpoint_file.against(path).faults == ["the file has no checkpoint"]


def test_a_disk_that_takes_nothing_does_not_stop_the_clock(app, at, monkeypatch):
    monkeypatch.setattr(checkpoint_file, "catch_up", lambda: (_ for _ in ()).throw(OSError()))
    assert sweep(at(0)).failed == 0


def test_the_office_takes_its_record_to_an_auditor_once_and_the_command_compares_with_the_file(app, at, tmp_path):
    sweep(at(0))
    run = app.test_cli_runner().invoke
    verified = run(args=["record", "verify", "--against", str(checkpoint_file.path_of_file())])
    assert verified.exit_code == 0 and "1 checkpoints are remembered" in verified.output, verified.output
    mail = tmp_path / "mail.txt"
    mail.write_text(f"> checkpoint: 1\n> time: x\n> hash: {'0' * 64}\n")
    refused = run(args=["record", "verify", "--against", str(mail)])
    assert refused.exit_code == 1 and "another checkpoint 1" in refused.output
    out = tmp_path / "record.jsonl"
    assert run(args=["record", "export", str(out)]).exit_code == 0 and os.stat(out).st_mode & 0o777 == 0o600
    assert "there already" in run(args=["record", "export", str(out)]).output
    (named,) = record_key.announced()
    assert named.digest in run(args=["record", "keys"]).output


def test_the_line_of_a_checkpoint_has_its_key_whole(app):
    take()
    (line,) = checkpoint_file.lines()
    assert len(base64.b64decode(line["key"])) == 1984 and OFFICE_CHAIN not in line["body"]
