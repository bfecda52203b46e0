"""One new complaint after the other: read, acknowledged and classified on one page each."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.access import find_case, opened
from grievance.deadlines.kinds import Deadline
from grievance.desk.new_marks import looked, looks_after
from grievance.forms.fields import BadInput, Field, Refused
from grievance.models.case import Case
from grievance.reports.alongside import alongside
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.reports.queue_lines import QueueLine
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent, somebody_looks
from grievance.workflow import choice_sources, steps, unfit
from grievance.workflow.effects import as_classified
from grievance.workflow.row import Row
from grievance.workflow.visibility import version_for

bp = Blueprint("triage", __name__, url_prefix="/new-ones")
TAKEN = ("acknowledge", "classify")
"""In this order; what is possible of them is asked on one page and taken by one press."""
bp.before_request(members_only)


@bp.get("")
def first() -> Page:
    """To the complaint whose acknowledgement is due next; with `after`, to the one behind that in the queue,
    with `before` to the one ahead of it."""
    before = request.args.get("before", "")
    asked = Wanted("unacknowledged", after=request.args.get("after", ""), before=before)
    lines = queue(me(), asked, looks_after(me())).lines
    for line in reversed(_ahead_of(before, lines)) if before else lines:
        if _rows(find_case(me(), line.case.reference)):
            return redirect(url_for(".show", reference=line.case.reference), 303)
    if before:
        flash(_("Before this one nothing is to be acknowledged."))
        return redirect(url_for(".first"), 303)
    flash(_("Every complaint that you can acknowledge is acknowledged."))
    return redirect(url_for("desk.show_queue"), 303)


def _ahead_of(place: str, lines: list[QueueLine]) -> list[QueueLine]:
    """Those of a page that stand before a place in it: where there are too few of them, the page is the first one."""
    here = next((number for number, line in enumerate(lines) if place.endswith(f"~{line.case.id}")), len(lines))
    return lines[:here]


@bp.get("/<reference>")
def show(reference: str) -> Page:
    case = find_case(me(), reference)
    looked(me(), case.id, ends=somebody_looks())
    if sentence := unfit.against(me(), case):
        flash(str(sentence))
        return redirect(url_for("desk.case", reference=case.reference), 303)
    return _page(case, as_classified(case))


@bp.post("/<reference>")
def press(reference: str) -> Page:
    """All that is asked, by one press; nothing is taken where an answer is missing."""
    case = find_case(me(), reference)
    rows = _rows(case)
    raw = sent(_asked(rows))
    try:
        if not rows:
            raise Refused(_("This step is not possible now, or not for you."))
        version = request.form.get("version", type=number)
        steps.take_all([row.step for row in rows], me(), reference, raw, version=version)
    except BadInput as bad:
        return _page(find_case(me(), reference), raw, bad.errors, status=422)
    except Refused as refused:
        return _page(find_case(me(), reference), raw, sentence=refused.sentence, status=409)
    flash(_("%(reference)s: done.", reference=case.reference))
    return redirect(url_for(".first"), 303)


def _rows(case: Case) -> list[Row]:
    """What this person can do of it now; nothing where it cannot be acknowledged by them."""
    keys = opened(me(), case)
    found = [(row, taker) for step in TAKEN for row, taker in [steps.part(step, me(), case)] if row]
    possible = [row for row, taker in found if not steps.stands_against(row, taker, case, keys)]
    return possible if possible and possible[0].step == TAKEN[0] else []


def _asked(rows: list[Row]) -> tuple[Field, ...]:
    return tuple(field for row in rows for field in row.asks)


def _page(
    case: Case, raw: dict[str, Any], errors: dict[str, str] | None = None, sentence: str = "", status: int = 200
) -> Page:
    rows, keys = _rows(case), opened(me(), case)
    page = render_template(
        "desk/triage.html", case=case, rows=rows, asks=_asked(rows), raw=raw, errors=errors or {}, sentence=sentence,
        choices={field.name: choice_sources.options(field, case, keys, places=True) for field in _asked(rows)},
        alongside=alongside(me(), case), back=url_for("desk.case", reference=case.reference),
        version=version_for(me(), case), after=_place(case),
    )  # fmt: skip
    return page, status


def _place(case: Case) -> str:
    """Where the queue goes on behind this complaint."""
    due = next((one.due_at for one in case.open_limits if one.key == Deadline.ACKNOWLEDGEMENT), None)
    return f"{due.isoformat()}~{case.id}" if due else ""
