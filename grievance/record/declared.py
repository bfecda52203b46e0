"""A word on every column of every table: vouched for, made of others again, or harmless because …

What decides who reads, who acts, what is owed and when, and what is said stands in its row's digest, or is vouched for
by something stronger than that: the chain, a signature, or a key that opens nothing else. A test asks for a column that
has no word (docs/vouched.md).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, cached_property
from operator import attrgetter
from typing import Any

from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlalchemy.orm.base import NO_VALUE

from grievance.extensions import Base
from grievance.models.account_waits import AccountWait
from grievance.models.at_company import CaseAtCompany, CompanyWords
from grievance.models.beside import Beside
from grievance.models.board import BoardCopy, BoardPaper, BoardSeat, BoardTie
from grievance.models.case import Case, CaseLink, Conflict, Deputy, Respondent
from grievance.models.certificate import CertificateReminder
from grievance.models.company_token import CompanyToken
from grievance.models.concern import Concern, ConcernItem, ConcernLimit, ConcernMail, ConcernProposal, ConcernWords
from grievance.models.counted import FileReading, ReadingCount, SignInCount, SlowedTry
from grievance.models.desk import MessageTemplate, NewMark, SavedView, StepDraft
from grievance.models.door import Door
from grievance.models.edition import Edition, MemberEdition
from grievance.models.enquiry import Enquiry, EnquiryWords
from grievance.models.event import OFFICE_CHAIN, ChainHead, Checkpoint, Event, WeekRoot
from grievance.models.field import FieldKey, FieldPart, FieldSubmission, FieldToken
from grievance.models.group import SpokenFor
from grievance.models.heartbeat import Heartbeat
from grievance.models.held import HeldBack
from grievance.models.hotline import Hotline
from grievance.models.incident import Incident, StandsIn
from grievance.models.keys import (
    AccountSession,
    AppCode,
    CompanyEnvelope,
    Draft,
    DraftReceipt,
    Filing,
    FollowSession,
    IdentityEntry,
    IdentityGrant,
    IdentityRequest,
    IdentityShare,
    PartKey,
    ReceiptEnvelope,
    SecretariatEnvelope,
    Setting,
)
from grievance.models.limit import Limit
from grievance.models.mailbox import CodeMail, Mailbox, WitnessMail
from grievance.models.monitoring import Monitoring
from grievance.models.passkey import Passkey
from grievance.models.people import (
    Absence,
    Account,
    AccountChange,
    CalendarProposal,
    Company,
    EscrowGrant,
    EscrowHalf,
    MembershipSince,
    Party,
    PartyShare,
    RecoveryShare,
    Rotation,
)
from grievance.models.printed_card import CardSheet, PrintedCard
from grievance.models.public_question import PublicQuestion
from grievance.models.public_text import PublicText
from grievance.models.register import RegisterEntry, RegisterName, RegisterRun
from grievance.models.search import SearchBlock, SearchedWriting, SearchSegment, UnsearchedWriting
from grievance.models.sent_form import SentForm
from grievance.models.sign import Sign, SignText
from grievance.models.summary import Summary
from grievance.models.task import Task, Tick
from grievance.models.vouching import Epoch, EpochEnvelope, Signature
from grievance.models.webhook import CompanyWebhook, WebhookLetter, WebhookMessage
from grievance.models.writing import Attachment, Decision, Holiday, Letter, Remedy, Writing
from grievance.record.events import canonical

LENGTH = 16
"""Hexadecimal digits of a row's digest: to change a row so that it fits takes 2**64 tries for each."""


