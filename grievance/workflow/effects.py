"""And then: what a step changes besides the state and its time limits. Each adds to the context, none commits."""

import secrets
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from grievance.access import envelope_place, find_case
from grievance.accounts import beside, parts, receipts, who_could
from grievance.accounts.keys import epochs
from grievance.accounts.keys.party_keys import company_key
from grievance.accounts.people import still_here
from grievance.accounts.receipts import handover_envelope, living_receipts, receipt_keys
from grievance.crypto import receipt_codes
from grievance.crypto.compartments import Compartment, commit, company_grant
from grievance.crypto.envelopes import seal_to
from grievance.deadlines import corrections, pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import FOLLOW_UPS, Deadline
from grievance.extensions import db
from grievance.forms.choices import GROUPS, TAGS, TOPICS
from grievance.models.case import Case, CaseLink, Conflict, Deputy, Severity, State, Track
from grievance.models.desk import NewMark, StepDraft
from grievance.models.keys import CompanyEnvelope, Holder
from grievance.models.people import Account, Party, Role
from grievance.workflow import case_tasks, delicate, rounds
from grievance.workflow.conditions import packet_hash, representatives_receipts
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import NOBODY_CAN_ACT, to_custodian

REVIEW = Deadline.FAIRNESS_REVIEW


def take_on(context: StepContext) -> None:
    """Who acknowledges a case that nobody has, has it."""
    if context.case.officer_id is None:
        still_here(context.person.account_id)
        _in_charge(context, context.person.account_id)


def _in_charge(context: StepContext, account_id: int | None) -> None:
    """Whoever is in charge is not beside."""
    context.case.officer_id = account_id
    if account_id is not None:
        beside.take_off(context.case.id, account_id)


def assign(context: StepContext) -> None:
    still_here(int(context.values["officer"]))
    former = context.case.officer_id
    _in_charge(context, int(context.values["officer"]))
    case_tasks.hand_over(context, former)


def classify(context: StepContext) -> None:
    case, values = context.case, context.values
    case.membership_then = values.get("membership_then", case.membership_then)
    case.severity, case.track = Severity(values["severity"]), Track(values["track"])
    delicate.keep_closed(context)
    chosen_at_filing = [topic for topic in case.topics if topic in dict(GROUPS)]
    case.topics = (values.get("topics") or chosen_at_filing) + values.get("tags", [])
    delicate.keep_closed(context)


def as_classified(case: Case) -> dict[str, Any]:
    """The answers of `classify` as they stand: who changes one of them keeps the others."""
    said = {"company": case.company_id, "membership_then": case.membership_then, "severity": case.severity}
    begun: dict[str, Any] = {name: str(value) for name, value in said.items() if value}
    for name, known in (("topics", dict(TOPICS)), ("tags", dict(TAGS))):
        begun[name] = [one for one in case.topics if one in known]
    return {**begun, "track": case.track.value}


def pause_admissibility(context: StepContext) -> None:
    pauses.ask(context.case, context.at)


def resume_admissibility(context: StepContext) -> None:
    pauses.answered(context.case, context.at)


def hand_over(context: StepContext) -> None:
    """The company gets the keys of a new `company`-n and `shared`-n; before this it holds none (promise 5)."""
    case, master = context.case, context.keys.master
    key = company_key(case.company_id)
    if master is None:
        raise LookupError("a hand-over needs the case's master")
    n, grant = case.handovers, b"".join(company_grant(master, case.handovers))
    db.session.add(
        CompanyEnvelope(
            id=secrets.token_hex(16),
            case_id=case.id,
            party_id=key.party_id,
            n=n,
            key_id=key.key_id,
            sealed=seal_to(key.public_key, grant, envelope_place("company", case.id, n)),
            commit=commit(grant),
        )
    )
    epochs.share_with_company(case, context.keys, key, context.facts)
    context.facts |= {"n": n, "packet": packet_hash(context.values["packet"]), "keys": {"company": key.key_id}}
    for account_id in context.values.get("subjects", []):
        account = db.session.get(Account, int(account_id))
        if account and account.party_id == key.party_id:
            db.session.add(Conflict(case_id=case.id, account_id=account.id))


def count_referral_back(context: StepContext) -> None:
    """Going back after a miss that was none only undoes an escalation."""
    if corrections.is_free_again(context.case):
        return
    context.case.referred_back += 1


