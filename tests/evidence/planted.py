"""Recordings in which words are planted wherever their kind has a place for some: eight kinds, built by code.

Of each the first second is cut away by its list of edits where the kind has one: what was said in it still stands in
the file. In it a high tone is heard and a green picture seen."""

import base64
import functools
import io
import struct
from fractions import Fraction

import av
from av.subtitles.subtitle import SubtitleSet
from PIL import Image

from tests.evidence.media_samples import DEVICE, PLACE, SECRET, TAGS, drawn, framed, wave

SECONDS, SIZE, RATE = 2, (160, 120), 10
TONE, SECOND_TONE, HIDDEN_TONE = 440, 880, 2000
WORDS = {SECRET, "Guard post 7", DEVICE, PLACE.rstrip("/"), "2026-05-01", "Amina speaks", "Amina captioned"}
"""What is searched for; and each of `MARKS`."""
MARKS = (b"GA94", b"\xff\xd8\xff", b"Chapter of Amina", b"x264", b"Lavc", b"Lavf", b"LAME", b"XMP", b"Amina")
KINDS = {  # container, codec of the pictures, codec of the sound
    "mp4": ("mp4", "libx264", "aac"), "mov": ("mov", "libx264", "aac"), "mkv": ("matroska", "libx264", "aac"),
    "webm": ("webm", "libvpx", "libopus"), "m4a": ("ipod", "", "aac"), "mp3": ("mp3", "", "libmp3lame"),
    "ogg": ("ogg", "", "libopus"), "flac": ("flac", "", "flac"),
}  # fmt: skip
HEARD_AT = 16_000
"""Samples in a second."""
BOXES = ("mp4", "mov", "m4a")


@functools.cache
def planted(extension):
    """A file of this kind with every planting for which it has a place; made once."""
    data = _muxed(extension)
    more = {"mp3": _as_music, "flac": _with_blocks} | dict.fromkeys(BOXES, _with_boxes)
    return more.get(extension, bytes)(data)


def _muxed(extension):
    form, seen_by, heard_by = KINDS[extension]
    out, hidden = io.BytesIO(), extension in BOXES
    options = {"movflags": "use_metadata_tags"} if hidden else {}
    with av.open(out, "w", format=form, container_options=options) as target:
        target.metadata.update(TAGS)
        if extension == "ogg":
            target.metadata["METADATA_BLOCK_PICTURE"] = base64.b64encode(_picture()).decode()
        if extension == "mkv":
            target.add_attachment(f"{SECRET}.jpg", "image/jpeg", _cover())
        tracks = [_Seen(target, seen_by, hidden)] if seen_by else []
        twice = (TONE, SECOND_TONE) if extension not in ("mp3", "ogg", "flac") else (TONE,)
        tracks += [_Heard(target, heard_by, tone, hidden) for tone in twice]
        if seen_by:
            tracks.append(_Captions(target, {"webm": "webvtt", "mkv": "subrip"}.get(extension, "mov_text")))
        chapter = {"id": 1, "start": 0, "end": 1000, "time_base": Fraction(1, 1000)}
        target.set_chapters([chapter | {"metadata": {"title": "Chapter of Amina"}}])
        for track in tracks:
            target.mux(list(track.packets()))
    return out.getvalue()


class _Heard:
    def __init__(self, target, codec, tone, hidden):
        self.hidden = hidden
        self.stream = target.add_stream(codec, rate=HEARD_AT, layout="mono")
        self.stream.metadata.update({"title": SECRET, "handler_name": DEVICE})
        self.samples = (wave(HEARD_AT, 1, HIDDEN_TONE) if hidden else []) + wave(HEARD_AT, SECONDS, tone)

    def packets(self):
        """A packet before the first moment is what a list of edits hides."""
        for packet in framed(self.stream, self.samples, HEARD_AT):
            if self.hidden:
                packet.pts -= HEARD_AT
                packet.dts -= HEARD_AT
            yield packet


