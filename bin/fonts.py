"""`make fonts`: the letters' further scripts, from Debian's packages, each file known by its SHA-256.

Takes what lies in the system's fonts, and fetches with apt-get what does not; nothing is installed. A file that is not
exactly the one that is named is left where it is.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grievance.reports.fonts import FURTHER, MORE, FontFile, digest, is_there

SYSTEM = Path("/usr/share/fonts")


def main() -> int:
    """How many are missing at the end: 0 where every script prints."""
    MORE.mkdir(exist_ok=True)
    _take(SYSTEM)
    for package in sorted({font.package for font in _missing()}):
        _fetch(package)
    for font in _missing():
        print(f"missing: {font.name} (package {font.package}, SHA-256 {font.sha256}); put it into {MORE}")
    print(f"{len(FURTHER) - len(list(_missing()))} of {len(FURTHER)} further fonts are there")
    return len(list(_missing()))


def _missing() -> Iterator[FontFile]:
    return (font for font in FURTHER if not is_there(font))


def _take(folder: Path) -> None:
    for font in list(_missing()):
        for found in folder.rglob(font.name):
            if digest(found) == font.sha256:
                shutil.copyfile(found, MORE / font.name)


def _fetch(package: str) -> None:
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return
    with tempfile.TemporaryDirectory() as folder:
        fetched = subprocess.run(["apt-get", "-qq", "download", package], cwd=folder, capture_output=True, text=True)
        for archive in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        _take(Path(folder))
        if fetched.returncode:
            print(f"{package}: {fetched.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main())
