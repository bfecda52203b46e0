"""What the faces share: a page for a step, and how a step's outcome is answered."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from grievance.access import Person, find_case
from grievance.models.case import Case
from grievance.workflow import steps
from grievance.workflow.conditions import packet_hash
from grievance.workflow.fields import BadInput, Field, Kind
from grievance.workflow.procedure import find_row

Page = str | Response | tuple[str, int]


def sent(fields: tuple[Field, ...]) -> dict[str, Any]:
    """The answers of this request, as they were typed."""
    several = (Kind.CHOICES, Kind.SUBJECTS)
    return {
        f.name: request.form.getlist(f.name) if f.kind in several else request.form[f.name]
        for f in fields
        if f.name in request.form
    }


def step_page(
    person: Person, case: Case, step: str, back: str, raw: dict[str, Any], errors: dict[str, str] | None = None,
    sentence: str = "", status: int = 200,
) -> Page:  # fmt: skip
    """The questions of one step, with what was typed, and what was wrong with it."""
    row = find_row(step, person.role, case.state)
    if row is None:
        return render_template(
            "refused.html", sentence=sentence or _l("This step is not possible now."), back=back
        ), 409
    choices = {f.name: steps.options(f, case) for f in row.asks}
    page = render_template(
        "step.html", row=row, case=case, raw=raw, errors=errors or {}, sentence=sentence, choices=choices, back=back,
        action=f"{back}/steps/{step}",
    )  # fmt: skip
    return page, status


def show_step(person: Person, reference: str, step: str, back: str) -> Page:
    """GET: the questions; a remedy may be chosen already by the link."""
    case = find_case(person, reference)
    return step_page(person, case, step, back, dict(request.args.items()))


def press_step(person: Person, reference: str, step: str, back: str) -> Page:
    """POST: take the step; every refusal comes back with a sentence and with what was typed."""
    case = find_case(person, reference)
    row = find_row(step, person.role, case.state)
    raw = sent(row.asks) if row else {}
    if row and raw.get("packet", "").strip() and not raw.get("previewed"):
        return _preview(row, case, raw, back, step)
    try:
        decision = steps.take(step, person, reference, raw, version=request.form.get("version", type=int))
    except BadInput as bad:
        return step_page(person, find_case(person, reference), step, back, raw, bad.errors, status=422)
    except steps.Refused as refused:
        case = find_case(person, reference)
        raw.pop("previewed", None)
        return step_page(person, case, step, back, raw, sentence=refused.sentence, status=409)
    flash(_("Proposed. An approver decides next.") if decision else _("Done."))
    return redirect(back, 303)


def _preview(row: Any, case: Case, raw: dict[str, Any], back: str, step: str) -> Page:
    """The packet exactly as the company will see it; only what was looked at can be confirmed."""
    from grievance.workflow.fields import clean_text

    packet = clean_text(raw["packet"])
    return render_template(
        "desk/preview.html", row=row, case=case, raw={**raw, "packet": packet, "previewed": packet_hash(packet)},
        back=back, action=f"{back}/steps/{step}",
    )  # fmt: skip
