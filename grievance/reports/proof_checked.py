"""What `/verify` answers to a proof that somebody kept: the same check as `grievance/verify.py`, and whether the root
that it leads to is one that the office published."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from grievance import clock, verify
from grievance.record import week_roots

LONGEST = 64 * 1024
"""Characters of a proof: one has about eight thousand."""


class Verdict(StrEnum):
    """FITS: it leads to a published root. EARLY: it fits, and its week is not published yet. OTHER_ROOT: it fits, and
    leads to a root that the office does not publish. BROKEN: it does not fit. NO_PROOF: it is none."""

    FITS = "fits"
    EARLY = "early"
    OTHER_ROOT = "other_root"
    BROKEN = "broken"
    NO_PROOF = "no_proof"


@dataclass(frozen=True)
class Checked:
    """`hash`: the number of the record that it is a proof of; `signed_on`: the day (UTC) on which that was signed;
    `until`: its week."""

    verdict: Verdict
    hash: str = ""
    signed_on: date | None = None
    until: date | None = None


def checked(text: str) -> Checked:
    """Of what somebody pasted or sent as a file. Whatever it is, the answer is one of the verdicts."""
    try:
        proof: dict[str, Any] = json.loads(text) if len(text) <= LONGEST else {}
        faults, _told = verify.check_paper(proof) if "paper" in proof else verify.check_proof(proof, "")
        return Checked(Verdict.BROKEN) if faults else _against_what_is_published(proof)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError):
        return Checked(Verdict.NO_PROOF)


def _against_what_is_published(proof: dict[str, Any]) -> Checked:
    body = json.loads(proof["body"] if "paper" in proof else proof["checkpoint"]["body"])
    said, week = (
        (str(proof["leaf"]["hash"]), clock.day(datetime.fromisoformat(body["taken_at"]), "UTC")),
        proof.get("week"),
    )
    if week is None:
        return Checked(Verdict.EARLY, *said)
    until = date.fromisoformat(week["until"])
    fits = week_roots.Published(until, week["root"]) in week_roots.published()
    return Checked(Verdict.FITS if fits else Verdict.OTHER_ROOT, *said, until)
