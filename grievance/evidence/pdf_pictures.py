"""Pages of a PDF drawn as pictures: what is not seen is not in them. Words can no longer be searched or read aloud."""

import io

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from grievance.evidence import pictures
from grievance.evidence.refusals import LARGEST, PIXELS, CannotClean, Reason

_SCALE = 150 / 72  # dots for each of a page's points
_PAGE = 8_000_000  # pixels


def drawn(plain: bytes) -> bytes:
    """A PDF of the same pages, each a picture. Raises `CannotClean`, or what the renderer raises."""
    copy, size, pixels = pikepdf.new(), 0, 0
    source = pypdfium2.PdfDocument(plain)
    for page in source:
        width, height = page.get_size()
        scale = min(_SCALE, (_PAGE / max(width * height, 1)) ** 0.5)
        image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
        data = pictures.clean(_jpeg(image), ("JPEG",))
        size, pixels = size + len(data), pixels + image.width * image.height
        if size > LARGEST or pixels > 20 * PIXELS:
            raise CannotClean(Reason.TOO_LARGE)
        _add(copy, data, (image.width, image.height), (width, height))
        page.close()
    out = io.BytesIO()
    copy.save(out, deterministic_id=True)
    return out.getvalue()


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _add(pdf: pikepdf.Pdf, data: bytes, pixels: tuple[int, int], points: tuple[float, float]) -> None:
    width, height = points
    pdf.add_blank_page(page_size=points)
    image = Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=pixels[0], Height=pixels[1])
    image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    page = pdf.pages[-1].obj
    page.Resources = Dictionary(XObject=Dictionary(I=image))
    page.MediaBox = Array([0, 0, width, height])
    page.Contents = Stream(pdf, f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /I Do Q".encode())


def rehearse() -> None:
    """Have the renderer load all that it loads late."""
    with pikepdf.new() as blank:
        blank.add_blank_page(page_size=(20, 20))
        blank.pages[0].Contents = Stream(blank, b"BT /F 9 Tf (a) Tj ET")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        blank.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=font))
        out = io.BytesIO()
        blank.save(out)
    drawn(out.getvalue())
