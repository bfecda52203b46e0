"""What surrounds a step's page at a desk: kept words, who will read them, a look before they go, wordings."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from flask_babel import LazyString
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from grievance import clock
from grievance.access import Person, opened
from grievance.crypto.compartments import Compartment
from grievance.crypto.hashes import sha256
from grievance.deadlines import office_hours
from grievance.deadlines.kinds import Deadline
from grievance.deadlines.rows import is_open, office_calendar
from grievance.desk import message_templates, own_wordings
from grievance.extensions import Label
from grievance.forms.fields import Field, Kind, clean
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.sides import COMPLAINANT
from grievance.record.events import canonical
from grievance.reports.answer_view import answer_view
from grievance.reports.casefile import Opened
from grievance.reports.identities import requests_for
from grievance.reports.wish import who_should_speak
from grievance.views.addresses import number
from grievance.workflow import (
    meetings,
    readers,
    reading,
    release,
    safety,
    step_drafts,
    steps,
    summaries,
    whose_word,
    words,
)
from grievance.workflow.context import TOLD_BY
from grievance.workflow.remedy_questions import I_CAN_READ_IT
from grievance.workflow.row import Row
from grievance.workflow.visibility import version_for

OWN_WORDING = re.compile("[0-9a-f]{32}")


def begin(person: Person, case: Case, step: str, link: dict[str, Any]) -> dict[str, Any]:
    """What a page begins with: what was kept, under what its link says, with the wording that it asks for."""
    found = step_drafts.load(person, case, step_drafts.slot(step, link))
    raw = {**(found.answers if found else {}), **link}
    row = steps.part(step, person, case)[0]
    wording = message_templates.one(request.args.get("template", type=number)) if row else None
    if row and wording in message_templates.offered(person, case, row):
        _add(message_templates.filled(wording, case, row), readers.begun_by_a_wording(row), raw)
    for own in (
        own_wordings.offered(person, row) if row and (asked := _own_asked(request.args.get("template", ""))) else ()
    ):
        if own.id == asked:
            own_wordings.put_in(own, raw)
    return raw


def _own_asked(said: str) -> str:
    """The template of a company that an address or a form names; empty where it names none."""
    return said if OWN_WORDING.fullmatch(said) else ""


def _add(text: str, field: Field | None, raw: dict[str, Any]) -> None:
    """Below what is there already, and once."""
    if field and text not in raw.get(field.name, ""):
        raw[field.name] = "\n\n".join(filter(None, (raw.get(field.name, ""), text)))


def must_choose(person: Person, row: Row, raw: dict[str, Any]) -> bool:
    """Staff and companies say who will read it before they write a word; complainants find it on the page itself."""
    field = readers.audience_asked(row)
    return field is not None and step_drafts.may_save(person) and raw.get("audience") not in dict(field.choices)


def choose(person: Person, case: Case, row: Row, back: str) -> str:
    """The page before: who will read this?"""
    company = case.company.name if case.company else ""
    keys = opened(person, case)
    audiences = [
        (value, words.send_to(value, person.side, company),
         sentence or steps.stands_against(row, person, case, keys, {"audience": value}))
        for value, _text, sentence in readers.audiences(person, case, row)
    ]  # fmt: skip
    since = {
        slot.partition(":")[2]: at
        for slot, at in step_drafts.saved_since(person, case).items()
        if slot.startswith(row.step)
    }
    return render_template(
        "desk/audience.html", row=row, case=case, back=back, audiences=audiences, since=since, carried=_carried()
    )


def _carried() -> str:
    wording = request.args.get("template", type=number) or _own_asked(request.args.get("template", ""))
    return f"&template={wording}" if wording else ""


def around(person: Person, case: Case, row: Row, raw: dict[str, Any]) -> dict[str, Any]:
    """For the page of a step: `fixed` audience, `readers` by question, `beside` the button and what it says."""
    if person.role == Role.CUSTODIAN:
        return {
            "asks": row.asks,
            "readers": read_by(row.asks, person, None),
            "request_to_decide": next(iter(requests_for(person, case)), None),
        }
    if not step_drafts.may_save(person):
        later = release.tells_later(row, case)
        said = {**_said_to_her(row, person), **_of_a_summary(row, case)}
        return {"asks": _with_the_hour(row, case), "told_later": later, **said}
    audience, company = raw.get("audience"), case.company.name if case.company else ""
    field = readers.audience_asked(row)
    fixed = str(audience) if field and audience in dict(field.choices) else ""
    compartments = readers.of_row(row, person, audience)
    return {
        "asks": _asks(row, case, person, raw, fixed),
        "fixed": fixed,
        "edge": next(iter(compartments.values())).value if fixed else "",
        "readers": read_by(_asks(row, case, person, raw, fixed), person, audience, company),
        "beside": _beside(row, set(compartments.values()), company),
        "button": words.send_to(fixed, person.side, company) if fixed else "",
        "wish": who_should_speak(person, case, row),
        "kept": step_drafts.load(person, case, step_drafts.slot(row.step, raw)),
        "keeps": True,
        "wordings": message_templates.offered(person, case, row),
        "own_wordings": own_wordings.offered(person, row),
        "files_next": _files_at_the_look(row, person, raw),
    }


def _with_the_hour(row: Row, case: Case) -> tuple[Field, ...]:
    """At the tick about her safety stands when somebody is at work next. Why she comes late is asked of who is late."""
    if row.step == "appeal" and is_open(case, Deadline.APPEAL):
        return tuple(f for f in row.asks if f.name != "late")
    if any(f.name == I_CAN_READ_IT.name for f in row.asks) and reading.all_stand_in_her_language(case):
        return tuple(f for f in row.asks if f.name != I_CAN_READ_IT.name)
    if not any(field.name == safety.TICK.name for field in row.asks):
        return row.asks
    said: Label = LazyString(lambda: f"{_at_work(case)} {safety.TICK.help}")
    return tuple(replace(f, help=said) if f.name == safety.TICK.name else f for f in row.asks)


def _of_a_summary(row: Row, case: Case) -> dict[str, Any]:
    """Beside her answer stands who will read the text, on the same screen; at the button nothing is said of readers:
    it would seem to be said of the text."""
    if row.step != summaries.REVIEW_SUMMARY.step:
        return {}
    asks = tuple(
        replace(f, help=summaries.who_reads_it(case)) if f.name == "verdict" else f for f in _with_the_hour(row, case)
    )
    return {"asks": asks, "beside": "", "readers": read_by_you(row.asks), "button": _("Send my answer")}


def _at_work(case: Case) -> str:
    return office_hours.for_case(case, clock.now()) or office_hours.sentence(clock.now(), office_calendar())


def _said_to_her(row: Row, person: Person) -> dict[str, Any]:
    """Who reads what she answers. Where she chooses it on the page itself, the choices say it."""
    told = {readers.name_of(f, person.side, None) for f in row.asks if readers.sealed_in(f, person.side, None)}
    of_itself = any(f.on_yes for f in row.asks)  # such a question says who reads its answer
    beside = words.readers_to_you(told.pop()) if len(told) == 1 and not of_itself else ""
    return {"readers": read_by_you(row.asks), "beside": beside}


def read_at_filing(fields: Iterable[Field]) -> dict[str, str]:
    """The same on the form, where nobody has agreed yet that a company is told anything."""
    said = readers.of_each(fields, COMPLAINANT, None)
    return {name: words.readers_at_filing(one) for name, one in said.items()}


def read_by_you(fields: Iterable[Field]) -> dict[str, str]:
    """Beside her questions: who reads the answer, once for those that follow each other with the same readers."""
    return {name: words.readers_to_you(said) for name, said in readers.of_each(fields, COMPLAINANT, None).items()}


def read_by(fields: Iterable[Field], person: Person, audience: Any, company: str = "") -> dict[str, str]:
    said = readers.of_each(fields, person.side, audience)
    return {name: words.readers(one, company) for name, one in said.items()}


def _beside(row: Row, compartments: set[Compartment], company: str) -> str:
    """Who reads a step whose answers go to several: said once more beside the button."""
    if any(field.goes_on for field in row.asks):
        return words.readers(readers.SUMMARY, company)
    if any(field.goes_out for field in row.asks):
        return words.readers(readers.SENT, company)
    if len(compartments) == 1:
        return words.readers(compartments.pop().value, company)
    return (
        words.read_in_parts(bool(compartments & readers.TOLD), bool(compartments & readers.HANDED), company)
        if compartments
        else ""
    )


def _asks(row: Row, case: Case, person: Person, raw: dict[str, Any], fixed: str) -> tuple[Field, ...]:
    """What the page asks: not the audience that is fixed, nor the files that are chosen at the look before; who told
    it only where somebody speaks for her."""
    looks = _files_at_the_look(row, person, raw)
    left_out = {f.name for f in row.asks if (looks and f.kind == Kind.FILES) or (fixed and f.name == "audience")}
    if row.recorded and not whose_word.has_two_voices(case):
        left_out.add(TOLD_BY)
    return tuple(field for one in row.asks if one.name not in left_out for field in _which_one(one, case))


def _files_at_the_look(row: Row, person: Person, raw: dict[str, Any]) -> bool:
    looks = row.previewed and readers.told(row, person, raw.get("audience"))
    return looks and any(field.kind == Kind.FILES for field in row.asks)


def _which_one(field: Field, case: Case) -> tuple[Field, ...]:
    """Which visit or interview it is about is asked where several are planned, and then it must be said."""
    if field.kind != Kind.MEETING:
        return (field,)
    several = len([one for step in field.among for one in meetings.still_planned(case, step)]) > 1
    return (replace(field, required=True),) if several else ()


# --- a look before it goes ---------------------------------------------------------------------------------


def is_previewed(person: Person, row: Row, raw: dict[str, Any]) -> bool:
    """Whether the complainant reads nothing of it, or its writer looked at exactly this. Raises `BadInput`."""
    if not row.previewed or not readers.told(row, person, raw.get("audience")):
        return True
    return request.form.get("looked") == _digest(_told(person, row, raw))


def _told(person: Person, row: Row, raw: dict[str, Any]) -> dict[str, Any]:
    """The answers that the complainant reads, as they will be kept. Raises `BadInput`."""
    values = clean(tuple(field for field in row.asks if field.kind != Kind.FILES), raw)
    compartments = readers.of_row(row, person, values.get("audience"))
    return {name: value for name, value in values.items() if compartments.get(name) in readers.TOLD}


def _digest(told: dict[str, Any]) -> str:
    return sha256(canonical(told))


def preview(person: Person, case: Case, row: Row, raw: dict[str, Any], back: str, errors: dict[str, str]) -> str:
    """The answers exactly as the complainant will see them; only what was looked at is sent."""
    told = _told(person, row, raw)
    where = readers.of_row(row, person, raw.get("audience"))[next(iter(told))]
    seen = Opened(row.step, person.role.value, where, clock.now(), answer_view(row.step, told), [])
    return render_template(
        "desk/look.html", row=row, case=case, raw=raw, errors=errors, back=back, seen=seen, looked=_digest(told),
        files=[field for field in row.asks if field.kind == Kind.FILES], action=f"{back}/steps/{row.step}",
        version=version_for(person, case), me=Role.COMPLAINANT.value,
    )  # fmt: skip


def only_files(row: Row, errors: dict[str, str]) -> bool:
    """Whether nothing is wrong but files, which are chosen at the look."""
    return set(errors) <= {field.name for field in row.asks if field.kind == Kind.FILES}


# --- keeping -----------------------------------------------------------------------------------------------


def after_keeping(step: str, back: str) -> tuple[str, str]:
    """Where the button that kept the words leads, and what is said there."""
    page = f"{back}/steps/{step}"
    if request.form.get("then") == "choose":
        return page, _("What you wrote is kept for the readers that you chose first.")
    if request.form.get("then") == "wording":
        own = _own_asked(request.form.get("template", ""))
        return f"{page}{to_audience(request.form, **({'template': own} if own else {}))}", ""
    if wording := request.form.get("template", type=number):
        return f"{page}{to_audience(request.form, template=wording)}", ""
    return back, _("Kept for later. You find it when you open this step again.")


def to_audience(form: MultiDict[str, str], **more: Any) -> str:
    """The end of a step's address: for whom it is written."""
    asked = {"audience": form["audience"], **more} if form.get("audience") else more
    return f"?{urlencode(asked)}" if asked else ""
