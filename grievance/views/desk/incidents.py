"""Sites, units and incidents: the list, each with its cases, and of one case what was said and what may be the same."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from grievance import clock
from grievance.access import find_case
from grievance.desk import incidents
from grievance.desk.taken import note_taken
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.reports import alleged, likeness, patterns
from grievance.reports import incidents as groups
from grievance.views import readings
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent, to_keep

bp = Blueprint("incidents", __name__, url_prefix="/incidents")
bp.before_request(members_only)
bp.after_request(readings.count)


@bp.get("")
def show() -> Page:
    kind = request.args.get("kind", "")
    return render_template(
        "desk/incidents.html", records=alleged.everything(me(), kind), kinds=dict(incidents.KINDS), kind=kind,
        most=alleged.MOST,
    )  # fmt: skip


@bp.get("/over-time")
def over_time() -> Page:
    tables = patterns.patterns(me())
    return render_template("desk/patterns.html", tables=tables, smallest=patterns.SMALLEST)


@bp.post("/over-time/table.csv")
def table() -> Page:
    """The same without what few cases stand behind. Who took it is noted in the office's record."""
    lines = "".join(patterns.as_csv(patterns.patterns(me())))
    note_taken(me(), "patterns", clock.office_today(), clock.office_today())
    return to_keep(lines, "patterns.csv", "text/csv")


@bp.get("/<incident_id>")
def one(incident_id: str) -> Page:
    record = alleged.one(me(), incident_id)
    if record is None:
        abort(404)
    lines = alleged.cases_of(me(), incident_id)
    alone = bool(current_app.config["ALLOW_SOLO"])
    return render_template(
        "desk/incident.html", record=record, lines=lines, kinds=dict(incidents.KINDS),
        takes_steps=me().role == Role.OFFICER or alone, decides=me().role == Role.APPROVER or alone,
    )  # fmt: skip


@bp.get("/of/<reference>")
def of_case(reference: str) -> Page:
    """What was said of one case, what may be the same, and a form to say more."""
    return _of_case(reference)


def _of_case(
    reference: str, raw: dict[str, Any] | None = None, errors: dict[str, str] | None = None, sentence: str = "",
    status: int = 200,
) -> Page:  # fmt: skip
    found = find_case(me(), reference)
    records = alleged.everything(me())
    proposed = likeness.proposed(me(), found, records)
    page = render_template(
        "desk/incident_of.html", case=found, said=alleged.said_of(me(), found), records=records,
        named=proposed.named, alike=proposed.alike, asks=incidents.ASKS,
        kinds=dict(incidents.KINDS), others=len(_group(found)), may_say=incidents.may_say(me(), found),
        raw=raw or {}, errors=errors or {}, sentence=sentence, beside=likeness.BESIDE,
    )  # fmt: skip
    return page, status


def _group(case: Case) -> list[str]:
    """References of the other complaints that one spokesperson filed with it."""
    return [one for _number, one in groups.others(me(), case, groups.of([case.id]).get(case.id))]


@bp.post("/of/<reference>")
def say(reference: str) -> Page:
    """One press, one thing that an officer says; of a whole group each case is told by an event of its own."""
    raw, form = {**sent(incidents.ASKS), "group": request.form.get("group", "")}, request.form
    verbs: dict[str, Callable[[], Any]] = {
        "write": lambda: _with_the_group(reference, incidents.write_down(me(), reference, raw)),
        "pick": lambda: _with_the_group(reference, form.get("incident", ""), first=True),
        "is_not": lambda: incidents.is_not(me(), reference, form.get("incident", ""), form.get("other", "")),
        "same": lambda: incidents.are_of_one(me(), reference, form.get("other", ""), raw),
        "take_back": lambda: incidents.take_back(me(), reference, form.get("said", "")),
    }
    verb = verbs.get(form.get("do", ""))
    if verb is None:
        abort(400)
    try:
        verb()
    except BadInput as bad:
        return _of_case(reference, raw, bad.errors, status=422)
    except Refused as refused:
        return _of_case(reference, raw, sentence=refused.sentence, status=409)
    return redirect(url_for(".of_case", reference=reference), 303)


def _with_the_group(reference: str, incident_id: str, *, first: bool = False) -> None:
    """Raises `Refused` for the case itself; of the others each refusal is named."""
    if first:
        incidents.stands_in(me(), reference, incident_id)
    if request.form.get("group") != "yes":
        return
    others = _group(find_case(me(), reference))
    refusals = list(_each(others, incident_id))
    stands = len(others) - len(refusals)
    flash(ngettext("%(num)d other complaint of the group is of it, too.",
                   "%(num)d other complaints of the group are of it, too.", stands))  # fmt: skip
    for refusal in refusals:
        flash(refusal)


def _each(references: Iterable[str], incident_id: str) -> Iterable[str]:
    for one in references:
        try:
            incidents.stands_in(me(), one, incident_id)
        except Refused as refused:
            yield f"{one}: {refused.sentence}"
