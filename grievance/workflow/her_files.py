"""Her files and the company: none of them goes to it before she said that it may ("Every hand-over" in file 2).

What she said stands on the record by the file's number, for the company that the complaint is about then. A file that
the office put in of its own is the office's to give.
"""

import json
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.evidence.types import is_recording
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown, StoredFile
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import SECRETARIAT_ROLES
from grievance.models.sides import HER
from grievance.models.writing import Writing
from grievance.record import files
from grievance.workflow import conditions as only
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_officer
from grievance.workflow.row import COMPLAINANT, ESCALATED, REFERRED, REMEDIED, WRITING, Happening, Row, states

SAYS, CHANGE = "say_about_file", "change_respondent"
FOR_HER = ("file", "imported")
"""Steps by which somebody of the office puts in what is hers; what else they put in is the office's own."""


class Word(StrEnum):
    MAY = "may"
    MAY_NOT = "may_not"


ASKS = (
    Field("of_file", _l("Which file"), Kind.OWN_FILE, sealed_into=Compartment.CORRESPONDENCE, about_words=True,
          help=_l("In sound and video, voices and faces stay, and what is said: people who know you may know you by"
                  " them."),
          missing=_l("Choose the file.")),
    Field("company_may", _l("May the company read it?"), Kind.CHOICE, shown=Shown.RECORD, read_by=HER,
          choices=((Word.MAY, _l("Yes. The company may get it.")),
                   (Word.MAY_NOT, _l("No. It stays with the Secretariat."))),
          help=_l("After a yes two of us still look at it first. Then the company reads it, and keeps it."
                  " After a no it does not get it."), about_words=True,
          read_as=_l("Whether the company may read it"), missing=_l("Say whether the company may read it.")),
)  # fmt: skip


def waiting_for_her(case: Case, keys: CaseKeys) -> list[StoredFile]:
    """Her files that the company did not get: she can say yes or no to each, and change that until it has gone."""
    here = files.still_here(case, files.with_writings(case, keys))
    return [one for one, writing in here if not _of_the_office(writing)]


def to_share(case: Case, keys: CaseKeys) -> list[tuple[StoredFile, bool]]:
    """What the company did not get, and of each whether it waits for her word."""
    here = files.still_here(case, files.with_writings(case, keys))
    hers = {one.id for one, writing in here if not _of_the_office(writing)}
    waiting = hers - she_let_go(case) if hers else hers
    return [(one, one.id in waiting) for one, _writing in here]


def _of_the_office(writing: Writing) -> bool:
    return writing.role in SECRETARIAT_ROLES and writing.step not in FOR_HER


def options(case: Case, keys: CaseKeys) -> list[tuple[str, str]]:
    """Each by its name, and with what would go."""
    return [(one.id, _what_goes(one)) for one in waiting_for_her(case, keys)]


def _what_goes(file: StoredFile) -> str:
    if file.copy and is_recording(file.copy.kind):
        return str(_("%(file)s: a copy, without what is hidden in it; voices, faces and what is said stay",
                     file=file.name))  # fmt: skip
    if file.copy:
        return str(_("%(file)s: a copy, without what is hidden in it", file=file.name))
    return str(_("%(file)s: as it is, with what may be hidden in it", file=file.name))


def she_let_go(case: Case) -> set[str]:
    """Files that may go to the company of now: her last word about each counts."""
    query = select(Event.kind, Event.facts).where(Event.chain == case.id, Event.kind.in_((SAYS, CHANGE)))
    said: dict[str, str] = {}
    for kind, text in db.session.execute(query.order_by(Event.seq)):
        if kind == CHANGE:  # another company, or the same one once more: she is asked anew
            said = {}
        else:
            said |= {(facts := json.loads(text))["file"]: facts["company_may"]}
    return {file for file, word in said.items() if word == Word.MAY}


@of_answers
def she_said_that_it_may(context: StepContext) -> Answer:
    chosen, case = context.values.get("file"), context.case
    if chosen is None or chosen in she_let_go(case):
        return None
    if chosen not in {one.id for one in waiting_for_her(case, context.keys)}:
        return None
    return _l("The complainant has not said that the company may read this file. Ask them: they say it on their page.")


def note_which(context: StepContext) -> None:
    context.facts["file"] = context.values["of_file"]


ROW = Row(
    step=SAYS, title=_l("Say whether the company may read a file"), source=states(REFERRED, ESCALATED, REMEDIED),
    who=COMPLAINANT, group=WRITING, of_respondent=True,
    second_person=True, checked=True,
    asks=ASKS, only_if=(only.company_has_the_case,), then=(note_which,),
    put_right=(SAYS,),
    event=Happening(_l("The complainant said whether the company may read a file"), HER,
                    _l("You said whether the company may read a file")),
    letters=(to_officer(say.FILE_ANSWERED),),
)  # fmt: skip
