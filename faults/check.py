"""Afterwards: is everything there that was acknowledged, once, and can it be read with its receipt?"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text

from faults.browser import Browser
from faults.ledger import Complaint, Ledger
from faults.office import Office
from grievance.access import opened
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.writing import Attachment, Writing
from grievance.record import files
from grievance.record.writings import read_writing

WORD = re.compile(r"word[0-9a-f]{16}")
FILE = re.compile(r'href="(/follow/case/files/[0-9a-f]{32})"')
KINDS = ("complaints", "files", "messages", "steps")


@dataclass
class Outcome:
    """Counts by kind. `faults`: sentences, one for each thing that is not as it must be."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    double: int = 0
    unacknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return sum((self.acknowledged - self.found).values())

    @property
    def good(self) -> bool:
        return not (self.faults or self.lost or self.double)

    def as_dict(self) -> dict[str, Any]:
        return {
            **{kind: f"{self.found[kind]}/{self.acknowledged[kind]}" for kind in KINDS},
            "acknowledged": sum(self.acknowledged.values()), "found": sum(self.found.values()), "lost": self.lost,
            "double": self.double, "never acknowledged": self.unacknowledged, "faults": self.faults[:20],
            "good": self.good,
        }  # fmt: skip


def check(office: Office, ledger: Ledger, before: int = 0) -> Outcome:
    """Read everything over HTTP with the receipts, count it with the product's own code, ask the doctor.

    `before`: how many cases there were before the crowd came.
    """
    outcome = Outcome()
    _count_acknowledged(ledger, outcome)
    with ThreadPoolExecutor(3) as pool:  # each counts for itself: `+=` on a counter of all would lose some
        for found, faults in pool.map(lambda one: _read(office.port, one), ledger.complaints):
            outcome.found += found
            outcome.faults += faults
    with office.inside():
        _count(ledger, outcome, before)
    for words in (("doctor",), ("record", "verify")):
        done = office.flask(*words, check=False)
        if done.returncode:
            outcome.faults.append(f"flask {' '.join(words)}: {done.stdout[:400]}{done.stderr[-400:]}")
    outcome.faults += ledger.wrong
    return outcome


def _count_acknowledged(ledger: Ledger, outcome: Outcome) -> None:
    for one in ledger.complaints:
        outcome.acknowledged["complaints"] += 1
        outcome.acknowledged["files"] += len(one.digests)
        outcome.acknowledged["messages"] += len(one.words) - 1
        outcome.acknowledged["steps"] += len(one.steps)


def _read(port: int, complaint: Complaint) -> tuple[Counter[str], list[str]]:
    """As the complainant: the page behind the receipt has each word once, and each file opens as it was sent.

    What was found, by kind, and a sentence for each thing that is not there once.
    """
    browser = Browser(port)
    if browser.post("/follow", {"code": complaint.receipt}).status != 303:
        return Counter(), [f"the receipt of {complaint.words[0]} opens nothing"]
    page = browser.get("/follow/case").text
    digests = Counter(hashlib.sha256(browser.get(path).body).hexdigest() for path in set(FILE.findall(page)))
    there = Counter(WORD.findall(page)) + digests
    account, *messages = complaint.words
    found = Counter(
        complaints=there[account] == 1,
        messages=sum(there[word] == 1 for word in messages),
        files=sum(there[digest] == 1 for digest in complaint.digests),
    )
    name = complaint.reference or account
    things = (*complaint.words, *complaint.digests)
    return found, [f"{name}: {thing} is there {there[thing]} times" for thing in things if there[thing] != 1]


def _count(ledger: Ledger, outcome: Outcome, before: int) -> None:
    """With the Secretariat's key, in all cases: each word is in one writing, each step in one event."""
    where = Counter(word for _case, word in words_of_cases())
    known = {word for one in ledger.complaints for word in one.words}
    outcome.double = sum(number - 1 for word, number in where.items() if word in known)
    outcome.faults += [f"{word} is in no case" for word in known - where.keys()]
    cases = db.session.scalar(select(func.count()).select_from(Case)) or 0
    outcome.unacknowledged = cases - before - len(ledger.complaints)
    if outcome.unacknowledged > ledger.given_up:
        outcome.faults.append(f"{outcome.unacknowledged} cases more than receipts")
    taken = select(Case.reference, Event.kind, func.count()).join(Event, Event.case_id == Case.id)
    counts = {(ref, kind): n for ref, kind, n in db.session.execute(taken.group_by(Case.reference, Event.kind))}
    for one in ledger.complaints:
        for step in one.steps:
            number = counts.get((one.reference, step), 0)
            outcome.found["steps"] += number == 1
            outcome.double += max(number - 1, 0)


def words_of_cases() -> Iterator[tuple[str, str]]:
    """The id of a case, and each word of the crowd's in one of its writings: once for each writing."""
    noor = signed_in("Noor")
    for case in db.session.scalars(select(Case)):
        keys = opened(noor, case)
        for writing in db.session.scalars(select(Writing).where(Writing.case_id == case.id)):
            if keys.can_open(writing.compartment, writing.n):
                yield from ((case.id, word) for word in set(WORD.findall(str(read_writing(keys, writing)))))


def report(office: Office, ledger: Ledger, before: int = 0, **more: Any) -> dict[str, Any]:
    """What a scenario tells: its own figures, what was there afterwards, and what people saw meanwhile."""
    outcome = check(office, ledger, before)
    outcome.faults += stack_traces(office)
    outcome.faults += [f"{ledger.given_up} clients never got an answer"] if ledger.given_up else []
    seen = dict(sorted(ledger.seen.items(), key=lambda one: -one[1]))
    return {
        **more,
        **outcome.as_dict(),
        "slowest answer, seconds": round(max((seconds for _at, _what, seconds, _status in ledger.times), default=0), 1),
        "clients that gave up": ledger.given_up,
        "files left over": left_over(office),
        "seen": seen,
    }


def stack_traces(office: Office) -> list[str]:
    """The logs must have none: the values in them are what people wrote."""
    found = []
    for name in ("web", "worker"):
        for trace in office.log(name).split("Traceback (most recent call last):")[1:]:
            lines = [line for line in trace.splitlines() if line and not line.startswith(" ")]
            found.append(f"a stack trace in the log of the {name}: {lines[0] if lines else trace[-200:]}")
    return found


def count_cases(office: Office) -> int:
    with office.inside():
        return int(db.session.execute(text("SELECT count(*) FROM cases")).scalar_one())


def left_over(office: Office) -> int:
    """Ciphertext that no row names: what a fault left behind, and the sweep removes after a day."""
    with office.inside():
        known = set(db.session.scalars(select(Attachment.id)))
        return sum(held.name not in known for held in files.store().listed())
