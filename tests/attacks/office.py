"""An office that has been there for a while, with a strange word in every compartment of several cases, before and
after what attackers wait for: people left, keys were changed, receipts made anew, a packet recalled, a company wrong.

It is made once for each database by the product's own verbs; a test gets a copy of its own.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import Person
from grievance.accounts import leaving, receipts
from grievance.accounts.keys import rotation
from grievance.demonstration import answers_for, signed_in
from grievance.extensions import db
from grievance.intake import filing
from grievance.models.case import Case
from grievance.models.people import Company, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from grievance.workflow.conditions import packet_hash
from tests.accounts.test_leaving import join
from tests.attacks.opener import Copy, copy_of, word

FORMER = {"Petra": "former_approver", "Otto": "former_officer", "Iris": "former_custodian", "Vera": "former_company"}
"""Who left after the old copy was made."""
STAYED = ("Noor", "Tomas", "Ines", "Victor", "Olga")


@dataclass
class Past:
    """What is known of the office: its cases by letter, receipts, and copies of the database at moments."""

    references: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    copies: dict[str, Copy] = field(default_factory=dict)


def case_of(reference: str) -> Case:
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def take(step: str, person: Person, reference: str, **given: Any) -> None:
    """A step of a person now, approved where that is needed."""
    raw = {**answers_for(step, person, case_of(reference)), **given}
    decision = steps.take(step, person, reference, raw)
    if decision:
        steps.decide(signed_in("Tomas"), reference, decision.id, True)


def file(past: Past, letter: str, when: str) -> Person:
    """A case with words in its account and its identity."""
    at = clock.now() - timedelta(minutes=5)
    told = {"account": word("account", when, letter), "name": word("identity", when, letter)}
    agreed = {"known_to_secretariat": "yes", "share_identity": "yes"}
    reference, amina, code = demonstration.file_one(at, **told, **agreed)
    past.references[letter], past.receipts[letter] = reference, code
    past.ids[letter] = case_of(reference).id
    return amina


def packet(letter: str, when: str) -> dict[str, str]:
    text = word("packet", when, letter)
    return {"packet": text, "previewed": packet_hash(text), "mechanism_not_subject": "yes"}


def speak(past: Past, letter: str, when: str, amina: Person | None, company: str = "") -> None:
    """A word into every compartment that somebody can write into now."""
    reference, noor = past.references[letter], signed_in("Noor")
    take("note", noor, reference, note=word("internal", when, letter))
    if amina:
        take("write", amina, reference, audience="secretariat", message=word("account", when, letter))
        take("correct_identity", amina, reference, name=word("identity", when, letter))
    if company:
        take("write", noor, reference, audience="company", message=word("company", when, letter))
        take("write", signed_in(company), reference, audience="all", message=word("packet", when, letter))


def holder_of(code: str) -> Person:
    """Who has this receipt, as its page knows them."""
    followed = receipts.follow(code)
    person = receipts.complainant_of(followed.session) if followed else None
    if person is None:
        raise LookupError("the receipt opens its case")
    return person


def made_anew(past: Past, letter: str) -> None:
    """The complainant's receipt is made anew through an officer; the old one is dead."""
    reference = past.references[letter]
    take("reissue_receipt", signed_in("Noor"), reference, holder="complainant", channel="phone", why="She was called.")
    file = open_case_file(signed_in("Noor"), case_of(reference))
    code = next(w.fields[0][1] for w in file.writings if w.step == "handover_code")
    followed = receipts.follow(code)
    past.receipts[f"{letter} anew"] = receipts.shown(followed.receipt_secret)


def begin(past: Past) -> dict[str, Person]:
    """What was there when the old copy was made."""
    for name, role, host in (("Petra", Role.APPROVER, "Noor"), ("Otto", Role.OFFICER, "Noor"),
                             ("Iris", Role.CUSTODIAN, "Ines")):  # fmt: skip
        join(name, role, signed_in(host))
    join("Vera", Role.COMPANY, signed_in("Victor"), int(demonstration.larkfield()))
    aminas = {letter: file(past, letter, "old") for letter in ("a", "b", "k", "r", "w")}
    with_a_friend(past)
    for letter in ("a", "k", "w"):
        take("acknowledge", signed_in("Noor"), past.references[letter])
        take("refer", signed_in("Noor"), past.references[letter], **packet(letter, "old"))
        speak(past, letter, "old", aminas[letter], "Victor")
    for letter in ("b", "r"):
        speak(past, letter, "old", aminas[letter])
    return aminas


def with_a_friend(past: Past) -> None:
    """A case with a second receipt, for somebody trusted."""
    raw = {"account": word("account", "old", "f"), "company": demonstration.larkfield(), "could_harm": "no"}
    secret = filing.new_secret()
    filed = filing.file_complaint(raw, secret, "en")
    past.references["f"], past.receipts["f"] = filed.reference, filed.code
    past.ids["f"] = case_of(filed.reference).id
    past.receipts["f friend"] = receipts.make_second(secret)


def go_on(past: Past, aminas: dict[str, Person]) -> None:
    """What attackers wait for."""
    for name, by in (("Petra", "Tomas"), ("Otto", "Tomas"), ("Iris", "Ines"), ("Vera", "Victor")):
        leaving.leave(signed_in(by), past.accounts[name])
    for name in ("Noor", "Ines", "Victor"):
        rotation.begin(signed_in(name))
        assert rotation.go_on(signed_in(name), 99).finished
    made_anew(past, "r")
    take("revoke_authority", holder_of(past.receipts["f"]), past.references["f"])
    noor = signed_in("Noor")
    take("recall_packet", noor, past.references["k"], packet="", previewed="")
    ostrova = str(db.session.scalar(select(Company.id).where(Company.name == "Ostrova Security")))
    take("change_respondent", noor, past.references["w"], company=ostrova)


def later(past: Past) -> None:
    """What is written after all that."""
    file(past, "l", "new")
    take("acknowledge", signed_in("Noor"), past.references["l"])
    take("refer", signed_in("Noor"), past.references["l"], **packet("l", "new"))
    speak(past, "l", "new", holder_of(past.receipts["l"]), "Victor")
    speak(past, "a", "new", holder_of(past.receipts["a"]), "Victor")
    for letter in ("b", "f", "k", "w"):
        speak(past, letter, "new", holder_of(past.receipts[letter]))
    speak(past, "r", "new", holder_of(past.receipts["r anew"]))
    agreed = {"known_to_secretariat": "yes", "share_account": "yes", "share_identity": "yes"}
    take("change_consent", holder_of(past.receipts["w"]), past.references["w"], **agreed)
    take("lift_safety_alert", signed_in("Noor"), past.references["w"])
    take("refer", signed_in("Noor"), past.references["w"], **packet("w", "new"))


def make_office() -> Past:
    """The whole past, with an old copy and one of now."""
    past = Past()
    aminas = begin(past)
    past.accounts = ids_of_people()
    past.copies["old"] = copy_of(db.engine)
    go_on(past, aminas)
    later(past)
    with unit_of_work():
        chain.take_checkpoint(clock.now())
    past.copies["now"] = copy_of(db.engine)
    return past


def ids_of_people() -> dict[str, int]:
    from grievance.models.people import Account

    return {name: number for number, name in db.session.execute(select(Account.id, Account.name))}
