"""Wordings of the office: what officers may begin a message or letter with. Approvers write them.

A wording holds no word of a case: what differs from case to case stands as {reference}, {company}, {date} or {due}.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.deadlines import days
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import STANDING
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.case import Case
from grievance.models.desk import MessageTemplate
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.sides import ALL, COMPANY, COMPLAINANT
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow.procedure import TABLE
from grievance.workflow.readers import begun_by_a_wording
from grievance.workflow.row import Row

KNOWN = ("reference", "company", "date", "due")
DUE = "{due}"
STEPS = tuple(
    {r.step: (r.step, r.title) for r in TABLE if SECRETARIAT_ROLES & r.who and begun_by_a_wording(r)}.values()
)
ASKS = (
    Field("name", _l("Name of the template"), Kind.LINE),
    Field("step", _l("For which step"), Kind.CHOICE, choices=STEPS),
    Field("language", _l("Language"), Kind.CHOICE, choices=LANGUAGES),
    Field("text", _l("Text"), help=_l(
        "In each case {reference} becomes its reference, {company} the company, {date} today's date, and {due} the"
        " date that is due next. Where that is the complainant's own date, a wording with {due} is not offered."
    )),
)  # fmt: skip


def add(by: Person, raw: Mapping[str, Any]) -> None:
    """A new wording. Raises `BadInput`, `Refused`."""
    values = _checked(by, raw)
    with unit_of_work() as session:
        session.add(MessageTemplate(**values))
        _note(by, "template_added", values["name"], values["step"])


def change(by: Person, template_id: int, raw: Mapping[str, Any], version: int | None) -> None:
    """Raises `BadInput`, `Refused`: also where another approver changed it since `version`."""
    values = _checked(by, raw)
    with unit_of_work():
        found = _locked(template_id)
        if version != found.version:
            raise Refused(_("Somebody changed this since you opened it. What you wrote is kept below: look again."))
        for name, value in values.items():
            setattr(found, name, value)
        found.version += 1
        _note(by, "template_changed", found.name, found.step)


def retire(by: Person, template_id: int) -> None:
    """It is offered no longer. Raises `Refused`."""
    _only_approvers(by)
    with unit_of_work():
        found = _locked(template_id)
        found.active = False
        _note(by, "template_retired", found.name, found.step)


def _checked(by: Person, raw: Mapping[str, Any]) -> dict[str, Any]:
    _only_approvers(by)
    values = clean(ASKS, raw)
    unknown = next((name for name in re.findall(r"\{([^{}]*)\}", values["text"]) if name not in KNOWN), None)
    if unknown is not None:
        known = ", ".join(f"{{{name}}}" for name in KNOWN)
        sentence = _("We do not know {%(name)s}. Use only %(known)s.", name=unknown[:40], known=known)
        raise BadInput({"text": sentence})
    return values


def _only_approvers(by: Person) -> None:
    if by.role != Role.APPROVER or by.party_seed is None:
        raise Refused(_("An approver looks after the templates."))


def _locked(template_id: int) -> MessageTemplate:
    found = db.session.get(MessageTemplate, template_id, with_for_update=True, populate_existing=True)
    if found is None or not found.active:
        raise Refused(_("This template is not in use any more."))
    return found


def _note(by: Person, kind: str, name: str, step: str) -> None:
    now = clock.now()
    db.session.flush()
    chain.append(None, kind, by, now, now, {"name": name, "step": step})


# --- using them --------------------------------------------------------------------------------------------


def in_use() -> list[MessageTemplate]:
    """All that are offered, by step and name."""
    query = select(MessageTemplate).where(MessageTemplate.active)
    return list(db.session.scalars(query.order_by(MessageTemplate.step, MessageTemplate.name, MessageTemplate.id)))


def one(template_id: int | None) -> MessageTemplate | None:
    """A wording that is in use; None where there is none."""
    found = db.session.get(MessageTemplate, template_id) if template_id else None
    return found if found and found.active else None


def offered(person: Person, case: Case, row: Row) -> list[MessageTemplate]:
    """Those for this step, the ones in the complainant's language first; none that says a {due} while what is due next
    is hers to do."""
    if person.role not in SECRETARIAT_ROLES or row.recorded or begun_by_a_wording(row) is None:
        return []
    wordings = [one for one in in_use() if one.step == row.step]
    if any(DUE in one.text for one in wordings) and _due(case, row)[1]:
        wordings = [one for one in wordings if DUE not in one.text]
    return sorted(wordings, key=lambda one: one.language != case.language)


def filled(wording: MessageTemplate, case: Case, row: Row) -> str:
    """The text for a step, with plain facts of the case; where a fact is lacking, its {name} stays to be seen."""
    due, _hers = _due(case, row)
    facts = {
        "reference": case.reference,
        "company": case.company.name if case.company else None,
        "date": days.date_in(clock.office_today(), wording.language),
        "due": days.date_in(due, wording.language) if due else None,
    }
    text = wording.text
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", fact or f"{{{name}}}")
    return text


def whole(wording: MessageTemplate, case: Case, row: Row) -> str:
    """The same, for whoever sends it as it is. Raises `Refused` where a fact is lacking."""
    text = filled(wording, case, row)
    lacking = re.search(rf"\{{({'|'.join(KNOWN)})\}}", text)
    if lacking is None:
        return text
    if lacking[0] == DUE and _due(case, row)[1]:
        raise Refused(_("The wording says %(name)s, and what is due next is the complainant's own to do.", name=DUE))
    raise Refused(_("The wording says %(name)s, and this case has none.", name=lacking[0]))


def _due(case: Case, row: Row) -> tuple[date | None, bool]:
    """The next date that each reader of the text sees, with nothing of what is kept from a company that reads along;
    and whether there is none because the complainant has something to do until then: a wording may say that she need
    not do anything before its {due}."""
    field = begun_by_a_wording(row)
    readers = ALL if field is None or field.readers is None else field.readers
    sides = [side for side in readers if side != COMPANY or case.with_company]
    running = [
        one for one in deadlines.owed(case) if one.key not in STANDING and not one.missed_at and not one.paused_at
    ]
    hers = min((one.due_on for one in running if one.owed_by == COMPLAINANT), default=date.max)
    seen = [one for one in running if not any(deadlines.is_kept_from(side, one) for side in sides)]
    due = min((one.due_on for one in seen if one.owed_by != COMPLAINANT), default=date.max)
    return (due if due < hers else None), hers <= due and hers < date.max
