"""From a form to a case and a receipt; and from a receipt back to the case. Filing needs public keys only."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.exc import IntegrityError

from grievance import clock
from grievance.access import Person
from grievance.accounts import printed_cards
from grievance.accounts.draft_receipts import code_of
from grievance.accounts.new_case import new_reference, seal_master, sealed_to
from grievance.accounts.people import still_here
from grievance.accounts.receipts import (
    SALT,
    UNTIL_CONFIRMED,
    handover_envelope,
    keys_with,
    named,
    receipt_envelope,
    seed_in,
    shown,
    to_show,
    with_new_seed,
)
from grievance.crypto import receipt_codes
from grievance.crypto.compartments import CaseKeys, Compartment, complainant_key, new_master
from grievance.crypto.hashes import sha256
from grievance.deadlines import rows as deadlines
from grievance.evidence import recordings
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import CHANNELS, GROUPS, HARMED, LANGUAGES_MARKED, OTHER_CHANNELS
from grievance.forms.fields import SHORT, YES_NO, BadInput, Field, Kind, Refused, Shown, StoredFile, clean, clean_text
from grievance.intake import opening, resubmission, speech
from grievance.intake.told import TOLD
from grievance.models.case import Case, Channel, Severity, State, Track
from grievance.models.keys import (
    Draft,
    DraftReceipt,
    Holder,
    ReceiptEnvelope,
)
from grievance.models.people import Company, Role
from grievance.models.register import SHOWN
from grievance.models.sides import ALL, HER, NONE
from grievance.models.types import LARGEST_ID
from grievance.record import chain, files, record_key
from grievance.record.events import EventRow
from grievance.record.letters import owe_letters
from grievance.record.transaction import unit_of_work, write_new
from grievance.redaction.name_spans import IDENTITY_SPANS, name_spans, texts_of
from grievance.workflow import delicate, respondents, safety
from grievance.workflow.context import StepContext
from grievance.workflow.custody import IDENTITY, NUMBER_IS_MISSING, REACH, entry_texts, seal_entry
from grievance.workflow.events import FILED
from grievance.workflow.her_day import day_of
from grievance.workflow.questions import CONSENTS, HOW_TO_CALL, PHOTOS
from grievance.workflow.visibility import mark_new

CORRESPONDENCE = Compartment.CORRESPONDENCE
FROM_A_PHONE = "from_a_phone"
"""A fact of a complaint that came as a form from a phone: how (`Came`)."""
HOTLINE = "hotline"
"""A fact of a complaint that came by one: which it was."""
UNKNOWN_COMPANY = "unknown"

SAY_IT = _l(
    "Speak in any language, for at most %(number)s minutes. Only the Secretariat hears it: the company never gets it.",
    number=recordings.MINUTES,
)
QUESTIONS: tuple[Field, ...] = (
    Field("account", _l("What happened?"), sealed_into=CORRESPONDENCE,
          help=_l("Write it in your own words, in any language. Say when and where, if you can."),
          missing=_l("Write what happened, or say it.")),
    Field("spoken", _l("Or say it"), Kind.SPOKEN, False, CORRESPONDENCE, help=SAY_IT),
    Field("company", _l("Which company is it about?"), Kind.COMPANY, shown=Shown.CASE, read_by=ALL,
          missing=_l("Choose a company from the list, or say that you do not know it.")),
    Field("could_harm", _l("Could someone harm you because you complain?"), Kind.CHOICE, sealed_into=CORRESPONDENCE,
          choices=(*YES_NO, ("unsure", _l("I am not sure"))), missing=_l("Say whether someone could harm you.")),
    Field("harm_when", _l("When could that happen?"), Kind.CHOICE, False, CORRESPONDENCE,
          choices=(("soon", _l("Now, or in the next days")), ("later", _l("Later")), ("unsure", _l("I am not sure"))),
          needed_if=_l("only if someone could harm you"), for_the_office=True,
          follows=("could_harm", frozenset({"yes", "unsure"}))),
    Field("company_named", _l("If the company is not in the list: what is it called?"), Kind.LINE, False,
          CORRESPONDENCE, follows=("company", frozenset({UNKNOWN_COMPANY, ""}))),
    Field("where", _l("Where did it happen?"), Kind.LINE, False, CORRESPONDENCE),
    Field("when", _l("When did it happen?"), Kind.LINE, False, CORRESPONDENCE),
    Field("wanted", _l("What would make it right?"), Kind.TEXT, False, CORRESPONDENCE),
    Field("files", _l("Photos, documents, sound or video"), Kind.FILES, False, CORRESPONDENCE, help=PHOTOS),
    Field("topics", _l("What is it about?"), Kind.CHOICES, False, choices=GROUPS, shown=Shown.CASE, read_by=HER),
    delicate.CHILD_ASKED,
    Field("track", _l("Were you or the person you speak for harmed?"), Kind.CHOICE, False, choices=HARMED,
          read_as=_l("Was somebody harmed?"), shown=Shown.RECORD, read_by=HER),
    *delicate.ASKED,
    Field("represents", _l("I speak for someone else"), Kind.YES, False, shown=Shown.CASE, read_by=NONE),
    Field("authority", _l("How did that person allow you to speak for them?"), Kind.LINE, False, CORRESPONDENCE,
          needed_if=_l("needed if you speak for someone else"), follows=("represents", frozenset({"yes"}))),
    *CONSENTS,
    Field("name", _l("Your name"), Kind.LINE, False,
          help=_l("If you speak for someone else: your own name, not theirs."),
          by_effect=True, shown=Shown.IDENTITY, read_by=NONE),
    Field("phone", _l("Your phone number"), Kind.LINE, False, by_effect=True, shown=Shown.IDENTITY, read_by=NONE),
    HOW_TO_CALL,
    Field("email", _l("Your e-mail address"), Kind.LINE, False, by_effect=True, shown=Shown.IDENTITY, read_by=NONE,
          is_mail=True),
    Field("address", _l("Your address"), Kind.LINE, False, by_effect=True, shown=Shown.IDENTITY, read_by=NONE),
)  # fmt: skip
ASSISTED: tuple[Field, ...] = (
    *QUESTIONS,
    Field(
        "language",
        _l("The complainant's language"),
        Kind.CHOICE,
        choices=LANGUAGES_MARKED,
        shown=Shown.CASE,
        read_by=NONE,
    ),
    Field(
        "channel",
        _l("How it reached you"),
        Kind.CHOICE,
        choices=CHANNELS,
        read_as=_l("How it reached the Secretariat"),
        besides=OTHER_CHANNELS,
        shown=Shown.RECORD,
        read_by=HER,
    ),
    Field(
        speech.READ_BACK,
        _l("I read it back and the complainant confirmed it"),
        Kind.YES,
        help=_l(
            "With a recording alone there is nothing to read back: leave it out. What was said is written down later,"
            " and the complainant asked about it."
        ),
        read_as=_l("Read back, and confirmed by who complained"),
        shown=Shown.RECORD,
        read_by=HER,
    ),
)

# What each complaint asks the database is spelt out once: to do it anew takes longer than the answer.
_COMPANY = select(Company.zone).where(Company.id == bindparam("number"), SHOWN)
_BEFORE = select(_COMPANY.scalar_subquery(), SALT.scalar_subquery(), resubmission.REFERENCE, resubmission.SAID)
_DRAFTS, _RECEIPTS = cast(Table, Draft.__table__).c, cast(Table, DraftReceipt.__table__).c
_FORGET = delete(_DRAFTS.secret_hash.table).where(_DRAFTS.secret_hash == bindparam("secret"))
_SENT = delete(_RECEIPTS.lookup.table).where(_RECEIPTS.lookup == bindparam("lookup"))


@dataclass(frozen=True)
class Filed:
    """What filing gives: the reference, and a receipt or, where an officer filed, a hand-over code (20 digits)."""

    reference: str
    code: str = field(repr=False)


class Came(StrEnum):
    """What an officer was shown of a form from a phone, before it became a case."""

    SEALED = "sealed"
    UNSEALED = "unsealed"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Arrived:
    """What a phone sent and an officer opened. `at`: when it arrived, from which every time limit counts. `asked`: its
    questions. `came`: what was seen of it then. `settle`: what else is done in the same transaction."""

    at: datetime
    asked: tuple[Field, ...]
    came: Came
    settle: Callable[[Case], None]


def new_secret() -> str:
    """32 random bytes for a form, as 43 characters."""
    return secrets.token_urlsafe(32)


def filing_groups(every: Iterable[Company] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """The companies that a complaint may name, under each country in which they guard, each under its name and its
    trade names; and "I do not know", in no country."""
    locale, by_country = get_locale(), dict[str, list[tuple[str, str]]]()
    for company in db.session.scalars(select(Company).where(SHOWN)) if every is None else every:
        known = [company.name, *(f"{name} ({company.name})" for name in company.trade_names)]
        for code in dict.fromkeys((company.country, *company.works_in)):
            country = locale.territories.get(code, code) if locale else code
            by_country.setdefault(country, []).extend((str(company.id), name) for name in known)
    groups = [(country, sorted(names, key=lambda one: one[1])) for country, names in sorted(by_country.items())]
    return [*groups, ("", [(UNKNOWN_COMPANY, _("I do not know, or it is not in the list"))])]


def companies_meant(named: object) -> list[Company]:
    """Each company that a number or a name can mean: its own, a trade name, one with the other behind it, or what
    stands before a bracket. Where there are several, the writer is asked: a complaint at the wrong company harms."""
    if isinstance(named, bool) or not isinstance(named, int | str) or len(typed := str(named)) > SHORT:
        return []
    name = _folded(typed)
    every = db.session.scalars(select(Company).where(SHOWN).order_by(Company.id))
    return [one for one in every if str(one.id) == typed or name in _called(one)]


def _called(company: Company) -> set[str]:
    whole = [company.name, *company.trade_names, *(f"{name} ({company.name})" for name in company.trade_names)]
    return {called for name in whole for called in (_folded(name), _folded(name.partition(" (")[0]))}


def _folded(name: str) -> str:
    return " ".join(clean_text(name).casefold().split())


def company_choices(every: Iterable[Company] | None = None) -> dict[str, Any]:
    """What a form's template needs for the question about the company."""
    groups = filing_groups(every)
    return {"company": [one for _country, names in groups for one in names], "company_groups": groups}


