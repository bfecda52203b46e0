import hashlib
import io
import os
from types import SimpleNamespace

import pytest

from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import SealingSpool, open_stream

PLAIN = b"the gate at night " * 20_000


@pytest.fixture
def sealed():
    with SealingSpool() as spool:
        for i in range(0, len(PLAIN), 7_000):
            spool.write(PLAIN[i : i + 7_000])
        yield SimpleNamespace(key=spool.key, id=spool.file_id, bytes=spool.finish().read(), digest=spool.digest)


def test_a_file_opens_to_what_arrived(sealed):
    assert b"".join(open_stream(sealed.key, sealed.id, io.BytesIO(sealed.bytes))) == PLAIN


def test_no_plain_word_reaches_the_temporary_file(sealed):
    assert b"gate" not in sealed.bytes


@pytest.mark.parametrize("cut", [1, 16, 16 * 1024, 200_000])
def test_a_cut_file_gives_out_nothing(sealed, cut):
    with pytest.raises(CannotOpen):
        open_stream(sealed.key, sealed.id, io.BytesIO(sealed.bytes[:-cut]))


@pytest.mark.parametrize("at", [0, 1, 50, 100_000, -1])
def test_a_changed_byte_gives_out_nothing(sealed, at):
    broken = bytearray(sealed.bytes)
    broken[at] ^= 1
    with pytest.raises(CannotOpen):
        open_stream(sealed.key, sealed.id, io.BytesIO(bytes(broken)))


def test_a_file_moved_elsewhere_does_not_open(sealed):
    for key, name in ((sealed.key, "0" * 32), (os.urandom(32), sealed.id)):
        with pytest.raises(CannotOpen):
            open_stream(key, name, io.BytesIO(sealed.bytes))


def test_an_ended_upload_takes_no_more():
    with SealingSpool() as spool:
        spool.seek(0)
        with pytest.raises(ValueError, match="ended"):
            spool.write(b"late")


def test_the_digest_is_that_of_the_whole_ciphertext(sealed):
    assert hashlib.sha256(sealed.bytes).hexdigest() == sealed.digest


def test_above_the_most_nothing_more_is_stored_but_all_is_counted():
    with SealingSpool(most=10_000) as spool:
        for _ in range(100):
            spool.write(b"x" * 1_000)
        assert (spool.plain_size, len(spool.head)) == (100_000, 8 * 1024)
        assert len(spool.finish().read()) < 12_000
