#!/usr/bin/env bash
# Pillow: a photo opened and saved again, to be rid of what stands beside its pixels.
#
# One would guess: saving without `exif=` writes pixels alone. That is so for EXIF, where it was taken and with what,
# and most advice ends there.
# What happens: each format writes something else again without being asked. A JPEG saved as JPEG keeps its comment
# ("scanned by ...") and loses its colour profile; saved as PNG it keeps the profile, whose description can name the
# owner of a calibrated screen, and loses the comment; as WebP it loses both. What is kept is taken from `image.info`:
# only with that emptied are all of them without it.
# Why it matters here: whoever tries with a phone's photo, or with one format, sees everything gone and is content.
# Scanners write comments, and screen tools profiles.
# Source: seen below; in Pillow's documentation the defaults stand under "comment" (JPEG) and "icc_profile" (PNG).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check pillow==13.0.0
cat > "$folder/see.py" <<'PY'
import io

import PIL
from PIL import Image, ImageCms


def photo():
    exif = Image.Exif()
    exif[0x013B] = "by Amina"  # Artist
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif, comment=b"scanned by Amina", icc_profile=profile)
    return io.BytesIO(out.getvalue())


def saved(kind, emptied=False):
    image = Image.open(photo())
    image.load()
    if emptied:
        image.info = {}
    out = io.BytesIO()
    image.save(out, kind)
    again = Image.open(io.BytesIO(out.getvalue()))
    there = {"exif": bool(again.getexif()), "comment": "comment" in again.info, "profile": "icc_profile" in again.info}
    return ", ".join(name for name, is_there in there.items() if is_there) or "nothing"


print("pillow", PIL.__version__)
for kind in ("JPEG", "PNG", "WEBP"):
    print(f"{kind}: {saved(kind)}; with an emptied info: {saved(kind, emptied=True)}")
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
JPEG: comment; with an emptied info: nothing
PNG: profile; with an emptied info: nothing
WEBP: nothing; with an emptied info: nothing
SEEN
echo "as it was found"