def file_complaint(
    raw: Mapping[str, Any],
    secret: str,
    language: str,
    *,
    officer: Person | None = None,
    country: str | None = None,
    receipt: str = "",
    card: str = "",
    hotline: str = "",
    now: datetime | None = None,
    arrived: Arrived | None = None,
) -> Filed:
    """Receive a complaint. `secret`: 32 random bytes of the form, base64; the same form sent twice gives the same
    case and receipt. `country`: two letters. `receipt`: by what the form's receipt is found, where she wrote one down
    before: then it is the receipt of the case. `card`: by what her printed card is found. `hotline`: who filed it by
    telephone, having heard the receipt, and having read back what it wrote down. Raises `BadInput`, `SentBefore` where
    the form says something else the second time, or `Refused` while the office is closed (`opening.closed`)."""
    now = now or clock.now()
    asked = arrived.asked if arrived else ASSISTED if officer else QUESTIONS
    values = {**clean(speech.asked(asked, raw), raw), "country": country}
    values |= delicate.refused(raw)
    zone, salt, known, said = _before(values["company"], secret)
    zone = check_answers(values, zone)
    values |= {printed_cards.STEP: card, HOTLINE: hotline}
    speech.put_with_the_files(values)
    language = values.get("language", language)  # an officer says it for the complainant
    digests = resubmission.fingerprint(secret, values)
    if reference := resubmission.made(known, said, digests):
        return Filed(reference, shown(secret) or "")
    opening.only_when_open()
    code = code_of(secret) if receipt else receipt_codes.make()
    keys = keys_with(code, salt)  # slow on purpose: outside the transaction
    try:
        with files.placed(raw), unit_of_work() as session, session.no_autoflush:
            if receipt:
                db.session.connection().execute(_SENT, {"lookup": receipt})
            at = arrived.at if arrived else now if officer else day_of(now, zone)
            return _file(values, secret, digests, language, code, keys, officer, now, at, arrived)
    except (IntegrityError, _Gone) as fault:  # the same form, pressed twice at once
        if reference := resubmission.filed(secret, digests):
            return Filed(reference, shown(secret) or "")
        if isinstance(fault, _Gone):
            raise Refused(_("This form was thrown away in the meantime, with its files. Nothing was sent.")) from fault
        raise


