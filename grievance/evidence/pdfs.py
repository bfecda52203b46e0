"""PDFs: pages are kept, with what is needed to see them; a list says what a document and a page may have, so that what
nobody thought of does not slip through. Scripts, attachments, forms, names and earlier versions are left behind."""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from grievance.evidence.jpegs import without_words
from grievance.evidence.refusals import CannotClean, Reason

# Layers stay: without them, what is switched off would be seen.
_ROOT = {"/Type", "/Pages", "/Lang", "/OCProperties"}
_PAGE = {"/Type", "/Parent", "/Resources", "/Contents", "/Rotate", "/UserUnit", "/Group", "/Annots"}
_PAGE |= {"/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"}
_ANYWHERE = ("/Metadata", "/PieceInfo", "/AA", "/JS", "/AF", "/Thumb", "/LastModified", "/OPI", "/CreatorInfo", "/EF")
_ANNOTATIONS = {"/Link", "/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight"}
_ANNOTATIONS |= {"/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink"}
# Who wrote it and when; where a click would lead (a link can be made to count who clicks).
_ANNOTATION = ("/T", "/M", "/CreationDate", "/NM", "/RC", "/A", "/PA", "/Popup", "/StructParent", "/Parent")
_DEEPEST = 100


def clean(plain: bytes) -> bytes:
    """The document without metadata and scripts. Raises `CannotClean`, or what pikepdf raises of a broken file."""
    whole = b"%%EOF" in plain[-1024:]  # only then a damaged table may be repaired: a cut file would lose its end unseen
    with pikepdf.open(io.BytesIO(plain), attempt_recovery=whole) as pdf:
        if pdf.is_encrypted or len(pdf.pages) == 0:
            raise CannotClean(Reason.BROKEN)
        _flatten_form(pdf)
        _keep(pdf.Root, _ROOT)
        for page in pdf.pages:
            _keep(page.obj, _PAGE)
            _clean_annotations(page.obj)
        _drop_unused(pdf)
        for found in pdf.objects:
            for each in _inside(found):
                _clean_object(pdf, each)
        copy = io.BytesIO()
        pdf.save(copy, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return copy.getvalue()


def _drop_unused(pdf: pikepdf.Pdf) -> None:
    """The trailer names the author too; what nothing refers to any more is not written."""
    for key in [k for k in pdf.trailer.keys() if k in ("/Info", "/ID")]:  # noqa: SIM118 - not a dict
        del pdf.trailer[key]
    pdf.remove_unreferenced_resources()


def _keep(thing: Object, allowed: set[str]) -> None:
    for key in set(thing.keys()) - allowed:
        del thing[key]


def _flatten_form(pdf: pikepdf.Pdf) -> None:
    """What was written into a form becomes part of the page; the form, its names and its scripts go."""
    if "/AcroForm" not in pdf.Root:
        return
    if "/XFA" in pdf.Root.AcroForm:
        del pdf.Root.AcroForm["/XFA"]
    pdf.generate_appearance_streams()
    pdf.flatten_annotations()


def _clean_annotations(page: Object) -> None:
    if "/Annots" not in page:
        return
    kept = [note for note in page.Annots if isinstance(note, Dictionary) and note.get("/Subtype") in _ANNOTATIONS]
    for note in kept:
        for key in _ANNOTATION:
            if key in note:
                del note[key]
    page.Annots = Array(kept)


def _inside(thing: Object, depth: int = 0) -> Iterator[Object]:
    """An indirect object and the direct ones inside it, the outer first."""
    if depth > _DEEPEST:
        raise CannotClean(Reason.BROKEN)
    if isinstance(thing, Dictionary | Stream):
        yield thing
        children = [thing[key] for key in thing.keys()]  # noqa: SIM118 - not a dict
    elif isinstance(thing, Array):
        children = list(thing)
    else:
        return
    for child in children:
        if isinstance(child, Object) and not child.is_indirect:
            yield from _inside(child, depth + 1)


def _clean_object(pdf: pikepdf.Pdf, thing: Object) -> None:
    for key in _ANYWHERE:
        if key in thing:
            del thing[key]
    if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
        _clean_image(pdf, thing)


def _clean_image(pdf: pikepdf.Pdf, image: Stream) -> None:
    """Photos and scans lie in a PDF as they came from the telephone, with the place where they were taken."""
    names, parameters = _listed(image, "/Filter"), _listed(image, "/DecodeParms")
    if Name.DCTDecode in names:
        own = parameters[-1] if len(parameters) == len(names) else None
        image.write(without_words(_peeled(pdf, image, names, parameters)), filter=Name.DCTDecode)
        if own is not None:
            image.DecodeParms = own
    elif Name.JPXDecode in names:
        _refuse_words_in_jpeg2000(_peeled(pdf, image, names, parameters))


def _listed(image: Stream, key: str) -> list[Object]:
    found = image.get(key)
    return list(found) if isinstance(found, Array) else [found] if found is not None else []


def _peeled(pdf: pikepdf.Pdf, image: Stream, names: list[Object], parameters: list[Object]) -> bytes:
    """The photo's bytes without the filters around them. Its own is the last."""
    raw = image.read_raw_bytes()
    if len(names) == 1:
        return raw
    around = Stream(pdf, raw)
    around.Filter = Array(names[:-1])
    if len(parameters) == len(names):
        around.DecodeParms = Array(parameters[:-1])
    return around.read_bytes(pikepdf.StreamDecodeLevel.generalized)


def _refuse_words_in_jpeg2000(data: bytes) -> None:
    """Scanners seldom write words into this format, and Pillow would have to decode it to take them out."""
    at = 0
    while data[:4] == b"\x00\x00\x00\x0c" and at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] in (b"uuid", b"xml ", b"uinf") or 0 < size < 8:
            raise CannotClean(Reason.NOT_CLEANABLE)
        at += size or len(data)
