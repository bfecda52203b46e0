import pytest

from grievance.evidence import media
from grievance.evidence.types import HEAD, KINDS, is_recording, judge
from tests.evidence import samples


def kind(data):
    found = judge(data[:HEAD], len(data))
    return found and found.extension


@pytest.mark.parametrize(("name", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
def test_a_photo_is_known_by_its_content(name, extension):
    assert kind(samples.photo(name)) == extension


@pytest.mark.parametrize("extension", ["docx", "xlsx", "pptx"])
def test_an_office_file_is_known_by_its_parts(extension):
    assert kind(samples.office(extension)) == extension


def test_an_office_file_is_known_when_its_folder_lies_beyond_the_head():
    types = b'<Override ContentType="wordprocessingml.document.main+xml"/>'
    data = samples.zipped({"[Content_Types].xml": types, "docProps/thumbnail.jpeg": bytes(range(256)) * 60})
    assert kind(data) == "docx"


def test_an_open_document_is_known_by_its_first_entry():
    assert kind(samples.odt()) == "odt"
    assert kind(samples.odt("application/vnd.oasis.opendocument.spreadsheet")) == "ods"


@pytest.mark.parametrize(
    "parts",
    [
        {"photos/1.jpg": b"x"},
        {"META-INF/MANIFEST.MF": b"x", "word/x.class": b"x"},
        {"mimetype": b"application/epub+zip"},
        {"[Content_Types].xml": b"<Types/>", "3D/model.xml": b"x"},
    ],
)
def test_a_zip_that_is_no_office_file_is_refused(parts):
    assert kind(samples.zipped(parts, compress=0)) is None


SOUND_AND_VIDEO = [
    (b"ID3\x04\x00", "mp3"),
    (b"\xff\xfb\x90\x64", "mp3"),
    (b"\x00\x00\x00\x20ftypM4A \x00", "m4a"),
    (b"OggS\x00\x02" + bytes(22) + b"\x13OpusHead", "ogg"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
    (b"#!AMR\n", "amr"),
    (b"\xff\xf1\x50\x80", "aac"),
    (b"fLaC\x00\x00\x00\x22", "flac"),
    (b"\x00\x00\x00\x18ftypmp42", "mp4"),
    (b"\x00\x00\x00\x18ftyp3gp4", "3gp"),
    (b"\x00\x00\x00\x14ftypqt  ", "mov"),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "webm"),
    (b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska", "mkv"),
    (b"RIFF\x24\x00\x00\x00AVI LIST", "avi"),
]


@pytest.mark.parametrize(
    ("head", "extension"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1", "avif"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avif", "avif"),
        (b"II*\x00\x08\x00\x00\x00", "tif"),
        (b"MM\x00*\x00\x00\x00\x08", "tif"),
        (b"BM\x36\x03\x00\x00\x00\x00\x00\x00", "bmp"),
    ],
)
def test_a_picture_that_not_every_browser_shows_is_taken(head, extension):
    assert kind(head) == extension
    assert KINDS[extension].cleanable


def test_a_raw_photo_of_a_camera_is_no_picture():
    assert kind(b"II*\x00\x10\x00\x00\x00CR\x02\x00") is None


@pytest.mark.parametrize(("head", "extension"), SOUND_AND_VIDEO)
def test_sound_and_video_are_taken_and_can_be_made_anew(head, extension):
    assert kind(head) == extension
    assert KINDS[extension].cleanable and is_recording(extension) and extension in media.DEMUXERS


@pytest.mark.parametrize(
    "data",
    [b"They came at night.\n", "﻿Ils sont venus".encode(), "جاؤوا ليلا".encode(), b"I <3 my union <script>"],
)
def test_words_are_a_text(data):
    assert kind(data) == "txt"


def test_a_letter_divided_by_the_end_of_the_head_is_forgiven():
    data = b"x" * (HEAD - 1) + "é".encode() * 100
    assert kind(data) == "txt"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>",
        b"\xef\xbb\xbf \n<!DOCTYPE html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<?xml version='1.0'?>",
        b"<?php echo 1;",
        b"<!-- --><script>alert(1)</script>",
        b"#!/bin/sh\n",
        b"%!PS-Adobe-3.0",
        b"{\\rtf1",
        b"MZ\x90\x00",
        b"\x7fELF\x02",
        b"Rar!\x1a\x07",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b\x08\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"a text with a \x00",
        b"a text with an \x1b[2J",
        b"\xff\xfet\x00\x00\x00",
        "Мы пришли ночью".encode("cp1251"),
    ],
)
def test_anything_else_is_refused(data):
    assert kind(data) is None


def test_a_file_that_is_two_things_is_what_its_first_bytes_say():
    page = b"<html><script>alert(1)</script></html>"
    archive = samples.zipped({"run.js": b"alert(1)"})
    assert kind(samples.photo() + archive) == "jpg"
    assert kind(samples.pdf() + page) == "pdf"
    assert kind(page + samples.pdf()) is None


def test_what_can_be_cleaned_is_what_the_cleaner_takes():
    from grievance.evidence.clean import CLEANABLE

    assert {k.extension for k in KINDS.values() if k.cleanable} == CLEANABLE
