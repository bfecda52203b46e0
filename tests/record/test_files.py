"""Files: sealed, opened by whoever opens the writing that they came with, and never half there."""

import os
import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.maintenance import doctor
from grievance.models.writing import Attachment
from grievance.record import files
from grievance.reports.casefile import open_case_file, open_file
from grievance.workflow import conditions, steps
from tests.evidence import media_samples, samples
from tests.views.test_routes import client_of


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
    one = open_file(people[who], find_case(people[who], reference), file_id)
    with one.source:
        return b"".join(one.plain)


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
    monkeypatch.setattr(conditions, "FILES_A_CASE", 2)
    attach(story, "Amina")
    with pytest.raises(steps.Refused, match="as many files as it can hold"):
        attach(story, "Amina")
    assert len(stored(app)) == 2  # the file and its clean copy


def test_a_file_that_was_changed_on_disk_gives_out_nothing_and_doctor_finds_it(app, story):
    file_id = attach(story, "Amina")
    assert doctor.examine() == []
    path = files.store().path_of(file_id)
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    from grievance.crypto.sealing import CannotOpen

    with pytest.raises(CannotOpen):
        read(story, "Noor", file_id)
    assert any(file_id in fault for fault in doctor.examine())


def test_what_a_crash_left_behind_is_removed_after_a_day(app, story):
    attach(story, "Amina")
    kept = set(stored(app))
    for path in kept:
        _age(path)
    with files.placed({"files": [demonstration.upload("a", b"a")]}):
        pass
    for path in set(stored(app)) - kept:
        _age(path)
    with files.placed({"files": [demonstration.upload("b", b"b")]}):
        pass
    assert len(stored(app)) == 6 and files.remove_forgotten(clock.now()) == 2
    assert kept < set(stored(app)) and len(stored(app)) == 4


def _age(path):
    old = time.time() - 2 * 24 * 3600
    os.utime(path, (old, old))


# --- what a company gets -----------------------------------------------------------------------------------


def she_says(story, file_id, word="may"):
    reference, people = story
    demonstration.do("say_about_file", people["Amina"], reference, clock.now(), of_file=file_id, company_may=word)


def share(story, file_id, approve=True, said=True, **more):
    reference, people = story
    raw = {"file": file_id, "looked": "yes", **more}
    if said:
        she_says(story, file_id)
    decision = steps.take("share_file", people["Noor"], reference, raw)
    if approve:
        steps.decide(people["Tomas"], reference, decision.id, True)


def seen_by(story, who):
    reference, people = story
    page = open_case_file(people[who], find_case(people[who], reference))
    return [one for writing in page.writings for one in writing.files]


def test_a_company_gets_the_clean_copy_of_a_photo_under_a_neutral_name_and_never_the_original(story):
    photo = samples.photo()
    file_id = attach(story, "Amina", photo, "Amina at the gate.jpg")
    assert seen_by(story, "Victor") == []
    share(story, file_id)
    (given,) = seen_by(story, "Victor")
    assert given["name"] == "A photo 1.jpg" and given["id"] != file_id
    assert read(story, "Noor", file_id) == photo
    copy = read(story, "Victor", given["id"])
    assert b"Exif" in photo and b"Exif" not in copy and copy.startswith(b"\xff\xd8")
    with pytest.raises(NoSuchCase):
        read(story, "Victor", file_id)


def test_a_file_is_shared_by_two_people_and_once(story):
    file_id = attach(story, "Amina")
    share(story, file_id, approve=False)
    assert seen_by(story, "Victor") == []
    reference, people = story
    (decision,) = steps.open_proposals(find_case(people["Noor"], reference))
    steps.decide(people["Tomas"], reference, decision.id, True)
    with pytest.raises(BadInput):
        share(story, file_id)


def test_no_file_of_hers_goes_before_she_said_that_it_may(story):
    file_id = attach(story, "Amina")
    with pytest.raises(steps.Refused, match="has not said that the company may read this file"):
        share(story, file_id, said=False)


