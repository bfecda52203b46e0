"""Clean one file of each kind and print what became of it: run by a test as an ordinary user."""

import io
import json

from grievance.evidence.clean import CannotClean, clean
from tests.evidence import samples

KINDS = {
    "jpg": samples.photo, "png": lambda: samples.photo("PNG"), "webp": lambda: samples.photo("WEBP"),
    "gif": lambda: samples.photo("GIF"), "pdf": samples.pdf, "docx": samples.tracked, "odt": samples.odt,
    "txt": lambda: b"The gate at night.", "heic": lambda: samples.photo("HEIF"), "avif": lambda: samples.photo("AVIF"),
    "tif": lambda: samples.photo("TIFF"), "bmp": lambda: samples.photo("BMP"),
}  # fmt: skip
BECOMES = dict.fromkeys(("heic", "avif", "tif", "bmp"), "jpg")


def outcome(kind: str) -> str:
    try:
        return clean(kind, [KINDS[kind]()], io.BytesIO()).kind
    except CannotClean as refused:
        return refused.reason.value


if __name__ == "__main__":
    print(json.dumps({kind: outcome(kind) for kind in KINDS}))