@dataclass(frozen=True)
class Table:
    """One table and a word on each of its columns. `case`: the column that says whose case's chain vouches for the row;
    empty where the office's does. `name`: the columns that name a row within its chain. `vouched`: what its digest is
    made of; `but`: what of such a column is left out of it; `later`: columns that came after the first digests, and are
    in one where they hold something. `by`: what else vouches for a column. `derived`: from what it is made again, and
    `harmless`: why nobody gains by changing it. `vanishes`: why a row of it may go without an event."""

    model: type[Base]
    case: str = ""
    name: tuple[str, ...] = ()
    vouched: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    but: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    harmless: Mapping[str, str] = field(default_factory=dict)
    vanishes: str = ""

    @cached_property
    def columns(self) -> frozenset[str]:
        return frozenset((*self.vouched, *self.later))

    @cached_property
    def title(self) -> str:
        return str(self.model.__tablename__)

    def chain_of(self, row: Any) -> str:
        return str(getattr(row, self.case)) if self.case else OFFICE_CHAIN

    @cached_property
    def needed(self) -> frozenset[str]:
        """The columns of which a row's name and digest are made."""
        return frozenset((*self.columns, *self.name, *((self.case,) if self.case else ())))

    def name_of(self, row: Any) -> str:
        return self.named(row.__getattribute__)

    def named(self, value: Callable[[str], Any]) -> str:
        """`value`: what the row has in a column."""
        return f"{self.title}:{'/'.join(str(_plain(value(one))) for one in self.name)}"

    def digest_of(self, value: Callable[[str], Any]) -> str:
        """`value`: what the row has in a column. The same for a row in memory and one read as plain columns."""
        parts: list[Any] = [self.title, *[part(value(name)) for name, part in self._parts]]
        parts += [[name, _plain(value(name))] for name in self.later if value(name)]
        return digest_of_text(canonical(parts)[1:-1])

    def text_of(self, name: str, value: Any) -> str:
        """What stands in a digest's text for a column that has this value; nothing for a later one that holds none."""
        if name in self.later:
            return canonical([name, _plain(value)]) if value else ""
        return canonical(self.but.get(name, _plain)(value))

    def text_of_title(self) -> str:
        """With which a digest's text begins."""
        return canonical(self.title)

    @cached_property
    def _parts(self) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        return tuple((name, self.but.get(name, _plain)) for name in self.vouched)

    def is_whole(self, row: Base) -> bool:
        """Whether all of it that is looked at is in memory."""
        return not instance_state(row).expired and self.needed <= instance_dict(row).keys()

    def value_of(self, row: Base) -> Callable[[str], Any]:
        """What a row has in a column: of one that is here in full as plain values, which takes half the time."""
        return instance_dict(row).__getitem__ if self.is_whole(row) else row.__getattribute__

    def differs(self, row: Any, before: Mapping[str, Any]) -> bool:
        """Whether something of it that is vouched for is another than `before`, what its changed columns were."""
        return any(self._differs(name, before[name], getattr(row, name)) for name in self.columns.intersection(before))

    def _differs(self, name: str, old: Any, new: Any) -> bool:
        if old == new:
            return False
        return name not in self.but or old is NO_VALUE or self.but[name](old) != self.but[name](new)

    def word_on(self, column: str) -> tuple[str, str]:
        """("vouched" | "derived" | "harmless", by what or why). Raises KeyError for a column without a word."""
        if column in self.columns:
            return "vouched", "its row's digest"
        if column in self.by:
            return "vouched", self.by[column]
        if column in self.derived:
            return "derived", self.derived[column]
        return "harmless", self.harmless[column]


def digest_of_text(said: str) -> str:
    """`said`: what the table and its columns say in `canonical` form, with commas between them."""
    return hashlib.sha256(f"[{said}]".encode()).hexdigest()[:LENGTH]


def _plain(value: Any) -> Any:
    """The sweep asks this of a hundred values a case: how to do it is looked up by the type."""
    how = _plain_of(type(value))  # type: ignore[arg-type]
    return how(value) if how else value


@cache
def _plain_of(kind: type[Any]) -> Callable[[Any], Any] | None:
    """How a value of this type is written; None where as it is."""
    known: dict[type[Any], Callable[[Any], Any]] = {
        Enum: attrgetter("value"), datetime: _moment, date: date.isoformat, bytes: _sha256,
    }  # fmt: skip
    if issubclass(kind, bool | int):
        return None
    return next((how for base, how in known.items() if issubclass(kind, base)), None)


def _moment(value: datetime) -> str:
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()


