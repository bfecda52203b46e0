"""Sound and video as telephones make them, with what they tell beside what is heard and seen."""

import io
import math
import struct
from fractions import Fraction

import av
from av.stream import Disposition
from PIL import Image

SECRET = "Amina Example"
PLACE = "+06.5244+003.3792/"
DEVICE = "Blue Phone 12"
PLANTED = (b"Amina", b"+06.5244", b"Blue Phone", b"Guard post 7", b"2026-05-01", b"\xff\xd8\xff")
"""The last one is a cover picture. None may stand in a copy."""
TAGS = {
    "title": SECRET, "artist": SECRET, "comment": "Guard post 7", "location": PLACE, "location-eng": PLACE,
    "com.apple.quicktime.make": DEVICE, "com.apple.quicktime.location.ISO6709": PLACE, "encoder": DEVICE,
    "creation_time": "2026-05-01T07:30:00Z", "date": "2026-05-01", "album": DEVICE,
}  # fmt: skip
SOUND = {  # extension: container, codec, rate, options
    "mp3": ("mp3", "libmp3lame", 44100), "m4a": ("ipod", "aac", 44100), "ogg": ("ogg", "libopus", 48000),
    "wav": ("wav", "pcm_s16le", 16000), "amr": ("amr", "libopencore_amrnb", 8000), "aac": ("adts", "aac", 44100),
    "flac": ("flac", "flac", 44100), "3gp": ("3gp", "libopencore_amrnb", 8000), "webm": ("webm", "libopus", 48000),
}  # fmt: skip
VIDEO = {
    "mp4": ("mp4", "libx264", "aac"), "mov": ("mov", "libx264", "aac"), "3gp": ("3gp", "mpeg4", "libopencore_amrnb"),
    "webm": ("webm", "libvpx", "libopus"), "mkv": ("matroska", "libx264", "libopus"),
    "avi": ("avi", "mpeg4", "libmp3lame"),
}  # fmt: skip
SECONDS = 3


def wave(rate, seconds=SECONDS, hertz=440):
    """A tone that grows and fades, so that what is shifted or cut no longer fits."""
    return [
        math.sin(2 * math.pi * hertz * n / rate) * 0.5 * (0.2 + 0.8 * abs(math.sin(3 * n / rate)))
        for n in range(int(seconds * rate))
    ]


def framed(stream, samples, rate):
    """The packets of a track of sound."""
    resampler = av.AudioResampler(
        format=stream.codec_context.format.name,
        layout="mono",
        rate=rate,
        frame_size=stream.codec_context.frame_size or 1024,
    )
    data = struct.pack(f"<{len(samples)}h", *(int(one * 32767) for one in samples))
    for at in range(0, len(samples), 4000):
        piece = data[2 * at : 2 * (at + 4000)]
        frame = av.AudioFrame("s16", "mono", len(piece) // 2)
        frame.planes[0].update(piece.ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        for one in resampler.resample(frame):
            yield from stream.encode(one)
    for one in resampler.resample(None):
        yield from stream.encode(one)
    yield from stream.encode(None)


def sound(extension, seconds=SECONDS, second_track=False):
    form, codec, rate = SOUND[extension]
    out = io.BytesIO()
    with av.open(out, "w", format=form) as target:
        target.metadata.update(TAGS)
        streams = [target.add_stream(codec, rate=rate, layout="mono") for _ in range(1 + second_track)]
        if form == "amr" or codec == "libopencore_amrnb":
            for one in streams:
                one.codec_context.bit_rate = 12200
        for one in streams:
            one.metadata.update({"title": SECRET, "handler_name": DEVICE})
        for number, one in enumerate(streams):
            for packet in framed(one, wave(rate, seconds, 440 if number == 0 else 880), rate):
                target.mux(packet)
    return out.getvalue()


def video(extension, seconds=SECONDS, size=(320, 240), rate=10):
    """A square that wanders from the left to the right, red on grey, with a tone."""
    form, codec, heard_by = VIDEO[extension]
    if extension == "3gp":
        size = (176, 144)
    sample_rate = 8000 if "amr" in heard_by else 48000
    out = io.BytesIO()
    with av.open(out, "w", format=form) as target:
        target.metadata.update(TAGS)
        pictures = target.add_stream(codec, rate=rate, options={"threads": "1"})
        pictures.width, pictures.height, pictures.pix_fmt = *size, "yuv420p"
        pictures.metadata.update({"title": SECRET, "handler_name": DEVICE})
        tone = target.add_stream(heard_by, rate=sample_rate, layout="mono")
        if "amr" in heard_by:
            tone.codec_context.bit_rate = 12200
        for number in range(seconds * rate):
            frame = av.VideoFrame.from_image(drawn(number / (seconds * rate), size))
            frame.pts, frame.time_base = number, Fraction(1, rate)
            target.mux(pictures.encode(frame))
        target.mux(pictures.encode(None))
        for packet in framed(tone, wave(sample_rate, seconds), sample_rate):
            target.mux(packet)
    return out.getvalue()


def drawn(part, size):
    image = Image.new("RGB", size, (128, 128, 128))
    image.paste("red", (int(part * (size[0] - 40)), 20, int(part * (size[0] - 40)) + 40, 60))
    return image


def decoded(data, kind=None):
    """The sound as a list of numbers, its rate; and the pictures with their times."""
    heard, seen, rate = [], [], 0
    with av.open(io.BytesIO(data)) as source:
        pictures = [one for one in source.streams.video if not one.disposition & Disposition.attached_pic]
        for packet in source.demux([*source.streams.audio[:1], *pictures[:1]]):
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    rate = frame.sample_rate
                    heard += _numbers(frame)
                else:
                    seen.append((float(frame.time), frame.to_image()))
    return heard, rate, seen


def _numbers(frame):
    (flat,) = av.AudioResampler(format="s16", layout="mono", rate=frame.sample_rate).resample(frame)
    return [one / 32768 for one in struct.unpack(f"<{flat.samples}h", bytes(flat.planes[0])[: 2 * flat.samples])]


def with_cover():
    """An MP3 with a picture in front, as programs for music write it."""
    cover = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(cover, "JPEG")
    body = b"\0image/jpeg\0\x03\0" + cover.getvalue()
    size = len(body) + 10
    synchsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    tag = b"ID3\x03\0\0" + synchsafe + b"APIC" + struct.pack(">IH", len(body), 0) + body
    plain = sound("mp3")
    return tag + plain[plain.index(b"\xff\xfb") :]


def lying(data):
    """The same video, with the mark that it has to be turned by a quarter."""
    at = data.index(b"tkhd") + 4 + 40
    quarter = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    return data[:at] + quarter + data[at + 36 :]
