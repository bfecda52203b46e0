"""Files as people and attackers would send them, built by code."""

import io
import struct
import zipfile
import zlib
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image
from pillow_heif import register_heif_opener

SECRET = "Amina Example"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOC = "application/vnd.openxmlformats-officedocument."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = {"docx": ("word/document.xml", "wordprocessingml.document"), "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet")}
MAIN["pptx"] = ("ppt/presentation.xml", "presentationml.presentation")


def photo(kind="JPEG", size=(60, 40), orientation=6, mode="RGB"):
    """Red at the left, blue at the right, with the place where it was taken."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = orientation, SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (6.0, 17.0, 5.0), 3: "E", 4: (0.0, 5.0, 2.0)})
    options = {} if kind == "GIF" else {"exif": exif}
    if kind in ("JPEG", "GIF"):
        options["comment"] = SECRET.encode()
    return written(image.convert(mode), kind, **options)


def written(image, kind, **options):
    if kind == "HEIF":
        register_heif_opener()
        options |= {"exif": options["exif"].tobytes()} if "exif" in options else {}  # else it is not turned
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def wide_profile():
    """A colour profile with the primaries of the screens of telephones, wider than those of sRGB."""

    def xyz(*values):
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    name = SECRET.encode() + b"\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78),
        b"wtpt": xyz(0.9642, 1, 0.8249), b"rXYZ": xyz(0.5151, 0.2412, -0.0011),
        b"gXYZ": xyz(0.2920, 0.6922, 0.0419), b"bXYZ": xyz(0.1571, 0.0666, 0.7841),
    }  # fmt: skip
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), b"curv\0\0\0\0" + struct.pack(">IHxx", 1, 0x0233))
    at, table, body = 132 + 12 * len(tags), b"", b""
    for tag, data in tags.items():
        table += tag + struct.pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4xI", at + len(body), 0x02400000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def png_header(width, height):
    """A picture that says that it is large and holds nothing."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def pdf(pages=2, scans=()):
    """With an author, a script that runs on opening, an attachment, a note by somebody and a photo."""
    with pikepdf.new() as made:
        for number in range(pages):
            made.add_blank_page(page_size=(200, 200))
            made.pages[-1].Contents = Stream(made, f"BT (page {number}) Tj ET".encode())
        for scan in scans or (photo(),):
            image = Stream(made, scan, Type=Name.XObject, Subtype=Name.Image, Width=60, Height=40)
            image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
            name = made.pages[0].add_resource(image, Name.XObject)
            made.pages[0].contents_add(f"q 60 0 0 40 0 0 cm {name} Do Q".encode())
        made.docinfo["/Author"] = SECRET
        with made.open_metadata() as metadata:
            metadata["dc:creator"] = [SECRET]
        script = Dictionary(S=Name.JavaScript, JS=f"app.alert('{SECRET}')")
        made.Root.OpenAction = script
        made.Root.AA = Dictionary(WC=script)
        made.Root.PieceInfo = Dictionary(App=Dictionary(Private=SECRET))
        made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["open", script])))
        made.attachments["list.txt"] = pikepdf.AttachedFileSpec(made, SECRET.encode(), filename=f"{SECRET}.txt")
        note = {"Type": Name.Annot, "Rect": [0, 0, 20, 20], "T": SECRET, "Contents": "at the gate"}
        link = {"Type": Name.Annot, "Rect": [0, 0, 20, 20], "A": Dictionary(S=Name.URI, URI="https://tracker.example")}
        file = made.make_indirect(made.attachments["list.txt"].obj)
        made.pages[0].Annots = Array(
            [
                made.make_indirect(Dictionary(Subtype=Name.Text, **note)),
                made.make_indirect(Dictionary(Subtype=Name.Link, **link)),
                made.make_indirect(Dictionary(Subtype=Name.FileAttachment, FS=file, **note)),
            ]
        )
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def pdf_form():
    """A form with one answer, and a script that runs when it is filled in."""
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, Rect=[10, 10, 150, 30], F=4)
        field.T, field.V, field.DA = SECRET, "wages unpaid", "/Helv 10 Tf 0 g"
        field.AA = Dictionary(K=Dictionary(S=Name.JavaScript, JS=SECRET))
        made.pages[0].Annots = Array([made.make_indirect(field)])
        resources = Dictionary(Font=Dictionary(Helv=made.make_indirect(font)))
        made.Root.AcroForm = Dictionary(Fields=made.pages[0].Annots, DR=resources, NeedAppearances=True)
        made.Root.AcroForm.XFA = Stream(made, SECRET.encode())
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def plain_pdf(data):
    """All of a PDF's bytes, with nothing compressed."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        out = io.BytesIO()
        mode = pikepdf.StreamDecodeLevel.generalized
        pdf.save(
            out, compress_streams=False, stream_decode_level=mode, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
    return out.getvalue()


def zipped(parts, compress=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def relations(*rows):
    inner = "".join(f'<Relationship Id="r{i}" {row}/>' for i, row in enumerate(rows))
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def office(kind="docx", **more):
    """An office file of the least size; `more` are further parts."""
    main, said = MAIN[kind]
    types = f'<Override PartName="/{main}" ContentType="{DOC}{said}.main+xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": relations(
            f'Type="{RELATION}officeDocument" Target="{main}"',
            f'Type="{PACKAGE}/relationships/metadata/thumbnail" Target="docProps/thumbnail.jpeg"',
        ),
        main: f'<w:document xmlns:w="{WORD}"><w:body><w:p w:rsidR="00AB12CD"/></w:body></w:document>',
        "docProps/core.xml": f"<cp:coreProperties xmlns:cp='x'><creator>{SECRET}</creator></cp:coreProperties>",
        "docProps/app.xml": f"<Properties><Company>{SECRET}</Company></Properties>",
        "docProps/thumbnail.jpeg": photo(),
    }
    folder, _slash, name = main.partition("/")
    links = [f'Type="{RELATION}{_leads_to(part)}" Target="/{part}"' for part in more if part != main]
    return zipped(parts | {f"{folder}/_rels/{name}.rels": relations(*links)} | more)


def _leads_to(part):
    """The kind of relation by which an office program would lead to a part."""
    known = {"media/": "image", "embeddings/": "package", "comments": "comments", "slides/": "slide"}
    known |= {"worksheets/": "worksheet", "tables/": "table", "persons/": "person", "commentAuthors": "commentAuthors"}
    return next((kind for word, kind in known.items() if word in part), "theme")


def tracked():
    """A Word file in which somebody deleted a sentence and commented on another."""
    who = f'w:author="{SECRET}" w:initials="AE" w:date="2026-03-04T05:06:07Z"'
    body = (
        f'<w:document xmlns:w="{WORD}" xmlns:r="{RELATION[:-1]}"><w:body><w:p w:rsidR="00AB12CD">'
        f'<w:ins w:id="1" {who}><w:r>'
        '<w:t xml:space="preserve"> The gate &amp; "the road" </w:t></w:r></w:ins></w:p>'
        '<w:sdt><w:sdtPr><w:alias w:val="seen by the steward"/><w:date w:fullDate="2026-03-01T00:00:00Z"/></w:sdtPr>'
        '<w:sdtContent><w:p><w:hyperlink r:id="r3"><w:r><w:t>the law</w:t></w:r></w:hyperlink></w:p></w:sdtContent>'
        "</w:sdt>"
        "</w:body></w:document>"
    )
    settings = (
        f'<w:settings xmlns:w="{WORD}"><w:attachedTemplate/><w:rsids><w:rsid w:val="00AB12CD"/></w:rsids></w:settings>'
    )
    links = relations(
        f'Type="{RELATION}attachedTemplate" Target="file:///C:/Users/{SECRET}/x.dotx" TargetMode="External"',
        f'Type="{RELATION}customXml" Target="../customXml/item1.xml"',
        f'Type="{RELATION}image" Target="https://tracker.example/pixel" TargetMode="External"',
        f'Type="{RELATION}hyperlink" Target="https://law.example/" TargetMode="External"',
        f'Type="{RELATION}image" Target="media/image1.jpg"',
    )
    comments = f'<w:comments xmlns:w="{WORD}"><!-- {SECRET} --><w:comment w:id="1" {who}/></w:comments>'
    return office(
        **{
            "word/document.xml": body,
            "word/settings.xml": settings,
            "word/comments.xml": comments,
            "word/_rels/document.xml.rels": links,
            "word/media/image1.jpg": photo(),
            "customXml/item1.xml": f"<x>{SECRET}</x>",
        }
    )


def odt(first="application/vnd.oasis.opendocument.text", **more):
    office_ns = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    note = (
        "<office:annotation><dc:creator>Amina Example</dc:creator><dc:date>2026-03-04T05:06:07</dc:date>"
        "<text:p>too late</text:p></office:annotation><text:date>4 March</text:date>"
    )
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    spaces += (
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    picture = '<draw:frame draw:name="Amina Example"><draw:image xlink:href="Pictures/1.png"/></draw:frame>'
    parts = {
        "mimetype": first,
        "content.xml": f'<office:document-content xmlns:office="{office_ns}" {spaces}>{note}{picture}'
        "</office:document-content>",
        "meta.xml": f"<office:document-meta xmlns:office='{office_ns}'>{SECRET}</office:document-meta>",
        "settings.xml": f"<settings><PrinterName>{SECRET}</PrinterName></settings>",
        "Thumbnails/thumbnail.png": photo("PNG"),
        "Pictures/1.png": photo("PNG"),
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="m"/>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (parts | more).items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def drawing():
    """A drawing of an office program that names its author, as it lies in documents."""
    words = f"Draw\0{SECRET}\0\0".encode("utf-16-le")
    header = struct.pack("<II", 1, 108 + len(words)) + bytes(32) + b" EMF" + bytes(16)
    return header + struct.pack("<II", len(words) // 2, 108) + bytes(40) + words


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def zipped_with_a_lock():
    """A Word file of which each part says that it is locked."""
    plain = bytearray(office())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = plain.find(mark)
        while at >= 0:
            plain[at + place] |= 1
            at = plain.find(mark, at + 4)
    return bytes(plain)


def outlook(streams):
    """A file as Outlook saves a mail: streams by their paths, each large enough to need no small sectors."""
    folders = sorted({name.partition("/")[0] for name in streams if "/" in name})
    entries = [("Root Entry", 5, b"")] + [(folder, 1, b"") for folder in folders]
    entries += [(name, 2, data.ljust(4096, b"\0")) for name, data in sorted(streams.items())]
    children = {0: [i for i, (name, kind, _data) in enumerate(entries) if i and "/" not in name]}
    for at, folder in enumerate(folders, start=1):
        children[at] = [i for i, (name, _kind, _data) in enumerate(entries) if name.startswith(folder + "/")]
    directory_sectors = -(-len(entries) // 4)
    fat, sectors, starts = [0xFFFFFFFD], [], {}
    fat += [*range(2, 1 + directory_sectors), 0xFFFFFFFE]
    for at, (_name, kind, data) in enumerate(entries):
        if kind == 2:
            pieces = [data[i : i + 512].ljust(512, b"\0") for i in range(0, len(data), 512)]
            starts[at] = len(fat)
            fat += [*range(len(fat) + 1, len(fat) + len(pieces)), 0xFFFFFFFE]
            sectors += pieces
    assert len(fat) <= 128, "one sector of the table is enough here"
    none = 0xFFFFFFFF
    right = {a: b for among in children.values() for a, b in pairwise(among)}
    directory = b""
    for at, (name, kind, data) in enumerate(entries):
        called = (name.rpartition("/")[2] + "\0").encode("utf-16-le")
        child = (children.get(at) or [none])[0]
        clsid = bytes.fromhex("0b0d020000000000c000000000000046") if at == 0 else bytes(16)
        directory += called.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(called), kind, 1, none, right.get(at, none), child
        )
        directory += clsid + bytes(20) + struct.pack("<IQ", starts.get(at, 0xFFFFFFFE), len(data))
    table = struct.pack("<128I", *fat, *[none] * (128 - len(fat)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack(
        "<109I", 0, *[none] * 108
    )
    return header + table + directory.ljust(512 * directory_sectors, b"\0") + b"".join(sectors)
