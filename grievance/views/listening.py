"""A recording that is the account, as a page plays it: nothing is saved on the device of who listens, and no other
file is given out so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance.access import NoSuchCase, Person, find_case
from grievance.crypto.sealing import CannotOpen
from grievance.evidence.recordings import PLAYED_AS
from grievance.models.case import Case, Spoken
from grievance.models.sides import COMPANY, OF_THE_OFFICE
from grievance.reports import casefile
from grievance.views.readings import opened_file

COPIES = {"m4a": "audio/mp4", "mp4": "video/mp4"}
"""What sound and video are made anew as: whoever may share one watches or listens to it first."""
Page = str | Response | tuple[str, int]


def may_record() -> None:
    """This page has a recorder: it may ask for the microphone, and plays what was said before it is sent."""
    g.microphone, g.plays = "self", "blob:"


def may_play(case: Case, side: str) -> None:
    """This page plays what was said, and at the desk the copies of recordings, from our own address; and says of words
    that were written down whether they are hers. A company's pages never do: what they may play would tell it that the
    complaint was spoken."""
    if side in OF_THE_OFFICE or (case.spoken and side != COMPANY):
        g.plays = "'self'"
    if case.spoken and side != COMPANY:
        g.unapproved = case.spoken == Spoken.WRITTEN


def policies(policy: str, permissions: str) -> tuple[str, str]:
    """What the page of this request may do, beyond what every page may."""
    if "plays" in g:
        policy += f"; media-src {g.plays}"
    if "microphone" in g:
        permissions = permissions.replace("microphone=()", "microphone=(self)")
    return policy, permissions


@dataclass(frozen=True)
class Piece:
    """Bytes `first` to `last` of `size`: a player asks for the part that it needs."""

    first: int
    last: int
    size: int
    whole: bool

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def of(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        at = 0
        for chunk in chunks:
            begin, end = max(0, self.first - at), min(len(chunk), self.last + 1 - at)
            at += len(chunk)
            if begin < end:
                yield chunk[begin:end]
            if at > self.last:
                return


def asked_for(said: str, size: int) -> Piece | None:
    """The one piece that a request names; the whole where it names none, or several; None where there is none such."""
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", said.strip())
    if found is None or found.group() == "bytes=-":
        return Piece(0, size - 1, size, True)
    begin, end = found.groups()
    first = int(begin) if begin else max(0, size - int(end))
    last = min(size - 1, int(end)) if begin and end else size - 1
    return Piece(first, last, size, False) if first <= last else None


def show_sound(person: Person, reference: str, file_id: str, back: str) -> Page:
    """GET: the recording itself, decrypted while it is sent. It was verified to its end before its first byte is."""
    try:
        one = casefile.open_file(person, find_case(person, reference), file_id)
    except (CannotOpen, FileNotFoundError):
        sentence = _("This file is damaged or missing, so we do not give it out. Tell the Secretariat.")
        return render_template("refused.html", sentence=sentence, back=back), 410
    if not one.file.spoken and not (one.is_copy and one.file.kind in COPIES and person.side in OF_THE_OFFICE):
        one.source.close()
        raise NoSuchCase
    piece = asked_for(request.headers.get("Range", ""), one.file.size)
    if piece is None:
        one.source.close()
        return Response(status=416, headers={"Content-Range": f"bytes */{one.file.size}"})
    if piece.first == 0:  # each further piece is of the same listening
        opened_file(one)
    response = Response(
        piece.of(one.plain),
        200 if piece.whole else 206,
        mimetype=COPIES[one.file.kind] if one.is_copy else PLAYED_AS[one.file.kind],
    )
    response.call_on_close(one.source.close)
    response.headers |= _said_of(piece)
    return response


def _said_of(piece: Piece) -> dict[str, str]:
    said = {"Accept-Ranges": "bytes", "Content-Length": str(piece.length), "Content-Disposition": "inline"}
    return said if piece.whole else {**said, "Content-Range": f"bytes {piece.first}-{piece.last}/{piece.size}"}
