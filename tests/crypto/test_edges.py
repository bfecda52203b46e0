import base64
import io
import threading
import time
from itertools import pairwise

import pytest
from werkzeug.formparser import FormDataParser
from werkzeug.test import EnvironBuilder

from grievance.crypto import envelopes, passwords, receipt_codes, streams
from grievance.crypto.keyring import new_entry, parse
from grievance.crypto.sealing import CannotOpen, open_sealed, seal

KEY = bytes(range(32))


def test_the_damm_table_finds_every_slip_and_neighbour_swap_from_every_state():
    table = [[int(c) for c in row] for row in receipt_codes._DAMM]
    for c in range(10):
        assert sorted(table[c]) == list(range(10)) and table[c][c] == 0
        assert sorted(row[c] for row in table) == list(range(10))
        for x in range(10):
            for y in range(10):
                if x != y:
                    assert table[table[c][x]][y] != table[table[c][y]][x]


def test_swapping_the_last_digit_with_the_check_digit_is_noticed_exhaustively():
    for _ in range(300):
        r = receipt_codes.make()
        for i, (a, b) in enumerate(pairwise(r)):
            if a != b:
                with pytest.raises(receipt_codes.BadReceipt, match="slip"):
                    receipt_codes.normalise(r[:i] + b + a + r[i + 2 :])


def test_digits_after_a_long_run_of_spaces_are_not_dropped_in_silence():
    with pytest.raises(receipt_codes.BadReceipt, match="length"):
        receipt_codes.normalise(receipt_codes.make() + " " * 200 + "1234")


def test_every_single_byte_of_a_sealed_value_is_covered():
    sealed = seal(KEY, b"x", b"p")
    for i in range(len(sealed)):
        with pytest.raises(CannotOpen):
            open_sealed(KEY, sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], b"p")
    for i in range(len(sealed)):
        with pytest.raises(CannotOpen):
            open_sealed(KEY, sealed[:i], b"p")


def test_a_wrong_key_opens_nothing():
    with pytest.raises(CannotOpen):
        open_sealed(b"k" * 32, seal(KEY, b"x", b"p"), b"p")


def test_an_envelope_changed_anywhere_does_not_open():
    pair = envelopes.new_key_pair()
    sealed = envelopes.seal_to(pair.public, KEY, b"p")
    assert len(sealed) == 1169
    for i in range(0, len(sealed), 13):
        with pytest.raises(CannotOpen):
            envelopes.open_with(pair.seed, sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], b"p")


def test_one_half_alone_opens_nothing():
    sealed = seal(KEY, b"x", b"p")
    for half in envelopes.split(KEY):
        with pytest.raises(CannotOpen):
            open_sealed(half, sealed, b"p")


def test_an_old_id_still_gives_its_own_key_after_rotation():
    old, new = new_entry(), new_entry()
    i, _, b = old.partition(":")
    assert parse(f"{new},{old}").get(i) == base64.b64decode(b)


@pytest.mark.parametrize("m", [receipt_codes, passwords])
def test_at_most_two_derivations_run_at_once_in_each_queue(m, monkeypatch):
    now, most, lock = [0], [0], threading.Lock()

    class Slow:
        def __init__(self, **_): ...
        def derive(self, _):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.05)
            with lock:
                now[0] -= 1
            return b"0" * 32

    monkeypatch.setattr(m, "Argon2id", Slow)
    f = (lambda: m.stretch("1", b"s" * 16)) if m is receipt_codes else (lambda: m.enrol("x"))
    ts = [threading.Thread(target=f) for _ in range(6)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    assert most[0] == 2
    assert receipt_codes.TURNS is not passwords.TURNS


def test_a_password_with_a_lone_surrogate_is_no_crash():
    record, _ = passwords.enrol("a")
    assert passwords.unlock("\ud800", record) is None


def test_a_5_mb_file_round_trip_and_nothing_clear_on_disk():
    marker = b"PLAINTEXT-MARKER"
    plain = marker * (5 * 2**20 // 16)
    with streams.SealingSpool() as s:
        for i in range(0, len(plain), 65536):
            s.write(plain[i : i + 65536])
            s.spool.flush()
            pos = s.spool.tell()
            s.spool.seek(0)
            assert marker not in s.spool.read()
            s.spool.seek(pos)
        done = s.finish()
        assert b"".join(streams.open_stream(s.key, s.file_id, done)) == plain


def test_an_empty_file_round_trips():
    with streams.SealingSpool() as s:
        assert b"".join(streams.open_stream(s.key, s.file_id, s.finish())) == b""


def test_asking_where_it_is_does_not_end_the_upload():
    with streams.SealingSpool() as s:
        s.write(b"a")
        assert s.tell() == 1
        s.write(b"b")


def test_every_cut_on_and_around_a_chunk_edge():
    with streams.SealingSpool() as s:
        s.write(b"z" * (3 * 16384))
        whole = s.finish().read()
    for n in [*range(120), *range(16300, 16500), *range(32700, 32900), *range(len(whole) - 80, len(whole))]:
        with pytest.raises(CannotOpen):
            streams.open_stream(s.key, s.file_id, io.BytesIO(whole[:n]))


def test_an_upload_parsed_by_werkzeug_is_sealed_as_it_arrives():
    made = []

    def factory(total_content_length, content_type, filename, content_length=None):
        made.append(streams.SealingSpool())
        return made[-1]

    plain = b"gate" * 400_000
    env = EnvironBuilder(method="POST", data={"f": (io.BytesIO(plain), "a.bin"), "t": "x"}).get_environ()
    sent = env["wsgi.input"]
    _, form, files = FormDataParser(stream_factory=factory).parse_from_environ(env)
    assert form["t"] == "x" and files["f"].stream is made[0] and made[0].plain_size == len(plain)
    assert b"".join(streams.open_stream(made[0].key, made[0].file_id, made[0].finish())) == plain
    files["f"].close()
    sent.close()
