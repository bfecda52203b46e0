"""How much time and memory the child has for each kind of file, and whether its decoder may have a thread."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """`seconds`: of the whole, in real time. `megabytes`: of address space, of which libraries take about a quarter."""

    seconds: float = 30
    megabytes: int = 512
    threads: bool = False


_USUAL = Bounds()
_BOUNDS = {
    **dict.fromkeys(("png", "webp", "gif", "avif", "tif", "bmp"), Bounds(megabytes=768)),
    "heic": Bounds(megabytes=768, threads=True),
    **dict.fromkeys(("mp3", "m4a", "ogg", "wav", "amr", "aac", "flac"), Bounds(seconds=80)),
    **dict.fromkeys(("mp4", "3gp", "mov", "webm", "avi", "mkv"), Bounds(seconds=80, megabytes=768)),
}


def of(extension: str) -> Bounds:
    return _BOUNDS.get(extension, _USUAL)
