"""PDFs: pages are kept, with what is needed to see them; lists say what each thing in a PDF may have, so that what
nobody thought of does not slip through. Scripts, attachments, forms, names and earlier versions are left behind; where
words may be hidden, the pages are drawn as pictures."""

import io
import re
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from grievance.evidence import pdf_pictures
from grievance.evidence.jpegs import without_words
from grievance.evidence.notes import Note, Notes
from grievance.evidence.pdf_streams import Doubt, is_layer, is_painted, repaint, repaint_page
from grievance.evidence.refusals import CannotClean, Reason
from grievance.evidence.vocabulary import words_in

# Layers stay: without them, what is switched off would be seen.
_ROOT = {"/Type", "/Pages", "/Lang", "/OCProperties"}
_PAGE = {"/Type", "/Parent", "/Resources", "/Contents", "/Rotate", "/UserUnit", "/Group", "/Annots"}
_PAGE |= {"/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"}
_ANNOTATIONS = {"/Link", "/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight"}
_ANNOTATIONS |= {"/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink"}
_COVERS = {"/Square", "/Polygon", "/Stamp", "/Ink", "/Highlight", "/Line"}
# Who wrote it and when; where a click would lead (a link can be made to count who clicks).
_ANNOTATION = ("/T", "/M", "/CreationDate", "/NM", "/RC", "/A", "/PA", "/Popup", "/StructParent", "/Parent")

_MAY_HAVE = _ROOT | _PAGE
_MAY_HAVE |= {
    "/" + name
    for name in words_in(
        """
        Kids Count Length Filter DecodeParms K EndOfLine EncodedByteAlign Columns Rows EndOfBlock BlackIs1
        DamagedRowsBeforeError Predictor Colors BitsPerComponent EarlyChange ColorTransform JBIG2Globals
        Font XObject ExtGState ColorSpace Pattern Shading Properties ProcSet Subtype BaseFont FirstChar LastChar Widths
        FontDescriptor Encoding ToUnicode DescendantFonts CIDSystemInfo Registry Ordering Supplement DW W DW2 W2
        CIDToGIDMap FontMatrix FontBBox CharProcs Name FontName FontStretch FontWeight Flags ItalicAngle Ascent Descent
        Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 FontFile3 CharSet CIDSet
        Length1 Length2 Length3 BaseEncoding Differences CMapName WMode UseCMap
        LW LC LJ ML D RI OP op OPM BG BG2 UCR UCR2 TR TR2 HT FL SM SA BM SMask CA ca AIS TK S G BC CS I
        BBox Matrix FormType OC Width Height ImageMask Mask Decode Interpolate Intent SMaskInData Matte
        PatternType PaintType TilingType XStep YStep ShadingType Background AntiAlias Coords Domain Function Extend
        BitsPerCoordinate BitsPerFlag VerticesPerRow FunctionType Range C0 C1 N Size BitsPerSample Order Encode
        Functions Bounds Alternate WhitePoint BlackPoint Gamma Colorants Process MixingHints Components
        HalftoneType Frequency Angle SpotFunction AccurateScreens TransferFunction Xsquare Ysquare Width2 Height2
        OCGs P VE BaseState ON OFF AS Event Category RBGroups Locked ListMode Usage View Print Export Zoom ViewState
        PrintState ExportState min max
        Rect AP F Border C BS BE QuadPoints Vertices InkList L LE IC Open IT RD CL Q LL LLE R
        """
    )
}
"""Each by its own need; the same name can mean two things in two places, and then both are wanted."""

_MAPS = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs"}
_MAPS |= {"/Colorants", "/N", "/D", "/R"}
_WORDS = {"/Registry", "/Ordering", "/CharSet", "/Contents", "/Lang"}
_LANGUAGE = re.compile(r"[A-Za-z]{0,8}([-_][A-Za-z0-9]{1,8}){0,4}\Z")
_CUT_OFF = 0.9
_MOST = 500_000  # things in a file


def clean(plain: bytes, notes: Notes) -> bytes:
    """The document without metadata and scripts. Raises `CannotClean`, or what pikepdf raises of a broken file."""
    whole = b"%%EOF" in plain[-1024:]  # only then a damaged table may be repaired: a cut file would lose its end unseen
    try:
        pdf = pikepdf.open(io.BytesIO(plain), attempt_recovery=whole)
    except pikepdf.PasswordError:
        raise CannotClean(Reason.LOCKED) from None
    with pdf:
        if len(pdf.pages) == 0:
            raise CannotClean(Reason.BROKEN)
        doubtful, found = _is_doubtful(pdf), Notes()
        _flatten_form(pdf)
        try:
            _clean(pdf, found)
        except Doubt:
            doubtful = True
        if not doubtful:
            notes.update(found)
            return _saved(pdf)
    notes[Note.AS_PICTURES] += 1
    return pdf_pictures.drawn(_to_draw(plain))


