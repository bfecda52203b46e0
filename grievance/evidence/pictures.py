"""Photos: decoded to pixels and written anew. What is not a pixel, where, when and with which telephone, is not taken
along, and neither is anything that was hidden behind the picture."""

import io
import warnings

from PIL import GifImagePlugin as _gif  # noqa: F401 - reads and writes what it is named after, as do the next
from PIL import Image, ImageOps
from PIL import JpegImagePlugin as _jpeg  # noqa: F401
from PIL import MpoImagePlugin as _mpo  # noqa: F401
from PIL import PngImagePlugin as _png  # noqa: F401
from PIL import TiffImagePlugin as _exif  # noqa: F401 - EXIF is a little TIFF
from PIL import WebPImagePlugin as _webp  # noqa: F401

from grievance.evidence.refusals import PIXELS, CannotClean, Reason

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
_MODES = {"JPEG": {"L", "RGB"}, "WEBP": {"RGB", "RGBA"}}  # what is written; others are converted
_OPTIONS: dict[str, dict[str, object]] = {"JPEG": {"quality": 85}, "WEBP": {"quality": 85}, "PNG": {}, "GIF": {}}

Image._initialized = 2  # noqa: SLF001 - no other decoder is looked for (docs/decisions/0016)
Image.MAX_IMAGE_PIXELS = PIXELS


def clean(plain: bytes, formats: tuple[str, ...] = tuple(FORMATS.values()), upright: bool = True) -> bytes:
    """The picture in its own format, of an animation the first frame. Raises `CannotClean` or what Pillow raises.

    `upright`: turn it as its orientation says. Not inside a document, which turns its pictures itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image: Image.Image = Image.open(io.BytesIO(plain), formats=formats)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise CannotClean(Reason.TOO_MANY_PIXELS) from None
    if image.width * image.height > PIXELS:  # read from the header: nothing is decoded yet
        raise CannotClean(Reason.TOO_MANY_PIXELS)
    kind = "JPEG" if image.format == "MPO" else str(image.format)  # telephones put several pictures into one
    image.load()
    if upright:
        image = _turned(image)
    transparency = image.info.get("transparency")
    image.info = {}  # Pillow would write colour profile, comment, EXIF and XMP again
    if transparency is not None and image.mode in ("P", "L", "RGB"):
        image.info["transparency"] = transparency
    return _written(image, kind)


def _turned(image: Image.Image) -> Image.Image:
    """Many photos carry damaged EXIF: then the picture stays as it lies."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except (MemoryError, CannotClean):
        raise
    except Exception:
        return image
    return image


def _written(image: Image.Image, kind: str) -> bytes:
    if kind in _MODES and image.mode not in _MODES[kind]:
        image = image.convert("RGBA" if kind == "WEBP" and image.has_transparency_data else "RGB")
    copy = io.BytesIO()
    image.save(copy, kind, **_OPTIONS[kind])
    return copy.getvalue()


def neutral(extension: str) -> bytes:
    """One white pixel, for the place of a preview."""
    copy = io.BytesIO()
    Image.new("RGB", (1, 1), "white").save(copy, FORMATS.get(extension, "PNG"))
    return copy.getvalue()


def rehearse() -> None:
    """Have Pillow load all that it loads late: once the child is limited it can open no file, not even Python's."""
    for extension, kind in FORMATS.items():
        clean(neutral(extension), (kind,))
