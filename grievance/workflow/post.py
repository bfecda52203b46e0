"""Letters on paper: written at the desk, approved where they bind, and told to whom they are for once they are sent.

Until then a letter is the office's own. To her one goes by post only with her yes, to the address that she wrote
herself, and never while somebody may be in danger: it can be seen by others in her house. A company has it on its page.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from grievance import clock
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.deadlines import days
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.models.sides import ALL, COMPANY, COMPLAINANT, HER, NONE
from grievance.models.writing import Writing
from grievance.record.writings import read_writing
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, company_has_the_case, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.custody import entries_of
from grievance.workflow.letter_texts import to_company, to_complainant
from grievance.workflow.row import ANY, IDENTITY, OFFICER, WRITING, Happening, Row

HERSELF = frozenset({Role.COMPLAINANT})
INTERNAL = Compartment.INTERNAL
BINDING = frozenset({"decision", "closing"})
"""The kinds of letters that bind the association: a second person approves them."""
WORDS = ("subject", "text", "original")
"""What goes to whom the letter is for, word for word."""
LETTER = (
    Field("addressee", _l("To whom"), Kind.CHOICE, shown=Shown.RECORD, read_by=NONE,
          choices=((COMPLAINANT, _l("The complainant")), (COMPANY, _l("The company")))),
    Field("letter_kind", _l("What the letter is"), Kind.CHOICE, shown=Shown.RECORD, read_by=NONE,
          choices=(("information", _l("Information")), ("decision", _l("A decision")),
                   ("closing", _l("The end of the case"))),
          help=_l("A decision and the end of a case bind the association: another person approves the letter.")),
    Field("language", _l("Language of the letter"), Kind.CHOICE, choices=LANGUAGES, shown=Shown.RECORD, read_by=NONE),
    Field("subject", _l("What the letter is about, in one line"), Kind.LINE, sealed_into=INTERNAL,
          read_as=_l("What the letter is about"), goes_out=True),
    Field("text", _l("The letter, from the salutation to your name"), sealed_into=INTERNAL, read_as=_l("The letter"),
          goes_out=True),
    Field("original", _l("The original, where the letter is a translation: it is printed beside it"), required=False,
          sealed_into=INTERNAL, read_as=_l("The original"), goes_out=True),
    Field("original_language", _l("Language of the original"), Kind.CHOICE, required=False, choices=LANGUAGES,
          needed_if=_l("where there is an original"), shown=Shown.RECORD, read_by=NONE, goes_out=True),
    Field("address", _l("Registered address of the company, where it goes by post, too"), required=False,
          sealed_into=INTERNAL, read_as=_l("Address for the envelope"),
          help=_l("Leave this empty for the complainant: the address is what they wrote themselves.")),
)  # fmt: skip
NO_YES = _l("The complainant did not say yes to letters by post. They say it on their page; until then write a"
            " message.")  # fmt: skip
NO_ADDRESS = _l("The complainant wrote no address of their own. They write it on their page, locked apart; until then"
                " write a message.")  # fmt: skip
DANGER = _l("A safety alert is open: no letter goes to the complainant's house. First look at the safety, and lift the"
            " alert.")  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A letter that was written: `id` of its words, when, to whom, what it is; `sent_at`: None until it was sent, and
    `posted_on`: the day on which it was put into the post, None where it was not. `too_late`: it was for a company that
    lost the case before it was sent, and goes to no other. `discarded_at`: when the office threw it away, unsent."""

    id: str
    at: datetime
    facts: dict[str, Any]
    sent_at: datetime | None = None
    posted_on: date | None = None
    too_late: bool = False
    discarded_at: datetime | None = None

    @property
    def addressee(self) -> str:
        return str(self.facts["addressee"])

    @property
    def day(self) -> date:
        """What stands on it: the day on which it was posted, or else written."""
        return self.posted_on or clock.office_day(self.at)

    @property
    def binds(self) -> bool:
        return self.facts["letter_kind"] in BINDING


def written(case: Case) -> list[Written]:
    """Every letter of a case, the newest first; of a binding one only what was approved."""
    query = select(Event.kind, Event.happened_at, Event.facts, Writing.id).outerjoin(
        Writing, (Writing.event_id == Event.id) & (Writing.step == WRITE.step)
    )
    kinds = (*KINDS, *CHANGES)
    rows = db.session.execute(query.where(Event.chain == case.id, Event.kind.in_(kinds)).order_by(Event.seq))
    found: dict[str, Written] = {}
    for kind, at, facts, words in rows:
        said = json.loads(facts)
        if said.get("company_before"):
            found = {one.id: replace(one, too_late=_was_for_it(one)) for one in found.values()}
        elif kind == WRITE.step and words:
            found[words] = Written(words, at, said)
        elif kind == DISCARD.step and said["letter"] in found:
            found[said["letter"]] = replace(found[said["letter"]], discarded_at=at)
        elif before := found.get(said.get("letter", "")):
            day = said.get("posted_on")
            found[before.id] = replace(before, sent_at=at, posted_on=date.fromisoformat(day) if day else None)
    return list(reversed(found.values()))