class _Seen:
    def __init__(self, target, codec, hidden):
        self.hidden, self.codec = hidden, codec
        self.stream = target.add_stream(codec, rate=RATE, options={"threads": "1", "bf": "0", "preset": "ultrafast"})
        self.stream.width, self.stream.height, self.stream.pix_fmt = *SIZE, "yuv420p"
        self.stream.codec_context.time_base = Fraction(1, RATE)
        self.stream.metadata.update({"title": SECRET, "handler_name": DEVICE})

    def packets(self):
        green = [Image.new("RGB", SIZE, "green")] * RATE if self.hidden else []
        frames = green + [drawn(n / (SECONDS * RATE), SIZE) for n in range(SECONDS * RATE)]
        for number, image in enumerate(frames):
            frame = av.VideoFrame.from_image(image)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            yield from map(self._said_between, self.stream.encode(frame))
        yield from map(self._said_between, self.stream.encode(None))

    def _said_between(self, packet):
        """The same picture, behind captions and a note of the camera, as H.264 carries them."""
        if self.codec != "libx264":
            return packet
        captions = b"\xb5\x00\x31GA94\x03\x41\xff\xfc" + b"Am" + b"\xff"
        note = bytes(range(16)) + f"Amina captioned, {PLACE}".encode()
        made = av.Packet(_told(4, captions) + _told(5, note) + bytes(packet))
        shift = packet.time_base.denominator // packet.time_base.numerator if self.hidden else 0
        made.pts, made.dts, made.time_base = packet.pts - shift, packet.dts - shift, packet.time_base
        made.stream, made.is_keyframe, made.duration = self.stream, packet.is_keyframe, packet.duration
        return made


def _told(kind, payload):
    """A unit of H.264 that holds no picture."""
    return b"\0\0\0\1\x06" + bytes((kind, len(payload))) + payload.replace(b"\0\0\1", b"\0\0\3\1") + b"\x80"


_STYLE = b"[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,16\n\n[Events]\nFormat: Layer, Text\n"


class _Captions:
    def __init__(self, target, codec):
        self.stream = target.add_stream(codec)
        self.stream.codec_context.subtitle_header = _STYLE
        self.stream.metadata["title"] = SECRET

    def packets(self):
        words = SubtitleSet.create(text=b"0,0,Default,,0,0,0,,Amina speaks", start=0, end=900, pts=0)
        packet = self.stream.codec_context.encode_subtitle(words)
        packet.stream, packet.time_base, packet.pts, packet.dts, packet.duration = (
            self.stream, Fraction(1, 1000), 0, 0, 900
        )  # fmt: skip
        yield packet


def _cover():
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "JPEG", comment=SECRET.encode())
    return out.getvalue()


def _picture():
    """As FLAC and Ogg keep a cover."""
    name, cover = b"image/jpeg", _cover()
    return (
        struct.pack(">II", 3, len(name))
        + name
        + struct.pack(">I", 0)
        + bytes(16)
        + struct.pack(">I", len(cover))
        + cover
    )


def _box(name, *inner):
    body = b"".join(inner)
    return struct.pack(">I", 8 + len(body)) + name + body


def _with_boxes(data):
    """With a cover; and behind the film XMP with its place, what once stood in a place that is free, and more of it."""
    at = data.rindex(b"moov") - 4
    kind = _box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    cover = _box(b"ilst", _box(b"covr", _box(b"data", struct.pack(">II", 13, 0), _cover())))
    told = _box(b"udta", _box(b"meta", bytes(4), kind, cover))
    movie = struct.pack(">I", len(data) - at + len(told)) + data[at + 4 :] + told
    xmp = bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + f"<x:xmpmeta>XMP {SECRET} {PLACE}</x:xmpmeta>".encode()
    after = _box(b"uuid", xmp) + _box(b"free", SECRET.encode()) + _box(b"mdat", b"Guard post 7")
    return data[:at] + movie + after


def _as_music(data):
    """An MP3 with a cover, a file and a private note in front, and the older words at its end."""
    frames = (b"APIC", b"\0image/jpeg\0\x03\0" + _cover()), (b"GEOB", f"\0text/plain\0a\0b\0{SECRET}".encode())
    chapter = b"c1\0" + struct.pack(">IIII", 0, 1000, 0xFFFFFFFF, 0xFFFFFFFF)
    title = b"\0Chapter of Amina"
    frames += ((b"CHAP", chapter + b"TIT2" + struct.pack(">IH", len(title), 0) + title),)
    frames += ((b"PRIV", f"owner\0{SECRET} {PLACE}".encode()), (b"COMM", f"\0eng\0{SECRET}".encode()))
    body = b"".join(name + struct.pack(">IH", len(words), 0) + words for name, words in frames)
    synchsafe = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + synchsafe + body + data[_first_sound(data) :] + b"TAG" + SECRET.encode().ljust(125, b"\0")


def _first_sound(data):
    return 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))


def _with_blocks(data):
    """A FLAC with a cover, a block of some program and words where there should be nothing."""
    first = 4 + 4 + 34
    blocks = ((6, _picture()), (2, b"GPSx" + PLACE.encode()), (1, SECRET.encode()))
    made = b"".join(bytes([kind]) + len(body).to_bytes(3, "big") + body for kind, body in blocks)
    return data[:first] + made + data[first:]