class _Gone(Exception):
    """The form that the files belonged to is no longer there, and nor are they."""


def _before(company: str, secret: str) -> Sequence[Any]:
    """What a complaint asks before its receipt is derived, in one question: the zone of the company that was named, the
    receipts' salt, and the reference of what this form made and what that said; None for each that there is not."""
    asked = {"number": _number(company), "form": sha256(secret)}
    return db.session.connection().execute(_BEFORE, asked).one()


ASK = "ask"


def check_answers(values: Mapping[str, Any], zone: str | None = ASK) -> str:
    """What a single answer cannot tell. Returns the company's zone, empty where it is not known which company it is.
    `zone`: what was found already of the company that was named. Raises `BadInput`."""
    if values["company"] == UNKNOWN_COMPANY:
        zone = ""
    elif zone == ASK:
        zone = zone_of(values["company"])
    if zone is None:
        raise BadInput({"company": _("Choose a company from the list, or say that you do not know it.")})
    if values.get("represents") and not values.get("authority"):
        raise BadInput({"authority": _("Say how that person allowed you to speak for them.")})
    if values.get(REACH) and not values.get("phone"):
        raise BadInput({"phone": str(NUMBER_IS_MISSING)})
    return zone


def is_company(number: str) -> bool:
    """Whether a company has this number, written as the list has it."""
    return zone_of(number) is not None


