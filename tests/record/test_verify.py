"""The program that an auditor uses computes what the house computes, and finds each field that was changed."""

import base64
import copy
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from grievance import clock, demonstration, verify
from grievance.crypto import signing
from grievance.crypto.keyring import new_entry, parse
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import ChainHead, Event
from grievance.record import chain, checkpoint_file, export, record_key
from grievance.record.events import FIRST, SAID, hash_of
from grievance.record.proofs import proof_of
from grievance.record.signed_heads import SignedHeads
from grievance.record.transaction import unit_of_work
from tests.conftest import ROOT
from tests.record import first_checkpoints

HASH = st.binary(min_size=32, max_size=32).map(bytes.hex)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
EVENTS = st.fixed_dictionaries(
    {
        "format": st.sampled_from((1, 2)),
        "chain": st.text(max_size=32),
        "seq": st.integers(1),
        "kind": st.text(max_size=40),
        "role": st.text(max_size=20),
        "actor_id": st.none() | st.integers(),
        "happened_at": TIMES,
        "recorded_at": TIMES,
        "facts": st.text(),
        "sealed": st.text(),
        "missed_limit_id": st.none() | st.integers(),
        "rows": st.text(),
        "previous_hash": st.just("") | HASH,
    }
)
HEADS = st.dictionaries(HASH.map(lambda one: one[:32]), st.tuples(st.integers(1), HASH), max_size=80)


def plain(event):
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in event.items()}


@given(EVENTS)
def test_an_event_of_either_format_has_the_hash_that_the_house_gives_it(event):
    assert verify.hash_of(plain(event)) == hash_of(event)


@given(EVENTS, st.data())
def test_an_event_with_any_field_changed_has_another_hash(event, data):
    name = data.draw(st.sampled_from((*FIRST, "format") if event["format"] == 1 else (*SAID, "previous_hash")))
    other = data.draw(EVENTS)[name]
    if other == event[name] or (name == "previous_hash" and {other, event[name]} == {"", "00" * 32}):
        return
    assert verify.hash_of(plain({**event, name: other})) != hash_of(event)


@given(HEADS, st.integers(0), st.tuples(st.integers(0), HASH))
def test_a_tree_has_the_root_and_the_paths_that_the_house_gives_it(heads, cases, log):
    signed = SignedHeads(heads, cases, log)
    assert verify.tree_root(json.loads(signed.text()), signed.size) == signed.root()
    for name, (_seq, digest) in heads.items():
        index, path = signed.path(name)
        found = verify.chain_leaf(name, digest)
        for step in map(bytes.fromhex, path):
            found = verify.node_hash(step, found) if index & 1 else verify.node_hash(found, step)
            index >>= 1
        assert found.hex() == signed.root()


@given(st.binary(min_size=32, max_size=32), st.binary(), st.sampled_from(("event", "checkpoint")), st.booleans())
def test_what_the_house_signs_is_signed_and_as_nothing_else(seed, message, what, strongly):
    signature = (signing.sign_strongly if strongly else signing.sign)(seed, message, what)
    public = signing.public_of(seed)
    assert verify.is_signed(public, signature, message, what, strongly)
    assert verify.is_signed(public, signature, message, what, True) is strongly
    assert not verify.is_signed(public, signature, message, "other", strongly)
    assert not verify.is_signed(public, signature, message + b"x", what, strongly)


# --- a whole record ----------------------------------------------------------------------------------------------


@pytest.fixture
def record(app, cast, tmp_path):
    """A case with a few events, two of another, an old checkpoint and two new ones; a proof; the file."""
    app.config.update(RECORD_KEY=parse(new_entry()), INTAKE_KEY=parse(new_entry()))
    demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=40))
    with unit_of_work():
        first_checkpoints.take(clock.now())
    for _ in range(2):
        with unit_of_work():
            chain.take_checkpoint(clock.now())
        demonstration.file_one(clock.now())
    assert chain.verify() == []
    return list(export.lines(clock.now()))


def write(path, lines):
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return str(path)


def judged(path):
    """What is found of a file: faults, and what is told; a file that cannot be read is a fault, too."""
    try:
        return verify.check(path)
    except verify.NotOurs as reason:
        return [str(reason)], []


def places(value, so_far=()):
    """Each place of a JSON value that can be changed."""
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], (*so_far, name))
    elif isinstance(value, list):
        for number in range(len(value)):
            yield from places(value[number], (*so_far, number))
    else:
        yield so_far


def changed(value, place):
    value, (*before, last) = copy.deepcopy(value), place
    inner = value
    for one in before:
        inner = inner[one]
    inner[last] = other(inner[last])
    return value


