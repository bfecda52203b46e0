"""Receipts: 20 digits that everyone can read, say and dial; 19 random and a Damm check digit."""

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from grievance.crypto.sealing import derive
from grievance.crypto.turns import Turns

LENGTH, LINE = 20, 4
TURNS = Turns(2)
# A totally anti-symmetric quasigroup of order 10 (Damm 2004): finds every single slip and neighbour swap.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


_LOOK_ALIKES = str.maketrans({**dict.fromkeys("OoОо", "0"), **dict.fromkeys("lIiІі|", "1")})  # Latin and Cyrillic
_REFERENCE = re.compile(r"GR[0-9A-Z]{8}")


class BadReceipt(ValueError):
    """Not a receipt: `reason` is "length" (not 20 digits), "slip" (the check digit does not fit), "letter" (20 digits
    if letters stand for those that they look like) or "reference" (it is one)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ReceiptKeys:
    """What a receipt and the pepper give: `lookup` finds the envelope, `wrapping` opens it. 32 bytes each."""

    lookup: bytes
    wrapping: bytes = field(repr=False)


def _check(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def make() -> str:
    """A new receipt: 63 random bits as 19 digits, and the check digit."""
    digits = "".join(secrets.choice("0123456789") for _ in range(LENGTH - 1))
    return digits + str(_check(digits))


def made_of(secret: bytes) -> str:
    """The receipt that a form's secret (32 random bytes) gives: the same on each page that shows it, and the form need
    not be kept anywhere before it is known. It gives nothing of the secret."""
    number = int.from_bytes(derive(secret, "receipt")) % 10 ** (LENGTH - 1)
    digits = f"{number:0{LENGTH - 1}}"
    return digits + str(_check(digits))


def readings(text: str) -> list[str]:
    """Each receipt that was meant: as it was typed, and with its lines from the last to the first, as who reads from
    right to left may take them from the paper. Two at most. Raises `BadReceipt`."""
    typed = _twenty(text)
    both = dict.fromkeys((typed, "".join(reversed(lines(typed)))))
    if found := [one for one in both if _check(one) == 0]:
        return found
    raise BadReceipt("slip")


def lines(digits: str) -> list[str]:
    """As they stand on the paper: four digits a line."""
    return [digits[at : at + LINE] for at in range(0, len(digits), LINE)]


def normalise(text: str) -> str:
    """The 20 ASCII digits that were meant, whatever script and spaces they were typed with. Raises `BadReceipt`."""
    digits = _twenty(text)
    if _check(digits) != 0:
        raise BadReceipt("slip")
    return digits


def _twenty(text: str) -> str:
    if len(text) > 200:  # cut instead, what follows would be dropped without a word
        raise BadReceipt("length")
    digits = _digits(text)
    if digits is None or len(digits) != LENGTH:
        raise BadReceipt(_what_it_is(text))
    return digits


def _digits(text: str) -> str | None:
    """In ASCII; None where something stands between them that is no separator: a letter, a half."""
    digits = ""
    for char in text:
        value = unicodedata.decimal(char, None)
        if value is not None:
            digits += str(value)
        elif unicodedata.category(char)[0] in "LNS":
            return None
    return digits


def typed_digits(text: str) -> str:
    """The ASCII digits of what was typed, in whatever groups and script; empty where something else stands there."""
    return _digits(text[:200]) or ""


def with_digits(text: str) -> str:
    """The same with a digit in the place of each letter that looks like one."""
    return text.translate(_LOOK_ALIKES)


def _what_it_is(text: str) -> str:
    if len(_digits(with_digits(text)) or "") == LENGTH:
        return "letter"
    plain = "".join(char for char in text if char.isalnum()).upper()
    return "reference" if _REFERENCE.fullmatch(plain) else "length"


def grouped(receipt: str) -> str:
    """In groups of four, as it is shown and read aloud."""
    return " ".join(lines(receipt))


def stretch(receipt: str, salt: bytes) -> bytes:
    """Argon2id at OWASP's minimum (19 MiB, 2 passes, 1 lane): 32 bytes. At most two at once in a process."""
    with TURNS:
        return Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19 * 1024).derive(receipt.encode())


def receipt_keys(stretched: bytes, pepper: bytes) -> ReceiptKeys:
    """Both keys, by HMAC with the server's pepper, which can be changed without knowing any receipt."""
    return ReceiptKeys(
        hmac.digest(pepper, b"lookup" + stretched, "sha256"),
        hmac.digest(pepper, b"wrapping" + stretched, "sha256"),
    )