def _was_for_it(one: Written) -> bool:
    """Whether it was for the company that loses the case now, or for one before, and waits still."""
    return one.addressee == COMPANY and one.sent_at is None and one.discarded_at is None


def waiting(case: Case, addressees: Iterable[str]) -> list[Written]:
    there = [one for one in written(case) if one.sent_at is None and not one.too_late and one.discarded_at is None]
    return [one for one in there if one.addressee in addressees]


def words_of(keys: CaseKeys, letter_id: str) -> dict[str, Any]:
    """What a letter says. Raises `NoKey` for whoever is not of the Secretariat."""
    return read_writing(keys, db.session.get_one(Writing, letter_id))


def options(case: Case, keys: CaseKeys, addressees: Iterable[str]) -> list[tuple[str, str]]:
    """(its id, what it is about and of which day) of what was not sent yet."""
    return [(one.id, _named(words_of(keys, one.id), one)) for one in waiting(case, addressees)]


def _named(says: dict[str, Any], one: Written) -> str:
    return f"{says['subject']}, {days.full_date(clock.office_day(one.at))}"


# --- conditions --------------------------------------------------------------------------------------------


@of_answers
def company_is_there(context: StepContext) -> Answer:
    return company_has_the_case(context) if context.values.get("addressee") == COMPANY else None


@of_answers
def she_may_be_written_to(context: StepContext) -> Answer:
    """Nobody writes, and nobody approves, a letter to her that could not go."""
    return closed_to(context.case).get(context.values.get("addressee", ""))


def closed_to(case: Case) -> dict[str, Label]:
    """To whom no letter of this case may go, and why."""
    return {} if case.by_post else {COMPLAINANT: NO_YES}


@of_answers
def address_is_her_own(context: StepContext) -> Answer:
    if context.values.get("addressee") == COMPLAINANT and context.values.get("address"):
        return _l("Leave the address empty: a letter to the complainant goes where they wrote themselves, and nowhere"
                  " else.")  # fmt: skip
    return None


@of_answers
def original_has_a_language(context: StepContext) -> Answer:
    said = context.values
    if said.get("original") and not said.get("original_language"):
        return _l("Say in which language the original is.")
    return None


def she_said_yes(context: StepContext) -> Answer:
    return None if context.case.by_post else NO_YES


def not_yet(context: StepContext) -> Answer:
    return _l("You said already that we may send you letters by post.") if context.case.by_post else None


def said_before(context: StepContext) -> Answer:
    return None if context.case.by_post else _l("We do not send you letters by post.")


def there_is_her_address(context: StepContext) -> Answer:
    """One that she wrote herself: nobody else says where her letters go."""
    return None if her_address(context.case) else NO_ADDRESS


def her_address(case: Case) -> str | None:
    """The newest entry with an address of her own; its words stay locked."""
    mine = (one.id for one in entries_of(case) if one.kind == "address" and one.whose == Role.COMPLAINANT)
    return next(mine, None)


@of_answers
def day_can_be(context: StepContext) -> Answer:
    """No letter was posted tomorrow, or before it was written."""
    said = context.values.get("posted_on")
    chosen = next((one for one in written(context.case) if one.id == context.values.get("letter")), None)
    if not said or chosen is None:
        return None
    day = date.fromisoformat(said)
    if day > clock.office_day(context.now):
        return _l("This day has not come yet. Say on which day it was posted.")
    if day < clock.office_day(chosen.at):
        return _l("On this day the letter was not written yet.")
    return None


# --- what comes of it --------------------------------------------------------------------------------------


def agree(context: StepContext) -> None:
    context.case.by_post = True


def end(context: StepContext) -> None:
    context.case.by_post = False


def _send_on(context: StepContext, compartment: Compartment, step: str) -> None:
    """From now on whom it is for reads it, word for word as it was approved."""
    context.facts["letter"] = context.values["letter"]
    says = words_of(context.keys, context.values["letter"])
    context.seal(compartment, step, {name: says[name] for name in WORDS if name in says})


