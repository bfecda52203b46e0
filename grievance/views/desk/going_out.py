"""Of many cases of one incident: one summary shown to its people, each referred with the summary to which she said
right, and what waits for a second person decided.

Each case is a transaction and has an event of its own; each packet is looked at, and one that is refused is named and
keeps no other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.access import NoSuchCase, opened
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES
from grievance.forms.fields import BadInput, Field, Refused, clean
from grievance.models.case import Case
from grievance.models.writing import Decision
from grievance.reports import alleged, going_out
from grievance.reports.going_out import Going
from grievance.views.account.sign_in import me
from grievance.views.addresses import number, said
from grievance.views.desk.doors import members_only
from grievance.views.desk.ticked import kept
from grievance.views.pages import Page, sent
from grievance.workflow import choice_sources, questions, steps, summaries
from grievance.workflow.procedure import PROPOSED

bp = Blueprint("going_out", __name__, url_prefix="/together")
bp.before_request(members_only)

PACKET = next(field for field in summaries.SHOW if field.name == "packet")
BESIDE_PACKET = tuple(field for field in questions.REFER if field.name in ("mechanism_not_subject", "subjects"))


@dataclass(frozen=True)
class Errand:
    """One of the three. `button`: below what was looked at; `asks`: once for all that are ticked; `lines`: the cases,
    from their references and what was typed; `does` takes the step of one case."""

    title: Label
    lead: Label
    button: Label
    asks: tuple[Field, ...]
    lines: Callable[[list[str], Mapping[str, Any]], list[Going]]
    does: Callable[[Going, Mapping[str, Any]], None]
    done: Callable[[int], str]


def _shows(one: Going, raw: Mapping[str, Any]) -> None:
    case = _case(one)
    hers = "" if _same_language(case) else str(raw.get(f"hers-{case.language}", ""))
    answers = {"packet": raw["packet"], "hers": hers, "previewed": _seen(one)}
    steps.take(going_out.SHOW, me(), one.reference, answers, version=_version(one))


def _refers(one: Going, raw: Mapping[str, Any]) -> None:
    answers = {**raw, "packet": one.packet, "previewed": _seen(one)}
    steps.take(going_out.REFER, me(), one.reference, answers, version=_version(one))


def _approves(one: Going, _raw: Mapping[str, Any]) -> None:
    """Exactly the proposal that was looked at: another one since is looked at first."""
    if not isinstance(one.decision, Decision) or _seen(one) != one.decision.id:
        raise Refused(_("What waits here is another proposal than the one that you looked at: look again."))
    steps.decide(me(), one.reference, one.decision.id, approve=True)


ERRANDS = {
    "show": Errand(
        _l("Show one summary to the complainants"),
        _l("Each complainant reads it on their own page, and says there whether it may go. Nothing is shown yet."),
        _l("Show it to those that are ticked"), (PACKET,),
        lambda references, raw: going_out.to_show(me(), references, str(raw.get("packet", ""))), _shows,
        lambda many: ngettext("The summary was shown to %(num)d complainant.",
                              "The summary was shown to %(num)d complainants.", many),
    ),
    "refer": Errand(
        _l("Refer together"),
        _l("Each goes with the summary to which its complainant said right. An approver decides next."),
        _l("Propose it for those that are ticked"), BESIDE_PACKET,
        lambda references, _raw: going_out.to_refer(me(), references), _refers,
        lambda many: ngettext("%(num)d case was proposed. An approver decides next.",
                              "%(num)d cases were proposed. An approver decides next.", many),
    ),
    "approve": Errand(
        _l("Decide together"),
        _l("To refuse one, open it: a refusal has its own reason."),
        _l("Approve those that are ticked"), (),
        lambda references, _raw: going_out.to_decide(me(), references), _approves,
        lambda many: ngettext("%(num)d proposal was approved.", "%(num)d proposals were approved.", many),
    ),
}  # fmt: skip


@bp.get("/show")
def show() -> Page:
    return _page("show", kept(), {})


@bp.post("/show")
def shown() -> Page:
    return _press("show")


@bp.get("/refer")
def refer() -> Page:
    return _page("refer", kept(), {})


@bp.post("/refer")
def referred() -> Page:
    return _press("refer")


@bp.get("/approve")
def approve() -> Page:
    return _page("approve", kept(), {})


@bp.post("/approve")
def approved() -> Page:
    return _press("approve")


def _press(what: str) -> Page:
    errand, form = ERRANDS[what], request.form
    listed, ticked = form.getlist("listed"), form.getlist("case")
    raw = {**{name: form[name] for name in form if name.startswith("hers-")}, **sent(errand.asks)}
    then = form.get("then")
    if then == "change":
        return _page(what, listed, raw)
    errors = _missing(errand, what, raw, ticked)
    if errors or then == "look":
        return _page(what, listed, raw, errors, look=not errors, status=422 if errors else 200)
    lines = errand.lines(ticked, raw)
    refusals = [sentence for one in lines if (sentence := _one(errand, one, raw))]
    if done := len(lines) - len(refusals):
        flash(errand.done(done))
    if refusals:
        return _page(what, listed, raw, look=True, refusals=refusals, status=409)
    return redirect(_back(form.get("incident", "")), 303)


def _missing(errand: Errand, what: str, raw: Mapping[str, Any], ticked: list[str]) -> dict[str, str]:
    """By the name of a field; a summary is written in each language in which one of them reads."""
    errors: dict[str, str] = {}
    try:
        clean(errand.asks, raw)
    except BadInput as bad:
        errors |= bad.errors
    if not ticked:
        errors["case"] = _("Tick what you mean.")
    if what == "show":
        for language in _other_languages(going_out.to_show(me(), ticked, "")):
            if not str(raw.get(f"hers-{language}", "")).strip():
                errors[f"hers-{language}"] = _("Write it in this language too.")
    return errors


def _one(errand: Errand, one: Going, raw: Mapping[str, Any]) -> str:
    """Why it was not done; empty where it was."""
    if one.why:
        return f"{one.reference}: {one.why}"
    try:
        errand.does(one, raw)
    except NoSuchCase:
        return f"{one.reference}: {_('There is no such case, or it is not yours to see.')}"
    except Refused as refused:
        return f"{one.reference}: {refused.sentence}"
    except BadInput as bad:
        return f"{one.reference}: {' '.join(bad.errors.values())}"
    return ""


def _seen(one: Going) -> str:
    """What the page says was looked at of this case."""
    return request.form.get(f"seen-{one.reference}", "")


def _version(one: Going) -> int | None:
    try:
        return number(request.form.get(f"version-{one.reference}", ""))
    except ValueError:
        return None


def _case(one: Going) -> Case:
    if one.chosen.case is None:
        raise NoSuchCase
    return one.chosen.case


def _same_language(case: Case) -> bool:
    return case.company is None or case.company.language == case.language


def _other_languages(lines: Iterable[Going]) -> list[str]:
    """In which somebody reads who does not read the company's."""
    cases = [one.chosen.case for one in lines if not one.why and one.chosen.case]
    return sorted({case.language for case in cases if not _same_language(case)})


