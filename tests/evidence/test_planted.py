"""What is planted in recordings, wherever their kinds have a place for it, is in no copy; what is heard and seen is."""

import functools

import numpy as np
import pytest

from tests.evidence import media_samples as samples
from tests.evidence import readers
from tests.evidence.planted import (
    BOXES,
    HEARD_AT,
    HIDDEN_TONE,
    KINDS,
    MARKS,
    RATE,
    SECOND_TONE,
    SECONDS,
    TONE,
    WORDS,
    planted,
)  # fmt: skip
from tests.evidence.test_clean import noted
from tests.evidence.test_media import likeness, loudness, square

LEFT_OUT = {"mp4": 4, "mov": 4, "mkv": 3, "webm": 2, "m4a": 3, "mp3": 1, "ogg": 1, "flac": 1}
"""A second voice, captions, chapters that are a track, a cover."""
SEEN = [kind for kind, (_form, seen_by, _heard_by) in KINDS.items() if seen_by]


@functools.cache
def copied(kind):
    return noted(kind, planted(kind))


@functools.cache
def heard_and_seen(kind):
    return samples.decoded(copied(kind)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_searched_for_is_in_the_file_and_nothing_of_it_in_the_copy(kind):
    copy, notes = copied(kind)
    assert len(readers.found(planted(kind), WORDS)) >= 2 and b"Amina" in planted(kind)
    assert readers.found(copy, WORDS) == set()
    assert [mark for mark in MARKS if mark in copy] == []
    assert notes == {"tracks": LEFT_OUT[kind]}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_as_long_as_loud_and_sounds_as_it_did(kind):
    before, rate, _seen = samples.decoded(planted(kind))
    heard, its_rate, _seen = heard_and_seen(kind)
    assert len(heard) / its_rate == pytest.approx(SECONDS, abs=0.1)
    assert loudness(heard) == pytest.approx(loudness(before), rel=0.1)
    assert likeness(_at(heard, its_rate), _at(before, rate)) > 0.95


def _at(heard, rate):
    """At one rate: Opus is always decoded at 48,000."""
    return np.array(heard, float)[:: rate // HEARD_AT]


@pytest.mark.parametrize("kind", KINDS)
def test_neither_the_second_voice_is_heard_nor_what_was_cut_away(kind):
    heard, rate, _seen = heard_and_seen(kind)
    spectrum = np.abs(np.fft.rfft(heard))
    strength = {tone: spectrum[int(tone * len(heard) / rate) + np.arange(-20, 20)].max() for tone in (
        TONE, SECOND_TONE, HIDDEN_TONE)}  # fmt: skip
    assert strength[SECOND_TONE] < strength[TONE] / 50 and strength[HIDDEN_TONE] < strength[TONE] / 50


@pytest.mark.parametrize("kind", SEEN)
def test_three_pictures_are_what_they_were_at_their_moments_and_none_is_of_what_was_cut_away(kind):
    before, seen = samples.decoded(planted(kind))[2], heard_and_seen(kind)[2]
    assert len(before) == len(seen) == SECONDS * RATE
    for at in (0, len(seen) // 2, len(seen) - 1):
        assert seen[at][0] == pytest.approx(before[at][0] - before[0][0], abs=0.06)
        assert abs(square(seen[at][1]) - square(before[at][1])) <= 4
        mean = np.array(seen[at][1], float) - np.array(before[at][1], float)
        assert np.abs(mean).mean() < 4


@pytest.mark.parametrize("kind", [kind for kind in BOXES if kind in SEEN])
def test_what_was_cut_away_is_still_in_the_file_and_would_go_along_with_its_packets(kind):
    with samples.av.open(samples.io.BytesIO(planted(kind)), options={"ignore_editlist": "1"}) as source:
        first = next(source.decode(video=0)).to_image()
    assert first.getpixel((80, 60))[1] > 100 > first.getpixel((80, 60))[0]
