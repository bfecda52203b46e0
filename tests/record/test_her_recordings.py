"""Her page about her own recordings, and a form that brings more than can be copied while it waits."""

import time

import pytest

from grievance import clock, demonstration
from grievance.evidence.clean import CannotClean
from grievance.record import files
from tests.evidence import media_samples, samples
from tests.evidence.test_clean import refused
from tests.views.public.test_status import page_of

STAY = "voices, faces and what is said stay"


@pytest.fixture
def filed(app, cast):
    """A case that the company has: what attaches a file to it, and what shows one of her pages."""
    reference, amina, code = demonstration.file_one(clock.now())
    for step in ("acknowledge", "refer"):
        demonstration.do(step, cast["Noor"], reference, clock.now(), cast["Tomas"])

    def attach(name, content):
        upload = demonstration.upload(name, content)
        raw = {"files": [upload], "audience": "secretariat", "about": "The gate."}
        demonstration.do("attach", amina, reference, clock.now(), **raw)
        return upload.stream

    return attach, lambda path="": page_of(app, code, f"/follow/case{path}")


def test_she_reads_that_voices_and_faces_stay_before_she_says_that_a_recording_may_go(filed):
    attach, page = filed
    attach("call.mp3", media_samples.sound("mp3", 1))
    attach("hours.txt", b"Nine to nine.")
    assert page().count(f"{STAY} in a copy of it") == 1
    asked = page("/steps/say_about_file")
    assert f"call.mp3: a copy, without what is hidden in it; {STAY}" in asked
    assert "people who know you may know you by them" in asked and asked.count(STAY) == 1


def test_a_file_for_which_there_was_no_time_is_kept_without_a_copy_and_she_reads_what_to_do(filed, monkeypatch):
    attach, page = filed
    monkeypatch.setattr(files, "SECONDS", 1)
    stream = attach("gate.jpg", samples.photo())
    assert (stream.copy, stream.why) == (None, "many") and files.store().path_of(stream.file_id).is_file()
    assert "there was no time for it: send it once more, alone" in page()


def test_who_waits_for_a_turn_waits_no_longer_than_there_is_time(monkeypatch):
    monkeypatch.setattr(files, "_LEAST", 0)
    until = time.monotonic() + 5
    with files._turn(until), files._turn(until), pytest.raises(CannotClean, match="many"):
        files._turn(time.monotonic() + 0.05).__enter__()
    with files._turn(time.monotonic() + 5) as left:
        assert 4 < left <= 5


def test_a_copy_that_does_not_end_in_the_time_that_is_left_is_not_called_too_large():
    assert refused("jpg", samples.photo(size=(4000, 3000)), most=0.05) == "many"
