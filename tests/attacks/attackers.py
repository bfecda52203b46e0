"""Who attacks, with what in hand, what they read by it and what they change: the table of docs/confidentiality.md.

Each cell has its script: of what is read in test_attackers_read.py, of what is changed in test_attackers_change.py.
A cell without one is a red test.


`python -m tests.attacks.attackers` prints both tables of that page.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Can(StrEnum):
    """What a cell says."""

    YES = "yes"
    NO = "no"
    OLD = "what was there then"
    """Of before: what they could read when they had a right to it, and nothing that was written since."""
    OPEN = "open: the door"
    """They can, as long as that person has no passkey."""
    TYPED = "what is typed or opened there meanwhile"
    REFUSED = "refused"
    """The change has no effect: what it was for does not happen."""
    NOTICED = "noticed"
    """It has an effect, and the page, `doctor` or `record verify` names it."""
    AS_THEMSELVES = "only as themselves, on the record"
    NOTHING = "–"
    """They write nothing."""


COMPARTMENTS = ("account", "identity", "packet", "company", "internal")


@dataclass(frozen=True)
class Attacker:
    """`has`: what is in their hands. `reads`: by compartment. `cases`: by which cases it is measured (office.py)."""

    name: str
    has: str
    reads: dict[str, Can]
    changes: Can | str
    cases: str = "abfkrwl"
    writes: bool = field(default=False, kw_only=True)
    """Whether every change of `changes.py` is tried as this one."""


def reads(**given: Can) -> dict[str, Can]:
    return {compartment: given.get(compartment, Can.NO) for compartment in COMPARTMENTS}


def all_but_identity(what: Can) -> dict[str, Can]:
    return {**dict.fromkeys(COMPARTMENTS, what), "identity": Can.NO}


OF_COMPANY = ("packet", "company")
NOTHING_READ = reads()

ATTACKERS: tuple[Attacker, ...] = (
    Attacker("database", "A stolen database", NOTHING_READ, Can.NOTHING),
    Attacker("keys", "A stolen database and the server keys", NOTHING_READ, Can.NOTHING),
    Attacker("officer", "The same and an officer's password", all_but_identity(Can.OPEN), Can.AS_THEMSELVES),
    Attacker("approver", "The same and an approver's password", all_but_identity(Can.OPEN), Can.AS_THEMSELVES),
    Attacker("custodian", "The same and a custodian's password", NOTHING_READ, Can.AS_THEMSELVES),
    Attacker("two", "The same and the passwords of an officer and a custodian", dict.fromkeys(COMPARTMENTS, Can.OPEN),
             Can.AS_THEMSELVES),
    Attacker("company", "The same and the password of a company's person", reads(packet=Can.OPEN, company=Can.OPEN),
             Can.AS_THEMSELVES, cases="al"),
    Attacker("once", "Who writes to the database once, without any key or password", NOTHING_READ, Can.NOTICED,
             writes=True),
    Attacker("year", "Who writes to it every hour for a year, after each checkpoint too", NOTHING_READ, Can.NOTICED,
             writes=True),
    Attacker("host", "A hosting provider: everything at rest, read and written, and the server keys", NOTHING_READ,
             Can.NOTICED, writes=True),
    Attacker("former_approver", "A former approver with an old copy and their old password", all_but_identity(Can.OLD),
             Can.NOTICED),
    Attacker("former_officer", "A former officer with the same", all_but_identity(Can.OLD), Can.NOTICED),
    Attacker("former_custodian", "A former custodian with the same", NOTHING_READ, Can.NOTICED),
    Attacker("former_company", "A former person of a company with the same", reads(packet=Can.OLD, company=Can.OLD),
             Can.NOTICED, cases="akw"),
    Attacker("backup", "Who has a forged backup restored", NOTHING_READ, Can.REFUSED),
    Attacker("form", "The process of the form, taken over, with its role in PostgreSQL",
             reads(account=Can.TYPED, identity=Can.TYPED), Can.NOTICED),
    Attacker("follow", "The process of the complainants' pages, taken over, with its role in PostgreSQL",
             reads(account=Can.TYPED, identity=Can.TYPED, packet=Can.TYPED), Can.NOTICED),
    Attacker("worker", "The worker, taken over, with its role in PostgreSQL", NOTHING_READ, Can.NOTICED),
    Attacker("receipt", "A found receipt, and the database with the server keys, until a new one is made",
             reads(account=Can.YES, packet=Can.YES), Can.AS_THEMSELVES, cases="a"),
    Attacker("old_receipt", "The same after a new one was made, or after a representative was cut",
             reads(account=Can.OLD), Can.NOTICED, cases="rf"),
    Attacker("before", "A company before the hand-over", NOTHING_READ, Can.NOTHING, cases="b"),
    Attacker("during", "A company that has the case", reads(packet=Can.YES, company=Can.YES), Can.AS_THEMSELVES,
             cases="a"),
    Attacker("recalled", "A company whose packet was recalled", reads(packet=Can.OLD, company=Can.OLD), Can.NOTICED,
             cases="k"),
    Attacker("wrong", "A company that was the wrong one", reads(packet=Can.OLD, company=Can.OLD), Can.NOTICED,
             cases="w"),
)  # fmt: skip
DOOR: tuple[Attacker, ...] = (
    Attacker("all", "All passwords of people with passkeys, the database and the keys of all servers, and no device",
             NOTHING_READ, Can.NOTHING),
    Attacker("before", "The same, and a copy of before the passkeys with the passwords of then",
             dict.fromkeys(COMPARTMENTS, Can.OLD), Can.NOTHING),
)  # fmt: skip
"""The same office, once everybody is behind a passkey and the parties' keys were changed after that
(test_passkeys.py)."""
BY_NAME = {one.name: one for one in ATTACKERS}


SHORT = {
    "account": "account",
    "identity": "identity",
    "packet": "packet and answers",
    "company": "the company's messages",
    "internal": "notes",
}


def reading_cell(attacker: Attacker) -> str:
    """By what is the same: "no", or each compartment's answer."""
    by_answer: dict[Can, list[str]] = {}
    for compartment in COMPARTMENTS:
        by_answer.setdefault(attacker.reads[compartment], []).append(compartment)
    told = [f"{answer} ({_named(names)})" for answer, names in by_answer.items() if answer != Can.NO]
    return "; ".join(told) or "nothing"


def _named(compartments: list[str]) -> str:
    if len(compartments) == len(COMPARTMENTS):
        return "everything"
    if set(COMPARTMENTS) - set(compartments) == {"identity"}:
        return "all but identity"
    return ", ".join(SHORT[one] for one in compartments)


def table() -> str:
    """For docs/confidentiality.md."""
    lines = ["| who | reads | what they change |", "|---|---|---|"]
    lines += [f"| {one.has} | {reading_cell(one)} | {COMES_OF_IT[one.changes]} |" for one in (*ATTACKERS, *DOOR)]
    return "\n".join(lines)


COMES_OF_IT = {
    Can.NOTHING: "they write nothing",
    Can.AS_THEMSELVES: "what they do is done as that person, on the record",
    Can.NOTICED: "refused, or named by the page, `doctor` or `record verify`",
    Can.REFUSED: "refused",
}


if __name__ == "__main__":
    from tests.attacks.changes import changes_table

    print(f"{table()}\n\n{changes_table()}")