def to_her(context: StepContext) -> None:
    _send_on(context, Compartment.CORRESPONDENCE, POST.step)


def throw_away(context: StepContext) -> None:
    """Its words stay sealed to the office, as all that it wrote."""
    context.facts["letter"] = context.values["letter"]


def to_the_company(context: StepContext) -> None:
    _send_on(context, Compartment.COMPANY, SEND.step)


# --- the rows ----------------------------------------------------------------------------------------------


def _which(*addressees: str) -> Field:
    """It is offered beside each letter that waits, and nowhere else: a case's own page asks for no letters."""
    return Field("letter", _l("Which letter"), Kind.LETTER, among=addressees, shown=Shown.STEP, read_by=NONE,
                 missing=_l("Choose the letter."))  # fmt: skip


AGREE = Row(
    step="agree_post", title=_l("Send me letters by post"), source=ANY, who=HERSELF, group=IDENTITY,
    checked=True,
    only_if=(not_yet,), then=(agree,),
    follows=_l("A letter on paper can be seen by others in your house. Our name is not on the envelope, but it is on"
               " the letter inside. We send it only to the address that you wrote yourself on this page. If you do not"
               " press this, we send nothing by post. You can take it back at any time."),
    put_right=("end_post",),
    event=Happening(_l("The complainant said yes to letters by post"), HER,
                    _l("You said that we may send you letters by post")),
    silent="nothing is to be done: the office reads it where it writes a letter",
)  # fmt: skip
END = Row(
    step="end_post", title=_l("Do not send me letters by post any more"), source=ANY, who=HERSELF, group=IDENTITY,
    only_if=(said_before,), then=(end,),
    follows=_l("A letter that is on its way already cannot be called back."),
    put_right=("agree_post",),
    event=Happening(_l("The complainant took back the yes to letters by post"), HER,
                    _l("You said that we send you no letters by post")),
    silent="nothing is to be done: from now on no letter can be sent",
)  # fmt: skip
WRITE = Row(
    step="write_letter", title=_l("Write a letter"), source=ANY, who=OFFICER, group=WRITING,
    approved_when=lambda context: context.values.get("letter_kind") in BINDING,
    of_respondent_when=lambda values: values.get("addressee") == COMPANY,
    asks=LETTER, only_if=(company_is_there, she_may_be_written_to, address_is_her_own, original_has_a_language),
    put_right=("discard_letter",),
    event=Happening(_l("A letter was written"), NONE),
    silent="it lies at the desk: whom it is for is told when it is sent",
)  # fmt: skip
POST = Row(
    step="post_letter", title=_l("The letter to the complainant was posted"), source=ANY, who=OFFICER, group=WRITING,
    asks=(_which(COMPLAINANT),
          Field("posted_on", _l("On which day it was posted"), Kind.DATE, shown=Shown.RECORD, read_by=HER,
                is_of_the_day=True)),
    only_if=(she_said_yes, there_is_her_address, day_can_be), then=(to_her,),
    answers=True,
    stays="a letter that was posted is on its way",
    event=Happening(_l("A letter was sent to the complainant by post"), HER, _l("We sent you a letter by post")),
    letters=(to_complainant(say.POSTED),),
)  # fmt: skip
SEND = Row(
    step="send_letter", title=_l("Send the letter to the company"), source=ANY, who=OFFICER, group=WRITING,
    asks=(_which(COMPANY),
          Field("posted_on", _l("On which day it was posted, too"), Kind.DATE, required=False, shown=Shown.RECORD,
                read_by=frozenset({COMPANY}), is_of_the_day=True,
                help=_l("It stands on the company's page in any case."))),
    only_if=(company_has_the_case, day_can_be), then=(to_the_company,),
    stays="what a company was told cannot be taken back",
    event=Happening(_l("A letter was sent to the company"), ALL),
    letters=(to_company(say.LETTER_TO_COMPANY),),
)  # fmt: skip
DISCARD = Row(
    step="discard_letter", title=_l("Discard the letter"), source=ANY, who=OFFICER, group=WRITING,
    asks=(_which(COMPLAINANT, COMPANY),), then=(throw_away,),
    put_right=("write_letter",),
    event=Happening(_l("A letter was discarded before it was sent"), NONE),
    silent="nobody outside knew of it",
)  # fmt: skip
ROWS = (AGREE, END, WRITE, POST, SEND, DISCARD)
KINDS = (WRITE.step, POST.step, SEND.step, DISCARD.step)
CHANGES = ("change_respondent", "classify")
"""Steps by which another company takes the respondent's place; their events name the one before."""
