"""Somebody speaks for a group: for each person a case of its own, about the same incident, and a slip by which that
person makes a receipt that nobody else sees.

What the spokesperson says that a person agrees to is kept as what the spokesperson said: nothing follows from it until
the person says it on her own page, or two people of the office find that it may be done.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person, find_case, opened
from grievance.accounts import parts, receipts, spoken_for
from grievance.accounts.keys import epochs
from grievance.accounts.new_case import new_reference, seal_master
from grievance.accounts.spoken_for import Held
from grievance.crypto import receipt_codes
from grievance.crypto.compartments import CaseKeys, complainant_key, new_master
from grievance.deadlines.rows import timetable
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import YES_NO, Field, Kind, Refused, Shown, clean
from grievance.intake import opening
from grievance.intake.filing import note_filing
from grievance.models.case import Case, Channel, Severity, Spoken, State
from grievance.models.group import SpokenFor
from grievance.models.keys import Holder, ReceiptEnvelope
from grievance.models.sides import NONE
from grievance.models.writing import Writing
from grievance.record import chain
from grievance.record.transaction import unit_of_work, write_new
from grievance.record.writings import read_writing
from grievance.workflow import delicate, respondents, spoken, unfit
from grievance.workflow.context import StepContext
from grievance.workflow.events import PERSON_ADDED, SLIP_MADE
from grievance.workflow.group import SAID_FOR
from grievance.workflow.questions import CONSENTS

SAYS_IT_THEMSELVES = "later"
TOLD = (*YES_NO, (SAYS_IT_THEMSELVES, _l("They say it themselves")))
OF_THE_INCIDENT = ("account", "company_named", "where", "when", "wanted")
"""What was told of it: for everybody the same, sealed anew in each case. Files stay where they were sent."""
PERSON: tuple[Field, ...] = (
    Field("knows", _l("This person knows of the complaint and wants me to file for them"), Kind.YES,
          missing=_l("Ask the person first: nobody files for somebody who does not know of it.")),
    Field("called", _l("How you call this person in your list"), Kind.LINE,
          help=_l("A number or a nickname is enough. Only you read it: it is locked with your receipt."),
          missing=_l("Write a number or a nickname.")),
    Field("name", _l("This person's name"), Kind.LINE, False,
          help=_l("You can leave it to them. It is locked: two of our people together can open it, if they allow it."),
          by_effect=True, shown=Shown.IDENTITY, read_by=NONE),
    Field("could_harm", _l("Could someone harm this person because of the complaint?"), Kind.CHOICE,
          choices=(*YES_NO, ("unsure", _l("I am not sure"))), missing=_l("Say whether someone could harm them.")),
    *(Field(f.name, f.read_as, Kind.CHOICE, choices=TOLD, missing=_l("Say what they told you.")) for f in CONSENTS),
)  # fmt: skip
CALLED_LONGEST = 60
NOT_HERE = _l("Nobody can be added to this complaint now.")
ON_A_SLIP = (
    _l("This paper is for you alone. Open the address, and type these numbers there."),
    _l("Then you get numbers of your own, which nobody else sees. Write them down."),
)
"""Words that tell whoever finds it nothing."""


# --- what stands against it --------------------------------------------------------------------------------


def against(lead: Person, case: Case) -> Label | None:
    """Why the holder of this receipt can add nobody to this complaint now; None where they can."""
    if sentence := unfit.against(lead, case):
        return sentence
    if case.state == State.CLOSED or case.withdrawn_at or case.frozen_at or lead.receipt_seed is None:
        return NOT_HERE
    if spoken_for.how_many(case.id) >= (most := timetable().most_people):
        return _l("You speak for %(number)s people already. For more, please ask the Secretariat.", number=most)
    if not _told(lead, case).get("account"):
        return _l("What you said is not written down yet. When you have said that it is right, you can add people.")
    return None


def may_speak_for_others(case: Case) -> bool:
    """Not in the case of somebody for whom another one speaks."""
    return db.session.get(SpokenFor, case.id) is None


def _told(lead: Person, case: Case) -> dict[str, Any]:
    """What the complaint says of the incident, with the words that were written down of what was said."""
    keys = opened(lead, case)
    query = db.select(Writing).where(Writing.case_id == case.id, Writing.step.in_(("file", spoken.WRITE_DOWN.step)))
    says: dict[str, Any] = {}
    for row in db.session.scalars(query.order_by(Writing.written_at)):
        if keys.can_open(row.compartment, row.n, row.epoch):
            says |= read_writing(keys, row)
    if case.spoken == Spoken.APPROVED and "words" in says:
        says["account"] = says["words"]
    return says


# --- one person more ---------------------------------------------------------------------------------------


def add(lead: Person, reference: str, raw: Mapping[str, Any], now: datetime | None = None) -> int:
    """File for one person more. Returns their number in the group. Raises `BadInput`, `Refused`."""
    now = now or clock.now()
    values = clean(PERSON, raw)
    opening.only_when_open()
    code = receipt_codes.make()
    keys = receipts.receipt_keys(code)  # slow on purpose: outside the transaction
    with unit_of_work() as session:
        leading = find_case(lead, reference, lock=True)
        if not may_speak_for_others(leading):
            raise Refused(str(NOT_HERE))
        if sentence := against(lead, leading):
            raise Refused(str(sentence))
        number = spoken_for.next_number(leading.id)
        with session.no_autoflush:
            theirs, key = _file(leading, _told(lead, leading), values, now)
        write_new()
        row = SpokenFor(case_id=theirs.case_id, lead_id=leading.id, number=number, receipt_id=theirs.receipt_id,
                        lead_receipt_id=lead.receipt_id)  # fmt: skip
        _give_slip(row, theirs, keys, {}, now)
        row.sealed = spoken_for.seal(lead, row.case_id, Held(values["called"][:CALLED_LONGEST], key, code))
        session.add(row)
        chain.append(leading, PERSON_ADDED.kind, lead, now, now, {"number": number})
        leading.version += 1
    return number


def _file(leading: Case, told: Mapping[str, Any], values: dict[str, Any], now: datetime) -> tuple[Person, bytes]:
    """The case of one person, as any that a representative files. Returns the spokesperson in it, and the key of the
    receipt by which they follow it."""
    case, master = _case(leading, now), new_master()
    db.session.add(case)
    if leading.company_id:
        respondents.name(case, leading.company_id, now)
    seal_master(case, master)
    opens = receipts.with_new_seed(complainant_key(master))
    made, key = spoken_for.without_digits(case, opens, now)
    theirs = receipts.new_person(made, opens)
    said = {one.name: values[one.name] == "yes" for one in CONSENTS if values[one.name] != SAYS_IT_THEMSELVES}
    says = {name: told[name] for name in OF_THE_INCIDENT if told.get(name)}
    says |= {name: values[name] for name in ("could_harm", "name") if values.get(name)}
    says |= {"authority": str(_("They know of it and want me to file for them.")), "track": case.track.value}
    opening_keys = CaseKeys.from_master(master)
    context = StepContext(case, theirs, says, now, now, opening_keys, facts={SAID_FOR: said})
    note_filing(context, made, Holder.COMPLAINANT)
    return theirs, key


def _case(leading: Case, now: datetime) -> Case:
    """About the same as the first; nothing is agreed to yet, and nobody goes the company's road unasked."""
    topics = list(leading.topics)
    return Case(
        id=secrets.token_hex(16), reference=new_reference(), channel=Channel.WEB, language=leading.language,
        country=leading.country, track=leading.track, topics=topics, represented=True,
        severity=Severity.CRITICAL if delicate.about(topics) else None,
        company_road=delicate.NO if delicate.is_asked(leading) else None,
        known_to_secretariat=False, share_account=False, share_identity=False,
        received_at=now, state=State.RECEIVED, handovers=0, head_seq=0, head_hash="",
    )  # fmt: skip


