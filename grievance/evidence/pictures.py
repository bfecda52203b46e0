"""Photos: decoded to pixels and written anew. What is not a pixel, where, when and with which telephone, is not taken
along, and neither is anything that was hidden behind the picture."""

import io
import math
import warnings

from PIL import AvifImagePlugin as _avif
from PIL import BmpImagePlugin as _bmp  # noqa: F401 - reads and writes what it is named after, as do the next
from PIL import GifImagePlugin as _gif  # noqa: F401
from PIL import Image, ImageOps
from PIL import JpegImagePlugin as _jpeg  # noqa: F401
from PIL import MpoImagePlugin as _mpo  # noqa: F401
from PIL import PngImagePlugin as _png
from PIL import TiffImagePlugin as _tiff
from PIL import WebPImagePlugin as _webp  # noqa: F401

from grievance.evidence import colours
from grievance.evidence.notes import Note, Notes
from grievance.evidence.refusals import MOST_OF_A_JPEG, MOST_PIXELS, PIXELS, CannotClean, Reason

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
"""What a copy keeps."""
TO_JPEG = {"avif": "AVIF", "tif": "TIFF", "bmp": "BMP", "heic": "HEIF"}
"""What becomes a JPEG: not every browser shows them."""
MOVING = {"GIF", "WEBP", "PNG"}
MOST_IN_ALL = 40_000_000
"""Pixels of all pictures of an animation: they are held at once, four bytes each."""
_MODES = {"JPEG": {"L", "RGB"}, "WEBP": {"RGB", "RGBA"}}  # what is written; others are converted
_OPTIONS: dict[str, dict[str, object]] = {"JPEG": {"quality": 85}, "WEBP": {"quality": 85}, "PNG": {}, "GIF": {}}
_KIND_OF_PICTURE, _DNG = 254, 50706
"""Tags of TIFF. Raw photos are TIFFs whose first picture is a small one."""

Image._initialized = 2  # noqa: SLF001 - no other decoder is looked for (docs/decisions/0016)
Image.MAX_IMAGE_PIXELS = MOST_OF_A_JPEG
_avif.DEFAULT_MAX_THREADS = 1
_png.MAX_TEXT_CHUNK = 8 * 1024 * 1024  # of a colour profile, too: those of scanners and printers have several


def clean(
    plain: bytes,
    formats: tuple[str, ...] = tuple(FORMATS.values()),
    upright: bool = True,
    notes: Notes | None = None,
) -> bytes:
    """The picture in its own format, or as a JPEG where that is not one of `FORMATS`. Raises `CannotClean` or what
    Pillow raises.

    `upright`: turn it as its orientation says. Not inside a document, which turns its pictures itself. `notes`: counts
    what is not in the copy; an animation keeps all its pictures only with them."""
    image = _opened(plain, formats)
    kind = image.format if image.format in FORMATS.values() else "JPEG"  # telephones put several pictures into one
    if notes is not None and kind in MOVING and (pictures := getattr(image, "n_frames", 1)) > 1:
        if pictures * image.width * image.height <= MOST_IN_ALL:
            return _animation(image, str(kind))
        notes[Note.FURTHER_PICTURES] += pictures - 1
    elif notes is not None and image.format in TO_JPEG.values():
        notes[Note.FURTHER_PICTURES] += getattr(image, "n_frames", 1) - 1
    return _written(_still(image, upright, notes), str(kind))


