"""Sound and video are made anew: what is heard and seen stays, and nothing of where, when, with what and by whom."""

import io
import re

import numpy as np
import pytest

from grievance.evidence import media
from tests.evidence import media_samples as samples
from tests.evidence.test_clean import noted, refused


def copied(extension, data):
    copy, notes = noted(extension, data)
    return copy, notes, samples.decoded(copy)


def likeness(one, other):
    """The largest correlation of two sounds, whichever begins a moment later."""
    size = 1 << (len(one) + len(other)).bit_length()
    shifts = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    return shifts.max() / (np.linalg.norm(one) * np.linalg.norm(other))


def loudness(heard):
    return np.linalg.norm(heard) / len(heard) ** 0.5


@pytest.mark.parametrize("extension", samples.SOUND)
def test_a_recording_sounds_as_it_did_and_tells_nothing_else(extension):
    data = samples.sound(extension)
    copy, notes, (heard, rate, _seen) = copied(extension, data)
    before, _rate, _none = samples.decoded(data)
    assert copy[4:12] == b"ftypM4A " and notes == {}
    assert not [word for word in samples.PLANTED if word in copy]
    assert not re.search(rb"x264|Lavc|Lavf|LAME", copy)
    assert len(heard) / rate == pytest.approx(samples.SECONDS, abs=0.1)
    assert loudness(heard) == pytest.approx(loudness(before), rel=0.1)
    assert likeness(heard, before) > 0.95


@pytest.mark.parametrize("extension", samples.VIDEO)
def test_a_video_is_seen_as_it_was_and_tells_nothing_else(extension):
    data = samples.video(extension)
    copy, notes, (heard, rate, seen) = copied(extension, data)
    _heard, _rate, before = samples.decoded(data)
    assert copy[4:8] == b"ftyp" and notes == {}
    assert not [word for word in samples.PLANTED if word in copy]
    assert not re.search(rb"x264|Lavc|Lavf|LAME", copy)
    assert len(heard) / rate == pytest.approx(samples.SECONDS, abs=0.15)
    assert len(seen) == len(before)
    for number in (0, len(seen) // 2, len(seen) - 1):
        assert seen[number][0] == pytest.approx(before[number][0] - before[0][0], abs=0.06)
        assert abs(square(seen[number][1]) - square(before[number][1])) <= 4


def square(image):
    """Where the red square begins."""
    row = [image.getpixel((x, 40)) for x in range(image.width)]
    return next(x for x, (red, green, _blue) in enumerate(row) if red - green > 60)


def test_a_second_track_is_left_out_and_counted():
    _copy, notes, (heard, rate, _seen) = copied("m4a", samples.sound("m4a", second_track=True))
    assert notes == {"tracks": 1}
    assert len(heard) / rate == pytest.approx(samples.SECONDS, abs=0.1)


def test_a_cover_is_no_video():
    copy, notes, _decoded = copied("mp3", samples.with_cover())
    assert notes == {"tracks": 1} and b"\xff\xd8\xff" not in copy and copy[4:12] == b"ftypM4A "


def test_a_video_that_lies_is_turned_and_says_so_no_more():
    data = samples.lying(samples.video("mp4"))
    _copy, _notes, (_heard, _rate, seen) = copied("mp4", data)
    assert seen[0][1].size == (240, 320)


@pytest.mark.parametrize("extension", ["mp3", "mp4", "ogg", "webm", "wav"])
def test_what_only_begins_like_a_recording_is_broken(extension):
    head = {"mp3": b"ID3\x04", "mp4": b"\0\0\0\x18ftypisom", "ogg": b"OggS\0\x02", "wav": b"RIFF\0\0\0\0WAVEfmt "}
    assert refused(extension, head.get(extension, b"\x1aE\xdf\xa3") + b"voice" * 999) == "broken"


def test_a_file_does_not_choose_who_reads_it():
    """What is judged to be MP3 is no list of addresses to fetch, whatever stands in it."""
    assert refused("mp3", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" * 50) == "broken"
    assert set(media.DEMUXERS.values()) == {"mov", "matroska", "mp3", "wav", "flac", "ogg", "aac", "amr", "avi"}


def test_what_is_longer_than_an_hour_ends_there_and_that_is_said(monkeypatch):
    monkeypatch.setattr(media, "MINUTES", 2 / 60)
    notes = media.Notes()
    kind, copy = media.clean("wav", samples.sound("wav"), notes)
    heard, rate, _seen = samples.decoded(copy)
    assert (kind, dict(+notes)) == ("m4a", {"cut": 1})
    assert len(heard) / rate == pytest.approx(2, abs=0.2)
    assert io.BytesIO(copy).getbuffer().nbytes < 60_000
