import io
import re

import pikepdf
import pytest
from PIL import Image

from grievance.evidence.clean import CannotClean, clean
from tests.evidence import samples

SECRET = samples.SECRET.encode()


def cleaned(extension, data, **limits):
    out = io.BytesIO()
    clean(extension, [data[i : i + 65536] for i in range(0, len(data), 65536)], out, **limits)
    return out.getvalue()


def noted(extension, data):
    """The copy, and what was taken out of it."""
    out = io.BytesIO()
    made = clean(extension, [data], out)
    return out.getvalue(), made.notes


def refused(extension, data, **limits):
    with pytest.raises(CannotClean) as refusal:
        cleaned(extension, data, **limits)
    return refusal.value.reason


# Photos


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
def test_a_photo_loses_its_place_and_its_author(kind, extension):
    copy = cleaned(extension, samples.photo(kind))
    image = Image.open(io.BytesIO(copy))
    assert (image.format, dict(image.getexif())) == (kind, {})
    assert SECRET not in copy and "comment" not in image.info


def test_a_photo_stands_upright():
    image = Image.open(io.BytesIO(cleaned("jpg", samples.photo(orientation=6))))
    assert image.size == (40, 60)
    assert image.convert("RGB").getpixel((20, 5))[0] > 200  # what was left is now at the top


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_a_picture_keeps_its_kind_of_pixels(mode):
    png = samples.photo("PNG", mode=mode, orientation=1)
    assert Image.open(io.BytesIO(cleaned("png", png))).mode == mode


def test_a_photo_for_print_can_be_cleaned():
    assert Image.open(io.BytesIO(cleaned("jpg", samples.photo(mode="CMYK")))).mode == "RGB"


def test_a_picture_stays_transparent():
    image = Image.new("P", (20, 20))
    out = io.BytesIO()
    image.save(out, "GIF", transparency=0)
    assert Image.open(io.BytesIO(cleaned("gif", out.getvalue()))).info["transparency"] == 0


def test_damaged_exif_does_not_spoil_a_photo():
    photo = re.sub(
        rb"(Exif\0\0....)....", lambda found: found[1] + b"\xff\xff\xff\x0f", samples.photo(), flags=re.DOTALL
    )
    assert SECRET not in cleaned("jpg", photo)


def test_a_colour_profile_is_left_behind():
    image, out = Image.new("RGB", (20, 20)), io.BytesIO()
    image.save(out, "PNG", icc_profile=SECRET, dpi=(300, 300))
    assert "icc_profile" not in Image.open(io.BytesIO(cleaned("png", out.getvalue()))).info


def test_nothing_lies_behind_a_clean_photo():
    archive = samples.zipped({"run.js": b"alert(1)"})
    copy = cleaned("jpg", samples.photo() + archive)
    assert copy.endswith(b"\xff\xd9") and b"run.js" not in copy


