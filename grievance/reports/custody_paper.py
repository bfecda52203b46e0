"""The chain of custody of files as a tagged PDF: for a court, or whoever is handed a file and wants to check it."""

from typing import Any

from flask_babel import gettext as _

from grievance import clock
from grievance.deadlines import days
from grievance.extensions import speaking
from grievance.models.case import Case
from grievance.reports.directions import Quoted
from grievance.reports.evidence_log import EvidenceLog, Piece, Sums
from grievance.reports.pdf import typeset
from grievance.site import site_name
from grievance.workflow import words


def custody_pdf(log: EvidenceLog) -> bytes:
    """In English, as the record is. It names who handled a file, and nobody whose name is locked apart."""
    with speaking("en"):
        case = log.case
        data = {
            "title": _("Chain of custody, complaint %(reference)s", reference=case.reference), "lang": "en",
            "site": site_name(), "date": days.time_there(clock.now(), clock.office_zone()),
            "intro": [_("SHA-256 is a fingerprint of bytes: whoever changes one byte of a file changes it.")],
            "pieces": [_piece(one) for one in log.pieces], "heads": [_("When"), _("What"), _("Who")],
            "none": _("Nobody has sent a file in this case."), "steps": _("Each step, in its order"),
            "checks": {"title": _("How to check it"), "paragraphs": _checks(case)},
        }  # fmt: skip
        return typeset("custody", data)


def _piece(one: Piece) -> dict[str, Any]:
    facts = [[_("Number"), one.id], [_("What it is"), one.kind], [_("From whom"), one.from_whom]]
    if one.original is None:
        facts = [[_("Number"), one.id], [_("What it is"), _("A file that was taken out: its name went with it")]]
    facts += _sums(_("The file as it came"), one.original) + _sums(_("The clean copy"), one.copy)
    if one.no_copy:
        facts.append([_("The clean copy"), one.no_copy])
    facts += [[_("SHA-256 of what was sealed, and is gone"), digest] for digest in one.gone]
    lines = [[step.when, _what(step.what, step.seq), Quoted(step.who)] for step in one.steps]
    return {"title": Quoted(one.name or _("A file that was taken out")), "facts": facts, "lines": lines}


def _sums(which: str, sums: Sums | None) -> list[list[str]]:
    if sums is None:
        return []
    return [
        [which, words.size(sums.size)],
        [_("SHA-256 of the file"), sums.plain],
        [_("SHA-256 of what was sealed"), sums.sealed],
        ["", str(sums.said)],
    ]


def _what(what: str, seq: int) -> str:
    return _("%(what)s (event %(seq)s of the record)", what=what, seq=seq) if seq else what


def _checks(case: Case) -> list[str]:
    return [
        _("A file that was handed over: run `sha256sum FILE`. It must print the SHA-256 of the file as it came, or of"
          " its clean copy, whichever was handed over, as it stands above."),
        _("What lies sealed at the office: run `sha256sum` on the stored file of that number. It must print the SHA-256"
          " of what was sealed. The program compared it when this paper was made, and says above what it found."),
        _("This list: each step that names an event stands in the record of the case, chain %(chain)s. When this"
          " paper was made the record had %(seq)s events, and the hash of the last one was:",
          chain=case.id, seq=case.head_seq),
        case.head_hash,
        _("The office exports the record on request; `verify.py`, which needs nothing of the office, checks that no"
          " event of it was changed, added or left out, and the event of that number has this hash. Who opened a file"
          " on which day stands in the office's own record from the day after on."),
        _("The name and the SHA-256 of a file are kept sealed: whoever steals the database cannot find out from it"
          " whether somebody sent a file that they know."),
    ]  # fmt: skip