def other(value):
    match value:
        case bool() | None:
            return 1
        case int():
            return value + 1
        case str() if len(value) > 20:  # in its middle, where base64 and hexadecimal say something
            middle = len(value) // 2
            return value[:middle] + ("0" if value[middle] != "0" else "1") + value[middle + 1 :]
    return value + "0"


def test_a_record_fits_and_names_what_it_has(record, tmp_path):
    faults, told = verify.check(write(tmp_path / "record", record))
    assert faults == [] and "of 3 cases" in told[0] and "3 checkpoints" in told[0]


def test_each_field_of_a_record_that_is_changed_is_found(record, tmp_path):
    """One of each shape: a field of an event that is like another's is not tried twice. A key that was changed verifies
    nothing any more, and that is told."""
    path, tried = tmp_path / "record", set()
    _faults, before = verify.check(write(path, record))
    known = {verify.sha256(base64.b64decode(line["key"])[:32]).hex() for line in record if "key" in line}
    for number, line in enumerate(record):
        shape = (*line, line.get("event", {}).get("kind", ""), len(json.loads(line.get("body", "{}"))))
        if shape in tried or "record" in line:
            continue
        tried.add(shape)
        for place in places(line):
            if place[0] == "signatures" and line["signatures"][place[1]][2] not in known:
                continue  # nobody can check it, and how many there are is told
            write(path, [*record[:number], changed(line, place), *record[number + 1 :]])
            faults, told = judged(path)
            assert faults or (is_of_a_key(place) and told != before), (shape, place)
    assert len(tried) > 10


def is_of_a_key(place):
    return place[0] == "key" or (place[0] == "signatures" and place[-1] == 2)


def test_each_line_of_an_event_or_checkpoint_that_is_taken_out_or_doubled_is_found(record, tmp_path):
    """But for ends of chains that no checkpoint has signed yet, and the last checkpoint: what is cut off there, only
    somebody outside of the file remembers."""
    path, ends, signed = tmp_path / "record", {}, set()
    for number, line in enumerate(record):
        if "event" in line:
            ends[line["event"]["chain"]] = number
        elif "leaves" in line:
            said = json.loads(line["leaves"])
            signed |= {tuple(one) for one in [*said["heads"].values(), said["log"]]}
    last = max(number for number, line in enumerate(record) if "checkpoint" in line)
    for number, line in enumerate(record):
        event = line.get("event", {})
        at_the_end = number == last or (number in ends.values() and (event["seq"], event["hash"]) not in signed)
        if event or "checkpoint" in line:
            assert judged(write(path, [*record[: number + 1], *record[number:]]))[0], number
            assert at_the_end or judged(write(path, [*record[:number], *record[number + 1 :]]))[0], number


def test_a_proof_fits_and_each_field_of_it_that_is_changed_is_found(record, tmp_path):
    case = next(one for one in db.session.scalars(select(Case)) if proof_of(one))
    proof, path = proof_of(case), tmp_path / "proof"
    faults, told = verify.check(write(path, [proof]))
    assert faults == [] and db.session.scalar(
        select(Event.hash).where(Event.chain == case.id, Event.seq == case.signed_seq)
    ) in " ".join(told)  # fmt: skip
    unsigned = {("proof",), ("checkpoint", "checkpoint")}
    for place in set(places(proof)) - unsigned:
        write(path, [changed(proof, place)])
        assert judged(path)[0], place
    body = json.loads(proof["checkpoint"]["body"])
    for place in places(body):
        text = json.dumps(changed(body, place), sort_keys=True, separators=(",", ":"))
        write(path, [{**proof, "checkpoint": {**proof["checkpoint"], "body": text}}])
        assert judged(path)[0], place


def test_a_proof_of_somebody_elses_making_is_not_the_offices(record, tmp_path):
    case = next(one for one in db.session.scalars(select(Case)) if proof_of(one))
    path, key = write(tmp_path / "proof", [proof_of(case)]), record_key.announced()[0].digest
    assert verify.check(path, key)[0] == []
    (fault,) = verify.check(path, "0" * 64)[0]
    assert key in fault


def test_a_file_of_checkpoints_fits_and_a_changed_missing_or_moved_line_is_found(record, tmp_path):
    checkpoint_file.catch_up()
    path = tmp_path / "file"
    lines = [json.loads(one) for one in checkpoint_file.path_of_file().read_text().splitlines() if one]
    assert judged(write(path, lines))[0] == [] and len(lines) == 3
    path.write_text('{"torn\n' + path.read_text())
    assert verify.check(str(path))[0] == []
    for number, line in enumerate(lines):
        for name in ("body", "signature", "key"):
            write(path, [*lines[:number], changed(line, (name,)), *lines[number + 1 :]])
            assert judged(path)[0], (number, name)
    assert judged(write(path, [lines[0], lines[2]]))[0] and judged(write(path, [lines[1], lines[0], lines[2]]))[0]