def test_until_it_has_gone_she_may_change_her_mind_and_her_last_word_counts(story):
    file_id = attach(story, "Amina")
    share(story, file_id, approve=False)
    she_says(story, file_id, "may_not")
    reference, people = story
    (decision,) = steps.open_proposals(find_case(people["Noor"], reference))
    with pytest.raises(steps.Refused, match="has not said that the company may read this file"):
        steps.decide(people["Tomas"], reference, decision.id, True)
    assert seen_by(story, "Victor") == []


def test_a_file_of_the_offices_own_needs_no_word_of_hers(story):
    file_id = attach(story, "Noor")
    share(story, file_id, said=False)
    assert len(seen_by(story, "Victor")) == 1


def test_what_she_said_about_a_file_is_read_by_its_name(story):
    file_id = attach(story, "Amina")
    she_says(story, file_id)
    reference, people = story
    for who in ("Amina", "Noor"):
        page = open_case_file(people[who], find_case(people[who], reference))
        (said,) = [one for one in page.writings if one.step == "say_about_file"]
        assert next(str(answer) for _question, answer in said.fields).startswith("gate.txt: a copy")


def test_sound_goes_to_the_company_only_with_the_complainants_word(story):
    file_id = attach(story, "Amina", b"ID3\x04" + b"voice" * 999, "call.mp3")
    with pytest.raises(steps.Refused, match="No clean copy"):
        share(story, file_id)
    share(story, file_id, agreed="yes")
    (given,) = seen_by(story, "Victor")
    assert given["name"] == "A sound recording 1.mp3"


def test_the_copy_of_a_recording_goes_only_with_her_word_too_and_the_page_says_what_is_still_in_it(app, story):
    file_id = attach(story, "Amina", media_samples.sound("mp3"), "call.mp3")
    page = client_of(app, "Noor").get(f"/desk/cases/{story[0]}/steps/share_file").text
    assert "voices and what is said are still in the copy: watch or listen to all of it" in page
    assert "It still has faces, number plates, voices and what is said" in page
    case = client_of(app, "Noor").get(f"/desk/cases/{story[0]}")
    (played,) = re.findall(r'<audio controls preload="none" src="([^"]+)"', case.text)
    sound = client_of(app, "Noor").get(played)
    assert (sound.status_code, sound.mimetype) == (200, "audio/mp4") and b"ftypM4A" in sound.data
    sound.close()
    assert "media-src 'self'" in case.headers["Content-Security-Policy"]
    assert client_of(app, "Noor").get(played.replace(played[-32:], file_id)).status_code == 404
    with pytest.raises(steps.Refused, match="still in a copy of a recording"):
        share(story, file_id)
    share(story, file_id, agreed="yes")
    (given,) = seen_by(story, "Victor")
    assert given["name"] == "A sound recording 1.m4a"
    copy = read(story, "Victor", given["id"])
    assert not [word for word in media_samples.PLANTED if word in copy]


@pytest.mark.parametrize("name", ["archive.zip", "run.exe", "page.html", "drawing.svg"])
def test_an_archive_a_program_or_a_page_is_refused_whatever_it_is_called(app, story, name):
    content = {
        "archive.zip": b"PK\x03\x04" + b"\0" * 99,
        "run.exe": b"MZ\x90\0",
        "page.html": b"<html>x",
    }.get(name, b"<svg onload='x'>")
    with pytest.raises(BadInput) as bad:
        attach(story, "Amina", content, "../../x<script>.jpg")
    assert "We cannot take x<script>.jpg" in bad.value.errors["files"] and stored(app) == []


def test_whoever_interrupts_a_commit_loses_no_file(app, cast, monkeypatch):
    def interrupted(session):
        commit(session)
        raise KeyboardInterrupt

    commit = Session.commit
    with monkeypatch.context() as patched:
        patched.setattr(Session, "commit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            demonstration.file_one(clock.now(), files=[demonstration.upload("a.txt", b"A note.")])
    db.session.rollback()
    named = db.session.scalars(select(Attachment.id)).all()
    assert named and all(files.store().exists(one) for one in named)
