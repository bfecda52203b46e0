"""A part is taken out of a case: one file, or a passage of one text, such as a passport of somebody who has no part in
it (file 2, "remove_part"; docs/decisions/0070-a-part-is-taken-out.md).

She is told first, what and why, and has time to say something about it. Then an officer proposes it and an approver
decides. What is gone is gone for everybody, and each text that lost something says so, to a company that has it too.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, select

from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.days import full_date
from grievance.deadlines.kinds import Deadline
from grievance.deadlines.lengths import kept_in_backups
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.sides import HER, NONE
from grievance.models.writing import Writing
from grievance.record import files, taken_out
from grievance.record.files import THEIRS
from grievance.record.writings import is_emptied
from grievance.redaction.name_spans import IDENTITY_SPANS
from grievance.search import merging, store
from grievance.workflow import her_files, post
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_company, to_complainant, to_officer
from grievance.workflow.row import ANY, COMPLAINANT, CUSTODY, OFFICER, WRITING, Happening, Row

ANNOUNCE, OBJECT, REMOVE = "announce_removal", "object_to_removal", "remove_part"
FILE, TEXT = "file", "writing"
"""A part is named by what it is and its number: `file:…`, `writing:…`."""
FILED = ("file", "imported")
ANNOUNCED = "announced"
"""Of the question which part: only what she was told of can be taken out."""

ANNOUNCE_ASKS = (
    Field("part", _l("Which file, or a passage of which text"), Kind.PART, sealed_into=Compartment.CORRESPONDENCE,
          missing=_l("Choose the file or the text."), read_as=_l("What is to be taken out")),
    Field("passage", _l("The passage, word for word"), required=False, sealed_into=Compartment.CORRESPONDENCE,
          help=_l("Copy it from the text. Leave it empty for a file, which goes whole. The same words in other texts"
                  " stay: they are taken out one by one."),
          needed_if=_l("for a text"), read_as=_l("The passage")),
    Field("why", _l("Why, for the complainant to read"), sealed_into=Compartment.CORRESPONDENCE, read_as=_l("Why")),
)  # fmt: skip
OBJECT_ASKS = (
    Field("objection", _l("What do you want to say about it?"), sealed_into=Compartment.CORRESPONDENCE,
          missing=_l("Write what you want to say about it."), read_as=_l("What was said about it")),
)  # fmt: skip
REMOVE_ASKS = (
    Field("removal", _l("What is taken out"), Kind.PART, shown=Shown.NOWHERE, read_by=NONE, among=(ANNOUNCED,),
          help=_l("It cannot be brought back. Our backups hold it for another %(time)s.",
                  time=kept_in_backups()),
          missing=_l("Choose what is taken out.")),
)  # fmt: skip

WHOLE_FILE = _l("A file goes whole: leave the passage empty.")
NO_PASSAGE = _l("Copy the passage that is to be taken out from the text.")
NOT_THERE = _l("These words do not stand in that text. Copy them from it, letter for letter.")
TOO_OFTEN = _l("These words stand in that text more than once. Copy more of what stands around them.")
HELD_ELSEWHERE = _l("Another proposal of this case, which waits for an approver, holds what is to be taken out. Decide"
                    " that proposal first.")  # fmt: skip
NOBODY_TOLD = _l("First tell the complainant what is to be taken out, and why.")


@dataclass(frozen=True)
class Announced:
    """What she was told last that is to be taken out. `seq`: of the event that told her, by which it is chosen."""

    seq: int
    number: int
    part: str

    @property
    def kind(self) -> str:
        return self.part.partition(":")[0]

    @property
    def which(self) -> str:
        return self.part.partition(":")[2]


_NEWEST = (
    select(Event.seq, Event.id, Event.kind, Event.facts)
    .where(Event.chain == bindparam("case_id"), Event.kind.in_((ANNOUNCE, REMOVE)))
    .order_by(Event.seq.desc())
    .limit(1)
)


def announced(case: Case) -> Announced | None:
    """None where she was told of nothing since the last part was taken out."""
    last = db.session.execute(_NEWEST, {"case_id": case.id}).first()
    if last is None or last.kind == REMOVE:
        return None
    return Announced(last.seq, last.id, json.loads(last.facts)["part"])


def telling(case: Case, told: Announced) -> Writing:
    """The text in which she was told."""
    query = select(Writing).where(Writing.case_id == case.id, Writing.event_id == told.number)
    return db.session.scalars(query.where(Writing.step == ANNOUNCE)).one()


# --- conditions --------------------------------------------------------------------------------------------


@of_answers
def passage_is_there(context: StepContext) -> Answer:
    part, passage = context.values.get("part"), context.values.get("passage")
    if not part:
        return None
    kind, _colon, which = part.partition(":")
    if kind == FILE:
        return WHOLE_FILE if passage else None
    if not passage:
        return NO_PASSAGE
    found = taken_out.texts_with(taken_out.whole(context.keys, db.session.get_one(Writing, which)), passage)
    if not found:
        return NOT_THERE
    return TOO_OFTEN if len(found) > 1 or found[0][1] > 1 else None


def nobody_waits(context: StepContext) -> Answer:
    """One at a time: she says something about one thing."""
    return _she_has_time(context)


def she_was_told(context: StepContext) -> Answer:
    return _she_has_time(context) or (None if announced(context.case) else NOBODY_TOLD)


def no_proposal_holds_it(context: StepContext) -> Answer:
    """Said when it is proposed, and again when it is approved: nobody approves afterwards what still holds the part."""
    told = announced(context.case)
    if told is None:
        return NOBODY_TOLD
    words = _named(context, told)
    return HELD_ELSEWHERE if taken_out.held_by_open(context.keys, context.case.id, words, REMOVE) else None


def _named(context: StepContext, told: Announced) -> set[str]:
    """By which a proposal would hold it: the passage; of a file its number, its name, and the number of its copy."""
    if told.kind == TEXT:
        return {taken_out.whole(context.keys, telling(context.case, told))["passage"]}
    known = [one for one, _writing in files.with_writings(context.case, context.keys) if one.id == told.which]
    return {told.which} | {one.name for one in known} | {one.copy.id for one in known if one.copy}


def _she_has_time(context: StepContext) -> Answer:
    for limit in deadlines.owed(context.case):
        if limit.key == Deadline.OBJECTION and limit.missed_at is None:
            return _l("The complainant was told of what is to be taken out, and can say something about it until"
                      " %(day)s.", day=full_date(limit.due_on))  # fmt: skip
    return None


def something_is_to_go(context: StepContext) -> Answer:
    waits = any(one.key == Deadline.OBJECTION and one.missed_at is None for one in deadlines.owed(context.case))
    return None if waits else _l("There is nothing of which we told you that it is to be taken out.")


# --- what comes of it --------------------------------------------------------------------------------------


def note_which(context: StepContext) -> None:
    context.facts["part"] = context.values["part"]


def take_out(context: StepContext) -> None:
    """The part, each copy of it that the office made, and the words by which she was told of it. The event names what
    each text is now, and the hash of what is gone."""
    told = announced(context.case)
    if told is None:
        raise LookupError("she was told of nothing")
    merging.leave_out(context.person, context.case.id)
    store.forget(context.case.id)  # what is left waits to be indexed again
    said = telling(context.case, told)
    words = taken_out.whole(context.keys, said)
    changed, gone = _file(context, told) if told.kind == FILE else _passage(context, told, words["passage"])
    masked = dict.fromkeys({"part", "passage"} & set(words), taken_out.MARK)
    taken_out.seal_anew(context.keys, said, {**words, **masked})
    context.writings += [*changed, said]
    context.facts |= {"part": told.part, "gone": gone}
    if any(one.compartment in THEIRS and one.n > context.case.handed_before for one in changed):
        context.letters.append(to_company(say.PART_TAKEN_FROM_COMPANY))


def _file(context: StepContext, told: Announced) -> tuple[list[Writing], list[str]]:
    """A file, its clean copy, and what the company got of it."""
    known = [one for one, _writing in files.with_writings(context.case, context.keys) if one.id == told.which]
    ids = {each.id for one in known for each in (one, one.copy) if each}
    changed = []
    for writing in _readable(context):
        says = taken_out.whole(context.keys, writing)
        if taken_out.names_file(says, ids):
            number = next(n for n, one in enumerate(says["files"]) if one["id"] in ids)
            taken_out.seal_anew(context.keys, writing, taken_out.without_file(says, ids))
            changed += [writing, *_spans_after(context, writing, partial(taken_out.places_after_file, number=number))]
    changed += _unnamed(context, [one.name for one in known])
    return changed, taken_out.forget_files(ids)


def _unnamed(context: StepContext, names: list[str]) -> list[Writing]:
    """What she said about the file says its name."""
    about = [one for one in _readable(context) if one.step == her_files.SAYS]
    return [one for name in names for one in taken_out.mask_name(context.keys, about, name)]


def _passage(context: StepContext, told: Announced, passage: str) -> tuple[list[Writing], list[str]]:
    writing = db.session.get_one(Writing, told.which)
    says, gone = taken_out.whole(context.keys, writing), sha256(writing.sealed).hexdigest()
    ((question, _often),) = taken_out.texts_with(says, passage)
    start = says[question].index(passage)
    taken_out.seal_anew(context.keys, writing, taken_out.without_passage(says, passage))
    moved = partial(taken_out.places_after_passage, question=question, start=start, passage=passage)
    spans = _spans_after(context, writing, moved)
    copies = taken_out.mask_proposals(context.keys, context.case.id, passage)
    return [writing, *_letter_as_written(context, writing, passage), *spans, *copies], [gone]


def _letter_as_written(context: StepContext, sent: Writing, passage: str) -> list[Writing]:
    """Of a letter that was posted to her, the office's own words, which are the same."""
    if sent.step != post.POST.step:
        return []
    facts = db.session.scalars(select(Event.facts).where(Event.id == sent.event_id)).one()
    writing = db.session.get_one(Writing, json.loads(facts)["letter"])
    says = taken_out.whole(context.keys, writing)
    taken_out.seal_anew(context.keys, writing, taken_out.without_passage(says, passage))
    return [writing]


