"""Files as people send them on which a copy told too much, or none was made: each with its right value.

Every name, path and place in them is made up."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from grievance.evidence.clean import clean
from grievance.evidence.types import HEAD, judge
from tests.evidence import samples
from tests.evidence.test_clean import noted

FILES = Path(__file__).parents[1] / "data" / "evidence"
PLANTED = (b"Amina", b"amina", b"Mill Lane", b"+254", b"counter.example", b"203.0.113", b"f@example", b"My notes")

TAKEN_OUT = {
    "deleted-text.docx": {"deletions": 1},
    "deleted-text.odt": {"deletions": 1},
    "hidden-words.docx": {"hidden_words": 1},
    "hidden-sheet.xlsx": {"hidden_sheets": 1},
    "picture-path.docx": {},
    "field-path.docx": {"fields": 1},
    "remote-picture-field.docx": {"fields": 1},
    "folders-first.docx": {},
    "marked-content-creator.pdf": {},
    "figure-of-tex.pdf": {},
    "owner-password.pdf": {},
    "saved-mail.eml": {"people": 2},
    "windows-words.txt": {},
    "notepad-unicode.txt": {},
}
KEPT = {
    "docx": b"The guards came at night.",
    "odt": b"The guards came.",
    "xlsx": b"72",
    "pdf": b"The guards came at night.",
}
KEPT |= {"eml": b"See the photo."}


def judged(name):
    data = (FILES / name).read_bytes()
    return judge(data[:HEAD], len(data), lambda start, end: data[start:end]), data


def everything(kind, data):
    """All of a copy, unpacked."""
    if kind in ("docx", "xlsx", "odt"):
        return b"\n".join(samples.unzipped(data).values())
    return samples.plain_pdf(data) if kind == "pdf" else data


@pytest.mark.parametrize("name", TAKEN_OUT)
def test_a_copy_says_nothing_of_who_made_it_and_what_was_taken_out_is_counted(name):
    kind, data = judged(name)
    assert kind is not None and kind.extension == name.rpartition(".")[2]
    copy, notes = noted(kind.extension, data)
    inside = everything(kind.extension, copy)
    assert notes == TAKEN_OUT[name]
    assert not [word for word in PLANTED if word in inside]
    assert KEPT.get(kind.extension, b"") in inside


def test_a_text_of_an_older_code_can_be_read_afterwards():
    assert noted("txt", judged("windows-words.txt")[1])[0].decode() == "Les gardes sont entrés à 3 h.\r\n"
    assert re.fullmatch(r"[а-яА-Я .]+\r\n", noted("txt", judged("notepad-unicode.txt")[1])[0].decode())


def test_the_photo_of_a_mail_goes_along_without_its_words():
    copy, _notes = noted("eml", judged("saved-mail.eml")[1])
    assert b'filename="file-2.jpg"' in copy and b"Exif" not in copy and b"gate.jpg" not in copy


@pytest.mark.parametrize(("name", "size"), [("scan.tif", (64, 48)), ("screen.bmp", (16, 16))])
def test_pictures_of_other_kinds_are_taken_and_become_jpegs(name, size):
    kind, data = judged(name)
    out = io.BytesIO()
    made = clean(kind.extension, [data], out)
    image = Image.open(out)
    assert (made.kind, made.notes) == ("jpg", {})
    assert (image.format, image.size) == ("JPEG", size)


def test_a_picture_with_a_large_colour_profile_gets_a_copy():
    copy, notes = noted("png", judged("large-profile.png")[1])
    image = Image.open(io.BytesIO(copy))
    assert (notes, image.size) == ({}, (8, 8)) and "icc_profile" not in image.info


def test_pictures_that_move_keep_all_their_frames():
    data = judged("three-frames.gif")[1]
    copy, notes = noted("gif", data)
    assert notes == {} and shown(copy) == shown(data) and len(shown(copy)) == 3


def shown(data):
    """Each picture of an animation, and for how many milliseconds it is shown."""
    image = Image.open(io.BytesIO(data))
    return [(one.convert("RGB").tobytes(), one.info["duration"]) for one in ImageSequence.Iterator(image)]
