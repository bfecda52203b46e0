"""What a copy of a recording costs: seconds of the processor for a minute, and the most memory of the child.

`python -m tests.evidence.costs KIND` measures one kind, in a process of its own: of children the system keeps only the
largest one's memory.
"""

import io
import json
import resource
import subprocess
import sys

from grievance.evidence.clean import clean
from tests.evidence import media_samples

SOUND = ("mp3", "m4a", "ogg", "wav", "amr", "aac", "flac")
VIDEO = ("mp4", "mov", "3gp", "webm", "avi", "mkv")
LARGE = (1280, 720)
SECONDS = {**dict.fromkeys(SOUND, 60), **dict.fromkeys(VIDEO, 10)}


def _made(kind: str) -> bytes:
    if kind in SOUND:
        return media_samples.sound(kind, SECONDS[kind])
    return media_samples.video(kind, SECONDS[kind], LARGE, 25)


def _measured(kind: str) -> dict[str, float]:
    data, out = _made(kind), io.BytesIO()
    clean(kind, [data], out)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": (used.ru_utime + used.ru_stime) * 60 / SECONDS[kind],
        "megabytes": used.ru_maxrss / 1024,
        "before": len(data) / 1024,
        "after": len(out.getvalue()) / 1024,
    }


def measured(kind: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.evidence.costs", kind]
    said: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return said


def table() -> list[str]:
    rows = [(kind, measured(kind)) for kind in SECONDS]
    return [
        "| kind | seconds of the processor for a minute | memory, MiB, at most | kB before | kB after |",
        "|---|---|---|---|---|",
        *(
            f"| {kind}, {_what(kind)} | {said['seconds']:.1f} | {said['megabytes']:.0f} | {said['before']:.0f}"
            f" | {said['after']:.0f} |"
            for kind, said in rows
        ),
    ]


def _what(kind: str) -> str:
    if kind in SOUND:
        return f"{SECONDS[kind]} s of a tone"
    size = "176 × 144" if kind == "3gp" else f"{LARGE[0]} × {LARGE[1]}"
    return f"{SECONDS[kind]} s of {size} at 25 a second"


if __name__ == "__main__":
    print(json.dumps(_measured(sys.argv[1])))