def _readable(context: StepContext) -> list[Writing]:
    rows = db.session.scalars(select(Writing).where(Writing.case_id == context.case.id))
    return [one for one in rows if context.keys.can_open(one.compartment, one.n, one.epoch) and not is_emptied(one)]


def _spans_after(context: StepContext, writing: Writing, moved: Callable[[list[Any]], list[Any]]) -> list[Writing]:
    """Where an identity stands in what was filed is kept as positions: they move with what is left."""
    if writing.step not in FILED:
        return []
    found = [one for one in _readable(context) if one.step == IDENTITY_SPANS]
    for one in found:
        says = taken_out.whole(context.keys, one)
        taken_out.seal_anew(context.keys, one, {**says, taken_out.PLACES: moved(says[taken_out.PLACES])})
    return found


# --- the rows ----------------------------------------------------------------------------------------------

ANNOUNCE_REMOVAL = Row(
    step=ANNOUNCE, title=_l("Tell the complainant what is to be taken out"), source=ANY, who=OFFICER, group=CUSTODY,
    never_filled=True,
    asks=ANNOUNCE_ASKS, only_if=(nobody_waits, passage_is_there), then=(note_which,),
    opens=(Deadline.OBJECTION,),
    put_right=(ANNOUNCE,),
    event=Happening(_l("The Secretariat said what is to be taken out"), HER),
    letters=(to_complainant(say.REMOVAL_ANNOUNCED),),
)  # fmt: skip
OBJECT_TO_REMOVAL = Row(
    step=OBJECT, title=_l("Say something about what is to be taken out"), source=ANY, who=COMPLAINANT, group=WRITING,
    asks=OBJECT_ASKS, only_if=(something_is_to_go,),
    meets=(Deadline.OBJECTION,),
    waits=True,
    put_right=("write",),
    event=Happening(_l("The complainant said something about what is to be taken out"), HER,
                    _l("You said something about what is to be taken out")),
    letters=(to_officer(say.REMOVAL_ANSWERED),),
)  # fmt: skip
REMOVE_PART = Row(
    step=REMOVE, title=_l("Take a part out"), source=ANY, who=OFFICER, group=CUSTODY, approved=True, never_filled=True,
    decides_on=ANNOUNCE,
    asks=REMOVE_ASKS, only_if=(she_was_told, no_proposal_holds_it), then=(take_out,),
    stays="its key is destroyed on purpose, or its words; she was told first, and two people did it",
    event=Happening(_l("A part was taken out"), HER),
    letters=(to_complainant(say.PART_TAKEN_OUT),), may_send=(to_company(say.PART_TAKEN_FROM_COMPANY),),
)  # fmt: skip
ROWS = (ANNOUNCE_REMOVAL, OBJECT_TO_REMOVAL, REMOVE_PART)