def zone_of(number: str) -> str | None:
    """The time zone of the company that has this number; None where none has."""
    return None if (plain := _number(number)) is None else db.session.scalar(_COMPANY, {"number": plain})


def _number(typed: str) -> int | None:
    """The number of a company, as the list writes it; None for whatever else was sent."""
    short = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(LARGEST_ID))
    return int(typed) if short and typed == str(int(typed)) and int(typed) < LARGEST_ID else None


def _file(
    values: dict[str, Any], secret: str, digests: bytes, language: str, code: str, keys: receipt_codes.ReceiptKeys,
    officer: Person | None, now: datetime, at: datetime, arrived: Arrived | None,
) -> Filed:  # fmt: skip
    """The case and all its rows, none of which is written before the last is made. `at`: what they say of `now`."""
    _end_form(values, secret)
    if officer:
        still_here(officer.account_id)
    case, master = _case(values, language, officer, at), new_master()
    db.session.add(case)
    if values["company"] != UNKNOWN_COMPANY:
        respondents.name(case, int(values["company"]), at)
    opens = with_new_seed(complainant_key(master))
    recorded = now if arrived else at
    made = _envelopes(case, master, opens, keys, officer, recorded)
    filer = Person(Role.REPRESENTATIVE if case.represented else Role.COMPLAINANT)
    person = officer or replace(filer, receipt_id=made.id, receipt_seed=seed_in(opens))
    context = StepContext(
        case, person, values, at, recorded, CaseKeys.from_master(master), exact=None if officer else now,
        opens=len(FILED.opens),
    )  # fmt: skip
    _count_card(context)
    if arrived:
        context.facts[FROM_A_PHONE] = arrived.came.value
    if hotline := values.pop(HOTLINE):
        context.facts[HOTLINE], made.checked_until = hotline, now + UNTIL_CONFIRMED
    if values.get(speech.READ_BACK) or (hotline and values.get(speech.ACCOUNT)):
        context.facts[speech.READ_BACK] = True
    note_filing(context, made, _filer(case))
    shown_again = to_show(case, secret, code, now)
    shown_again.said = digests
    db.session.add(shown_again)
    write_new()
    if arrived:
        arrived.settle(case)
    return Filed(case.reference, code)


def _end_form(values: Mapping[str, Any], secret: str) -> None:
    """From here on the form's files belong to the case. Raises `_Gone`."""
    forgotten = db.session.connection().execute(_FORGET, {"secret": sha256(secret)})
    if not forgotten.rowcount and any(isinstance(one, StoredFile) for one in values.get("files", [])):
        raise _Gone


def _count_card(context: StepContext) -> None:
    """With which sheet she came, for the Secretariat alone; a card that counts no more is not spoken of."""
    card = context.values.pop(printed_cards.STEP)
    if card and (sheet_id := printed_cards.use(card)) is not None:
        context.seal(Compartment.INTERNAL, printed_cards.STEP, {"sheet": str(sheet_id)})


def note_filing(context: StepContext, made: ReceiptEnvelope, whose: Holder) -> None:
    """The words, the first event of the case, and what is owed from then on. `made`: the receipt, or the code to hand
    over, of who files. `whose`: the name that was typed, if one was."""
    event = _note(context, _words(context, whose), made)
    _owe(context, event)