def _sha256(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()


def _of(columns: str, why: str) -> dict[str, str]:
    return dict.fromkeys(columns.split(), why)


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


AN_OLD_FORM = "a form from before would be taken once more, by the same people"
NOBODYS_NAME = "nothing refers to it"
ITS_CASE = "whose case it is: in another case's chain nobody knows the row"
IN_ITS_NAME = "the row is named by it: under another name nobody knows it"
SEALED_AGAIN = "opening it: a rotation seals it again, and what the key in it must be is committed to in the row"
COMMITTED = "opening it: a rotation seals it again, and what its text must be is committed to in the row"
CHAIN = "the hash of its event, and the chain"
COUNTED = "counted.faults: the day's events say it, from the day after on"
MORE = (
    "less than is on the record is named by counted.faults; more is shown as not on the record yet, and said by an"
    " event more of that day"
)
FOUND = (
    "a search finds less, or counts wrongly: each sentence that it shows is read from its writing, and each case stands"
    " in its queue; a segment that does not open is made again"
)
NO_ROW_KEPT = "under a secret that only a browser or a receipt gives: changed, it does not open"


def _but_its_days(frozen: dict[str, Any]) -> dict[str, Any]:
    """What a limit was made with, without the days that a later change of a calendar adds to it or marks: these move
    its date, which is vouched for, or change nothing."""
    return {name: said for name, said in frozen.items() if name not in ("holidays", "taken_out", "not_before")}


def _whether(value: Any) -> bool:
    return value is not None


OF_CASES: tuple[Table, ...] = (
    Table(Case, "id", (), _names(
        "reference state track severity channel language country topics company_id officer_id represented"
        " known_to_secretariat share_account share_identity handovers handed_before suspended escalation_unseen"
        " safety_alert legal_hold admitted membership_then referred_back mediation withdrawn_at erased_at received_at"
        " closed_at closing_reason closed_by retain_until register_key waits_since"),
        later=("frozen_at", "spoken", "visits_shown", "company_road", "by_post", "retention_asked_on",
               "retention_answer", "retention_ended_on", "part_of", "part_number", "parts"),
        by={"id": "its chain, which has this name", **_of("head_seq head_hash", "the end of its chain"),
            "signed_seq": "what checkpoints signed"},
        derived={"queue_at": "doctor.examine: the nearest moment of what is owed",
                 "company_at": "doctor.examine: the nearest moment of what its company owes"},
        harmless={"company_opened": "a reminder says that nobody opened the case, or does not; no right hangs on it",
                  "version": "a page from before would be taken again, and all its conditions are asked again"}),
    Table(Respondent, "case_id", ("id",), _names("company_id n named_at ended_at ended_as confirmed_at round"),
          later=("notice_commit",),
          by={"id": IN_ITS_NAME, "case_id": ITS_CASE, **_of("notice notice_key_id", COMMITTED)}),
    Table(Conflict, "case_id", ("account_id",), ("account_id",),
          by={"case_id": ITS_CASE}, harmless={"id": NOBODYS_NAME}),
    Table(Deputy, "case_id", ("account_id", "role"), _names("account_id role named_by named_at"),
          by={"case_id": ITS_CASE}, harmless={"id": NOBODYS_NAME}),
    Table(Beside, "case_id", ("account_id",), ("account_id",), by={"case_id": ITS_CASE}),
    Table(CaseLink, "case_id", (), derived=_of("case_id other_id", "compare.links: the steps that linked both cases"),
          harmless={"id": NOBODYS_NAME}),
    Table(Limit, "case_id", ("id",), _names(
        "key owed_by frozen pauses paused_at held asked_until waits_until grace_seconds opened_at due_on due_at"
        " reminded_at dated_at missed_at corrected_at corrected_on met_at stopped_at remedy_id decision_id"
        " respondent_id round"),
        but={"frozen": _but_its_days, "waits_until": _whether},
        by={"id": IN_ITS_NAME, "case_id": ITS_CASE},
        derived={"wake_at": "recomputed.faults: no later than its end"}),
    Table(Remedy, "case_id", ("id",), _names("number kind status proposed_by due_on respondent_id"),
          by={"id": IN_ITS_NAME, "case_id": ITS_CASE}),
    Table(Decision, "case_id", ("id",), _names(
        "step proposed_by proposed_at writing_id decided_by decided_at outcome solo"),
        by={"id": IN_ITS_NAME, "case_id": ITS_CASE}),
    Table(Writing, "case_id", ("id",), _names(
        "compartment n epoch step role actor_id remedy_id written_at event_id sealed"),
        by={"id": IN_ITS_NAME, "case_id": ITS_CASE}),
    Table(Summary, "case_id", ("number",), _names(
        "id number company_id language digest writing_id shown_by shown_at silence_at verdict answered_at answered_as"
        " handed_at"),
        by={"case_id": ITS_CASE}),
    Table(Sign, "case_id", ("id",), _names("receipt_id text_id key_id sealed zone days from_hour to_hour"),
          by={"id": IN_ITS_NAME, "case_id": ITS_CASE},
          harmless=_of("heard_seq due_at went_at tries failed_since", "when a sign goes: never what it says"),
          vanishes="her page says that no sign is sent, and how to ask for one"),
    Table(Attachment, "case_id", ("id",), _names("writing_id digest"), by={"id": IN_ITS_NAME, "case_id": ITS_CASE}),
    Table(SecretariatEnvelope, "case_id", (), ("commit",),
          by={"case_id": ITS_CASE, **_of("key_id sealed", SEALED_AGAIN)}),
    Table(ReceiptEnvelope, "case_id", ("id",), _names(
        "holder made_for lookup pepper_id sealed created_at expires_at revoked_at checked_until public_key sign_key"),
        by={"id": IN_ITS_NAME, "case_id": ITS_CASE},
        harmless={"seen_seq": "what her page marks as new; all of it is shown in any case",
                  "opened_on": "a day that her page shows; no right hangs on it, and an event of each visit would tell"
                               " whoever reads the record when she looks"}),
    Table(PartKey, "case_id", (), _names("sealed commit"), by={"case_id": ITS_CASE}),
    Table(SpokenFor, "case_id", (), _names("lead_id number receipt_id slip_id lead_receipt_id sealed agreed_at"),
          by={"case_id": ITS_CASE}),
    Table(StandsIn, "case_id", ("id",), _names("incident_id other_id same by_id at ended_by ended_at"),
          by={"id": IN_ITS_NAME, "case_id": ITS_CASE}),
    Table(RegisterEntry, "case_id", (), _names("source number sought said run_id"), by={"case_id": ITS_CASE}),
    Table(CompanyEnvelope, "case_id", ("n",), _names("id party_id n commit"),
          by={"case_id": ITS_CASE, **_of("key_id sealed", SEALED_AGAIN)}),
    Table(IdentityEntry, "case_id", ("id",), _names("person whose kind sealed created_at"),
          by={"id": IN_ITS_NAME, "case_id": ITS_CASE, **_of(
              "secretariat_key_id secretariat_half custodians_key_id custodians_half",
              "opening it: the two halves open its words, which are vouched for, or do not")}),
    Table(IdentityRequest, "case_id", ("id",), _names(
        "asked_by asked_at reason decided_by decided_at granted expires_at"),
        later=("words_commit", "answer_commit"),
        by={"id": IN_ITS_NAME, "case_id": ITS_CASE, **_of("words words_key_id answer answer_key_id", COMMITTED)}),
    Table(IdentityGrant, by={"sealed": "opening it: its entry's words, for the officer who asked, or nothing"},
          harmless={"id": NOBODYS_NAME, **_of("request_id entry_id", "the half is bound to both: named otherwise it"
                                              " opens nothing, and is asked for again")}),
    Table(IdentityShare, "case_id", ("id",), ("party_id",), later=("commit",),
          by={"id": IN_ITS_NAME, "case_id": ITS_CASE, **_of("key_id sealed", COMMITTED)}),
    Table(Epoch, "case_id", ("id",), _names("compartment n number commit begun_at"),
          by={"id": IN_ITS_NAME, "case_id": ITS_CASE}),
    Table(EpochEnvelope, "case_id", ("id",), _names("epoch_id holder receipt_id party_id"),
          by={"id": IN_ITS_NAME, "case_id": ITS_CASE, **_of("key_id sealed", SEALED_AGAIN)}),
)  # fmt: skip
"""What a case's own chain vouches for."""

LETTERS = Table(
    Letter, "case_id", ("event_id", "recipient", "template"), ("facts", "owed_at"),
    by={"case_id": ITS_CASE, **_of("event_id recipient template", IN_ITS_NAME)},
    harmless={"id": "a page's address of it", **_of("counts_from sent_at tries again_at mailed unreached_since",
              "a mail says that something waits, never what: the pages show the letter in any case")},
)  # fmt: skip
"""Written at the end of a unit of work, by statements of their own (`transaction`)."""

OF_THE_OFFICE: tuple[Table, ...] = (
    Table(Company, "", ("id",), _names(
        "name membership trade_names country zone weekend language other_languages subcontractors member_of_id"
        " certification certified_until region calendar_confirmed_at"), later=(
        "works_in", "uniforms", "tier", "standard", "certified_by", "services", "certified_from", "certify_by",
        "grievance_at", "grievance_languages"),
        by={"id": IN_ITS_NAME}, harmless={"version": AN_OLD_FORM}),
    Table(CertificateReminder, harmless=_of("company_id until days at to_mail mail_at", "when a mail of a public day"
                                            " goes: pages count from the company's own row")),
    Table(CalendarProposal, "", ("id",), _names(
        "company_id country region zone weekend proposed_by proposed_at decided_by decided_at confirmed"),
        by={"id": IN_ITS_NAME}),
    Table(MemberEdition, "", ("id",), _names("as_of facts proposed_by proposed_at decided_by decided_at confirmed"),
          by={"id": IN_ITS_NAME}, derived={"waits": "`decided_at`: a constraint of the database"}),
    Table(MembershipSince, "", ("company_id", "since"), _names("company_id since membership"), later=("tier",),
          harmless={"id": NOBODYS_NAME}),
    Table(Party, "", ("id",), _names(
        "kind company_id public_key key_id sign_key exposed_since unconfirmed_since"),
        by={"id": IN_ITS_NAME}, harmless={"lock": "who holds its row waits for nobody else: it says nothing"}),
    Table(Account, "", ("id",), _names(
        "email name role status party_id invitation_hash invitation_expires_at invited_by password public_key"
        " wrapped_seed sign_key vouched_key calendar_hash head created_at"),
        by={"id": IN_ITS_NAME}, harmless={
            "language": "the language of mail, which its person reads and changes",
            "sex": "a sentence beside *assign*, which refuses nobody; its person reads and changes it"}),
    Table(AccountWait, "", ("id",), _names("account_id what began_by began_at due_at ended ended_by ended_at"),
          later=("wanted", "proof_hash", "proven_at"), by={"id": IN_ITS_NAME},
          harmless=_of("to_mail mail_at", "when a mail goes: the page of people says it too")),
    Table(Passkey, "", ("id",), _names("account_id credential_id public_key name since half sealed state"),
          by={"id": IN_ITS_NAME},
          harmless={"sign_count": "a copied device could be used unnoticed: who has one needs no more than it makes",
                    "used_on": "a day beside the name of a device, which its person reads"},
          vanishes="sign-in: the newest event that its person signed names each passkey that there is to be"),
    Table(AccountChange, "", ("id",), _names(
        "account_id what role company_id proposed_by proposed_at decided_by decided_at confirmed"),
        by={"id": IN_ITS_NAME},
        harmless=_of("to_mail mail_at", "when a mail goes: the page of people says it too")),
    Table(Absence, "", ("account_id",), _names("account_id stand_in_id first_day last_day")),
    Table(PartyShare, "", ("account_id", "key_id"), _names("account_id key_id party_id sealed"),
          harmless={"id": NOBODYS_NAME, "proof": "of before keys were logged: nobody reads it"},
          vanishes="rotation.faults names whoever of a party has no share"),
    Table(RecoveryShare, "", ("party_id", "key_id"), _names("party_id key_id paper_key proof sealed made_at used_at"),
          vanishes="the page of the party and the set-up list say that it has no code"),
    Table(EscrowHalf, by=_of("id party_id opens holder key_id sealed",
                             "opening it: both halves give the company's key, or they are refused")),
    Table(EscrowGrant, by=_of("account_id half_id sealed",
                              "opening it: both halves give the company's key, or they are refused")),
    Table(Rotation, "", ("id",), _names("party_id old_key_id old_public_key new_key_id started_at finished_at"),
          by={"id": IN_ITS_NAME}, harmless={"done": "a progress bar"}),
    Table(Holiday, "", ("country", "on"), _names("country on name kind wrong_by expected added_at added_by"),
          harmless={"id": NOBODYS_NAME, "moved_until": "set back, it does again what is done; ended early, a miss that"
                    " the day undoes is shown as any, and corrected by two people"}),
    Table(MessageTemplate, "", ("id",), _names("name step language text active"), by={"id": IN_ITS_NAME},
          harmless={"version": AN_OLD_FORM}),
    Table(Door, "", ("id",), _names(
        "name kind countries harms languages does does_not texts address telephone website costs needs_name checked_on"
        " checked_by active"), by={"id": IN_ITS_NAME}, harmless={"version": AN_OLD_FORM}),
    Table(Task, "", ("id",), _names("case_id account_id made_by due_on done_on done_by sealed"),
          by={"id": IN_ITS_NAME, **_of(
              "key_id sealed_key", "opening it: the key in it opens its words, which are vouched for, or nothing")}),
    Table(CaseAtCompany, "", ("id",), _names("case_id company_id in_charge commit"),
          by={"id": IN_ITS_NAME, **_of("key_id sealed", COMMITTED)}),
    Table(CompanyWords, "", ("id",), _names("company_id case_id kind account_id written_at commit"),
          by={"id": IN_ITS_NAME, **_of("key_id sealed", COMMITTED)}),
    Table(Enquiry, "", ("id",), _names("company_id asked_by asked_at last_at waits"), by={"id": IN_ITS_NAME},
          harmless={"news": "what a company's page marks as new; all of it is shown in any case"}),
    Table(EnquiryWords, "", ("id",), _names("enquiry_id reader of_office account_id written_at commit"),
          by={"id": IN_ITS_NAME, **_of("key_id sealed", COMMITTED)}),
    Table(Edition, "", ("id",), _names(
        "slug as_of content sealed proposed_by proposed_at approved decided_by decided_at"),
          by={"id": IN_ITS_NAME, **_of(
              "key_id sealed_key", "opening it: the key in it opens its words, which are vouched for, or nothing")}),
    Table(PublicText, "", ("id",), _names(
        "company_id edition language title words proposed_by proposed_at approved decided_by decided_at reason ended_at"
        " ended_by"), by={"id": IN_ITS_NAME}),
    Table(CardSheet, "", ("id",), _names("language given_by size made_by made_on valid_until ended_on ended_by"),
          by={"id": IN_ITS_NAME}, harmless={"used": "a number for whoever gives cards out: nothing follows from it"}),
    Table(Hotline, "", ("id",), _names("name proposed_by proposed_on digest made_by made_on ended_on ended_by"),
          by={"id": IN_ITS_NAME}, harmless={"used_on": "a day that its readers are shown: no right hangs on it"}),
    Table(Tick, "", ("case_id", "item"), _names("account_id day"), by=_of("case_id item", IN_ITS_NAME)),
    Table(RegisterRun, "", ("id",), _names("source file_name file_hash by_id taken_at counts undone_at"),
          by={"id": IN_ITS_NAME}),
    Table(RegisterName, "", ("company_id",), _names("found same_as_id key by_id at"), by={"company_id": IN_ITS_NAME}),
    Table(Incident, "", ("id",), _names("kind commit made_by made_at"),
          by={"id": IN_ITS_NAME, **_of("key_id sealed", COMMITTED)}),
    Table(Concern, "", ("id",), _names("company_id kind source case_id may_ask state opened_by opened_at closed_at"),
          by={"id": IN_ITS_NAME}),
    Table(ConcernItem, "", ("id",), _names(
        "concern_id company_id thing rung cause state proposed_by decided_by since in_force_at ended_at"),
        by={"id": IN_ITS_NAME}),
    Table(ConcernLimit, "", ("id",), _names(
        "item_id key zone opened_at due_on due_at warn_first_at warn_last_at warned met_at missed_at stopped_at"
        " wake_at"), by={"id": IN_ITS_NAME}),
    Table(ConcernProposal, "", ("id",), _names(
        "concern_id item_id step words_id proposed_by proposed_at decided_by decided_at approved solo"),
        by={"id": IN_ITS_NAME}),
    Table(ConcernWords, "", ("id",), _names("concern_id item_id step reader of_case account_id written_at commit"),
          by={"id": IN_ITS_NAME, **_of("key_id sealed", COMMITTED)}),
    Table(Monitoring, "", ("id",), _names("company_id kind on_day account_id written_at commit"),
          by={"id": IN_ITS_NAME, **_of("key_id sealed", COMMITTED)}),
    Table(BoardSeat, "", ("account_id",), _names("account_id pillar set_by set_at")),
    Table(BoardTie, "", ("id",), _names("account_id company_id kind since ended_at"), by={"id": IN_ITS_NAME}),
    Table(BoardPaper, "", ("id",), _names("item_id company_id sent_by sent_at closed_at"), by={"id": IN_ITS_NAME}),
    Table(BoardCopy, "", ("paper_id", "account_id"), _names("paper_id account_id pillar tie vote voted_at"),
          by={"sealed": "opening it, in its own place: the words of this paper for this seat, or nothing"}),
    Table(ConcernMail, harmless=_of("id to_mail mail_at", "when a mail goes that says only that something waits")),
    Table(FieldToken, "", ("id",), _names("name digest made_by made_at ended_by ended_at"), by={"id": IN_ITS_NAME},
          harmless={"used_on": "whether one that nobody uses is seen"}),
    Table(FieldSubmission, "", ("id",), _names(
        "known said token_id arrived_at last_at unsealed whole case_id settled_at settled_by why"),
        by={"id": IN_ITS_NAME}),
    Table(FieldPart, "", ("id",), _names("submission_id is_form known digest arrived_at commit"),
          by={"id": IN_ITS_NAME, **_of("key_id sealed", COMMITTED)}),
    Table(FieldKey, "", ("id",), _names("public commit proposed_by proposed_at decided_by decided_at confirmed"),
          by={"id": IN_ITS_NAME, **_of("key_id sealed", COMMITTED)}),
    Table(SignText, "", ("id",), _names(
        "language place text proposed_by proposed_at approved decided_by decided_at ended_at stopped"),
        by={"id": IN_ITS_NAME}),
)  # fmt: skip
"""What the office's chain vouches for."""

BESIDE: tuple[Table, ...] = (
    Table(PublicQuestion, by=_of("key_id sealed_key sealed sealed_answer", "opening it, in its own place"),
          harmless=_of("id about language asked_on answered_on answered_by", "anybody may ask anything, and no right or"
                       " time limit follows from a question: the record says who answered which")),
    Table(PrintedCard, harmless=_of("lookup sheet_id used valid_until", "a card opens nothing: anybody may complain"
                                    " without one, and what is counted of it gives nobody a right")),
    Table(Event, by={"id": "the rows that name their event by it, which are vouched for", **_of(
        "chain seq kind role actor_id happened_at recorded_at facts sealed missed_limit_id rows format previous_hash"
        " hash", CHAIN), "case_id": "doctor: it is the chain's"}),
    Table(ChainHead, by={**_of("chain seq hash", CHAIN), "signed_seq": "what checkpoints signed"}),
    Table(Checkpoint, by={"id": "each names the one before it", **_of(
        "body signature public_key leaves", "its signature, by a key that the record names")},
        derived=_of("taken_at hash", "compare.checkpoints: its body says both")),
    Table(WeekRoot, by={**_of("body signature public_key", "its signature, by a key that the record names"), **_of(
        "until last_checkpoint salt", "week_roots.faults: what it signed follows from them")}),
    Table(Signature, by=_of("event_hash signer signer_id key signature", "verifying it"),
          harmless={"id": NOBODYS_NAME}),
    Table(Setting, by={"value": "opening: with another salt no receipt opens, and the rest says when something was"
                                " noted last", "name": "opening: without its salt no receipt opens"}),
    Table(SignInCount, by=_of("account_id day tried said", COUNTED),
          harmless={"hour": "at which hour of the day: its person is shown it, and may doubt it", "number": MORE}),
    Table(ReadingCount, by=_of("case_id account_id day said", COUNTED), harmless={"number": MORE}),
    Table(FileReading, by=_of("case_id file_id account_id day other_id said", COUNTED), harmless={"number": MORE}),
    Table(SlowedTry, harmless=_of("name until", "somebody is slowed for minutes, or is not: a password is asked for in"
                                                " any case")),
    Table(Heartbeat, harmless={"id": NOBODYS_NAME, **_of(
        "began_at last_at", "what is given for it is an event, and corrected by two people")}),
    Table(NewMark, harmless=_of("case_id reader account_id first_seq since rank",
                                "a mark beside a case that stands in the queue by its date in any case")),
    Table(HeldBack, harmless=_of("id case_id first_seq last_seq until changes",
                                 "until the next release a company reads of a case what it read before, or sooner what"
                                 " it will read; no step is taken by it, and everybody else reads the rows")),
    Table(StepDraft, harmless=_of("account_id case_id slot sealed_key sealed case_version saved_at",
                                  "words that their writer looks through before they are sent")),
    Table(SearchSegment, harmless=_of("id number key_id sealed contents words documents volume dense made_on"
                                      " ready", FOUND)),
    Table(SearchBlock, harmless=_of("segment number sealed", FOUND)),
    Table(SearchedWriting, harmless=_of("writing_id case_id segment", FOUND)),
    Table(UnsearchedWriting, harmless=_of("writing_id case_id", FOUND)),
    Table(SavedView, harmless=_of("id account_id name query kind",
                                  "a list of filters: it shows what its reader may see")),
    Table(Filing, harmless=_of("secret_hash case_id sealed_receipt said expires_at", NO_ROW_KEPT)),
    Table(Draft, harmless=_of("secret_hash sealed started_at expires_at", NO_ROW_KEPT)),
    Table(DraftReceipt, harmless=_of("lookup sealed_secret kept_until",
                                     "opens a form that was not sent, with its receipt, or not at all")),
    Table(AccountSession, harmless=_of("secret_hash account_id sealed_seed started_at seen_at",
                                       "opens with the cookie's secret, for its own account, or not at all")),
    Table(CompanyToken, harmless=_of("id account_id party_id name digest sealed made_on used_on",
                                     "opens with the token, as what the key log says of it, or not at all")),
    Table(CompanyWebhook, harmless={
        **_of("id party_id host address sealed former", "an entry of the key log names them, or nothing is sent there"),
        **_of("account_id former_until made_at failing_since fault given_up_at off_at reached_on",
              "whether and when a company's system is told what its people are told by mail"),
    }),
    Table(WebhookMessage, harmless=_of("id webhook_id case_id made_at again_at tries done_at taken",
                                       "that something waits in a case, to systems that the key log names: its company"
                                       " reads the same by mail")),
    Table(WebhookLetter, harmless=_of("letter_id party_id at", "whether a message was made of it already")),
    Table(AppCode, by=_of("account_id sealed", "sign-in: an event that its person signed names what is sealed here, or"
                                                " that nothing is"),
          harmless=_of("since used wrong wrong_at", "a code that somebody saw could be used twice within a minute and a"
                                                    " half, behind the right password")),
    Table(FollowSession, harmless=_of("secret_hash envelope_id sealed_key seen_at new_after opened_before",
                                      "opens with the cookie's secret, for its own receipt, or not at all")),
    Table(SentForm, harmless=_of("key_hash body result secret_shown expires_at",
                                 "a form could be sent twice, and all its conditions are asked again;"
                                 " its answer leads to no address but our own")),
    Table(WitnessMail, harmless=_of("account_id checkpoint_id owed_at again_at tries sent_at",
                                    "when a mail about a checkpoint goes: the file of checkpoints remembers it too")),
    Table(CodeMail, by=_of("account_id what key_id sealed", "opening it: where it goes is sealed with the code, for"
                           " this account and purpose; and the code's hash stands at the account, or at what waits"),
          harmless=_of("owed_at again_at tries sent_at refused_at", "when a mail goes: never what it says")),
    Table(Mailbox, harmless=_of("account_id address mailed_at refused_since tasks_told_on",
                                "when a mail goes: never what it says")),
)  # fmt: skip
"""What something else vouches for, and what nobody gains by."""

TABLES: tuple[Table, ...] = (*OF_CASES, LETTERS, *OF_THE_OFFICE, *BESIDE)
OF_MODEL: dict[type[Any], Table] = {table.model: table for table in TABLES if table.vouched}
"""Those whose rows have digests."""