def rehearse() -> None:
    """qpdf asks the system for random numbers when a file is locked, also where it only reads one: from a device that
    could not be opened any more."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        locked = io.BytesIO()
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    clean(locked.getvalue(), Notes())
    pdf_pictures.rehearse()


def _saved(pdf: pikepdf.Pdf) -> bytes:
    copy = io.BytesIO()
    pdf.save(copy, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return copy.getvalue()


def _to_draw(plain: bytes) -> bytes:
    """As it came, without its lock and its form: a form is part of the page."""
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        _flatten_form(pdf)
        _keep(pdf.Root, _ROOT)
        return _saved(pdf)


def _clean(pdf: pikepdf.Pdf, notes: Notes) -> None:
    notes[Note.ATTACHMENTS] += len(pdf.attachments)
    _keep(pdf.Root, _ROOT)
    for page in pdf.pages:
        _keep(page.obj, _PAGE)
        _clean_annotations(page.obj)
        repaint_page(page, pdf, notes)
    _drop_unused(pdf)
    _Walk(pdf, notes).over(pdf.Root)


def _is_doubtful(pdf: pikepdf.Pdf) -> bool:
    """Layers that are switched off, what was cut off a page, and marks that cover words."""
    shown = pdf.Root.get("/OCProperties", Dictionary()).get("/D", Dictionary())
    if len(shown.get("/OFF", Array())) or shown.get("/BaseState") == Name.OFF:
        return True
    return any(_is_cut(page) or any(_covers(note) for note in _notes(page.obj)) for page in pdf.pages)


def _is_cut(page: pikepdf.Page) -> bool:
    whole, seen = (pikepdf.Rectangle(box) for box in (page.mediabox, page.cropbox))
    return abs(seen.width * seen.height) < _CUT_OFF * abs(whole.width * whole.height)


def _notes(page: Object) -> list[Any]:
    return [note for note in page.get("/Annots", Array()) if isinstance(note, Dictionary)]


def _covers(note: Any) -> bool:
    kind = str(note.get("/Subtype"))
    return kind == "/Redact" or (kind in _COVERS and "/IC" in note) or kind == "/Stamp"


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
    kept = [note for note in _notes(page) if note.get("/Subtype") in _ANNOTATIONS]
    for note in kept:
        for key in _ANNOTATION:
            if key in note:
                del note[key]
    page.Annots = Array(kept)


class _Walk:
    """Everything that is reached from the beginning, each thing once, with the name that it stands under."""

    def __init__(self, pdf: pikepdf.Pdf, notes: Notes) -> None:
        self._pdf, self._notes = pdf, notes
        self._seen: set[tuple[int, int]] = set()
        self._waiting: list[tuple[Any, str]] = []

    def over(self, root: Object) -> None:
        self._waiting = [(root, "")]
        looked = 0
        while self._waiting:
            thing, under = self._waiting.pop()
            looked += 1
            if looked > _MOST:
                raise CannotClean(Reason.TOO_LARGE)
            if isinstance(thing, Object) and thing.is_indirect:
                if thing.objgen in self._seen:
                    continue
                self._seen.add(thing.objgen)
            self._one(thing, under)

    def _one(self, thing: Any, under: str) -> None:
        if isinstance(thing, Array):
            self._array(thing, under)
        elif isinstance(thing, Dictionary | Stream):
            self._dictionary(thing, under)

    def _dictionary(self, thing: Any, under: str) -> None:
        if _is_map(thing, under):
            self._map(thing, under)
            return
        layer = is_layer(thing)
        _keep(thing, _MAY_HAVE)
        if layer and thing.Type == Name.OCG:
            thing.Name = pikepdf.String("Layer")
        for key in list(thing.keys()):
            if (
                isinstance(thing[key], pikepdf.String)
                and not (layer and key == "/Name")
                and not _may_say(key, thing[key])
            ):
                del thing[key]
            else:
                self._waiting.append((thing[key], key))
        self._stream(thing, under)

    def _stream(self, thing: Any, under: str) -> None:
        if not isinstance(thing, Stream):
            return
        if thing.get("/Subtype") == Name.Image:
            _clean_image(self._pdf, thing)
        elif is_painted(thing, under):
            repaint(thing, self._notes)

    def _map(self, thing: Any, under: str) -> None:
        for key in list(thing.keys()):
            if under == "/Properties" and not is_layer(thing[key]):
                thing[key] = Dictionary()
            elif isinstance(thing[key], pikepdf.String):
                del thing[key]
            else:
                self._waiting.append((thing[key], under))

    def _array(self, thing: Any, under: str) -> None:
        """A palette is a string of colours; any other string in an array is words."""
        palette = len(thing) and thing[0] in (Name.Indexed, Name("/I"))
        for at, each in enumerate(thing):
            if isinstance(each, pikepdf.String) and not palette:
                thing[at] = pikepdf.String("")
            else:
                self._waiting.append((each, under))


def _is_map(thing: Any, under: str) -> bool:
    """A list of things by names that the file chooses."""
    if under not in _MAPS or isinstance(thing, Stream):
        return False
    return not any(key in thing for key in ("/Type", "/Subtype", "/ShadingType", "/PatternType", "/FunctionType"))


def _may_say(key: str, words: pikepdf.String) -> bool:
    return key in _WORDS and (key != "/Lang" or bool(_LANGUAGE.match(str(words))))


def _clean_image(pdf: pikepdf.Pdf, image: Stream) -> None:
    """Photos and scans lie in a PDF as they came from the telephone, with the place where they were taken."""
    names, parameters = _listed(image, "/Filter"), _listed(image, "/DecodeParms")
    if Name.DCTDecode in names:
        own = parameters[-1] if len(parameters) == len(names) else None
        image.write(without_words(_peeled(pdf, image, names, parameters)), filter=Name.DCTDecode)
        if own is not None:
            image.DecodeParms = own
    elif Name.JPXDecode in names:
        _doubt_words_in_jpeg2000(_peeled(pdf, image, names, parameters))


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


def _doubt_words_in_jpeg2000(data: bytes) -> None:
    """Scanners seldom write words into this format, and they cannot be taken out without decoding it."""
    at = 0
    while data[:4] == b"\x00\x00\x00\x0c" and at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] in (b"uuid", b"xml ", b"uinf") or 0 < size < 8:
            raise Doubt
        at += size or len(data)
