"""Sound and video: decoded, and made anew as AAC in .m4a, or H.264 with AAC in .mp4.

Copying what is packed is not cleaning: trimmed seconds, captions and words between the packets would go along
(docs/decisions/0099).

Of a file's tracks the first of sound and the first of pictures go along, and of these what is heard and seen. Frames
are decoded, turned and encoded one after another: never more than a few are held."""

import importlib
import io
import pkgutil
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av.stream import Disposition

from grievance.evidence.notes import Note, Notes
from grievance.evidence.refusals import LARGEST, MINUTES, CannotClean, Reason
from grievance.evidence.tracks import Pictures, Sound

DEMUXERS = {
    **dict.fromkeys(("mp4", "m4a", "3gp", "mov"), "mov"), **dict.fromkeys(("webm", "mkv"), "matroska"),
    "mp3": "mp3", "wav": "wav", "flac": "flac", "ogg": "ogg", "aac": "aac", "amr": "amr", "avi": "avi",
}  # fmt: skip
"""By the judged kind: a file does not choose who reads it."""
CODECS = (
    "aac", "aac_latm", "alac", "amrnb", "amrwb", "flac", "mp3", "mp3float", "mp2", "mp2float", "opus", "vorbis",
    "speex", "libspeex", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_mulaw",
    "pcm_alaw",
    "adpcm_ima_wav", "adpcm_ms", "gsm", "gsm_ms", "ac3", "h264", "hevc", "h263", "mpeg4", "vp8", "vp9", "libdav1d",
    "mjpeg",
)  # fmt: skip
"""What telephones, recorders and cameras write. Nothing else is decoded."""
_ROOM = (LARGEST - 2 * 1024 * 1024) * 8
"""Bits of a copy, less what its tables take."""
_NEVER_LOADED = ("__main__", "datasets")
_HIDDEN = Disposition.attached_pic | Disposition.timed_thumbnails


def clean(kind: str, plain: bytes, notes: Notes) -> tuple[str, bytes]:
    """The kind of the copy, and the copy. Raises `CannotClean`, or what FFmpeg raises of a broken file."""
    reading = {"protocol_whitelist": "", "codec_whitelist": ",".join(CODECS)}
    with av.open(
        io.BytesIO(plain), format=DEMUXERS[kind], container_options=reading, metadata_errors="ignore"
    ) as source:
        streams = _chosen(source, notes)
        if not streams:
            raise CannotClean(Reason.NOT_CLEANABLE)
        made = "mp4" if any(stream.type == "video" for stream in streams) else "m4a"
        copy = _copied(source, streams, made, notes)
    if not copy:
        raise CannotClean(Reason.BROKEN)
    return made, copy


def _chosen(source: Any, notes: Notes) -> list[Any]:
    """The first track of pictures that is no cover, and the first of sound."""
    pictures = [one for one in source.streams.video if not one.disposition & _HIDDEN][:1]
    chosen = pictures + list(source.streams.audio)[:1]
    notes[Note.TRACKS] += len(source.streams) - len(chosen)
    for one in chosen:
        if one.codec_context is None:
            raise CannotClean(Reason.NOT_CLEANABLE)
        one.codec_context.thread_count = 1
        one.codec_context.thread_type = "NONE"
    return chosen


def _copied(source: Any, streams: list[Any], made: str, notes: Notes) -> bytes:
    copy = io.BytesIO()
    rate = float(_ROOM / _seconds(source))
    with av.open(
        copy, "w", format="ipod" if made == "m4a" else "mp4", container_options={"fflags": "+bitexact"}
    ) as target:
        tracks = {
            one.index: (Sound if one.type == "audio" else Pictures)(target, one, rate / len(streams)) for one in streams
        }
        began = Fraction(source.start_time or 0, av.time_base)
        ended: set[int] = set()
        for stream, frame in _frames(source, streams):
            at = Fraction(frame.pts * frame.time_base) - began if frame.pts is not None else None
            if at is not None and at >= MINUTES * 60:
                ended.add(stream.index)
                if len(ended) == len(streams):
                    break
                continue
            tracks[stream.index].take(frame, at)
            if copy.tell() > LARGEST:
                raise CannotClean(Reason.TOO_LARGE)
        notes[Note.CUT] += bool(ended)
        taken = [track.finish() for track in tracks.values()]
        if not any(taken):
            raise CannotClean(Reason.BROKEN)
    return copy.getvalue()


def _seconds(source: Any) -> Fraction:
    """As the file says; where it lies, the copy is too large or has a lower quality than it could."""
    said = Fraction(source.duration or 0, av.time_base) or Fraction(MINUTES * 60)
    return max(Fraction(1), min(said, Fraction(MINUTES * 60)))


def _frames(source: Any, streams: list[Any]) -> Iterator[tuple[Any, Any]]:
    """What is decoded, in the order of the file. A packet that cannot be read is passed over, as players do; a file in
    which none can is broken."""
    good = 0
    for packet in source.demux(*streams):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            good += 1
            yield packet.stream, frame
    if not good:
        raise CannotClean(Reason.BROKEN)


def rehearse() -> None:
    """Have all that is loaded late loaded, by making a moment of each anew. av loads a module with the first track
    of its kind: a video with captions had no copy where theirs was missing."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.endswith(_NEVER_LOADED):
            importlib.import_module(module.name)
    sample = io.BytesIO()
    with av.open(sample, "w", format="mp4") as target:
        sound = target.add_stream("aac", rate=16000, layout="mono")
        pictures = target.add_stream("libx264", rate=10, options={"threads": "1"})
        pictures.width, pictures.height, pictures.pix_fmt = 32, 32, "yuv420p"
        for number in range(3):
            heard = av.AudioFrame("fltp", "mono", 1024)
            heard.sample_rate, heard.pts = 16000, number * 1024
            seen = av.VideoFrame(32, 32, "yuv420p")
            seen.pts = number
            for plane in (*heard.planes, *seen.planes):
                plane.update(bytes(plane.buffer_size))
            target.mux(sound.encode(heard))
            target.mux(pictures.encode(seen))
        target.mux(sound.encode(None))
        target.mux(pictures.encode(None))
    clean("mp4", sample.getvalue(), Notes())
