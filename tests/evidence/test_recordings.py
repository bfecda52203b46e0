"""How long a recording is, by what it says of itself."""

import pytest

from grievance import demonstration
from grievance.evidence.recordings import PLAYED_AS
from grievance.forms.fields import judged
from tests import sounds


@pytest.mark.parametrize(
    ("content", "kind", "seconds"),
    [
        (sounds.wav(65), "wav", 65),
        (sounds.mp4(125), "mp4", 125),
        (sounds.mp4(61, b"M4A "), "m4a", 61),
        (sounds.mp4(9, b"3gp4"), "3gp", 9),
        (sounds.ogg(42), "ogg", 42),
        (b"#!AMR\n" + b"\x3c" * 16_000, "amr", 10),
        (sounds.webm(70), "webm", 70),
        (b"ID3\x03" + b"x" * 999, "mp3", 0),
        (b"\xff\xf1" + b"x" * 999, "aac", 0),
        (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x82\x84webm" + b"x" * 99, "webm", 0),
        (b"RIFF\x24\0\0\0WAVEfmt \x10", "wav", 0),
    ],
)
def test_each_kind_that_phones_make_is_taken_and_says_how_long_it_is_where_it_knows(app, content, kind, seconds):
    upload = demonstration.upload("Recording 12", content, spoken=True)
    stored = upload.stored()
    assert judged(upload.stream).extension == kind and kind in PLAYED_AS
    assert (stored.spoken, stored.seconds) == (True, seconds)