def test_a_lost_key_is_trusted_where_the_auditor_names_the_one_after_it(record, app, tmp_path):
    app.config["RECORD_KEY"] = parse(new_entry())
    new = record_key.name_of(record_key.seeds()[0])
    app.config["RECORD_TRUSTED"] = frozenset({new})
    with unit_of_work():
        chain.take_checkpoint(clock.now())
    path = write(tmp_path / "record", export.lines(clock.now()))
    assert any("did not sign" in fault for fault in judged(path)[0])
    assert verify.check(path, new)[0] == []


# --- a record written anew -----------------------------------------------------------------------------------------


def anew(record, edit, without=("checkpoint",)):
    """The file as somebody writes it who changes events and has nobody's key: all hashes fit again."""
    written, ends = [], {}
    for line in copy.deepcopy(record):
        if any(name in line for name in without):
            continue
        if event := line.get("event"):
            edit(event)
            event["previous_hash"] = ends.get(event["chain"], "")
            if (digest := verify.hash_of(event)) != event["hash"]:
                event["hash"], line["signatures"] = digest, []
            ends[event["chain"]] = digest
        written.append(line)
    return written


def test_a_record_without_any_checkpoint_is_nobodys_word(record, tmp_path):
    """Whether a key is named or not."""
    path = write(tmp_path / "record", [line for line in record if "checkpoint" not in line])
    for key in ("", record_key.announced()[0].digest):
        faults, _told = verify.check(path, key)
        assert any("no checkpoint" in fault for fault in faults)


def test_consents_that_were_written_anew_without_her_signature_are_found(record, tmp_path):
    def agree(event):
        if event["kind"] == "file":
            said = {**json.loads(event["facts"]), "share_identity": True, "known_to_secretariat": True}
            event["facts"] = json.dumps(said, sort_keys=True, separators=(",", ":"))

    faults, _told = verify.check(write(tmp_path / "record", anew(record, agree)))
    assert sum("is signed by no receipt" in fault for fault in faults) >= 3


def test_a_step_of_an_officer_that_was_written_anew_without_their_signature_is_found(record, tmp_path):
    def later(event):
        if event["actor_id"] is not None and event["chain"] != "office":
            event["happened_at"] = event["happened_at"].replace("20", "19", 1)

    faults, _told = verify.check(write(tmp_path / "record", anew(record, later)))
    assert any("is not signed by the account" in fault for fault in faults)


def test_an_event_of_the_clock_that_no_process_signed_is_found_behind_the_last_checkpoint(record, tmp_path):
    chain_id = next(line["event"]["chain"] for line in record if "event" in line)
    (*_before, number) = [n for n, line in enumerate(record) if line.get("event", {}).get("chain") == chain_id]
    last = record[number]["event"]
    said = {"role": "clock", "actor_id": None, "facts": "{}", "rows": "", "kind": "remind", "missed_limit_id": None}
    event = {**last, **said, "seq": last["seq"] + 1, "previous_hash": last["hash"]}
    event["hash"] = verify.hash_of(event)
    lines = [*record[: number + 1], {"event": event, "signatures": []}, *record[number + 1 :]]
    (fault,) = verify.check(write(tmp_path / "record", lines))[0]
    assert "signed by nobody" in fault


@pytest.mark.parametrize("facts", ["[]", "null", "1", "none"])
def test_an_event_whose_facts_have_no_names_is_found_and_what_else_is_wrong_with_the_record_as_well(
    record, tmp_path, facts
):
    def unnamed(event):
        if event["kind"] == "file":
            event["facts"] = facts

    faults, _told = verify.check(write(tmp_path / "record", anew(record, unnamed)))
    assert sum("is no list of named facts" in fault for fault in faults) >= 3
    assert sum("is signed by no receipt" in fault for fault in faults) >= 3


def test_an_unsigned_event_of_hers_at_the_end_is_found_though_all_checkpoints_are_here(record, tmp_path):
    chain_id = next(line["event"]["chain"] for line in record if "event" in line)
    (*_before, number) = [n for n, line in enumerate(record) if line.get("event", {}).get("chain") == chain_id]
    last = record[number]["event"]
    said = {"role": "complainant", "actor_id": None, "facts": "{}", "rows": "", "kind": "change_consent"}
    event = {**last, **said, "missed_limit_id": None, "seq": last["seq"] + 1, "previous_hash": last["hash"]}
    event["hash"] = verify.hash_of(event)
    lines = [*record[: number + 1], {"event": event, "signatures": []}, *record[number + 1 :]]
    faults, _told = verify.check(write(tmp_path / "record", lines))
    assert len(faults) == 1 and "is signed by no receipt" in faults[0]


