"""What a telephone system does, with nothing but Python: a caller's complaint is filed, and its state read out.

A program of your own says each sentence with its voice, and asks for digits by the keys of the telephone. Called by
tests/clients/test_telephone.py; `docs/operations.md`, *By telephone*, says the same in words.
"""

import json
import urllib.request
import uuid
from collections.abc import Callable

Say, Press = Callable[[str], None], Callable[[str], str]


class Line:
    """`address`: of the office, as https://complaints.example.org. `token`: of your hotline, begins with ght_."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token

    def ask(self, path: str, sent: bytes, kind: str) -> dict[str, object]:
        """Raises `urllib.error.HTTPError`, whose body has a sentence in `detail`."""
        heads = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        request = urllib.request.Request(f"{self.address}/api/v1/hotline/{path}", sent, heads)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def complain(line: Line, say: Say, press: Press, recording: bytes, language: str) -> None:
    """After she has spoken: `recording` is what was recorded, as a WAV, MP3, M4A, OGG or WebM file."""
    card = press("If somebody gave you a card, press its 20 digits. If not, press the hash key.")
    harm = press("Could someone harm you because you complain? Press 1 for yes, 2 for no, 3 if you are not sure.")
    told = {
        "could_harm": {"1": "yes", "2": "no"}.get(harm, "unsure"), "company": "unknown", "language": language,
        "external_id": uuid.uuid4().hex,  # the same number again, after a lost answer, is the same complaint
        **({"card": card} if card else {}),
    }  # fmt: skip
    filed = line.ask("complaints", *both(told, recording))
    say("Write down five lines. They open your complaint. Tell them to nobody.")
    for sentence in (*filed["spoken"], *filed["says"]):
        say(sentence)


def hear(line: Line, say: Say, press: Press) -> None:
    """Where it stands. Nothing else of a complaint is told by telephone."""
    receipt = press("Press the 20 digits that you wrote down.")
    for sentence in line.ask("state", json.dumps({"receipt": receipt}).encode(), "application/json")["says"]:
        say(sentence)


def both(told: dict[str, object], recording: bytes) -> tuple[bytes, str]:
    """The complaint and the recording as one form, and what it is called."""
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="complaint"\r\n\r\n{json.dumps(told)}\r\n'
    sound = f'--{edge}\r\nContent-Disposition: form-data; name="recording"; filename="call.wav"\r\n\r\n'
    return (head + sound).encode() + recording + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