def _back(incident_id: str) -> str:
    """To the page of the incident that it was begun at, or else to the queue."""
    if incident_id and alleged.one(me(), incident_id):
        return url_for("incidents.one", incident_id=incident_id)
    return url_for("desk.show_queue")


def _ticked(going: list[Going], *, writes: bool) -> set[str]:
    """Those that were ticked; where a packet is seen for the first time, without what warns of somebody."""
    chosen = {one.reference for one in going}
    if request.method == "POST":
        chosen = set(request.form.getlist("case"))
    first = not writes and (request.method == "GET" or request.form.get("then") == "look")
    return {one.reference for one in going if one.reference in chosen and (one.ticked_first or not first)}


def _page(
    what: str, references: list[str], raw: Mapping[str, Any], errors: dict[str, str] | None = None, *,
    look: bool = False, refusals: list[str] | None = None, status: int = 200,
) -> Page:  # fmt: skip
    """`look`: what was typed is shown as the company would read it; a page on which nothing is typed is one at once."""
    errand = ERRANDS[what]
    lines, writes = errand.lines(references, raw), what == "show" and not look
    going = [one for one in lines if not one.why]
    first = next((one.chosen.case for one in going), None)
    choices = {f.name: choice_sources.options(f, first, opened(me(), first)) for f in errand.asks} if first else {}
    incident = request.form.get("incident", "") or said().get("incident", "")
    names = dict(LANGUAGES)
    page = render_template(
        "desk/going_out.html", what=what, errand=errand, groups=going_out.groups(lines), going=going, writes=writes,
        left_out=[one for one in lines if one.why], raw=raw, errors=errors or {}, refusals=refusals or [],
        choices=choices, incident=incident, back=_back(incident), ticked=_ticked(going, writes=writes), packet=PACKET,
        languages=[(one, names.get(one, one)) for one in _other_languages(lines)],
        asks=() if what == "show" else errand.asks, titles={one: PROPOSED[one] for one in going_out.DECIDED},
    )  # fmt: skip
    return page, status
