"""And then: what a step changes besides the state and its time limits. Each adds to the move, none commits."""

import secrets
from typing import Any

from sqlalchemy import delete, select

from grievance.access import envelope_place, find_case
from grievance.accounts.keys.party_keys import company_key
from grievance.accounts.people import still_here
from grievance.accounts.receipts import handover_envelope, living_receipts, receipt_keys
from grievance.crypto import receipt_codes
from grievance.crypto.compartments import Compartment, company_grant
from grievance.crypto.envelopes import seal_to
from grievance.deadlines import pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import FOLLOW_UPS, Deadline
from grievance.extensions import db
from grievance.forms.choices import GROUPS, TAGS, TOPICS
from grievance.models.case import Case, CaseLink, Conflict, Severity, Track
from grievance.models.desk import StepDraft
from grievance.models.keys import CompanyEnvelope, Holder
from grievance.models.limit import Limit
from grievance.models.people import Account, Company, Party
from grievance.workflow.conditions import packet_hash, representatives_receipts
from grievance.workflow.context import Move


def take_on(move: Move) -> None:
    """Who acknowledges a case that nobody has, has it."""
    if move.case.officer_id is None:
        still_here(move.person.account_id)
        move.case.officer_id = move.person.account_id


def assign(move: Move) -> None:
    still_here(int(move.values["officer"]))
    move.case.officer_id = int(move.values["officer"])


def classify(move: Move) -> None:
    case, values = move.case, move.values
    if "company" in values and case.handovers == 0:
        case.company = db.session.get_one(Company, int(values["company"]))
    case.membership_then = values.get("membership_then", case.membership_then)
    case.severity, case.track = Severity(values["severity"]), Track(values["track"])
    chosen_at_filing = [topic for topic in case.topics if topic in dict(GROUPS)]
    case.topics = (values.get("topics") or chosen_at_filing) + values.get("tags", [])


def as_classified(case: Case) -> dict[str, Any]:
    """The answers of `classify` as they stand: who changes one of them keeps the others."""
    said = {"company": case.company_id, "membership_then": case.membership_then, "severity": case.severity}
    begun: dict[str, Any] = {name: str(value) for name, value in said.items() if value}
    for name, known in (("topics", dict(TOPICS)), ("tags", dict(TAGS))):
        begun[name] = [one for one in case.topics if one in known]
    return {**begun, "track": case.track.value}


def pause_admissibility(move: Move) -> None:
    pauses.ask(move.case, move.at)


def resume_admissibility(move: Move) -> None:
    pauses.answered(move.case, move.at)


def hand_over(move: Move) -> None:
    """The company gets the keys of a new `company`-n and `shared`-n; before this it holds none (promise 5)."""
    case, master = move.case, move.keys.master
    key = company_key(case.company_id)
    if master is None:
        raise LookupError("a hand-over needs the case's master")
    n = case.handovers
    db.session.add(
        CompanyEnvelope(
            id=secrets.token_hex(16),
            case_id=case.id,
            party_id=key.party_id,
            n=n,
            key_id=key.key_id,
            sealed=seal_to(key.public_key, b"".join(company_grant(master, n)), envelope_place("company", case.id, n)),
        )
    )
    move.facts |= {"n": n, "packet": packet_hash(move.values["packet"])}
    for account_id in move.values.get("subjects", []):
        account = db.session.get(Account, int(account_id))
        if account and account.party_id == key.party_id:
            db.session.add(Conflict(case_id=case.id, account_id=account.id))


def count_referral_back(move: Move) -> None:
    move.case.referred_back += 1


def note_ground(move: Move) -> None:
    """The ground is for the Secretariat alone: the company must never learn that it is retaliation."""
    move.facts["ground"] = move.values["ground"]


def complainant_declines(move: Move) -> None:
    move.facts["ground"] = "declined"


def note_lateness(move: Move) -> None:
    """After the due day a response is marked late, and the breach stays."""
    rows = db.session.scalars(
        select(Limit).where(Limit.case_id == move.case.id, Limit.key == Deadline.COMPANY_RESPONSE)
    )
    move.facts["late"] = any(row.missed_at or (row.open and row.due_at <= move.at) for row in rows)


def begin_review(move: Move) -> None:
    """Her comment opens the review, as missing the time for it does."""
    deadlines.open_unless_open(move.case, Deadline.FAIRNESS_REVIEW, move.at)