# --- slips -------------------------------------------------------------------------------------------------


def _give_slip(
    row: SpokenFor, theirs: Person, keys: receipt_codes.ReceiptKeys, over: dict[str, Any], now: datetime
) -> None:
    """The one-use code of one person. `over`: how the event says which one ends by it. The caller holds no row of the
    case that is not written."""
    case = db.session.get_one(Case, row.case_id, with_for_update=True)
    if theirs.complainant_key is None:
        raise LookupError("a spokesperson follows the case")
    opens = receipts.with_new_seed(theirs.complainant_key)
    slip = receipts.handover_envelope(case, opens, keys, Holder.COMPLAINANT, now)
    slip.expires_at = now + timetable().slips_for
    db.session.flush()
    epochs.share_with_receipt(case, opened(theirs, case), slip)
    row.slip_id = slip.id
    chain.append(case, SLIP_MADE.kind, theirs, now, now, receipts.named(slip) | over)
    parts.pass_on(case, SLIP_MADE.kind, theirs, now, receipts.named(slip) | over, new=slip)
    case.version += 1


def new_slip(lead: Person, number: int, now: datetime | None = None) -> None:
    """Instead of one that was lost before anybody used it. Raises `Refused`."""
    now, code = now or clock.now(), receipt_codes.make()
    keys = receipts.receipt_keys(code)
    with unit_of_work() as session:
        row = spoken_for.one_of(lead, number)
        known = spoken_for.held(lead, row) if row else None
        if row is None or known is None:
            raise Refused(_("You do not speak for this person."))
        session.get_one(Case, row.case_id, with_for_update=True)
        session.refresh(row, with_for_update=True)
        slip, mine = session.get_one(ReceiptEnvelope, row.slip_id), session.get_one(ReceiptEnvelope, row.receipt_id)
        if slip.revoked_at or mine.revoked_at:
            raise Refused(
                _("This slip was used, or you speak for this person no more. If they lost their receipt: they ask us.")
            )
        theirs = receipts.person_of(mine, spoken_for.opened_by(known, mine), now)
        unfit.refuse(theirs, session.get_one(Case, row.case_id))
        _give_slip(row, theirs, keys, receipts.end([slip], now), now)
        row.sealed = spoken_for.seal(lead, row.case_id, known._replace(slip=code))
