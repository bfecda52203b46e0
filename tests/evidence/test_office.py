import io
import zipfile

import pytest
from PIL import Image

from tests.evidence import samples
from tests.evidence.test_clean import cleaned, noted, refused

SECRET = samples.SECRET.encode()
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"


def parts(extension, data):
    return samples.unzipped(cleaned(extension, data))


@pytest.mark.parametrize("extension", ["docx", "xlsx", "pptx"])
def test_an_office_file_loses_its_properties_and_its_preview(extension):
    copy = parts(extension, samples.office(extension))
    assert not [name for name, data in copy.items() if SECRET in data]
    assert Image.open(io.BytesIO(copy["docProps/thumbnail.jpeg"])).size == (1, 1)


def test_a_word_file_loses_who_changed_it_when_and_where():
    for name, data in parts("docx", samples.tracked()).items():
        for word in (SECRET, b"2026-03-04", b"00AB12CD", b"tracker", b"attachedTemplate", b"customXml", b"Exif"):
            assert word not in data, name


def test_a_word_file_keeps_its_words_and_links_and_no_mark_of_who_changed_them():
    copy = parts("docx", samples.tracked())
    body = copy["word/document.xml"]
    assert b'<w:t xml:space="preserve"> The gate &amp; "the road" </w:t>' in body and b"the law" in body
    for word in (b"w:ins", b"w:date", b"1980", b"fullDate", b"steward"):
        assert word not in body
    links = copy["word/_rels/document.xml.rels"]
    assert b"https://law.example/" in links and b"media/image1.jpg" in links


def test_every_relation_leads_to_a_part():
    copy = parts("docx", samples.tracked())
    assert b"thumbnail.jpeg" in copy["_rels/.rels"] and "docProps/thumbnail.jpeg" in copy
    assert "customXml/item1.xml" not in copy


def test_a_photo_in_a_document_stays_as_it_was_placed():
    image = Image.open(io.BytesIO(parts("docx", samples.tracked())["word/media/image1.jpg"]))
    assert (image.size, dict(image.getexif())) == ((60, 40), {})


def test_a_table_loses_its_comments_but_not_its_columns():
    sheet = f'<worksheet xmlns="{SHEET}" xmlns:r="{samples.RELATION[:-1]}"><pageSetup r:id="r9"/></worksheet>'
    copy = parts(
        "xlsx",
        samples.office(
            "xlsx",
            **{
                "xl/comments1.xml": f"<comments><authors><author>{samples.SECRET}</author></authors></comments>",
                "xl/persons/person.xml": f'<personList><person displayName="{samples.SECRET}" id="1"/></personList>',
                "xl/tables/table1.xml": f'<table xmlns="{SHEET}" displayName="Wages" name="Wages"/>',
                "xl/printerSettings/printerSettings1.bin": SECRET,
                "xl/worksheets/sheet1.xml": sheet,
            },
        ),
    )
    assert not [name for name, data in copy.items() if SECRET in data]
    assert not [name for name in copy if "comments" in name or "person" in name]
    assert b'displayName="Wages" name="Wages"' in copy["xl/tables/table1.xml"]
    assert b"<pageSetup" in copy["xl/worksheets/sheet1.xml"]


def test_a_presentation_loses_its_comments_but_not_its_switches():
    notes = f'<cmAuthorLst><cmAuthor id="1" name="{samples.SECRET}" initials="AE"/></cmAuthorLst>'
    slide = f'<sld xmlns="{SLIDE}"><hf dt="0" hdr="0"/></sld>'
    copy = parts("pptx", samples.office("pptx", **{"ppt/commentAuthors.xml": notes, "ppt/slides/slide1.xml": slide}))
    assert "ppt/commentAuthors.xml" not in copy
    assert b'hdr="0"' in copy["ppt/slides/slide1.xml"]


def test_a_drawing_in_a_document_loses_its_description():
    drawing = parts("docx", samples.office(**{"word/media/image1.emf": samples.drawing()}))["word/media/image1.emf"]
    assert "Amina".encode("utf-16-le") not in drawing and len(drawing) == len(samples.drawing())
    photo_inside = samples.drawing() + samples.photo()
    assert refused("docx", samples.office(**{"word/media/image1.emf": photo_inside})) == "unknown_part"


def test_a_document_in_a_document_is_taken_out_and_said():
    copy, notes = noted("docx", samples.office("docx", **{"word/embeddings/sheet.xlsx": samples.office("xlsx")}))
    assert notes == {"objects": 1} and not [name for name in samples.unzipped(copy) if "embeddings" in name]


def test_an_open_document_loses_author_printer_comments_and_preview():
    copy, notes = noted("odt", samples.odt())
    copy = samples.unzipped(copy)
    assert not [name for name, data in copy.items() if SECRET in data or b"2026-03-04" in data]
    assert b"too late" not in copy["content.xml"] and b"4 March" in copy["content.xml"]
    assert notes["comments"] == 1
    assert Image.open(io.BytesIO(copy["Thumbnails/thumbnail.png"])).size == (1, 1)


def test_an_open_document_says_first_and_openly_what_it_is():
    assert cleaned("odt", samples.odt())[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.text")


def test_an_archive_says_nothing_about_the_computer():
    with zipfile.ZipFile(io.BytesIO(cleaned("docx", samples.tracked()))) as archive:
        said = {(e.date_time, e.create_system, e.external_attr, e.extra, e.comment) for e in archive.infolist()}
    assert said == {((1980, 1, 1, 0, 0, 0), 0, 0o600 << 16, b"", b"")}


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("word/vbaProject.bin", "macros"),
        ("word/activeX/activeX1.xml", "macros"),
        ("word/run.exe", "unknown_part"),
        ("word/media/1.mp4", "unknown_part"),
    ],
)
def test_macros_and_unknown_parts_make_a_file_uncleanable(part, why):
    assert refused("docx", samples.office(**{part: b"x"})) == why
    assert refused("odt", samples.odt(**{"Basic/Standard/x.xml": b"<x/>"})) == "macros"


def test_a_zip_bomb_is_too_large():
    assert refused("docx", samples.office(**{"word/a.xml": b" " * 30_000_000})) == "too_large"
    assert refused("docx", samples.office(**{f"word/{i}.xml": b"" for i in range(2_000)})) == "too_large"
    many = {f"word/{i}.xml": b"<x>" + bytes(range(32, 60)) * 30_000 + b"</x>" for i in range(130)}
    assert refused("docx", samples.office(**many)) == "too_large"


def test_entities_are_refused_and_not_called_damage():
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert refused("docx", samples.office(**{"word/theme/theme1.xml": laughs})) == "unknown_part"
    assert refused("docx", samples.office(**{"word/theme/theme1.xml": laughs.encode("utf-16")})) == "unknown_part"


@pytest.mark.parametrize("make", [samples.tracked, samples.odt, lambda: samples.zipped({"word/x.xml": b"<x/>"})])
def test_an_office_file_cut_in_the_middle_is_broken(make):
    data = make()
    assert refused("odt" if make is samples.odt else "docx", data[: len(data) // 2]) == "broken"


def test_an_archive_that_only_begins_like_a_document_is_broken():
    assert refused("docx", samples.zipped({"word/x.xml": b"<x/>"})) == "broken"
    assert refused("xlsx", samples.office("docx")) == "broken"


def test_nothing_lies_before_or_behind_a_clean_document():
    copy = cleaned("docx", b"MZ hidden" + samples.office() + b"hidden")
    assert copy.startswith(b"PK\x03\x04") and b"hidden" not in copy
