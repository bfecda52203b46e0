"""What becomes of hostile and telling files: what is stored, what a company can get, what the person is told."""

import io
import re

import pytest
from sqlalchemy import select

from grievance.access import opened
from grievance.extensions import db
from grievance.models.case import Case
from grievance.record import files
from tests.evidence import samples
from tests.record.test_files import read
from tests.views.public.test_filing import KEYS, answer, fill_in, hidden, send
from tests.views.test_routes import with_files

BOMB = {"docProps/app.xml": b"<x/>", "word/media/image1.xml": b"<a>" + b"0" * 30_000_000 + b"</a>"}
LEFT_ALONE = "no clean copy can be made"

# name, content, the kind that it is stored as (None: refused), whether a company can get a clean copy
CASES = {
    "a photo with the place where it was taken": ("gate.jpg", samples.photo(), "jpg", True),
    "a PDF with author, script and attachment": ("report.pdf", samples.pdf(), "pdf", True),
    "a Word file with authors": ("letter.docx", samples.tracked(), "docx", True),
    "a photo that is an archive too": ("both.jpg", samples.photo() + samples.zipped({"a": b"b"}), "jpg", True),
    "an image of 100 million pixels and more": ("big.png", samples.png_header(100_001, 1_001), "png", False),
    "a Word file that unpacks to thirty megabytes": ("bomb.docx", samples.office("docx", **BOMB), "docx", False),
    "a photo cut off in the middle": ("half.jpg", samples.photo()[:400], "jpg", False),
    "a name that climbs out of the folder": ("../../x<script>.jpg", samples.photo(), "jpg", True),
    "sound": ("call.mp3", b"ID3\x04" + b"voice" * 999, "mp3", False),
    "an archive": ("all.zip", samples.zipped({"a.txt": b"b"}), None, False),
    "a page with a script": ("page.jpg", b"<html><script>x</script>", None, False),
}


@pytest.mark.parametrize("what", CASES)
def test_each_file_is_kept_cleaned_or_refused_and_the_person_is_told(app, cast, what):
    name, content, kind, clean = CASES[what]
    shown_name = name.rpartition("/")[2].replace("<", "&lt;").replace(">", "&gt;")
    client = app.test_client()
    fill_in(client, "about")
    form = {**hidden(client.get("/complain?step=files")), "go": "upload"}
    sent = with_files(client, "/complain", {**form, "files": [(io.BytesIO(content), name)]})
    if kind is None:
        assert sent.status_code == 422 and f"We cannot take {shown_name}" in sent.text
        assert [path for path in app.config["FILES"].rglob("*") if path.is_file()] == []
        return
    page = client.get("/complain?step=files").text
    assert shown_name in page and (LEFT_ALONE in page) is not clean
    for key in KEYS[KEYS.index("files") :]:
        answer(client, key)
    assert send(client).status_code == 303
    case = db.session.scalars(select(Case)).one()
    ((kept, _where),) = files.of_case(case, opened(cast["Noor"], case))
    assert kept.kind == kind and (kept.copy is not None) is clean
    story = (case.reference, cast)
    assert read(story, "Noor", kept.id) == content
    if clean:
        copy = read(story, "Noor", kept.copy.id)
        assert samples.SECRET.encode() not in copy and b"Exif" not in copy
        assert files.for_the_company(kept, 1)["name"] in (f"A photo 1.{kind}", f"A document 1.{kind}")
    stored = [path.name for path in app.config["FILES"].rglob("*") if path.is_file()]
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in stored)
