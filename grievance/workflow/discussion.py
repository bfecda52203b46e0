"""The office's discussion of a case: notes that answer each other and mention colleagues (decision 0078).

A mention is a fact of the note's event, a mark at the desk's front and a line in the day's mail. It opens nothing: only
who may see the case anyway can be mentioned.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, select

from grievance import clock
from grievance.accounts import who_could
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.deadlines import days
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.people import Account
from grievance.models.sides import NONE
from grievance.models.writing import Writing
from grievance.record.letters import COLLEAGUE
from grievance.record.writings import is_emptied, read_writing
from grievance.workflow import letter_texts as say
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import LetterTo, to_officer
from grievance.workflow.row import ANY, STAFF, WRITING, Happening, Row

STEP, MENTIONED, ANSWERS = "note", "mentioned", "answers"
"""The step; and the facts of its event that name accounts, and the note that it answers."""
BEGINS = 60
"""Characters of a note in the list of those that may be answered."""
ASKS = (
    Field("note", _l("Note, for the Secretariat alone"), sealed_into=Compartment.INTERNAL, read_as=_l("Note")),
    Field(MENTIONED, _l("Whom do you mention?"), Kind.MENTIONED, required=False, shown=Shown.RECORD, read_by=NONE,
          read_as=_l("Mentioned"), help=_l("They find it at the front of their desk, and a mail says that something"
                                           " waits. @Name in the text does the same.")),
    Field("writing", _l("Which note does it answer?"), Kind.NOTE, required=False, shown=Shown.NOWHERE, read_by=NONE),
)  # fmt: skip


_NAMES = (
    select(Account.id, Account.name).where(Account.id.in_(bindparam("accounts", expanding=True))).order_by(Account.name)
)


def names(standing: who_could.Standing) -> dict[int, str]:
    """Everybody of the Secretariat who may see the case, by name. One query."""
    rows = db.session.execute(_NAMES, {"accounts": list(standing.acts_as)})
    return {row.id: row.name for row in rows}


def options(case: Case) -> list[tuple[str, str]]:
    """Whom a note may mention: (number of the account, name)."""
    return [(str(one), name) for one, name in names(who_could.standing(case)).items()]


def notes(case: Case, keys: CaseKeys) -> list[tuple[str, str]]:
    """Which notes may be answered, the newest first: (number of the text, its day and how it begins)."""
    query = select(Writing).where(Writing.case_id == case.id, Writing.step == STEP)
    rows = db.session.scalars(query.order_by(Writing.written_at.desc()))
    here = [one for one in rows if keys.can_open(one.compartment, one.n, one.epoch) and not is_emptied(one)]
    return [(one.id, _begins(one, read_writing(keys, one).get("note", ""))) for one in here]


def _begins(row: Writing, text: str) -> str:
    short = text if len(text) <= BEGINS else f"{text[:BEGINS].rsplit(' ', 1)[0]}…"
    return f"{days.full_date(clock.office_day(row.written_at))}: {short}"


# --- who is mentioned --------------------------------------------------------------------------------------


def note_mentions(context: StepContext) -> None:
    """Who was chosen, and whom the text names by @Name; never the writer. And which note it answers."""
    chosen = {int(one) for one in context.values.get(MENTIONED) or ()}
    text = context.values["note"]
    if "@" in text:
        chosen |= set(_named_in(text, list(names(context.who_could()).items())))
    chosen.discard(context.person.account_id or 0)
    context.facts.pop(MENTIONED, None)
    if chosen:
        context.facts[MENTIONED] = [str(one) for one in sorted(chosen)]
    if context.values.get("writing"):
        context.facts[ANSWERS] = context.values["writing"]


def _named_in(text: str, colleagues: Sequence[tuple[int, str]]) -> Iterator[int]:
    """The accounts that an @Name names: the whole name or its first word, where exactly one colleague has it."""
    for said in text.casefold().split("@")[1:]:
        for words in (None, 1):
            found = [one for one, name in colleagues if _begins_with(said, " ".join(name.casefold().split()[:words]))]
            if len(found) == 1:
                yield found[0]
            if found:
                break


def _begins_with(said: str, name: str) -> bool:
    return bool(name) and said.startswith(name) and not said[len(name) : len(name) + 1].isalnum()


ROW = Row(
    step=STEP, title=_l("Write a note"), source=ANY, who=STAFF, group=WRITING,
    asks=ASKS, then=(note_mentions,),
    put_right=(STEP,),
    event=Happening(_l("A note was written"), NONE),
    letters=(to_officer(say.NOTE), LetterTo(COLLEAGUE, say.MENTIONED)),
)  # fmt: skip