def _words(context: StepContext, whose: Holder) -> list[bytes]:
    """Seal what was written. Returns what the event vouches for."""
    case, values = context.case, context.values
    values["files"] = files.described(values.get("files", []))
    says = {f.name: values[f.name] for f in (*QUESTIONS, *TOLD) if f.sealed_into and values.get(f.name)}
    files.note(context.seal(CORRESPONDENCE, "file", says), values["files"])
    _note_spans(context, says)
    entries = [seal_entry(case, whose.value, kind, text, context.at) for kind, text in entry_texts(values).items()]
    return [*(one.sealed for one in context.writings), *(one.sealed for one in entries)]


def _note(context: StepContext, sealed: list[bytes], made: ReceiptEnvelope) -> EventRow:
    """The first event of the case. What the context has of facts stands on it too."""
    case, values = context.case, context.values
    facts: dict[str, Any] = {name: getattr(case, name) for name in ("channel", "language", "represented")}
    facts |= named(made) | sealed_to() | context.facts
    facts |= {f.name: values[f.name] for f in TOLD if f.beside_the_event and f.name in values}
    if "track" in values:
        facts["track"] = values["track"]
    if case.company_road:
        facts[delicate.ROAD.name] = case.company_road == delicate.YES
    facts |= {name: getattr(case, name) for name in ("known_to_secretariat", "share_account", "share_identity")}
    arrived = record_key.intake()  # the process that received it signs at once, also for an officer
    return chain.append(
        case, FILED.kind, context.person, context.at, context.now, facts, sealed,
        number=context.event_id, signed_by=(arrived,) if arrived else (), exact=context.exact,
    )  # fmt: skip


def _owe(context: StepContext, event: EventRow) -> None:
    """What is owed from now on: time limits, letters, and a look of whoever it is new for."""
    case, now = context.case, context.at
    for key in FILED.opens:
        deadlines.open_limit(case, key, now)
    speech.owe_writing_down(case, context.values, now)
    safety.at_filing(case, context.values, context.hour_counts_from)
    deadlines.queue(case)
    owe_letters(case, event, FILED.letters, context.values)
    mark_new(case, event, FILED, context)


def _note_spans(context: StepContext, says: dict[str, Any]) -> None:
    """Where the typed identity stands in the complainant's own texts, so that a packet can be warned of it. Written
    wherever an identity was typed, found or not: that there is such a writing says nothing."""
    identity = {kind: context.values[kind] for kind in IDENTITY if kind in context.values}
    if identity:
        context.seal(Compartment.INTERNAL, IDENTITY_SPANS, {"places": name_spans(texts_of(says), identity)})


def _channel(values: dict[str, Any], officer: Person | None) -> Channel:
    """What a phone sent was told to somebody on the spot."""
    if officer:
        return Channel(values.get("channel", Channel.IN_PERSON))
    return Channel.PHONE if values[HOTLINE] else Channel.WEB


def _case(values: dict[str, Any], language: str, officer: Person | None, now: datetime) -> Case:
    return Case(
        id=secrets.token_hex(16),
        reference=new_reference(),
        channel=Channel(values.get("channel", Channel.IN_PERSON))
        if officer
        else Channel.PHONE
        if values[HOTLINE]
        else Channel.WEB,
        language=language,
        country=values["country"],
        track=Track(values.get("track", Track.REMEDY)),
        topics=(topics := delicate.topics_said(values)),
        severity=Severity.CRITICAL if delicate.about(topics) else None,
        company_road=delicate.road_said(values),
        represented=bool(values.get("represents")),
        known_to_secretariat=bool(values.get("known_to_secretariat")),
        share_account=bool(values.get("share_account")),
        share_identity=bool(values.get("share_identity")),
        officer_id=officer.account_id if officer else None,
        received_at=now,
        state=State.RECEIVED,
        handovers=0,
        head_seq=0,
        head_hash="",
    )


def _envelopes(
    case: Case, master: bytes, opens: bytes, keys: receipt_codes.ReceiptKeys, officer: Person | None, now: datetime
) -> ReceiptEnvelope:
    seal_master(case, master)
    make = handover_envelope if officer else receipt_envelope
    return make(case, opens, keys, _filer(case), now)


def _filer(case: Case) -> Holder:
    """Who fills the form in, or speaks while an officer does: the form asks for "your name", theirs."""
    return Holder.REPRESENTATIVE if case.represented else Holder.COMPLAINANT