def test_an_event_of_the_older_format_after_one_of_the_newer_is_found(record, tmp_path):
    def older(event):
        if event["kind"] != "file" and event["chain"] != "office":
            event["format"] = 1

    faults, _told = verify.check(write(tmp_path / "record", anew(record, older)))
    assert any("of the older format" in fault for fault in faults)


def test_the_summary_says_which_checkpoint_is_the_last_and_how_much_came_after_it(record, tmp_path):
    """What is missing behind it, nobody can tell from the file."""
    _faults, told = verify.check(write(tmp_path / "record", record))
    last = [line for line in record if "checkpoint" in line][-1]
    marks = (select(Case.head_seq - Case.signed_seq), select(ChainHead.seq - ChainHead.signed_seq))
    behind = sum(number for query in marks for number in db.session.scalars(query))
    named = f"checkpoint {last['checkpoint']} of {json.loads(last['body'])['taken_at']}"
    assert behind and any(named in sentence for sentence in told)
    assert any(sentence.startswith(f"{behind} events came after") for sentence in told)


def made(number, previous, seed=None, old=None):
    """A line of a checkpoint: by a key of the worker, or by a server key as in the first format."""
    said = {"previous": previous, "taken_at": f"2026-01-0{number}"}
    said |= {"format": 2, "root": "", "size": 64, "signed_at": "", "swept": ""} if seed else {"heads": {}, "cases": 0}
    body = json.dumps(said)
    signature = signing.sign_strongly(seed, body.encode(), "checkpoint") if seed else old.sign(body.encode())
    key = signing.public_of(seed) if seed else old.public_key().public_bytes_raw()
    written = {"signature": base64.b64encode(signature).decode(), "key": base64.b64encode(key).decode()}
    return {"checkpoint": number, "body": body, **written}


def in_a_row(*signers):
    lines = []
    for number, signer in enumerate(signers, 1):
        previous = verify.sha256(lines[-1]["body"].encode()).hex() if lines else ""
        by = {"seed": signer} if isinstance(signer, bytes) else {"old": signer}
        lines.append(made(number, previous, **by))
    return lines


def test_a_key_that_was_replaced_signs_no_later_checkpoint_of_a_file(tmp_path):
    """Neither one of the worker's nor a server key, whichever key is expected."""
    server, first, second = Ed25519PrivateKey.generate(), b"1" * 32, b"2" * 32
    path = tmp_path / "file"
    key = verify.sha256(signing.public_of(second)).hex()
    assert verify.check(write(path, in_a_row(server, first, first, second)), key)[0] == []
    for again in (first, server):
        for expected in ("", key):
            faults, _told = verify.check(write(path, in_a_row(server, first, second, again, second)), expected)
            assert any("had been replaced" in fault for fault in faults)
    other = Ed25519PrivateKey.generate()
    faults, _told = verify.check(write(path, in_a_row(first, other, first)))
    assert any("of the older kind" in fault for fault in faults)


@pytest.mark.parametrize("text", ["", "nothing", "[]", '{"x": 1}', '{"proof": 1}', '{"record": 1}\n{"y": 2}'])
def test_a_file_that_is_none_of_the_three_is_said_to_be_none(text, tmp_path, capsys):
    path = tmp_path / "file"
    path.write_text(text)
    assert verify.main([str(path)]) == verify.UNKNOWN and "cannot be checked" in capsys.readouterr().out
    assert verify.main([str(tmp_path / "away")]) == verify.UNKNOWN and verify.main([]) == verify.UNKNOWN


@pytest.mark.slow
def test_the_one_file_is_enough_wherever_it_is_copied(record, tmp_path):
    """Without the house, in an interpreter that finds nothing of it; and as a module of the house."""
    path = write(tmp_path / "record", record)
    alone = shutil.copy(ROOT / "grievance" / "verify.py", tmp_path / "verify.py")
    hidden = (
        "import runpy, sys; sys.modules.update(dict.fromkeys(('flask', 'sqlalchemy', 'grievance')));"
        f" sys.argv = ['verify.py', {path!r}]; runpy.run_path({str(alone)!r}, run_name='__main__')"
    )
    for command in (["-c", hidden], ["-m", "grievance.verify", path]):
        ran = subprocess.run([sys.executable, *command], cwd=ROOT if command[0] == "-m" else tmp_path,
                             capture_output=True, text=True)  # fmt: skip
        assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "Everything fits."), ran.stderr


def test_a_key_is_long_enough_for_both_signatures(record):
    keys = [base64.b64decode(line["key"]) for line in record if "key" in line and "checkpoint" not in line]
    assert 1984 in map(len, keys) and 32 in map(len, keys)
