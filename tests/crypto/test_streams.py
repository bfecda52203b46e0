import io
import os

import pytest

from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import SealingSpool, new_file_key, open_stream

KEY, CONTEXT, PLAIN = new_file_key(), b"case/file", b"the gate at night " * 20_000


@pytest.fixture
def sealed():
    with SealingSpool(KEY, CONTEXT) as spool:
        for i in range(0, len(PLAIN), 7_000):
            spool.write(PLAIN[i : i + 7_000])
        yield spool.finish().read()


def test_a_file_opens_to_what_arrived(sealed):
    assert b"".join(open_stream(KEY, CONTEXT, io.BytesIO(sealed))) == PLAIN


def test_no_plain_word_reaches_the_temporary_file(sealed):
    assert b"gate" not in sealed


@pytest.mark.parametrize("cut", [1, 16, 16 * 1024, 200_000])
def test_a_cut_file_gives_out_nothing(sealed, cut):
    with pytest.raises(CannotOpen):
        open_stream(KEY, CONTEXT, io.BytesIO(sealed[:-cut]))


@pytest.mark.parametrize("at", [0, 1, 50, 100_000, -1])
def test_a_changed_byte_gives_out_nothing(sealed, at):
    broken = bytearray(sealed)
    broken[at] ^= 1
    with pytest.raises(CannotOpen):
        open_stream(KEY, CONTEXT, io.BytesIO(bytes(broken)))


def test_a_file_moved_elsewhere_does_not_open(sealed):
    for key, context in ((KEY, b"case/other"), (os.urandom(32), CONTEXT)):
        with pytest.raises(CannotOpen):
            open_stream(key, context, io.BytesIO(sealed))


def test_an_ended_upload_takes_no_more():
    with SealingSpool(KEY, CONTEXT) as spool:
        spool.seek(0)
        with pytest.raises(ValueError, match="ended"):
            spool.write(b"late")
