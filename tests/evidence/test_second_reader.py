"""Another program than the one that made it reads what goes to a company."""

import io
import os
from functools import partial
from pathlib import Path

import pytest

from grievance.evidence.clean import clean
from tests.evidence import media_samples, planted, readers, samples
from tests.evidence import test_pictures as pictures
from tests.evidence.test_clean import locked, noted
from tests.evidence.test_failing import FILES, TAKEN_OUT

pytestmark = pytest.mark.skipif(
    not readers.THERE and not os.environ.get("REQUIRE_READERS"), reason="exiftool and qpdf are not here"
)

MADE = {
    "photo.jpg": samples.photo,
    "photo.png": lambda: samples.photo("PNG"),
    "photo.webp": lambda: samples.photo("WEBP"),
    "photo.gif": lambda: samples.photo("GIF"),
    "photo.heic": lambda: samples.photo("HEIF"),
    "photo.avif": lambda: samples.photo("AVIF"),
    "photo.tif": lambda: samples.photo("TIFF"),
    "photo.bmp": lambda: samples.photo("BMP"),
    "moving.gif": lambda: pictures.moving("GIF"),
    "moving.png": lambda: pictures.moving("PNG"),
    "moving.webp": lambda: pictures.moving("WEBP"),
    **{f"sound.{one}": partial(media_samples.sound, one) for one in ("wav", "amr", "aac")},
    **{f"video.{one}": partial(media_samples.video, one) for one in ("3gp", "avi")},
    **{f"planted.{one}": partial(planted.planted, one) for one in planted.KINDS},
    "report.pdf": samples.pdf,
    "form.pdf": samples.pdf_form,
    "locked.pdf": lambda: locked("", 6),
    "letter.docx": samples.tracked,
    "table.xlsx": lambda: samples.office("xlsx"),
    "slides.pptx": lambda: samples.office("pptx"),
    "letter.odt": samples.odt,
}
SAID = {"Amina", "amina.example", "Mill Lane", "254 700", "counter.example", "tracker.example"}
SAID |= {"+06.5244", "Blue Phone", *planted.WORDS}


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """What a company would get of each."""
    folder = tmp_path_factory.mktemp("copies")
    for name, make in MADE.items():
        out = io.BytesIO()
        made = clean(name.rpartition(".")[2], [make()], out)
        (folder / f"{name}.{made.kind}").write_bytes(out.getvalue())
    for name in TAKEN_OUT:
        copy, _notes = noted(name.rpartition(".")[2], (FILES / name).read_bytes())
        (folder / f"failing-{name}").write_bytes(copy)
    return folder


def test_exiftool_finds_no_tag_that_is_not_on_a_short_list(copies):
    said = readers.tags(copies)
    assert len(said) >= len(MADE)
    assert {name: tags for name, tags in said.items() if tags} == {}


def test_it_would_find_them_in_what_was_sent(tmp_path):
    for name, make in MADE.items():
        (tmp_path / name).write_bytes(make())
    telling = {name for name, tags in readers.tags(tmp_path).items() if tags}
    assert telling >= {"photo.jpg", "photo.png", "photo.webp", "photo.gif", "report.pdf", "letter.docx", "letter.odt"}
    assert telling >= {f"planted.{one}" for one in planted.KINDS}


def test_qpdf_finds_nothing_broken_and_no_planted_word_in_any_copy(copies: Path):
    for path in sorted(copies.iterdir()):
        data = readers.inside(path)
        assert data, f"{path.name} is broken"
        assert readers.found(data, SAID) == set(), path.name
