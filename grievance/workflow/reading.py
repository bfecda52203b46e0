"""What she cannot read: she says so with one press, and the office puts a translation beside it, marked as its own.

She may say it of any text that is not hers, because the language that is noted of one may be wrong. No remedy is
accepted before it stands in her language, or she says that she can read it: nobody agrees to what they cannot read.
The translation lies where she and the Secretariat read alone. That she asked, and in which language, would tell a
company who she is.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.sides import COMPANY, HER, NONE
from grievance.models.writing import Remedy, RemedyStatus, Writing
from grievance.record.writings import read_writing
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_complainant, to_officer
from grievance.workflow.remedy_questions import I_CAN_READ_IT
from grievance.workflow.row import ANY, COMPLAINANT, OFFICER, WRITING, Happening, Row

WHICH = Field("writing", _l("Which text"), Kind.WRITING, shown=Shown.WRITING, read_by=HER,
              missing=_l("Choose the text."))  # fmt: skip
TRANSLATION = (
    WHICH,
    Field("language", _l("Language of the translation"), Kind.CHOICE, choices=LANGUAGES, shown=Shown.RECORD,
          read_by=NONE),
    Field("text", _l("The translation, whole: what was written stays beside it"),
          sealed_into=Compartment.CORRESPONDENCE, read_as=_l("Translation by the Secretariat")),
)  # fmt: skip
NOT_IN_HER_LANGUAGE = _l("This remedy does not stand in your language yet. If you cannot read it, press “I cannot read"
                         " this” beside it on your page: then we translate it. If you can read it, tick that you"
                         " can.")  # fmt: skip
ASKED_ALREADY = _l("This remedy does not stand in your language yet. We have been asked to translate it. You can accept"
                   " it when the translation is here. If you can read it, tick that you can.")  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What was said and done about reading in one case. `unread`: of which texts she says now that she cannot read
    them, and since when; `translated`: into which languages each was; `beside`: by the number of its event, which text
    a translation is of and its language; `asked`: each moment in which she asked."""

    unread: dict[str, datetime] = field(default_factory=dict)
    translated: dict[str, set[str]] = field(default_factory=dict)
    beside: dict[int, tuple[str, str]] = field(default_factory=dict)
    asked: set[datetime] = field(default_factory=set)

    def note(self, number: int, kind: str, at: datetime, facts: dict[str, Any]) -> None:
        which = facts["writing"]
        self.unread.pop(which, None)
        if kind == CANNOT_READ.step:
            self.unread[which] = at
            self.asked.add(at)
        elif kind == TRANSLATE.step:
            self.translated.setdefault(which, set()).add(facts["language"])
            self.beside[number] = (which, facts["language"])


def read(events: Iterable[tuple[int, str, datetime, dict[str, Any]]]) -> Read:
    """From a case's events (number, kind, when, facts), the first one first."""
    found = Read()
    for number, kind, at, facts in events:
        if kind in KINDS:
            found.note(number, kind, at, facts)
    return found


def of(case: Case) -> Read:
    query = select(Event.id, Event.kind, Event.happened_at, Event.facts)
    rows = db.session.execute(query.where(Event.chain == case.id, Event.kind.in_(KINDS)).order_by(Event.seq))
    return read((row.id, row.kind, row.happened_at, json.loads(row.facts)) for row in rows)


# --- conditions --------------------------------------------------------------------------------------------


@of_answers
def not_said_already(context: StepContext) -> Answer:
    said = context.values.get("writing") in of(context.case).unread if context.values else False
    return _l("You said so already, and we have been asked for a translation.") if said else None


@of_answers
def she_could_not(context: StepContext) -> Answer:
    said = not context.values or context.values.get("writing") in of(context.case).unread
    return None if said else _l("You did not say of this text that you cannot read it.")


@of_answers
def she_can_read_it(context: StepContext) -> Answer:
    """Of a remedy that the office wrote nobody noted the language: then she says that she can read it."""
    if context.remedy is None or context.values.get(I_CAN_READ_IT.name):
        return None
    known = of(context.case)
    if stands_in_her_language(context.case, context.remedy, known):
        return None
    asked = proposal_of(context.remedy) in known.unread or is_foreign(context.case, context.remedy.proposed_by)
    return ASKED_ALREADY if asked else NOT_IN_HER_LANGUAGE


def stands_in_her_language(case: Case, remedy: Remedy, known: Read) -> bool:
    words = proposal_of(remedy)
    if words in known.unread:
        return False
    hers = remedy.proposed_by == COMPANY and not is_foreign(case, remedy.proposed_by)
    return hers or case.language in known.translated.get(words, ())