def _opened(plain: bytes, formats: tuple[str, ...]) -> Image.Image:
    """Its header is read, and nothing decoded."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image: Image.Image = Image.open(io.BytesIO(plain), formats=formats)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise CannotClean(Reason.TOO_MANY_PIXELS) from None
    most = MOST_OF_A_JPEG if image.format in ("JPEG", "MPO") else MOST_PIXELS
    if image.width * image.height > most:
        raise CannotClean(Reason.TOO_MANY_PIXELS)
    if isinstance(image, _tiff.TiffImageFile) and (
        _DNG in image.tag_v2 or int(image.tag_v2.get(_KIND_OF_PICTURE, 0)) & 1
    ):
        raise CannotClean(Reason.NOT_CLEANABLE)
    return image


def _still(image: Image.Image, upright: bool, notes: Notes | None) -> Image.Image:
    image = _loaded(image, notes)
    image = colours.without_profile(image)
    if upright:
        image = _turned(image)
    transparency = image.info.get("transparency")
    image.info = {}  # Pillow would write colour profile, comment, EXIF and XMP again
    if transparency is not None and image.mode in ("P", "L", "RGB"):
        image.info["transparency"] = transparency
    return image


def _loaded(image: Image.Image, notes: Notes | None) -> Image.Image:
    """Decoded, with fewer than `PIXELS`. A JPEG is decoded small, any other picture is made smaller afterwards."""
    if image.width * image.height < PIXELS:
        image.load()
        return image
    if notes is not None:
        notes[Note.SMALLER] += 1
    by = math.ceil(math.sqrt(image.width * image.height / (PIXELS - 1)))
    by = 1 << (by - 1).bit_length()  # a half, a quarter, an eighth
    image.draft(None, (image.width // by, image.height // by))
    image.load()
    while image.width * image.height >= PIXELS:
        info = image.info
        image = (image.convert("RGB") if image.mode in ("P", "1") else image).reduce(2)
        image.info = info
    return image


def _turned(image: Image.Image) -> Image.Image:
    """Many photos carry damaged EXIF: then the picture stays as it lies."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except (MemoryError, CannotClean):
        raise
    except Exception:
        return image
    return image


def _animation(image: Image.Image, kind: str) -> bytes:
    """All its pictures, how long each is shown, and how often all are: nothing else."""
    frames, shown = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        shown.append(int(image.info.get("duration") or 0))
        frame = image.convert("RGBA" if image.has_transparency_data else "RGB")
        frame.info = {"icc_profile": image.info.get("icc_profile")}
        frame = colours.without_profile(frame)
        frame.info = {}
        frames.append(frame)
    loop = image.info.get("loop")
    options = _OPTIONS[kind] | {"save_all": True, "append_images": frames[1:], "duration": shown}
    if isinstance(loop, int):
        options["loop"] = loop
    copy = io.BytesIO()
    frames[0].save(copy, kind, **options)
    return copy.getvalue()


def _written(image: Image.Image, kind: str) -> bytes:
    if kind == "JPEG" and image.mode.startswith("I"):
        image = _of_eight_bits(image)
    elif kind == "JPEG" and image.has_transparency_data:
        image = _on_white(image)
    if kind in _MODES and image.mode not in _MODES[kind]:
        image = image.convert("RGBA" if kind == "WEBP" and image.has_transparency_data else "RGB")
    copy = io.BytesIO()
    image.save(copy, kind, **_OPTIONS[kind])
    return copy.getvalue()


def _of_eight_bits(image: Image.Image) -> Image.Image:
    """Pillow cuts grey of sixteen bits off at the brightest eight, which makes it white."""
    return image.convert("I").point(lambda grey: grey * (1 / 257)).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def neutral(extension: str) -> bytes:
    """One white pixel, for the place of a preview."""
    copy = io.BytesIO()
    Image.new("RGB", (1, 1), "white").save(copy, FORMATS.get(extension, "PNG"))
    return copy.getvalue()


def rehearse(extension: str = "") -> None:
    """Have Pillow load all that it loads late: once the child is limited it can open no file, not even Python's."""
    colours.rehearse()
    for each, kind in FORMATS.items():
        clean(neutral(each), (kind,))
    if extension in TO_JPEG:
        if extension == "heic":
            _with_heic()
        sample = io.BytesIO()
        Image.new("RGB", (16, 16), "white").save(sample, TO_JPEG[extension])
        clean(sample.getvalue(), (TO_JPEG[extension],), notes=Notes())


def _with_heic() -> None:
    """Its decoder needs a thread (docs/decisions/0099), so it is loaded for this kind alone."""
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
