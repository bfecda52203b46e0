"""How long a text message is (3GPP TS 23.038, "GSM 03.38"): the signs of the phones' own alphabet take one septet, a
few two, and one sign that is not in it turns the whole message into UCS-2."""

from dataclasses import dataclass

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Each at its own number. A small ç is none of them, nor is any sign of Arabic or Cyrillic."""
ESCAPE = "\x1b"
EXTENDED = {"\f": 10, "^": 20, "{": 40, "}": 41, "\\": 47, "[": 60, "~": 61, "]": 62, "|": 64, "€": 101}
"""After an escape: two septets each."""
SEPTETS, UNITS = 160, 70
GSM, UCS2 = 0, 8
"""As `data_coding` of SMPP names them."""


@dataclass(frozen=True)
class Length:
    """`used` of `most` in one part. `forced_by`: the first sign that the phones' alphabet lacks; empty where none."""

    used: int
    most: int
    forced_by: str = ""

    @property
    def fits(self) -> bool:
        return self.used <= self.most


def length(text: str) -> Length:
    foreign = next((sign for sign in text if not _is_gsm(sign)), "")
    if foreign:
        return Length(len(text.encode("utf-16-be")) // 2, UNITS, foreign)
    return Length(sum(2 if sign in EXTENDED else 1 for sign in text), SEPTETS)


def encoded(text: str) -> tuple[int, bytes]:
    """The `data_coding`, and the text as SMPP carries it: a septet in each octet, or UCS-2."""
    if any(not _is_gsm(sign) for sign in text):
        return UCS2, text.encode("utf-16-be")
    escape = BASIC.index(ESCAPE)
    signs = (bytes((escape, EXTENDED[one])) if one in EXTENDED else bytes((BASIC.index(one),)) for one in text)
    return GSM, b"".join(signs)


def _is_gsm(sign: str) -> bool:
    return (sign in BASIC and sign != ESCAPE) or sign in EXTENDED
