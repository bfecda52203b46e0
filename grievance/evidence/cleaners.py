"""Which cleaner a file gets, and what kind of file its copy is. Runs in the child alone.

What a cleaner needs is loaded and rehearsed before the child is limited: afterwards it can open no file."""

from collections.abc import Callable

from grievance.evidence.notes import Notes
from grievance.evidence.refusals import CannotClean, Reason

Made = tuple[str, bytes]
"""The kind of the copy, and the copy."""
_MAILS, _CARDS = {"eml", "mbox", "msg"}, {"vcf", "ics"}
_RECORDINGS = {"mp3", "m4a", "ogg", "wav", "amr", "aac", "flac", "mp4", "3gp", "mov", "webm", "avi", "mkv"}
_PICTURES = {"jpg", "png", "webp", "gif", "avif", "tif", "bmp", "heic"}


def cleaner(extension: str) -> Callable[[bytes, Notes], Made]:
    if extension in _MAILS:
        return _of_mails(extension)
    if extension in _CARDS:
        from grievance.evidence import cards

        return lambda plain, notes: ("txt", cards.clean(extension, plain, notes))
    if extension in _PICTURES:
        return _of_pictures(extension)
    if extension in _RECORDINGS:
        from grievance.evidence import media

        media.rehearse()
        return lambda plain, notes: media.clean(extension, plain, notes)
    plain_cleaner = _plain(extension)
    return lambda plain, notes: (extension, plain_cleaner(plain, notes))


def _of_pictures(extension: str) -> Callable[[bytes, Notes], Made]:
    from grievance.evidence import pictures

    pictures.rehearse(extension)
    made = extension if extension in pictures.FORMATS else "jpg"
    formats = ((pictures.FORMATS | pictures.TO_JPEG)[extension],)
    return lambda plain, notes: (made, pictures.clean(plain, formats, notes=notes))


def _plain(extension: str) -> Callable[[bytes, Notes], bytes]:
    if extension == "txt":
        from grievance.evidence import texts

        return texts.clean
    from grievance.evidence import pictures

    pictures.rehearse()
    if extension == "pdf":
        from grievance.evidence import pdfs

        pdfs.rehearse()
        return pdfs.clean
    from grievance.evidence import office

    return lambda plain, notes: office.clean(plain, extension, notes)


def _of_mails(extension: str) -> Callable[[bytes, Notes], Made]:
    """A mail can carry all that is cleaned, and another mail."""
    from grievance.evidence import cards, mails, office, pdfs, pictures, texts

    carried = {kind: name for kind, name in pictures.TO_JPEG.items() if kind != "heic"}  # that needs a thread
    for kind in ("", *carried):
        pictures.rehearse(kind)
    pdfs.rehearse()

    def inner(kind: str, plain: bytes, notes: Notes) -> Made:
        if kind in _MAILS:
            return "eml", reader.clean(kind, plain, notes)
        if kind in _CARDS:
            return "txt", cards.clean(kind, plain, notes)
        if kind == "txt":
            return "txt", texts.clean(plain, notes)
        if kind == "pdf":
            return "pdf", pdfs.clean(plain, notes)
        if kind in pictures.FORMATS:
            return kind, pictures.clean(plain, (pictures.FORMATS[kind],), notes=notes)
        if kind in carried:
            return "jpg", pictures.clean(plain, (carried[kind],), notes=notes)
        if kind in office.KINDS:
            return kind, office.clean(plain, kind, notes)
        raise CannotClean(Reason.NOT_CLEANABLE)

    reader = mails.Mails(inner)
    reader.rehearse()
    return lambda plain, notes: ("eml", reader.clean(extension, plain, notes))
