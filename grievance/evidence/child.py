"""What the child process does: limit itself, read all of a file, write a clean copy. Run by its path, never imported.

Assume that a file takes this process over. It holds no key; it can open no file and no connection, so it cannot read
the files of the keys or its parent's environment, nor send anything away; it can only answer with bytes. What is left
to the system: that a process may not read another's memory (`kernel.yama.ptrace_scope` of 1 or more)."""

import codecs
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

_ENCODINGS = ("ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp437", "cp1252")


def _stand_alone() -> None:
    """Let the neighbours be imported without `grievance/__init__.py`, which would load the whole application."""
    here = Path(__file__).resolve().parent
    for name, folder in (("grievance", here.parent), ("grievance.evidence", here)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def _limit(seconds: int, megabytes: int) -> None:
    """Memory and time; no core dump, which would be a plain copy on disk; and nothing more to open, write or start."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        resource.setrlimit(nothing, (0, 0))


def main(extension: str, seconds: str, megabytes: str) -> int:
    """The exit code: 0 when the copy is written, or that of a reason in `refusals.EXIT`."""
    _stand_alone()
    from grievance.evidence import refusals

    cleaner = _cleaner(extension)  # imports what it needs: afterwards nothing can be opened
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    warnings.simplefilter("ignore")  # a warning would look for the source line of its text
    _limit(int(seconds), int(megabytes))
    try:
        plain = sys.stdin.buffer.read(refusals.LARGEST + 1)
        copy = b"" if len(plain) > refusals.LARGEST else cleaner(plain)
        if not 0 < len(copy) <= refusals.LARGEST:
            raise refusals.CannotClean(refusals.Reason.TOO_LARGE if plain else refusals.Reason.BROKEN)
    except refusals.CannotClean as refusal:
        reason = refusal.reason
    except MemoryError:
        reason = refusals.Reason.TOO_LARGE
    except Exception:  # whatever a decoder says about a hostile file: it is broken
        reason = refusals.Reason.BROKEN
    else:
        sys.stdout.buffer.write(copy)
        sys.stdout.buffer.flush()
        return 0
    return next(code for code, known in refusals.EXIT.items() if known is reason)


def _cleaner(extension: str) -> Callable[[bytes], bytes]:
    if extension == "txt":
        from grievance.evidence import texts

        return texts.clean
    if extension == "pdf":
        from grievance.evidence import pdfs

        return pdfs.clean
    from grievance.evidence import pictures

    pictures.rehearse()
    if extension in pictures.FORMATS:
        return lambda plain: pictures.clean(plain, (pictures.FORMATS[extension],))
    from grievance.evidence import office

    return lambda plain: office.clean(plain, extension)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
