"""One thing with many cases that were chosen in the queue: acknowledged, written to, tagged.

Each case is a transaction and has events of its own; one that is refused is named, and does not keep the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.desk import message_templates
from grievance.desk.new_marks import looks_after
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import LANGUAGES, TAGS
from grievance.forms.fields import BadInput, Field, Kind, clean
from grievance.models.case import Case
from grievance.reports import chosen
from grievance.reports.queue import queue
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk import many_letters
from grievance.views.desk.doors import members_only
from grievance.views.desk.many_letters import Letter, Look
from grievance.views.desk.ticked import keep, kept
from grievance.views.pages import Page, asked, sent
from grievance.views.refusals import refusal
from grievance.views.sent_twice import FIELD
from grievance.workflow import questions, steps
from grievance.workflow.effects import as_classified

bp = Blueprint("many", __name__, url_prefix="/many")
bp.before_request(members_only)


NO_CONFLICT, LOOKED_AT = questions.ACKNOWLEDGE
SEVERITY = next(field for field in questions.CLASSIFY if field.name == "severity")
OWN_TAGS = Field("tags", _l("Tags to add"), Kind.CHOICES, choices=TAGS, missing=_l("Choose a tag."))


@dataclass(frozen=True)
class Errand:
    """One thing that is done with many. `asks`: once for all of them; `letter`: whether the complainants are written
    to, and whether that is needed; `looked`: the button below what they would read; `does` says the steps of one case,
    and their answers, from what was said."""

    title: Label
    button: Label
    asks: tuple[Field, ...]
    against: chosen.Against
    done: Callable[[int], str]
    does: Callable[[Case, Mapping[str, Any]], tuple[tuple[str, ...], dict[str, Any]]]
    letter: bool = False
    looked: Label = ""
    must_write: bool = False


def _acknowledges(case: Case, said: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Classified too, where a severity was said: for the rest it stays as it came."""
    if not said.get("severity"):
        return ("acknowledge",), {}
    return ("acknowledge", "classify"), {**as_classified(case), "severity": said["severity"]}


