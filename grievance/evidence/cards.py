"""Contacts and calendars: what somebody noted in them. Names, numbers, addresses and pictures of people stay behind."""

import quopri
import re

from grievance.evidence.notes import Note, Notes
from grievance.evidence.people import People
from grievance.evidence.refusals import CannotClean, Reason
from grievance.evidence.signatures import as_text

_MAY_SAY = {
    "vcf": {"NOTE": "", "CATEGORIES": "", "BEGIN": ""},
    "ics": {
        "SUMMARY": "", "DESCRIPTION": "", "DTSTART": "Start: ", "DTEND": "End: ", "DUE": "Due: ",
        "DURATION": "Length: ", "RRULE": "Again: ", "STATUS": "", "COMMENT": "", "CATEGORIES": "", "BEGIN": "",
    },
}  # fmt: skip
"""What is written of each kind, and the word before it."""
_PEOPLE = {"FN", "N", "NICKNAME", "ORGANIZER", "ATTENDEE", "CONTACT", "ORG", "EMAIL"}
_LINE = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;(?:\"[^\"]*\"|[^\":])*)?):(.*)", re.DOTALL)
_NAME = re.compile(r";CN=(\"[^\"]*\"|[^;:]*)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\;,nN])")


def clean(kind: str, plain: bytes, notes: Notes) -> bytes:
    """A text. Raises `CannotClean` where nothing but people would be left out of it."""
    text = as_text(plain)
    if text is None:
        raise CannotClean(Reason.BROKEN)
    lines = [found for line in _unfolded(text) if (found := _LINE.fullmatch(line))]
    people, said = People(), list[str]()
    for name, options, value in (line.groups() for line in lines):
        if name.upper() in _PEOPLE:
            people.know([part[1] for part in _NAME.finditer(options)], sender=True)
            people.know([_plain(value, options).replace(";", " ")], sender=True)
            notes[Note.PEOPLE] += 1
    for name, options, value in (line.groups() for line in lines):
        if (before := _MAY_SAY[kind].get(name.upper())) is not None:
            words = "" if name.upper() == "BEGIN" else people.without(_plain(value, options), notes)
            said.append(before + words)
    written = re.sub(r"\n{3,}", "\n\n", "\n".join(said)).strip()
    if not written:
        raise CannotClean(Reason.NOTHING_LEFT)
    return (written + "\n").encode()


def _unfolded(text: str) -> list[str]:
    text = re.sub(r"=\r?\n", "", text) if "QUOTED-PRINTABLE" in text.upper() else text
    return re.sub(r"\r?\n[ \t]", "", text).replace("\r\n", "\n").split("\n")


def _plain(value: str, options: str) -> str:
    if "QUOTED-PRINTABLE" in options.upper():
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
