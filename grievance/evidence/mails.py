"""Mails: their words and what they carry, each cleaned. Who sent it, to whom, from where and through which servers is
not taken along. What cannot be cleaned is left out and counted."""

import email
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses
from functools import partial

import olefile

from grievance.evidence.notes import Note, Notes
from grievance.evidence.pages import words_of
from grievance.evidence.people import People
from grievance.evidence.refusals import CannotClean, Reason
from grievance.evidence.signatures import HEAD, as_text, extension

_SENDERS, _OTHERS = ("From", "Sender", "Reply-To", "Return-Path"), ("To", "Cc", "Bcc", "Resent-From", "Resent-To")
_ENVELOPE = re.compile(rb"(?m)^From \S.*\d{4}.*\r?\n")
_DEEPEST, _MOST = 3, 200

Cleaner = Callable[[str, bytes, Notes], tuple[str, bytes]]
"""The kind of the copy, and the copy, of a file of this kind."""


@dataclass
class _Mail:
    subject: str = ""
    words: list[str] = field(default_factory=list)
    carried: list[bytes] = field(default_factory=list)
    people: People = field(default_factory=People)
    named: int = 0
    """How many names and addresses stand beside the words."""


class Mails:
    """`cleaner`: how what a mail carries is cleaned."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner, self._deep = cleaner, 0

    def clean(self, kind: str, plain: bytes, notes: Notes) -> bytes:
        if self._deep >= _DEEPEST:
            raise CannotClean(Reason.TOO_LARGE)
        self._deep += 1
        try:
            read = {"eml": _of_eml, "mbox": _of_mbox, "msg": _of_msg}[kind]
            return self._written(list(read(plain)), notes)
        finally:
            self._deep -= 1

    def rehearse(self) -> None:
        """Have Python load what it loads late of mails."""
        head = b"From: =?utf-8?q?a_b?= <a@b.example>\nSubject: =?iso-8859-1?b?4Q==?=\nMIME-Version: 1.0\n"
        body = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=C3=A9\n"
        self.clean("eml", head + body, Notes())
        self.clean(
            "eml", head + b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+w6k8L3A+\n", Notes()
        )

    def _written(self, mails: list[_Mail], notes: Notes) -> bytes:
        if len(mails) > _MOST:
            raise CannotClean(Reason.TOO_LARGE)
        parts: list[tuple[str, bytes]] = []
        for number, mail in enumerate(mails, start=1):
            said = "\n\n".join(
                mail.people.without(one.strip(), notes) for one in (mail.subject, *mail.words) if one.strip()
            )
            notes[Note.PEOPLE] += mail.named
            head = f"[{number}/{len(mails)}]\n\n" if len(mails) > 1 else ""
            parts.append(("txt", (head + said + "\n").encode()))
            parts += self._carried(mail, notes)
        if not any(data.strip() for _kind, data in parts):
            raise CannotClean(Reason.NOTHING_LEFT)
        return _mime(parts)

    def _carried(self, mail: _Mail, notes: Notes) -> Iterator[tuple[str, bytes]]:
        for data in mail.carried:
            kind = extension(data[:HEAD], len(data), partial(_part, data))
            try:
                yield self._cleaner(kind or "", data, notes)
            except MemoryError:
                raise
            except Exception:  # whatever it is, it does not go along
                notes[Note.ATTACHMENTS] += 1


def _part(data: bytes, start: int, end: int) -> bytes:
    return data[start:end]


def _of_mbox(plain: bytes) -> Iterator[_Mail]:
    for one in _ENVELOPE.split(plain)[1:]:
        yield from _of_eml(one.replace(b"\n>From ", b"\nFrom "))


def _of_eml(plain: bytes) -> Iterator[_Mail]:
    message = email.message_from_bytes(plain.removeprefix(b"\xef\xbb\xbf"), policy=policy.default)
    mail = _Mail(subject=_header(message, "Subject"))
    for names, sender in ((_SENDERS, True), (_OTHERS, False)):
        said = [value for name in names for value in _headers(message, name)]
        pairs = getaddresses(said)
        mail.people.know((name for name, _address in pairs), sender=sender)
        mail.named += len(pairs)
    _read(message, mail, 0)
    yield mail


def _headers(message: EmailMessage, name: str) -> list[str]:
    try:
        return [str(value) for value in message.get_all(name, [])]
    except Exception:  # a header that is against the rules: its words are not taken along
        return []


def _header(message: EmailMessage, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def _read(part: MIMEPart, mail: _Mail, deep: int) -> None:
    """Words in both ways are said once: the plain ones."""
    if deep > 20:
        raise CannotClean(Reason.TOO_LARGE)
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        mail.carried += (
            [one.as_bytes() for one in inner if isinstance(one, MIMEPart)] if isinstance(inner, list) else []
        )
    elif part.is_multipart():
        inside = list(part.iter_parts())
        if kind == "multipart/alternative":
            plain = [one for one in inside if one.get_content_type() == "text/plain"]
            inside = plain[:1] or inside[-1:]
        for one in inside:
            _read(one, mail, deep + 1)
    elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
        said = _decoded(part)
        mail.words.append(words_of(said) if kind == "text/html" else said)
    else:
        data = part.get_payload(decode=True)
        mail.carried += [data] if isinstance(data, bytes) and data else []


def _decoded(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        return as_text(data) or data.decode("latin-1")


def _mime(parts: list[tuple[str, bytes]]) -> bytes:
    """A mail of nothing but words and files, under names that say no more than their number."""
    message = EmailMessage(policy=policy.SMTP)
    message.make_mixed()
    for number, (kind, data) in enumerate(parts, start=1):
        part = EmailMessage(policy=policy.SMTP)
        if kind == "txt":
            part.set_content(data.decode(), charset="utf-8", cte="8bit" if _is_short(data) else "base64")
        else:
            part.set_content(data, maintype="application", subtype="octet-stream", filename=f"file-{number}.{kind}")
        del part["MIME-Version"]
        message.attach(part)
    message["MIME-Version"] = "1.0"
    message.set_boundary("=_a_clean_copy_of_a_mail_=")
    return message.as_bytes()


def _is_short(data: bytes) -> bool:
    return all(len(line) < 900 for line in data.splitlines())


# --- Outlook -------------------------------------------------------------------------------------------------------

_SENDER_TAGS = ("0C1A", "0042", "0040", "3FFA", "3FF8", "5D0A", "4025")
_OTHER_TAGS = ("0E04", "0E03", "0E02")


def _of_msg(plain: bytes) -> Iterator[_Mail]:
    """Properties lie in streams that are named after their number and type; 001F is UTF-16, 001E one byte a letter."""
    with olefile.OleFileIO(io.BytesIO(plain)) as file:
        names = ["/".join(path) for path in file.listdir(streams=True, storages=False)]

        def said(folder: str, tag: str) -> str:
            for kind in ("001F", "001E", "0102"):
                name = f"{folder}__substg1.0_{tag}{kind}"
                if name in names:
                    data = file.openstream(name).read()
                    words = data.decode("utf-16-le", "replace") if kind == "001F" else as_text(data.rstrip(b"\0")) or ""
                    return words.rstrip("\0")
            return ""

        mail = _Mail(subject=said("", "0037"))
        mail.people.know((said("", tag) for tag in _SENDER_TAGS), sender=True)
        mail.people.know(name for tag in _OTHER_TAGS for name in said("", tag).split(";"))
        mail.people.know(said(f"{folder}/", "3001") for folder in _folders(names, "__recip_version1.0_"))
        words = said("", "1000") or words_of(said("", "1013"))
        mail.words.append(words)
        for folder in _folders(names, "__attach_version1.0_"):
            data = f"{folder}/__substg1.0_37010102"
            mail.carried.append(file.openstream(data).read() if data in names else b"\0")
        if not words.strip() and "__substg1.0_10090102" in names:
            raise CannotClean(Reason.UNKNOWN_PART)  # words in a packed form alone
        mail.named += 1
        yield mail


def _folders(names: list[str], beginning: str) -> list[str]:
    return sorted({name.partition("/")[0] for name in names if name.startswith(beginning)})