def all_stand_in_her_language(case: Case) -> bool:
    """Each remedy that waits for her word: then nobody asks her whether she can read one."""
    offered = select(Remedy).where(Remedy.case_id == case.id, Remedy.status == RemedyStatus.PROPOSED)
    known = of(case)
    return all(stands_in_her_language(case, remedy, known) for remedy in db.session.scalars(offered))


def is_foreign(case: Case, side: str) -> bool:
    """Whether words of this side are known to be in another language than hers."""
    return side == COMPANY and case.company is not None and case.company.language != case.language


def proposal_of(remedy: Remedy) -> str:
    """The text in which it was promised."""
    query = select(Writing.id).where(Writing.remedy_id == remedy.id, Writing.step == "propose_remedy")
    return db.session.scalars(query).one()


def promises(case: Case, keys: CaseKeys, *, hers: bool) -> dict[str | None, str]:
    """What was promised with each remedy, as far as these keys open it; to her as the office translated it."""
    steps = ("propose_remedy", TRANSLATE.step) if hers else ("propose_remedy",)
    query = select(Writing).where(Writing.case_id == case.id, Writing.step.in_(steps)).order_by(Writing.written_at)
    rows = [one for one in db.session.scalars(query) if keys.can_open(one.compartment, one.n, one.epoch)]
    plain = {one.id: one for one in rows if one.step != TRANSLATE.step}
    found = {one.remedy_id: str(read_writing(keys, one).get("promise", "")) for one in plain.values()}
    known = of(case).beside if len(rows) > len(plain) else {}
    for row in rows:
        which, language = known.get(row.event_id or 0, ("", ""))
        if which in plain and language == case.language:
            found[row.remedy_id] = str(read_writing(keys, row).get("text", ""))
    return found


# --- what comes of it --------------------------------------------------------------------------------------


def _names(context: StepContext) -> Writing:
    context.facts["writing"] = context.values["writing"]
    return db.session.get_one(Writing, context.values["writing"])


def cannot(context: StepContext) -> None:
    _names(context)
    deadlines.open_unless_open(context.case, Deadline.NEXT_MOVE, context.at)


def can(context: StepContext) -> None:
    _over(context, _names(context))


def put_beside(context: StepContext) -> None:
    original = _names(context)
    for writing in context.writings:
        writing.remedy_id = original.remedy_id
    _over(context, original)


def decide_or_translate(context: StepContext) -> None:
    """A proposal is a next move. One that she may not be able to read asks for the next one at once: she waits for no
    translation that nobody was asked for."""
    deadlines.meet(context.case, (Deadline.NEXT_MOVE,), context.at)
    if is_foreign(context.case, context.person.side):
        deadlines.open_unless_open(context.case, Deadline.NEXT_MOVE, context.at)


def _over(context: StepContext, original: Writing) -> None:
    """The next move is met where it was only this one, and no other text waits."""
    known = of(context.case)
    if set(known.unread) - {original.id}:
        return
    since = known.asked | {original.written_at}
    for limit in deadlines.owed(context.case):
        if limit.key == Deadline.NEXT_MOVE and limit.opened_at in since:
            deadlines.meet(context.case, (Deadline.NEXT_MOVE,), context.at)


# --- the rows ----------------------------------------------------------------------------------------------

CANNOT_READ = Row(
    step="cannot_read", title=_l("I cannot read this"), source=ANY, who=COMPLAINANT, group=WRITING,
    asks=(WHICH,), only_if=(not_said_already,), then=(cannot,),
    may_open=(Deadline.NEXT_MOVE,),
    put_right=("can_read",),
    event=Happening(_l("The complainant cannot read a text"), HER, _l("You said that you cannot read a text")),
    letters=(to_officer(say.CANNOT_READ),),
)  # fmt: skip
CAN_READ = Row(
    step="can_read", title=_l("I can read it after all"), source=ANY, who=COMPLAINANT, group=WRITING,
    asks=(WHICH,), only_if=(she_could_not,), then=(can,),
    helps=(Deadline.NEXT_MOVE,),
    put_right=("cannot_read",),
    event=Happening(_l("The complainant can read a text after all"), HER,
                    _l("You said that you can read a text after all")),
    silent="it asks for nothing, and takes back what was asked for",
)  # fmt: skip
TRANSLATE = Row(
    step="translate", title=_l("Put a translation beside a text"), source=ANY, who=OFFICER, group=WRITING,
    asks=TRANSLATION, then=(put_beside,),
    helps=(Deadline.NEXT_MOVE,),
    put_right=("translate",),
    event=Happening(_l("The Secretariat put a translation beside a text"), HER),
    letters=(to_complainant(say.TRANSLATED),),
)  # fmt: skip
ROWS = (CANNOT_READ, CAN_READ, TRANSLATE)
KINDS = tuple(row.step for row in ROWS)
