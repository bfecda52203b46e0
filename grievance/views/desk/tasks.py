"""The Secretariat's pages for tasks: what is to be done by whom, on a case or without one."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.access import find_case
from grievance.desk import tasks, ticks
from grievance.forms.fields import BadInput
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page

bp = Blueprint("tasks", __name__, url_prefix="/tasks")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    wanted = request.args.get("show", tasks.MINE)
    wanted = wanted if wanted in tasks.SHOWS else tasks.MINE
    lines = tasks.listed(me(), wanted)
    return render_template("desk/tasks.html", lines=lines, show=wanted, due=tasks.due(me()), most=tasks.MOST)


@bp.get("/new")
@bp.get("/new/<reference>")
def new(reference: str = "") -> Page:
    return _new(reference, {"who": str(me().account_id)}, {})


def _new(reference: str, raw: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Page:
    case = find_case(me(), reference) if reference else None
    if case and case.erased_at:
        back = url_for("desk.case", reference=reference)
        return render_template("refused.html", sentence=_("This case was erased."), back=back), 409
    choices = {"who": [(str(one.id), one.name) for one in tasks.people(case)]}
    asks = tasks.ASKS[:-1] if case else tasks.ASKS
    return render_template("desk/task.html", asks=asks, case=case, raw=raw, errors=errors, choices=choices), status


@bp.post("/new")
@bp.post("/new/<reference>")
def make(reference: str = "") -> Page:
    raw = {field.name: request.form.get(field.name, "") for field in tasks.ASKS}
    try:
        task_id = tasks.make(me(), {**raw, "case": reference} if reference else raw)
    except BadInput as bad:
        return _new(reference, raw, bad.errors, 422)
    return _told(task_id)


@bp.get("/<task_id>")
def task(task_id: str) -> Page:
    line = tasks.one(me(), task_id)
    return _task(line, {"due_on": line.due_on.isoformat(), "who": str(line.who_id)}, {})


def _task(line: tasks.Line, raw: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Page:
    case = find_case(me(), line.reference) if line.reference else None
    choices = {"who": [(str(one.id), one.name) for one in tasks.people(case)]}
    page = render_template(
        "desk/task.html", asks=tasks.CHANGES, case=case, task=line, raw=raw, errors=errors, choices=choices
    )
    return page, status


@bp.post("/<task_id>")
def change(task_id: str) -> Page:
    raw = {field.name: request.form.get(field.name, "") for field in tasks.CHANGES}
    try:
        tasks.change(me(), task_id, raw)
    except BadInput as bad:
        return _task(tasks.one(me(), task_id), raw, bad.errors, 422)
    return _told(task_id)


def _told(task_id: str) -> Page:
    """Kept; and why its day may be a bad one. It stays on the day that was said."""
    line = tasks.one(me(), task_id)
    kept = _("The task is kept. It is %(name)s's.", name=line.who)
    flash(f"{kept} {_('It stays on the day that you chose.')} {line.warning}" if line.warning else kept)
    return _back(line)


@bp.post("/<task_id>/done")
def done(task_id: str) -> Page:
    tasks.finish(me(), task_id)
    flash(_("Done. You can take that back where the task stands."))
    return _back(tasks.one(me(), task_id))


@bp.post("/<task_id>/open")
def take_back(task_id: str) -> Page:
    tasks.take_back(me(), task_id)
    flash(_("It is to be done again."))
    return _back(tasks.one(me(), task_id))


@bp.post("/ticks/<reference>")
def tick(reference: str) -> Page:
    """All ticks of the case's lists at once: what the page showed ticked and is not any more is taken back. The list
    whose button was pressed stays open."""
    ticked, seen = (set(request.form.getlist(name)) for name in ("item", "seen"))
    if ticks.save(me(), reference, ticked, seen):
        flash(_("The ticks are kept, with your name and the day."))
    number = request.form.get("list", type=int)
    return redirect(url_for("desk.case", reference=reference, list=number, _anchor="checklists"), 303)


def _back(line: tasks.Line) -> Page:
    """To the case where the task is on one, else to the list; to the list also where the form stood there."""
    if line.reference and request.form.get("from") != "list":
        return redirect(url_for("desk.case", reference=line.reference, _anchor="tasks"), 303)
    return redirect(url_for(".show", show=tasks.MINE if line.who_id == me().account_id else tasks.ALL), 303)