def meet_first_follow_up(move: Move) -> None:
    first = next(limit for limit in deadlines.owed(move.case) if limit.key in FOLLOW_UPS)
    deadlines.meet(move.case, (first.key,), move.at)


def raise_alert(move: Move) -> None:
    move.case.safety_alert = True
    key = Deadline.SAFETY_CRITICAL if move.case.severity == Severity.CRITICAL else Deadline.SAFETY
    deadlines.open_unless_open(move.case, key, move.at)


def lift_alert(move: Move) -> None:
    move.case.safety_alert = False


def change_consent(move: Move) -> None:
    """All three as they stand from now on; what was handed over before stays handed over."""
    for name in ("share_account", "known_to_secretariat", "share_identity"):
        setattr(move.case, name, bool(move.values.get(name)))
        move.facts[name] = bool(move.values.get(name))


def cut_the_other_receipt(move: Move) -> None:
    """The representative's receipt dies, and with it every session that it opened."""
    for envelope in representatives_receipts(move.case):
        envelope.revoked_at = move.at


def hand_over_code(move: Move) -> None:
    """A one-use code, which the Secretariat reads on the case page and hands over to whom it names. Its first use makes
    that person's receipt, which no officer sees; then their earlier ones die."""
    case, key, code = move.case, move.keys.complainant, receipt_codes.make()
    holder = Holder(move.values["holder"])
    if key is None:
        raise LookupError("only the Secretariat's keys give a code")
    for envelope in living_receipts(case):
        if envelope.holder == Holder.HANDOVER and envelope.whose == holder:
            envelope.revoked_at = move.at
    handover_envelope(case, key, receipt_keys(code), holder, move.now)
    says = {"code": receipt_codes.grouped(code), "holder": holder.value}
    move.seal(Compartment.INTERNAL, "handover_code", says)


def count_files(move: Move) -> None:
    if files := move.values.get("files"):
        move.facts["files"] = len(files)


def tell_how_it_stands(move: Move) -> None:
    """A message to the complainant meets L6, which opens again."""
    if move.values["audience"] != "company" and deadlines.meet(move.case, (Deadline.STATUS_UPDATE,), move.at):
        deadlines.open_limit(move.case, Deadline.STATUS_UPDATE, move.at)


def recall_packet(move: Move) -> None:
    """Something identifying went out: the company's keys to what it was given end. With a corrected packet it gets
    new keys, and reads nothing of before; without one the case is out of its sight."""
    case = move.case
    party = db.session.scalars(select(Party).where(Party.company_id == case.company_id)).one()
    saw = db.session.scalars(select(Account.id).where(Account.party_id == party.id, Account.public_key.is_not(None)))
    move.facts["could_have_seen"] = sorted(saw)
    for envelope in db.session.scalars(select(CompanyEnvelope).where(CompanyEnvelope.case_id == case.id)):
        if "packet" not in move.values or envelope.n != case.handovers:
            db.session.delete(envelope)
    db.session.flush()
    if "packet" in move.values:
        hand_over(move)
        return
    deadlines.stop(case, (Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE), move.at)
    deadlines.open_unless_open(case, Deadline.NEXT_MOVE, move.at)


def link(move: Move) -> None:
    """Both complaints speak of one incident; neither complainant learns of the other."""
    other = find_case(move.person, move.values["other"])
    pair = sorted((move.case.id, other.id))
    known = db.session.scalars(select(CaseLink).where(CaseLink.case_id == pair[0], CaseLink.other_id == pair[1]))
    if known.one_or_none() is None:
        db.session.add(CaseLink(case_id=pair[0], other_id=pair[1]))
    move.facts["other"] = other.reference


def declare_conflict(move: Move) -> None:
    """Who has an interest loses the case itself, and not just a button (policy: see docs/confidentiality.md)."""
    if move.person.account_id is not None:
        shut_out(move, move.person.account_id)


def exclude(move: Move) -> None:
    shut_out(move, int(move.values["person"]))


def shut_out(move: Move, account_id: int) -> None:
    db.session.add(Conflict(case_id=move.case.id, account_id=account_id))
    theirs = (StepDraft.case_id == move.case.id, StepDraft.account_id == account_id)
    db.session.execute(delete(StepDraft).where(*theirs))
    if move.case.officer_id == account_id:
        move.case.officer_id = None
    move.facts["account"] = account_id


def hold_for_court(move: Move) -> None:
    move.case.legal_hold = True


def end_legal_hold(move: Move) -> None:
    move.case.legal_hold = False
