"""Whose time of keeping ends: what her own page says of it, and the office's list. The rule is `workflow.keeping`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from grievance import clock
from grievance.access import Person, visible
from grievance.deadlines.days import full_date
from grievance.deadlines.lengths import length
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.keys import IdentityEntry
from grievance.workflow import keeping
from grievance.workflow.keeping import Said
from grievance.workflow.retention import ASKS, nothing_keeps

MOST = 500
"""Cases that the list shows, those that end first, first."""
ANSWERS: dict[str, Label] = dict(ASKS[0].choices)
WISHED = _l("Deletion was granted")
NOT_YET = _l("No answer: delete it, as said")


# --- her page ----------------------------------------------------------------------------------------------


def for_her(case: Case) -> list[str]:
    """In the order in which she reads them; none while the case is open, or where her wish for deletion was granted."""
    plan = keeping.plan(case, clock.now())
    if plan is None or plan.what == Said.WISH:
        return []
    if case.legal_hold:
        return [_("We are obliged to keep your complaint for longer. Before that has ended, nothing is deleted.")]
    until = full_date(plan.until)
    if not case.retention_asked_on:
        asked = length(keeping.ASKED_BEFORE)
        return [_("We keep your complaint until %(date)s. We ask you here what shall become of it, at least %(time)s"
                  " before it ends.", date=until, time=asked)]  # fmt: skip
    return [_of_the_day(plan, until, said=bool(case.retention_answer)), *_of_the_answer(case, plan)]


def _of_the_day(plan: keeping.Plan, until: str, *, said: bool) -> str:
    """What silence means is told to who is silent."""
    if plan.over:
        return str(_("We kept your complaint until %(date)s. Until it is deleted you can still change what you said.",
                     date=until))  # fmt: skip
    if said:
        return str(
            _("We keep your complaint until %(date)s. Until then you can change here what you said.", date=until)
        )
    return str(_("We keep your complaint until %(date)s. If you say nothing, two people of ours delete it after that"
                 " day. Until then you can say here what shall become of it, and change that.",
                 date=until))  # fmt: skip


def _of_the_answer(case: Case, plan: keeping.Plan) -> list[str]:
    if not case.retention_answer:
        return []
    said = [_("You said: %(answer)s.", answer=ANSWERS[case.retention_answer])]
    if plan.longer:
        said.append(_("What you wrote is kept until %(date)s, and you are asked again before.",
                      date=full_date(plan.longer)))  # fmt: skip
    return said


# --- the office's list -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A case whose time ends. `what`: what becomes of it. `longer`: until when it is kept, where it is kept longer.
    `step`: what an officer may propose next, where its day is over and nothing keeps it; else empty. `waits`: something
    but a hold still keeps it from that."""

    reference: str
    company: str
    until: date
    what: Label
    longer: date | None
    over: bool
    held: bool
    step: str
    waits: bool


def lines(person: Person) -> list[Line]:
    """What this person may see of the cases that were asked about, or that may be erased; first the first. One more
    than `MOST` where there are more."""
    query = _listed(person).order_by(Case.retain_until, Case.id).limit(MOST + 1).options(selectinload(Case.company))
    named = exists().where(IdentityEntry.case_id == Case.id)
    found = [_line(*row) for row in db.session.execute(query.add_columns(nothing_keeps(), named))]
    return [line for line in found if line]


def _line(case: Case, free: bool, named: bool) -> Line | None:
    plan = keeping.plan(case, clock.now())
    if plan is None:
        return None
    name = case.company.name if case.company else ""
    what = WISHED if plan.what == Said.WISH else ANSWERS.get(case.retention_answer or "", NOT_YET)
    step = _next(plan.what, named) if plan.over else ""
    return Line(case.reference, name, plan.until, what, plan.longer, plan.over, case.legal_hold,
                step if free else "", bool(step) and not free and not case.legal_hold)  # fmt: skip


def _next(what: Said, named: bool) -> str:
    """The name goes first, and alone where she said so; of her own wish all goes at once."""
    if what == Said.WISH:
        return "erase"
    if named:
        return "erase_name" if what in (Said.DELETE, Said.NAME_ONLY) else ""
    return "erase" if what == Said.DELETE else ""


def _listed(person: Person) -> Any:
    one = aliased(Case)
    asked_about = or_(one.retention_asked_on.is_not(None), one.retention_answer.is_not(None))  # a piece of an index
    said = or_(one.retention_asked_on.is_not(None), one.retention_answer == Said.WISH.value)
    listed = select(one.id).where(one.erased_at.is_(None), asked_about, said)
    return visible(person).where(Case.retain_until.is_not(None), Case.id.in_(listed))


def number_over(person: Person) -> ScalarSelect[int]:
    """What the clock proposed, and nobody has done."""
    return _number(_listed(person).where(Case.retention_ended_on.is_not(None)))


def number_ending(person: Person) -> ScalarSelect[int]:
    return _number(_listed(person).where(Case.retention_ended_on.is_(None)))


def _number(query: Any) -> ScalarSelect[int]:
    return select(func.count()).select_from(query.with_only_columns(Case.id).subquery()).scalar_subquery()
