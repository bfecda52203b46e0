"""A demonstration's mail: each is a file in a folder of this machine, and none goes to anybody."""

import os
import secrets
import smtplib
from email.message import Message
from pathlib import Path
from typing import Any

from grievance import clock

SCHEME = "file"


class KeptMails(smtplib.SMTP):
    """Takes mail as a server does, and has no connection."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def send_message(self, msg: Message, *_args: Any, **_more: Any) -> dict[str, tuple[int, bytes]]:
        """Named by the time, so that the newest stands last; readable by whoever runs the demonstration alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{clock.now().timestamp():.0f}-{secrets.token_hex(4)}.eml"
        opened = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(_plain(msg))
        return {}


def _plain(mail: Any) -> bytes:
    """So that a person reads it in an editor."""
    heads = [f"{name}: {mail[name]}" for name in ("From", "To", "Subject")]
    return "\n".join([*heads, "", str(mail.get_content())]).encode()