def escalate_unseen(context: StepContext) -> None:
    """The review begins; what the company is shown stays as it was, and its time limits run on."""
    context.case.escalation_unseen = True
    day = date.fromisoformat(context.values["tell_on"])
    deadlines.open_limit(context.case, Deadline.TELL_COMPANY, context.at, agreed=day)
    pauses.hold_what_tells(context.case, context.at)
    if not deadlines.is_open(context.case, Deadline.FAIRNESS_REVIEW):
        deadlines.keep_from_company(deadlines.open_limit(context.case, Deadline.FAIRNESS_REVIEW, context.at))


def show_escalation(context: StepContext) -> None:
    """A review that began unseen begins again: its date would say when it began, and one that is missing more still."""
    context.case.escalation_unseen = False
    context.facts["shown_to_company"] = context.case.state.value
    if deadlines.is_open(context.case, REVIEW):
        deadlines.open_unless_open(context.case, REVIEW, context.at)


def complainant_declines(context: StepContext) -> None:
    context.facts["ground"] = "declined"


def note_lateness(context: StepContext) -> None:
    """After the due day of its round a response is marked late; the breach stays, unless two people corrected it."""
    limit = rounds.newest(context.case, Deadline.COMPANY_RESPONSE)
    context.facts["late"] = bool(limit and (limit.breached or (limit.open and deadlines.is_late(limit, context.at))))


def meet_first_follow_up(context: StepContext) -> None:
    first = next(limit for limit in deadlines.owed(context.case) if limit.key in FOLLOW_UPS)
    deadlines.meet(context.case, (first.key,), context.at)


def lift_alert(context: StepContext) -> None:
    context.case.safety_alert = False


def change_consent(context: StepContext) -> None:
    """All three as they stand from now on; what was handed over before stays handed over."""
    for name in ("share_account", "known_to_secretariat", "share_identity"):
        setattr(context.case, name, bool(context.values.get(name)))
        context.facts[name] = bool(context.values.get(name))


def cut_the_other_receipt(context: StepContext) -> None:
    """The representative's receipt dies, and with it every session that it opened."""
    over = receipts.end(representatives_receipts(context.case), context.at)
    context.facts |= over
    parts.pass_on(context.case, "revoke_authority", context.person, context.now, over)


def hand_over_code(context: StepContext) -> None:
    """A one-use code, which the Secretariat reads on the case page and hands over to whom it names. Its first use makes
    that person's receipt, which no officer sees; then their earlier ones die."""
    case, key, code = context.case, context.keys.complainant, receipt_codes.make()
    holder = Holder(context.values["holder"])
    if key is None:
        raise LookupError("only the Secretariat's keys give a code")
    earlier = [one for one in living_receipts(case) if one.holder == Holder.HANDOVER and one.whose == holder]
    context.facts |= receipts.end(earlier, context.at)
    made = handover_envelope(case, receipts.with_new_seed(key), receipt_keys(code), holder, context.now)
    epochs.share_with_receipt(case, context.keys, made)
    context.facts |= receipts.named(made)
    told = receipts.named(made) | receipts.ended(earlier)
    parts.pass_on(case, "reissue_receipt", context.person, context.now, told, new=made)
    says = {"code": receipt_codes.grouped(code), "holder": holder.value}
    context.seal(Compartment.INTERNAL, "handover_code", says)


def count_files(context: StepContext) -> None:
    if files := context.values.get("files"):
        context.facts["files"] = len(files)


def tell_how_it_stands(context: StepContext) -> None:
    """A message to the complainant meets L6, which opens again."""
    if context.values["audience"] != "company" and deadlines.meet(context.case, (Deadline.STATUS_UPDATE,), context.at):
        deadlines.open_limit(context.case, Deadline.STATUS_UPDATE, context.at)


def recall_packet(context: StepContext) -> None:
    """Something identifying went out: the company's keys to what it was given end. With a corrected packet it gets
    new keys, and reads nothing of before; without one the case is out of its sight."""
    case = context.case
    party = db.session.scalars(select(Party).where(Party.company_id == case.company_id)).one()
    had_keys = (Account.party_id == party.id, Account.public_key.is_not(None))
    saw = sorted(db.session.scalars(select(Account.id).where(*had_keys)))
    context.facts["could_have_seen"] = saw
    for envelope in db.session.scalars(select(CompanyEnvelope).where(CompanyEnvelope.case_id == case.id)):
        if "packet" not in context.values or envelope.n != case.handovers:
            db.session.delete(envelope)
    epochs.take_from_companies(case)
    db.session.flush()
    if "packet" in context.values:
        hand_over(context)
        return
    db.session.execute(delete(NewMark).where(NewMark.case_id == case.id, NewMark.account_id.in_(saw)))
    deadlines.stop(case, (Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE), context.at)
    deadlines.open_unless_open(case, Deadline.NEXT_MOVE, context.at)


