"""What the child process does: confine itself, read all of a file, write a clean copy. Run by its path, never imported.

Assume that a file takes this process over. It holds no key; it can open no file and no connection, so it cannot read
the files of the keys or its parent's environment, nor send anything away; the kernel lets it read no other process's
memory (`confined.py`), and its parent's is closed to it (`grievance/memory.py`). It can only answer with bytes."""

import codecs
import errno
import struct
import sys
import warnings
import zipfile
import zlib
from pathlib import Path
from types import ModuleType

_ENCODINGS = (
    "ascii",
    "latin-1",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp437",
    "cp1252",
    "idna",
    "punycode",
)
_OF_MAILS = (
    *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    *(f"cp{number}" for number in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258, 850, 866, 874, 932, 949, 950)),
    *("koi8-r", "koi8-u", "gb2312", "gbk", "gb18030", "big5", "euc-jp", "shift_jis", "iso2022_jp", "euc-kr", "utf-7"),
    *("utf-32", "mac-roman", "tis-620"),
)
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, SyntaxError, ValueError, KeyError)
"""What decoders say of a damaged file. Anything else is said of the decoder."""


def _stand_alone() -> None:
    """Let the neighbours be imported without `grievance/__init__.py`, which would load the whole application."""
    here = Path(__file__).resolve().parent
    for name, folder in (("grievance", here.parent), ("grievance.evidence", here)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def main(extension: str, seconds: str, megabytes: str) -> int:
    """The exit code: 0 when the copy is written, or that of a reason in `refusals.EXIT`."""
    _stand_alone()
    from grievance.evidence import bounds, confined, notes, refusals
    from grievance.evidence.cleaners import cleaner as cleaner_of

    cleaner = cleaner_of(extension)  # imports what it needs: afterwards nothing can be opened
    for encoding in (*_ENCODINGS, *_OF_MAILS):
        codecs.lookup(encoding)
    warnings.simplefilter("ignore")  # a warning would look for the source line of its text
    confined.confine(confined.library(), int(seconds), int(megabytes), bounds.of(extension).threads)
    found = notes.Notes()
    try:
        plain = sys.stdin.buffer.read(refusals.LARGEST + 1)
        kind, copy = ("", b"") if len(plain) > refusals.LARGEST else cleaner(plain, found)
        if not 0 < len(copy) <= refusals.LARGEST:
            raise refusals.CannotClean(refusals.Reason.TOO_LARGE if plain else refusals.Reason.BROKEN)
    except refusals.CannotClean as refusal:
        reason = refusal.reason
    except MemoryError:
        reason = refusals.Reason.TOO_LARGE
    except Exception as said:  # whatever a decoder says about a hostile file
        reason = refusals.Reason.BROKEN if _is_of_the_file(said) else refusals.Reason.FAILED
    else:
        sys.stdout.buffer.write(notes.packed(kind, found))
        sys.stdout.buffer.write(copy)
        sys.stdout.buffer.flush()
        return 0
    return next(code for code, known in refusals.EXIT.items() if known is reason)


def _is_of_the_file(said: Exception) -> bool:
    """Whether the file is broken, and not what reads it: a wrong word would send somebody to mend a good file."""
    if isinstance(said, OSError) and said.errno in (errno.EMFILE, errno.ENFILE, errno.EPERM):
        return False
    return isinstance(said, _BROKEN) or type(said).__name__ in (
        "ExpatError",
        "PdfError",
        "PdfParsingError",
        "PdfiumError",
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