def _tags(case: Case, said: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    known = as_classified(case)
    return ("classify",), {**known, "tags": list(dict.fromkeys([*known["tags"], *said["tags"]]))}


ERRANDS = {
    "acknowledge": Errand(
        _l("Acknowledge together"), _l("Acknowledge those that are ticked"),
        (replace(NO_CONFLICT, label=_l("I have no conflict of interest in any of these cases")),
         replace(LOOKED_AT, label=_l("I looked at the answer about safety of each of them")),
         replace(SEVERITY, required=False)), chosen.against_acknowledging,
        lambda many: ngettext("%(num)d complaint was acknowledged.", "%(num)d complaints were acknowledged.", many),
        _acknowledges, letter=True, looked=_l("Acknowledge, and send this"),
    ),
    "write": Errand(
        _l("Write to the complainants"), _l("Send to those that are ticked"), (), chosen.against_writing,
        lambda many: ngettext("%(num)d complainant was written to.", "%(num)d complainants were written to.", many),
        lambda _case, _said: ((), {}), letter=True, looked=_l("Send this"), must_write=True,
    ),
    "tag": Errand(
        _l("Tag"), _l("Tag those that are ticked"), (OWN_TAGS,), chosen.against_tagging,
        lambda many: ngettext("%(num)d case was tagged.", "%(num)d cases were tagged.", many), _tags,
    ),
}  # fmt: skip


DOORS = {
    **{what: f"many.{what}" for what in ERRANDS},
    **{what: f"going_out.{what}" for what in ("show", "refer", "approve")},
}
"""The page of each thing that can be done with what was ticked."""


@bp.post("")
def choose() -> Page:
    """From the queue, or the page of an incident."""
    what, incident = request.form.get("what", ""), request.form.get("incident")
    if what not in DOORS:
        abort(404)
    keep(request.form.getlist("case"))
    return redirect(url_for(DOORS[what], incident=incident), 303)


@bp.get("/acknowledge")
def acknowledge() -> Page:
    return _page("acknowledge", _wanted(), {})


@bp.post("/acknowledge")
def acknowledged() -> Page:
    return _press("acknowledge")


@bp.get("/write")
def write() -> Page:
    return _page("write", _wanted(), {})


@bp.post("/write")
def written() -> Page:
    return _press("write")


@bp.get("/tag")
def tag() -> Page:
    return _page("tag", _wanted(), {})


@bp.post("/tag")
def tagged() -> Page:
    return _press("tag")


def _wanted() -> list[str]:
    """The page of the queue that the address names; without one, what was ticked last in this session."""
    if not request.args.get("show"):
        return kept()
    return [line.case.reference for line in queue(me(), asked(), looks_after(me())).lines]


def _press(what: str) -> Page:
    """Nothing is done before all that is asked is answered."""
    errand, form = ERRANDS[what], request.form
    listed, ticked = form.getlist("listed"), form.getlist("case")
    raw: dict[str, Any] = {**form, **sent(errand.asks)}
    lines = chosen.chosen(me(), ticked, errand.against)
    if form.get("looked") == "no":
        return _page(what, listed, raw)
    letters, errors = many_letters.letters(raw, lines, needed=errand.must_write) if errand.letter else ({}, {})
    said: dict[str, Any] = {}
    try:
        said = clean(errand.asks, raw)
    except BadInput as bad:
        errors |= bad.errors
    if not ticked:
        errors["case"] = _("Tick what you mean.")
    if errors:
        return _page(what, listed, raw, errors=errors, status=422)
    if look := many_letters.to_look_at(letters, lines):
        return _look(what, look, raw)
    refused = {one.reference: sentence for one in lines if (sentence := _one(errand, one, said, letters))}
    if done := len(lines) - len(refused):
        flash(errand.done(done))
    keep(refused)
    if refused:
        return _page(what, list(refused), _but_said_again(raw), refusals=list(refused.values()), status=409)
    return redirect(url_for("desk.show_queue"), 303)


def _but_said_again(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, for the cases that remain: they are not as they were when somebody said that they had looked at
    them, so that this alone is asked again."""
    return {name: value for name, value in raw.items() if name not in {NO_CONFLICT.name, LOOKED_AT.name}}


def _one(errand: Errand, one: chosen.Chosen, said: dict[str, Any], letters: dict[str, Letter]) -> str:
    """Why it was not done; empty where it was. All of it, or nothing."""
    if one.why or one.case is None:
        return f"{one.reference}: {one.why}"
    case = one.case

    def do() -> None:
        steps_, answers = errand.does(case, said)
        if letter := letters.get(case.language):
            steps_, answers = (*steps_, "write"), {**answers, "audience": "complainant", "message": letter.of(case)}
        seen = request.form.get(f"version-{one.reference}", type=number)
        steps.take_all(steps_, me(), one.reference, {**said, **answers}, version=seen)

    return refusal(one.reference, do)


def _look(what: str, look: Look, raw: Mapping[str, Any]) -> Page:
    """What each complainant would read, before it is sent; what was typed goes along."""
    if not look.texts:
        refusals = [f"{one.reference}: {sentence}" for one, sentence in look.left_out]
        return _page(what, request.form.getlist("listed"), raw, refusals=refusals, status=409)
    apart = ("csrf_token", FIELD, "looked", "case")
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in apart]
    return render_template(
        "desk/many_letters.html", what=what, errand=ERRANDS[what], look=look, kept=kept,
        ticked=request.form.getlist("case"),
    )  # fmt: skip


def _page(
    what: str, references: list[str], raw: Mapping[str, Any], *, errors: dict[str, str] | None = None,
    refusals: list[str] | None = None, status: int = 200,
) -> Page:  # fmt: skip
    errand = ERRANDS[what]
    lines = chosen.chosen(me(), references, errand.against)
    languages = many_letters.languages(lines) if errand.letter else []
    names, wordings = dict(LANGUAGES), [one for one in message_templates.in_use() if one.step == "write"]
    page = render_template(
        "desk/many.html", what=what, errand=errand, lines=[one for one in lines if not one.why],
        left_out=[one for one in lines if one.why], raw=raw, errors=errors or {}, refusals=refusals or [],
        ticked=request.form.getlist("case") if raw else [one.reference for one in lines],
        languages=[(one, names.get(one, one), [w for w in wordings if w.language == one]) for one in languages],
        choices={"severity": SEVERITY.choices, "tags": OWN_TAGS.choices}, typed=_own_words(raw, languages, lines),
    )  # fmt: skip
    return page, status


def _own_words(raw: Mapping[str, Any], languages: list[str], lines: list[chosen.Chosen]) -> list[str]:
    """Letters that were typed for cases of this page and have no field on it, because none of their cases can be
    written to. Of a case that is not theirs to see nobody says in which language it is."""
    read_in = {one.case.language if one.case else "" for one in lines}
    return [
        str(text) for name, text in raw.items()
        if (language := name.removeprefix("own-")) != name and language not in languages
        and read_in & {"", language} and str(text).strip()
    ]  # fmt: skip
