#!/usr/bin/env bash
# PyAV in a process that gives up opening files once everything is imported and rehearsed, as one does with decoders
# of strangers' files (RLIMIT_NOFILE 0, seccomp, chroot, a dropped user).
#
# One would guess: after `import av` and one whole film decoded, nothing more is loaded: another film of the same kind
# and codecs works as the first did, or fails with an error of FFmpeg.
# What happens: a film that has a track of captions raises ImportError in `av.open`, although nobody asked for the
# captions. PyAV makes a codec context for every track while it opens a file, and loads the Python module of a track's
# kind (`av.subtitles.codeccontext`) with the first one. Only some films have captions, so it is found in use and not
# in tests; and `except av.FFmpegError` does not catch it.
# Why it matters here: a film with captions had no clean copy, and the reason looked like a broken sandbox.
# Import each module below `av` before the door is shut.
# Source: seen below; `wrap_codec_context` in av/codec/context.py.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check --only-binary :all: av==18.1.0
cat > "$folder/make.py" <<'PY'
import io
import sys
from fractions import Fraction
from importlib.metadata import version

import av
from av.subtitles.subtitle import SubtitleSet

STYLE = b"[V4+ Styles]\nFormat: Name\nStyle: Default\n\n[Events]\nFormat: Layer, Text\n"


def film(captions):
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        pictures = target.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 64, "yuv420p"
        words = target.add_stream("mov_text") if captions else None
        if words:
            words.codec_context.subtitle_header = STYLE
        frame = av.VideoFrame(64, 64, "yuv420p")
        frame.pts = 0
        target.mux(pictures.encode(frame) + pictures.encode(None))
        if words:
            packet = words.codec_context.encode_subtitle(
                SubtitleSet.create(text=b"0,0,Default,,0,0,0,,Good morning", start=0, end=900)
            )
            packet.stream, packet.time_base, packet.pts, packet.dts = words, Fraction(1, 1000), 0, 0
            target.mux(packet)
    return out.getvalue()


print("av", version("av"))
for name, captions in zip(sys.argv[1:], (False, True)):
    with open(name, "wb") as file:
        file.write(film(captions))
PY
cat > "$folder/behind.py" <<'PY'
import importlib
import io
import os
import pkgutil
import resource
import sys

import av


def frames(data):
    with av.open(io.BytesIO(data)) as source:
        return sum(1 for _frame in source.decode(video=0))


how = sys.argv[1]
if how == "all of av imported":
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.endswith(("__main__", "datasets")):
            importlib.import_module(module.name)
plain, captioned = (open(name, "rb").read() for name in sys.argv[2:4])
frames(plain)  # rehearsed
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
for what, data in (("a film", plain), ("one with captions", captioned)):
    try:
        said = f"{frames(data)} frame"
    except Exception as error:
        said = f"{type(error).__name__}, an error of FFmpeg: {isinstance(error, av.FFmpegError)}"
    os.write(1, f"{how}: {what}: {said}\n".encode())
PY
see() { "$folder/v/bin/python" "$@" 2>/dev/null; }
{ see "$folder/make.py" "$folder/plain.mp4" "$folder/captioned.mp4"
  for how in "av imported" "all of av imported"; do
    see "$folder/behind.py" "$how" "$folder/plain.mp4" "$folder/captioned.mp4"
  done; } | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
av imported: a film: 1 frame
av imported: one with captions: ImportError, an error of FFmpeg: False
all of av imported: a film: 1 frame
all of av imported: one with captions: 1 frame
SEEN
echo "as it was found"
