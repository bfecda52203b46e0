#!/usr/bin/env bash
# The FFmpeg inside PyAV's wheel, asked for its licence and for how it was built.
#
# One would guess: `avcodec_license()` says GPL where x264 or x265 is compiled in. FFmpeg's own `configure` stops at
# `--enable-libx264` without `--enable-gpl`, and with it the function answers "GPL version 2 or later": programs that
# list the licences of what they ship ask it.
# What happens: the build of the wheel has both encoders, no `--enable-gpl`, and answers "LGPL version 3 or later".
# libx264 and libx265 lie beside it in the wheel, and encode. The wheel's own metadata says BSD-3-Clause only.
# Why it matters here: who reads the answer, or the metadata, ships GPL code without knowing. The list of files in the
# wheel is what tells.
# Source: seen below; FFmpeg's LICENSE.md (x264 and x265 are named there as GPL) and `configure`,
# EXTERNAL_LIBRARY_GPL_LIST.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check --only-binary :all: av==18.1.0
cat > "$folder/see.py" <<'PY'
import ctypes
import io
from importlib.metadata import metadata, version
from pathlib import Path

import av

beside = Path(av.__file__).parents[1] / "av.libs"
library = ctypes.CDLL(str(next(beside.glob("libavcodec*"))))


def said(name):
    function = getattr(library, name)
    function.restype = ctypes.c_char_p
    return function().decode()


def encodes(codec):
    with av.open(io.BytesIO(), "w", format="mp4") as target:
        stream = target.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        frame = av.VideoFrame(64, 64, "yuv420p")
        frame.pts = 0
        return bool(stream.encode(frame) + stream.encode(None))


print("av", version("av"))
print("the wheel's metadata:", metadata("av")["License-Expression"])
print("avcodec_license():", said("avcodec_license"))
options = said("avcodec_configuration").split()
for option in ("--enable-gpl", "--enable-libx264", "--enable-libx265"):
    print(option, option in options)
for codec in ("libx264", "libx265"):
    print(codec, "lies beside it:", any(beside.glob(f"{codec}*")), "and encodes:", encodes(codec))
PY
"$folder/v/bin/python" "$folder/see.py" 2>/dev/null | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
the wheel's metadata: BSD-3-Clause
avcodec_license(): LGPL version 3 or later
--enable-gpl False
--enable-libx264 True
--enable-libx265 True
libx264 lies beside it: True and encodes: True
libx265 lies beside it: True and encodes: True
SEEN
echo "as it was found"
