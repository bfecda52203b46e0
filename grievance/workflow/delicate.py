"""Sexual violence, and children: critical from the first day, and nothing of it takes the road to the company unless
the complainant chose that road (file 2, "Sexual violence, and children").

What is asked besides is asked of nobody else. A company is told none of it: neither that it was asked, nor the answers.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from grievance.crypto.compartments import CaseKeys, Compartment, NoKey
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import YES_NO, Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.sides import HER
from grievance.models.writing import Writing
from grievance.record.writings import read_writing
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_officer
from grievance.workflow.row import COMPLAINANT, IDENTITY, OPEN, Happening, Row

SEXUAL, CHILD = "sexual", "child"
"""What it may be about, and the keys of the group and the tag that say so (vocabulary.toml)."""
MARKS: Mapping[str, frozenset[str]] = {SEXUAL: frozenset({SEXUAL, "sexual_abuse"}), CHILD: frozenset({CHILD})}
YES, NO = "yes", "no"
IN_DOUBT = frozenset({"yes", "unsure"})
"""Who is not sure whether somebody is a child is answered as if it were one."""

CHILD_ASKED = Field(
    "child", _l("Was a child harmed, or is a child in danger?"), Kind.CHOICE, False, Compartment.CORRESPONDENCE,
    choices=(*YES_NO, ("unsure", _l("I am not sure"))), help=_l("A child is anyone under 18."), for_the_office=True,
)  # fmt: skip
_ASKED_IF: tuple[tuple[str, frozenset[str]], ...] = (("topics", MARKS[SEXUAL]), ("child", IN_DOUBT))
WISH = Field(
    "officer_sex", _l("Who should speak with you?"), Kind.CHOICE, False, Compartment.CORRESPONDENCE,
    choices=(("woman", _l("A woman")), ("man", _l("A man")), ("any", _l("It does not matter"))),
    help=_l("We do what we can. It is not always possible."), for_the_office=True, follows_any=_ASKED_IF,
    read_as=_l("Who should speak with the complainant"),
)  # fmt: skip
ROAD = Field(
    "company_road", _l("May we ask the company about this?"), Kind.YES, False,
    on_yes=_l("We may ask the company to answer, or help you and the company to talk. You read first what we send. You"
              " can change this later."),
    on_no=_l("We give the company nothing more of yours. We look at it ourselves, and may be able to do less. You can"
             " change this later."),
    read_as=_l("The company may be asked about this"), shown=Shown.CONSENTS, read_by=HER, follows_any=_ASKED_IF,
)  # fmt: skip
ASKED = (WISH, ROAD)
REFUSED = "road_refused"

NOT_CHOSEN = _l("It is about sexual violence or a child, and the complainant has not chosen that the company may be"
                " asked. Nothing goes to the company, and no talks are offered, without that choice.")  # fmt: skip


def about(topics: Iterable[str]) -> tuple[str, ...]:
    """Which of them a case, or a form, is about."""
    said = frozenset(topics)
    return tuple(one for one, marks in MARKS.items() if marks & said)


def topics_said(answers: Mapping[str, Any]) -> list[str]:
    """What a form says that it is about, with the mark that it is about a child."""
    chosen = answers.get("topics") or []
    marked = [CHILD] if answers.get(CHILD_ASKED.name) in IN_DOUBT else []
    return [*([chosen] if isinstance(chosen, str) else chosen), *marked]


def refused(raw: Mapping[str, Any]) -> dict[str, bool]:
    """That she said no herself, which a form otherwise does not tell from a question that was left out."""
    return {REFUSED: True} if raw.get(ROAD.name) in (NO, False) else {}


def road_said(answers: Mapping[str, Any]) -> str | None:
    """Her choice at the form; None where it is about nothing for which it is asked. Her no counts whatever else she
    said: who tells it in her own words alone need not say first what it is about."""
    if answers.get(REFUSED):
        return NO
    return _as_kept(answers) if about(topics_said(answers)) else None


def _as_kept(answers: Mapping[str, Any]) -> str:
    """What is left out counts as no."""
    return YES if answers.get(ROAD.name) else NO


# --- what stands against the road --------------------------------------------------------------------------


def is_asked(case: Case) -> bool:
    """Once it was so, only her own choice opens the road: an officer who codes the case otherwise does not. A case from
    before there was the question goes by what it is about."""
    return case.company_road is not None or bool(about(case.topics))


def road_is_closed(context: StepContext) -> Answer:
    return NOT_CHOSEN if is_asked(context.case) and context.case.company_road != YES else None


def keep_closed(context: StepContext) -> None:
    """Before and after *classify* writes what it is about: found out later, it is asked as if she had said it."""
    if context.case.company_road is None and about(context.case.topics):
        context.case.company_road = NO
        context.facts[ROAD.name] = False


def ask_anew(context: StepContext) -> None:
    """What she chose was for another company."""
    if context.case.company_road == YES:
        context.case.company_road = NO
        context.facts[ROAD.name] = False


# --- her choice --------------------------------------------------------------------------------------------


def there_is_a_road(context: StepContext) -> Answer:
    return None if is_asked(context.case) else _l("In this complaint you are not asked this.")


def choose(context: StepContext) -> None:
    """What was handed over before stays handed over."""
    context.case.company_road = _as_kept(context.values)
    context.facts[ROAD.name] = context.case.company_road == YES


CHOOSE_ROAD = Row(
    step="choose_road", title=_l("Say whether we may ask the company"), source=OPEN, who=COMPLAINANT, group=IDENTITY,
    of_respondent=True, second_person=True, checked=True,
    asks=(ROAD, WISH), only_if=(there_is_a_road,), then=(choose,),
    put_right=("choose_road",),
    event=Happening(_l("The complainant said whether the company may be asked"), HER,
                    _l("You said whether we may ask the company")),
    letters=(to_officer(say.ROAD_CHOSEN),),
)  # fmt: skip


# --- the officer's sex -------------------------------------------------------------------------------------


def wish_of(case: Case, keys: CaseKeys) -> str:
    """The newest that she said of who should speak with her; empty where she never did, or does not mind."""
    asked = select(Writing).where(Writing.case_id == case.id, Writing.step.in_(("file", CHOOSE_ROAD.step)))
    for row in db.session.scalars(asked.order_by(Writing.written_at.desc())):
        if keys.can_open(row.compartment, row.n, row.epoch) and (said := _said(keys, row)):
            return "" if said == "any" else said
    return ""


def _said(keys: CaseKeys, row: Writing) -> str:
    try:
        return str(read_writing(keys, row).get(WISH.name, ""))
    except NoKey:
        return ""


WISHES: Mapping[str, Label] = {
    "woman": _l("The complainant would rather speak with a woman."),
    "man": _l("The complainant would rather speak with a man."),
}