def link(context: StepContext) -> None:
    """Both complaints speak of one incident; neither complainant learns of the other."""
    other = find_case(context.person, context.values["other"])
    pair = sorted((context.case.id, other.id))
    known = db.session.scalars(select(CaseLink).where(CaseLink.case_id == pair[0], CaseLink.other_id == pair[1]))
    if known.one_or_none() is None:
        db.session.add(CaseLink(case_id=pair[0], other_id=pair[1]))
    context.facts["other"] = other.reference


def unlink(context: StepContext) -> None:
    other = find_case(context.person, context.values["other"])
    pair = sorted((context.case.id, other.id))
    for one in db.session.scalars(select(CaseLink).where(CaseLink.case_id == pair[0], CaseLink.other_id == pair[1])):
        db.session.delete(one)
    context.facts["other"] = other.reference


def let_in_again(context: StepContext) -> None:
    """What shut somebody out was a mistake, or is over: two people say so, and neither is that person."""
    account_id = int(context.values["person"])
    theirs = (Conflict.case_id == context.case.id, Conflict.account_id == account_id)
    for one in db.session.scalars(select(Conflict).where(*theirs)):
        db.session.delete(one)
    context.facts["account"] = account_id


def declare_conflict(context: StepContext) -> None:
    """Who has an interest loses the case itself, and not just a button (policy: see docs/confidentiality.md)."""
    if context.person.account_id is not None:
        shut_out(context, context.person.account_id)
        db.session.flush()
        _call_who_can_act(context, who_could.standing(context.case))


def see_who_can_judge(context: StepContext) -> None:
    """An appeal is decided by another than who closed the case, or proposed to."""
    closers = who_could.closers(context.case)
    appealed = replace(who_could.standing(context.case), appealed=True, closers=closers)
    _call_who_can_act(context, appealed)


def _call_who_can_act(context: StepContext, standing: who_could.Standing) -> None:
    """What nobody may refuse happens also where nobody is left: then the next move is owed, and the desk says what to
    do. A closed case of which nothing is owed waits for nobody."""
    if context.case.state == State.CLOSED and not standing.appealed:
        return
    if standing.lacks(context.case.state):
        deadlines.open_unless_open(context.case, Deadline.NEXT_MOVE, context.at)
        if standing.naming() == standing.custodians:
            context.letters.append(to_custodian(NOBODY_CAN_ACT))


def name_deputy(context: StepContext) -> None:
    """In this one case they may act as what nobody else there can. They read it already: nobody gets a key by it."""
    account, role = context.values["deputy"].split(":")
    still_here(int(account))
    deputy = Deputy(case_id=context.case.id, account_id=int(account), role=Role(role), named_at=context.at,
                    named_by=context.person.account_id)  # fmt: skip
    db.session.add(deputy)
    if role == Role.OFFICER and context.case.officer_id is None:
        _in_charge(context, int(account))
    context.facts |= {"account": int(account), "acts_as": role}
    db.session.flush()
    if not who_could.standing(context.case).lacks(context.case.state):
        deadlines.meet(context.case, (Deadline.NEXT_MOVE,), context.at)


def exclude(context: StepContext) -> None:
    shut_out(context, int(context.values["person"]))


def shut_out(context: StepContext, account_id: int) -> None:
    db.session.add(Conflict(case_id=context.case.id, account_id=account_id))
    theirs = (StepDraft.case_id == context.case.id, StepDraft.account_id == account_id)
    db.session.execute(delete(StepDraft).where(*theirs))
    db.session.execute(delete(NewMark).where(NewMark.case_id == context.case.id, NewMark.account_id == account_id))
    if context.case.officer_id == account_id:
        context.case.officer_id = None
    beside.take_off(context.case.id, account_id)
    context.facts["account"] = account_id


def hold_for_court(context: StepContext) -> None:
    context.case.legal_hold = True


def end_legal_hold(context: StepContext) -> None:
    context.case.legal_hold = False
