"""What other programs still read in a copy: exiftool every tag that it knows, qpdf the whole inside of a PDF."""

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

THERE = all(shutil.which(program) for program in ("exiftool", "qpdf"))

MAY_STAND = {
    "PDF": {"Language", "Linearized", "PDFVersion", "PageCount"},
    "GIF": {"BackgroundColor", "BitsPerPixel", "ColorResolutionDepth", "GIFVersion", "HasColorMap", "ImageHeight"},
    "PNG": {"BitDepth", "ColorType", "Compression", "Filter", "ImageHeight", "ImageWidth", "Interlace", "Palette"},
    "JFIF": {"JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"},
    "RIFF": {"AlphaIsUsed", "HorizontalScale", "ImageHeight", "ImageWidth", "VP8Version", "VerticalScale"},
    "ZIP": {f"Zip{one}" for one in ("BitFlag", "CRC", "CompressedSize", "Compression", "FileName", "ModifyDate")},
}
MAY_STAND["GIF"] |= {"ImageWidth", "TransparentColor", "FrameCount", "Duration", "AnimationIterations"}
MAY_STAND["PNG"] |= {"Transparency", "BackgroundColor", "AnimationFrames", "AnimationPlays"}
MAY_STAND["RIFF"] |= {"AnimationLoopCount", "BackgroundColor", "Duration", "WebP_Flags"}
MAY_STAND["ZIP"] |= {"ZipRequiredVersion", "ZipUncompressedSize"}
MAY_STAND["QuickTime"] = {
    "AudioBitsPerSample", "AudioChannels", "AudioFormat", "AudioSampleRate", "AverageBitrate", "Balance", "BitDepth",
    "BufferSize", "CompatibleBrands", "CompressorID", "CurrentTime", "Duration", "GraphicsMode", "HandlerType",
    "HandlerVendorID", "ImageHeight", "ImageWidth", "MajorBrand", "MatrixStructure", "MaxBitrate", "MediaDataOffset",
    "MediaDataSize", "MediaDuration", "MediaHeaderVersion", "MediaTimeScale", "MinorVersion", "MovieHeaderVersion",
    "NextTrackID", "OpColor", "PixelAspectRatio", "PosterTime", "PreferredRate", "PreferredVolume", "PreviewDuration",
    "PreviewTime", "SelectionDuration", "SelectionTime", "SourceImageHeight", "SourceImageWidth", "TimeScale",
    "TrackDuration", "TrackHeaderVersion", "TrackID", "TrackLayer", "TrackVolume", "VideoFrameRate", "XResolution",
    "YResolution", "ColorProfiles", "ColorPrimaries", "TransferCharacteristics", "MatrixCoefficients",
    "VideoFullRangeFlag",
}  # fmt: skip
AS_EVERYWHERE = {"HandlerDescription": {"SoundHandler", "VideoHandler"}, "MediaLanguageCode": {"und"}}
for one in ("Create", "Modify", "MediaCreate", "MediaModify", "TrackCreate", "TrackModify"):
    AS_EVERYWHERE[f"{one}Date"] = {"0000:00:00 00:00:00"}
"""What sound and video say of themselves, and how, whoever made them."""
FROM_THE_DISK = {"ExifTool", "File", "Composite"}
"""What exiftool says of the file on this disk, of its own, or counts together; and the size of a picture."""
LONG_AGO = "1980:01:01 00:00:00"


def tags(folder: Path) -> dict[str, set[str]]:
    """Of each file of a folder, the tags that are on no list, as `Group:Tag`."""
    command = ["exiftool", "-q", "-q", "-j", "-G", "-a", str(folder)]
    said = subprocess.run(command, capture_output=True, check=False).stdout or b"[]"
    return {
        Path(one["SourceFile"]).name: {tag for tag in one if not _may_stand(tag, one[tag])} for one in json.loads(said)
    }


def _may_stand(tag: str, value: object) -> bool:
    group, _colon, name = tag.partition(":")
    if group == "File":
        return name != "Comment"
    if group == "QuickTime" and name in AS_EVERYWHERE:
        return value in AS_EVERYWHERE[name]
    if name == "ZipModifyDate":
        return value == LONG_AGO
    return tag == "SourceFile" or group in FROM_THE_DISK or name in MAY_STAND.get(group, ())


def inside(path: Path) -> bytes:
    """All that a file holds, unpacked; of a PDF as qpdf reads it. Empty where qpdf finds it broken."""
    if path.suffix == ".pdf":
        return _of_pdf(path)
    data = path.read_bytes()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"\n".join(
                part for entry in archive.infolist() for part in (entry.filename.encode(), archive.read(entry))
            )
    return data


def _of_pdf(path: Path) -> bytes:
    if subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode != 0:
        return b""
    plain = subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", "--stream-data=uncompress", path, "-"],
        capture_output=True,
        check=True,
    )
    return plain.stdout


def found(data: bytes, words: set[str]) -> set[str]:
    """Which of these words stand in it, in any of the ways that files write words."""
    ways = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")
    return {word for word in words if any(word.encode(way, "replace") in data for way in ways)}
