"""Files: sealed, opened by whoever opens the writing that they came with, and never half there."""

import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.extensions import db
from grievance.models.writing import Attachment
from grievance.reports.casefile import open_case_file, open_file
from grievance.workflow import conditions, doctor, files, steps
from grievance.workflow.fields import BadInput


@pytest.fixture
def story(app, cast):
    """A case that the company holds keys of: (reference, everybody)."""
    start = clock.now() - timedelta(days=9)
    reference, amina, _code = demonstration.file_one(start)
    for step in ("acknowledge", "refer"):
        demonstration.do(step, cast["Noor"], reference, start, cast["Tomas"])
    return reference, {**cast, "Amina": amina}


def attach(story, who, content=b"The gate at night.", name="gate.txt", **more):
    reference, people = story
    upload = demonstration.upload(name, content)
    raw = {"files": [upload], "audience": "secretariat", "about": "The gate.", **more}
    steps.take("attach", people[who], reference, raw)
    return upload.stream.file_id


def read(story, who, file_id):
    reference, people = story
    plain, source = open_file(people[who], find_case(people[who], reference), file_id)
    with source:
        return b"".join(plain)


def stored(app):
    return [path for path in app.config["FILES"].rglob("*") if path.is_file()]


READERS = {
    ("Amina", "secretariat"): {"Amina", "Noor", "Tomas"},
    ("Noor", "secretariat"): {"Noor", "Tomas"},
    ("Noor", "complainant"): {"Amina", "Noor", "Tomas"},
    ("Victor", "secretariat"): {"Victor", "Noor", "Tomas"},
    ("Victor", "all"): {"Victor", "Noor", "Tomas", "Amina"},
}


@pytest.mark.parametrize(("who", "audience"), READERS)
def test_a_file_is_read_by_its_audience_and_by_nobody_else(story, who, audience):
    file_id = attach(story, who, audience=audience)
    readers = set()
    for name in ("Amina", "Noor", "Tomas", "Ines", "Victor", "Olga"):
        try:
            assert read(story, name, file_id) == b"The gate at night."
        except NoSuchCase:
            continue
        readers.add(name)
    assert readers == READERS[who, audience]


def test_the_page_names_the_file_and_its_size(story):
    file_id = attach(story, "Amina", name="C:\\photos\\../../x<script>.jpg")
    reference, people = story
    page = open_case_file(people["Noor"], find_case(people["Noor"], reference))
    (shown,) = [one for writing in page.writings for one in writing.files]
    assert (shown["id"], shown["name"], shown["size"]) == (file_id, "x<script>.jpg", 18)


def test_one_event_tells_how_many_files_and_not_what_they_are(story):
    attach(story, "Amina", name="zinnober.txt")
    reference, people = story
    event = open_case_file(people["Noor"], find_case(people["Noor"], reference)).timeline[0]
    assert (event.kind, event.facts) == ("attach", {"files": 1})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "gate.txt is empty"), (b"x" * (25 * 1024 * 1024 + 1), "gate.txt is too large")],
    ids=["empty", "too large"],
)
def test_a_refused_file_is_named_and_nothing_of_it_stays(app, story, content, sentence):
    with pytest.raises(BadInput) as bad:
        attach(story, "Amina", content)
    assert sentence in bad.value.errors["files"]
    assert stored(app) == [] and db.session.scalars(select(Attachment)).all() == []


def test_too_many_files_at_once_are_refused(app, story):
    with pytest.raises(BadInput) as bad:
        attach(story, "Amina", files=[demonstration.upload(f"{i}.txt", b"x") for i in range(21)])
    assert "at most 20 files" in bad.value.errors["files"] and stored(app) == []


def test_a_case_that_is_full_says_so(app, story, monkeypatch):
    monkeypatch.setattr(conditions, "FILES_A_CASE", 1)
    attach(story, "Amina")
    with pytest.raises(steps.Refused, match="as many files as it can hold"):
        attach(story, "Amina")
    assert len(stored(app)) == 1


def test_a_file_that_was_changed_on_disk_gives_out_nothing_and_doctor_finds_it(app, story):
    file_id = attach(story, "Amina")
    assert doctor.examine() == []
    path = files.path_of(file_id)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    from grievance.crypto.sealing import CannotOpen

    with pytest.raises(CannotOpen):
        read(story, "Noor", file_id)
    assert any(file_id in fault for fault in doctor.examine())


def test_what_a_crash_left_behind_is_removed_after_a_day(app, story):
    kept = attach(story, "Amina")
    lost, fresh = demonstration.upload("a", b"a"), demonstration.upload("b", b"b")
    for upload in (lost, fresh):
        with files.placed({"files": [upload]}):
            pass
    old = time.time() - 2 * 24 * 3600
    for file_id in (kept, lost.stream.file_id):
        os.utime(files.path_of(file_id), (old, old))
    assert files.remove_forgotten(clock.now()) == 1
    assert {path.name for path in stored(app)} == {kept, fresh.stream.file_id}