def test_a_picture_with_too_many_pixels_is_refused_by_its_header():
    assert refused("png", samples.png_header(100_001, 1_001), seconds=5) == "too_many_pixels"
    assert refused("png", samples.png_header(200_000, 200_000), seconds=5) == "too_many_pixels"


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
def test_a_photo_cut_in_the_middle_is_broken(kind, extension):
    photo = samples.photo(kind, size=(600, 400))
    assert refused(extension, photo[: len(photo) // 2]) == "broken"


def test_a_photo_is_not_what_its_name_says():
    assert refused("jpg", samples.photo("PNG")) == "broken"


# PDFs


def test_a_pdf_loses_author_script_attachment_and_links():
    original = samples.plain_pdf(samples.pdf())
    copy = samples.plain_pdf(cleaned("pdf", samples.pdf()))
    for word in (SECRET, b"JavaScript", b"OpenAction", b"EmbeddedFile", b"Filespec", b"tracker", b"xmpmeta", b"Exif"):
        assert word in original and word not in copy
    assert b"/Info" not in copy


def test_a_pdf_keeps_pages_words_and_notes():
    with pikepdf.open(io.BytesIO(cleaned("pdf", samples.pdf(pages=3)))) as pdf:
        words = [pikepdf.unparse_content_stream(pikepdf.parse_content_stream(page)) for page in pdf.pages]
        assert [b"page %d" % number in said for number, said in enumerate(words)] == [True] * 3
        assert [str(note.get("/Contents", "")) for note in pdf.pages[0].Annots] == ["at the gate", ""]


def test_a_photo_in_a_pdf_loses_its_place_but_no_pixel():
    with pikepdf.open(io.BytesIO(cleaned("pdf", samples.pdf()))) as pdf:
        (scan,) = pdf.pages[0].Resources.XObject.values()
        raw = scan.read_raw_bytes()
    assert Image.open(io.BytesIO(raw)).tobytes() == Image.open(io.BytesIO(samples.photo())).tobytes()
    assert not dict(Image.open(io.BytesIO(raw)).getexif())


def test_a_wrapped_photo_in_a_pdf_loses_its_place_too():
    with pikepdf.open(io.BytesIO(samples.pdf())) as pdf:
        (scan,) = pdf.pages[0].Resources.XObject.values()
        scan.write(
            samples.photo().hex().encode() + b">",
            filter=pikepdf.Array([pikepdf.Name.ASCIIHexDecode, pikepdf.Name.DCTDecode]),
        )
        out = io.BytesIO()
        pdf.save(out)
    assert SECRET not in samples.plain_pdf(cleaned("pdf", out.getvalue()))


def test_a_scan_of_another_kind_that_has_words_is_drawn_as_a_picture():
    with pikepdf.open(io.BytesIO(samples.pdf())) as pdf:
        (scan,) = pdf.pages[0].Resources.XObject.values()
        signature = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
        scan.write(signature + b"\x00\x00\x00\x20uuid" + bytes(24), filter=pikepdf.Name.JPXDecode)
        out = io.BytesIO()
        pdf.save(out)
    copy, notes = noted("pdf", out.getvalue())
    assert notes == {"as_pictures": 1} and b"uuid" not in samples.plain_pdf(copy)


def test_an_answer_in_a_form_becomes_part_of_the_page():
    copy = samples.plain_pdf(cleaned("pdf", samples.pdf_form()))
    assert b"wages unpaid" in copy
    assert SECRET not in copy and b"AcroForm" not in copy and b"Widget" not in copy


def test_an_earlier_version_of_a_pdf_is_left_behind():
    first = samples.pdf_form()
    pages = re.search(rb"/Pages \d+ 0 R", first)[0]
    catalogue = b"1 0 obj\n<< /Type /Catalog " + pages + b" >>\nendobj\n"
    start = int(first.rsplit(b"startxref", 1)[1].split()[0])
    update = catalogue + b"xref\n1 1\n%010d 00000 n \n" % len(first)
    update += b"trailer\n<< /Root 1 0 R /Size 20 /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    update %= (start, len(first) + len(catalogue))
    with pikepdf.open(io.BytesIO(first + update)) as pdf:
        assert "/AcroForm" not in pdf.Root
    assert b"XFA" not in samples.plain_pdf(cleaned("pdf", first + update))


def test_nothing_lies_behind_a_clean_pdf():
    copy = cleaned("pdf", samples.pdf() + b"<html><script>alert(1)</script></html>")
    assert copy.rstrip().endswith(b"%%EOF") and b"script" not in copy


def test_a_pdf_cut_in_the_middle_is_broken():
    data = samples.pdf(pages=20)
    assert refused("pdf", data[: len(data) // 2]) == "broken"


@pytest.mark.parametrize("strength", [2, 3, 4, 6])
def test_an_owners_password_alone_is_no_reason_to_refuse(strength):
    with pikepdf.open(io.BytesIO(cleaned("pdf", locked("", strength)))) as pdf:
        assert len(pdf.pages) == 2 and not pdf.is_encrypted


@pytest.mark.parametrize("strength", [4, 6])
def test_a_locked_pdf_is_called_locked_and_not_broken(strength):
    assert refused("pdf", locked("for reading", strength)) == "locked"


def locked(password, strength):
    with pikepdf.open(io.BytesIO(samples.pdf())) as pdf:
        out = io.BytesIO()
        options = {} if strength > 3 else {"aes": False, "metadata": False}
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=password, R=strength, **options))
    return out.getvalue()


# Texts


def test_a_text_loses_only_its_mark():
    assert cleaned("txt", "﻿Ils sont venus à minuit".encode()) == "Ils sont venus à minuit".encode()


@pytest.mark.parametrize("tail", [b"\x00", b"\x81", b"\x1b[2J"])
def test_a_text_is_a_text_to_its_end(tail):
    assert refused("txt", b"words " * 5_000 + tail) == "broken"


def test_a_file_that_is_too_large_is_refused():
    assert refused("txt", b"x" * (25 * 1024 * 1024 + 1)) == "too_large"
    assert refused("zip", b"PK") == "not_cleanable"
