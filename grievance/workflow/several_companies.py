"""Another company is named in a complaint (file 2, "add_respondent"): what it does is a part, with keys of its own.

Nothing goes to it by this step. The complainant is told, agrees for this company, reads the summary and says *right*,
as before any hand-over; from then on the part is a case like any other (docs/decisions/0093-several-respondents.md).
"""

import secrets
from typing import Any

from sqlalchemy import select

from grievance.accounts.new_case import new_reference, seal_master, sealed_to
from grievance.accounts.parts import family_of, sealed_key
from grievance.accounts.receipts import living_receipts, named
from grievance.crypto.compartments import CaseKeys, Compartment, complainant_key, new_master
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case, Conflict, Deputy, Respondent, State
from grievance.models.people import Company, Membership
from grievance.models.sides import HER
from grievance.models.writing import Writing
from grievance.record import chain
from grievance.record.writings import is_emptied, read_writing
from grievance.redaction.name_spans import IDENTITY_SPANS
from grievance.workflow import delicate, respondents, spoken, taking_back
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.events import PART_OPENED, PART_RECEIPT
from grievance.workflow.letter_texts import to_complainant
from grievance.workflow.row import ESCALATED, OFFICER, PROGRESS, REFERRED, Happening, Row, states

TOLD_OF_IT = ("file", "imported")
NOT_ANEW = ("files", "company_named")
SAME = ("channel", "language", "country", "track", "topics", "severity", "represented", "officer_id", "by_post",
        "visits_shown", "legal_hold")  # fmt: skip
"""Of the first case, what holds for the part, too. What she agreed to does not: it was about another company."""

ASKS = (
    Field("company", _l("Which company it is also about"), Kind.COMPANY, shown=Shown.RECORD, read_by=HER,
          help=_l("A member or an affiliate. Nothing goes to it by this: the complainant agrees first, and reads what"
                  " would be sent. No company learns of another.")),
    Field("why", _l("Why, for the Secretariat"), sealed_into=Compartment.INTERNAL, read_as=_l("Why")),
    Field("letter", _l("What the complainant reads: which company, and why"), sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("The Secretariat's letter")),
)  # fmt: skip


# --- what stands against it --------------------------------------------------------------------------------


@of_answers
def may_be_added(context: StepContext) -> Answer:
    """Something can be referred to it, and nobody named it before."""
    chosen = context.values.get("company")
    company = db.session.get(Company, int(chosen)) if chosen else None
    if company is None:
        return None
    if company.membership not in (Membership.MEMBER, Membership.AFFILIATE):
        return _l("This company is no member or affiliate now, so that nothing can be referred to it.")
    ids = [one.id for one in family_of(context.case)]
    there = select(Respondent.id).where(
        Respondent.case_id.in_(ids), Respondent.company_id == company.id, Respondent.ended_at.is_(None)
    )
    if db.session.scalar(there.limit(1)) is not None:
        return _l("This complaint is about this company already.")
    return None


@of_answers
def each_receipt_has_keys(context: StepContext) -> Answer:
    """A receipt from before has none that a later key could be sealed to, until its page is opened."""
    if not context.values or all(one.public_key for one in living_receipts(context.case)):
        return None
    return _l("A receipt of this complaint has no keys of its own yet. It gets them when its page is opened: then a"
              " company can be added.")  # fmt: skip


# --- the part ----------------------------------------------------------------------------------------------


def open_part(context: StepContext) -> None:
    """A case of its own, with what was told sealed anew, and who may act in it. The event in it is its first."""
    first, company_id = context.case, int(context.values["company"])
    first.parts += 1
    part, master = _case(first, context), new_master()
    db.session.add(part)
    db.session.flush()  # before what names it
    respondents.name(part, company_id, context.at)
    seal_master(part, master)
    if context.keys.complainant is None:
        raise LookupError("only the Secretariat's keys open a part")
    db.session.add(sealed_key(context.keys.complainant, part.id, complainant_key(master)))
    _same_people(first, part)
    _ask_the_road_anew(part)
    into = StepContext(part, context.person, {}, context.at, context.now, CaseKeys.from_master(master))
    _tell_anew(context, into)
    facts = {"company": company_id, "part_number": part.part_number, "language": part.language} | sealed_to()
    if part.company_road:
        facts[delicate.ROAD.name] = part.company_road == delicate.YES
    facts |= {name: getattr(part, name) for name in ("channel", "represented", "known_to_secretariat")}
    chain.append(
        part, PART_OPENED.kind, context.person, context.at, context.now, facts,
        [one.sealed for one in into.writings], number=into.event_id,
    )  # fmt: skip
    for receipt in living_receipts(first):
        chain.append(part, PART_RECEIPT.kind, context.person, context.at, context.now, named(receipt))
    deadlines.open_limit(part, Deadline.NEXT_MOVE, context.at)
    deadlines.queue(part)
    part.version += 1
    context.facts["part_number"] = part.part_number


def _case(first: Case, context: StepContext) -> Case:
    alike = {name: getattr(first, name) for name in SAME}
    return Case(
        **alike, id=secrets.token_hex(16), reference=new_reference(), part_of=first.id, part_number=first.parts,
        known_to_secretariat=first.known_to_secretariat, share_account=False, share_identity=False,
        company_road=first.company_road, spoken=first.spoken, frozen_at=first.frozen_at, admitted=True,
        received_at=context.at, state=State.RECEIVED, handovers=0, head_seq=0, head_hash="",
    )  # fmt: skip


def _ask_the_road_anew(part: Case) -> None:
    """What she chose was for another company."""
    if part.company_road == delicate.YES:
        part.company_road = delicate.NO


def _same_people(first: Case, part: Case) -> None:
    for one in db.session.scalars(select(Conflict).where(Conflict.case_id == first.id)):
        db.session.add(Conflict(case_id=part.id, account_id=one.account_id))
    for named_one in db.session.scalars(select(Deputy).where(Deputy.case_id == first.id)):
        alike = {name: getattr(named_one, name) for name in ("account_id", "role", "named_by", "named_at")}
        db.session.add(Deputy(case_id=part.id, **alike))


def _tell_anew(context: StepContext, into: StepContext) -> None:
    """Her account, with what was written down of what was said, and where a name stands in it. Files stay with the
    first case."""
    steps = (*TOLD_OF_IT, spoken.WRITE_DOWN.step, IDENTITY_SPANS)
    query = select(Writing).where(Writing.case_id == context.case.id, Writing.step.in_(steps))
    told: dict[str, Any] = {}
    for row in db.session.scalars(query.order_by(Writing.written_at)):
        if is_emptied(row) or not context.keys.can_open(row.compartment, row.n, row.epoch):
            continue
        says = read_writing(context.keys, row)
        if row.step == IDENTITY_SPANS:
            into.seal(Compartment.INTERNAL, IDENTITY_SPANS, says)
        elif row.step in TOLD_OF_IT:
            told |= says
        elif "words" in says:
            told["account"] = says["words"]
    into.seal(Compartment.CORRESPONDENCE, "file", {name: says for name, says in told.items() if name not in NOT_ANEW})


ADD = Row(
    step="add_respondent", title=_l("Add another company to the complaint"), source=states(REFERRED, ESCALATED),
    who=OFFICER, group=PROGRESS, approved=True, never_filled=True,
    asks=ASKS,
    only_if=(spoken.words_are_hers, each_receipt_has_keys, taking_back.no_wish_waits, may_be_added),
    then=(open_part,),
    put_right=("close",),
    event=Happening(_l("Another company was added to the complaint"), HER),
    letters=(to_complainant(say.COMPANY_ADDED),),
)  # fmt: skip
