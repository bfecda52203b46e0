"""The fonts of letters: which files there are, which languages they print, and which letters each has.

Four lie in the repository. The others are larger, and `make fonts` brings them; a letter prints with what is there.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grievance import languages

FOLDER = Path(__file__).parents[2] / "templates" / "letters" / "fonts"
MORE = FOLDER / "more"
FIRST = "Noto Sans"
"""Before the language's own: most of the others have no brackets, no plus and no slash."""
CORE, CJK = "fonts-noto-core", "fonts-noto-cjk"
"""Debian's packages (SIL Open Font License), bookworm: 20201225-1 and 1:20220127+repack1-1."""


@dataclass(frozen=True)
class FontFile:
    name: str
    package: str
    sha256: str


@dataclass(frozen=True)
class Family:
    """A font as typst knows it by name. `languages`: those that are written with it, in their own names."""

    name: str
    file: str
    codes: tuple[str, ...]
    languages: str


FURTHER: tuple[FontFile, ...] = (
    FontFile("NotoSansEthiopic-Regular.ttf", CORE,
             "58bc43b062961b38ee45757d2e74e6a991a12011aa0399fb03004ac432e5c852"),
    FontFile("NotoSansEthiopic-Bold.ttf", CORE,
             "cc16f0c43be76a2ecb5f6d08de4fe6705886b9be90251bfb5959a90955be7f1d"),
    FontFile("NotoSansMyanmar-Regular.ttf", CORE,
             "3fe9a4babc12081adc979e0313433e6ec85bb3ad069681c23ee8d8ea8b91332b"),
    FontFile("NotoSansMyanmar-Bold.ttf", CORE,
             "e37e2ef189431020b1eaf4fb8d43252666dc24265d628145fff119613afea174"),
    FontFile("NotoSansBengali-Regular.ttf", CORE,
             "9bb35b3547829ecc42041b6017e87fd4c5f1da1edcd00f59171777050f346018"),
    FontFile("NotoSansBengali-Bold.ttf", CORE,
             "22c9ff99baca4d31c531ce450a1369beed889467e1ad964f4b8a6f810aa46955"),
    FontFile("NotoSansThai-Regular.ttf", CORE,
             "dfbd5ed0f1e68c3cbc51aa08f646d1ab0e68e7c4ceab70a69e465225ff701f93"),
    FontFile("NotoSansThai-Bold.ttf", CORE,
             "97bbc8ea98328325285f2f552228c7aac1db39d8f38f0096a61ba7df1f1f780e"),
    FontFile("NotoSansTamil-Regular.ttf", CORE,
             "a7bb7f92f165479af2f0556c4fd669b74c5959f464f603e18389b532f4d07a71"),
    FontFile("NotoSansTamil-Bold.ttf", CORE,
             "7ef7071ba2fad67dcae397dc7f5bfd4dbce69d86cdc453c2cc4abe640df0b442"),
    FontFile("NotoSansKhmer-Regular.ttf", CORE,
             "bc9a5e2afcee249849e409aabe6e22330c479b878ea3e59bf5e7c84482d7ee53"),
    FontFile("NotoSansKhmer-Bold.ttf", CORE,
             "cc74e7ac685da9a84e18b773ec8d80d06765aa1754bb14acc390c3620023c4dc"),
    FontFile("NotoSansCJK-Regular.ttc", CJK,
             "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a"),
)  # fmt: skip
FAMILIES: tuple[Family, ...] = (
    Family("Noto Sans Arabic", "NotoSansArabic-Regular.ttf", ("ar", "fa", "ur", "ps", "ckb", "prs", "ug", "sd"),
           "العربية"),
    Family("Noto Sans Ethiopic", "NotoSansEthiopic-Regular.ttf", ("am", "ti", "tig"), "አማርኛ, ትግርኛ"),
    Family("Noto Sans Myanmar", "NotoSansMyanmar-Regular.ttf", ("my", "mnw", "shn", "ksw"), "မြန်မာ"),
    Family("Noto Sans Bengali", "NotoSansBengali-Regular.ttf", ("bn", "as"), "বাংলা"),
    Family("Noto Sans Thai", "NotoSansThai-Regular.ttf", ("th",), "ไทย"),
    Family("Noto Sans Tamil", "NotoSansTamil-Regular.ttf", ("ta",), "தமிழ்"),
    Family("Noto Sans Khmer", "NotoSansKhmer-Regular.ttf", ("km",), "ខ្មែរ"),
    Family("Noto Sans CJK SC", "NotoSansCJK-Regular.ttc", ("zh",), "中文"),
    Family("Noto Sans CJK JP", "NotoSansCJK-Regular.ttc", ("ja",), "日本語"),
    Family("Noto Sans CJK KR", "NotoSansCJK-Regular.ttc", ("ko",), "한국어"),
)  # fmt: skip
"""In the order in which a letter looks for a character; one that says it is written in Japanese looks there first,
or its characters come in their Chinese shapes."""
FROM_THE_RIGHT = languages.FROM_THE_RIGHT | {"fa", "prs", "ur", "ps", "ckb", "ug", "sd", "he", "yi", "dv"}
"""Languages that run from right to left, also of those that the site does not speak: typst itself does not know all of
them."""


def is_there(font: FontFile) -> bool:
    """Whether the file is there and is the one that is named."""
    place = MORE / font.name
    return place.is_file() and digest(place) == font.sha256


def digest(place: Path) -> str:
    return hashlib.sha256(place.read_bytes()).hexdigest()


def families(language: str) -> list[str]:
    """What typst looks through for a letter in this language, in this order, and nowhere else."""
    own = [one.name for one in _present() if language in one.codes]
    return [FIRST, *own, *(one.name for one in _present() if one.name not in own)]


def printed() -> tuple[list[str], list[str]]:
    """The scripts beyond Latin, Greek and Cyrillic that letters can print here, by languages; and those that they
    cannot until `make fonts` has run."""
    return [one.languages for one in _present()], [one.languages for one in FAMILIES if one not in _present()]


@cache
def letters() -> frozenset[int]:
    """Every code point that some font here has a glyph for. Reads the files once in a process: 0.2 seconds."""
    from fontTools.ttLib import TTFont  # only who prints needs it

    found: set[int] = set()
    for name in {"NotoSans-Regular.ttf", *(one.file for one in _present())}:
        with TTFont(_place(name), fontNumber=0, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)


def _present() -> tuple[Family, ...]:
    return tuple(one for one in FAMILIES if _place(one.file).is_file())


def _place(name: str) -> Path:
    return FOLDER / name if (FOLDER / name).is_file() else MORE / name
