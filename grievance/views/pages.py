"""What the faces share: a page for a step, and how a step's outcome is answered."""

from typing import Any, cast

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from grievance import clock
from grievance.access import NoSuchCase, Person, find_case, opened
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import SealingSpool
from grievance.evidence.types import KINDS
from grievance.models.case import Case
from grievance.reports import casefile, packet
from grievance.reports.letters import letter_pdf
from grievance.reports.members import with_history
from grievance.reports.queue import Wanted
from grievance.workflow import identity, steps
from grievance.workflow.conditions import packet_hash
from grievance.workflow.fields import BadInput, Field, Kind, Refused, Upload, clean
from grievance.workflow.procedure import find_row
from grievance.workflow.questions import CONSENTS
from grievance.workflow.row import Row

Page = str | Response | tuple[str, int]


def asked() -> Wanted:
    """What the address of a queue asks for."""
    args = request.args
    return Wanted(
        show=args.get("show", "open"), company=args.get("company", type=int), officer=args.get("officer", type=int),
        state=args.get("state", ""), severity=args.get("severity", ""), after=args.get("after", ""),
    )  # fmt: skip


def sent(fields: tuple[Field, ...]) -> dict[str, Any]:
    """The answers of this request, as they were typed."""
    several = (Kind.CHOICES, Kind.SUBJECTS)
    answers: dict[str, Any] = {
        f.name: request.form.getlist(f.name) if f.kind in several else request.form[f.name]
        for f in fields
        if f.name in request.form and f.kind != Kind.FILES
    }
    for f in fields:
        if f.kind == Kind.FILES:
            arrived = [
                Upload(one.filename or "", cast(SealingSpool, one.stream)) for one in request.files.getlist(f.name)
            ]
            answers[f.name] = [one for one in arrived if one.name or one.stream.plain_size]
    return answers


def step_page(
    person: Person, case: Case, step: str, back: str, raw: dict[str, Any], errors: dict[str, str] | None = None,
    sentence: str = "", status: int = 200, action: str = "",
) -> Page:  # fmt: skip
    """The questions of one step, with what was typed, and what was wrong with it."""
    row = find_row(step, person.role, case.state)
    if row is None:
        return render_template(
            "refused.html", sentence=sentence or _l("This step is not possible now."), back=back
        ), 409
    choices = {f.name: steps.options(f, case, opened(person, case)) for f in row.asks}
    if any(raw.get(f.name) for f in row.asks if f.kind == Kind.FILES):
        sentence = f"{sentence} " + _("Please choose the files again: a page cannot keep them.")
    if (material := packet.material(person, case, row)) and "packet" not in raw:
        raw = {**raw, "packet": material.first}
    page = render_template(
        "step.html", row=with_history(row, case), case=case, raw=raw, errors=errors or {}, sentence=sentence,
        choices=choices, back=back, action=action or f"{back}/steps/{step}", material=material,
    )  # fmt: skip
    return page, status


def show_step(person: Person, reference: str, step: str, back: str, action: str = "") -> Page:
    """GET: the questions; a remedy may be chosen already by the link."""
    case = find_case(person, reference)
    raw: dict[str, Any] = dict(request.args.items())
    if step == "change_consent":
        raw = {f.name: "yes" for f in CONSENTS if getattr(case, f.name)}
    return step_page(person, case, step, back, raw, action=action)


def press_step(person: Person, reference: str, step: str, back: str, action: str = "") -> Page:
    """POST: take the step; every refusal comes back with a sentence and with what was typed."""
    case = find_case(person, reference)
    row = find_row(step, person.role, case.state)
    raw = sent(row.asks) if row else {}
    if raw.get("previewed") == "no":
        return step_page(person, case, step, back, {**raw, "previewed": ""}, action=action)
    try:
        if row and raw.get("packet") and (unseen := _not_looked_at(row, raw)):
            return _preview(person, row, case, {**raw, **unseen}, back)
        decision = steps.take(step, person, reference, raw, version=request.form.get("version", type=int))
    except BadInput as bad:
        return step_page(person, find_case(person, reference), step, back, raw, bad.errors, status=422, action=action)
    except Refused as refused:
        case = find_case(person, reference)
        raw.pop("previewed", None)
        return step_page(person, case, step, back, raw, sentence=refused.sentence, status=409, action=action)
    if step == "open_identity":
        entries = identity.read(person, find_case(person, reference), clock.now())
        return render_template("desk/identity.html", case=find_case(person, reference), entries=entries, back=back)
    flash(_proposed(person) if decision else _("Done."))
    return redirect(back if still_theirs(person, reference) else f"/{request.blueprint}", 303)


def _proposed(person: Person) -> str:
    if person.side == "complainant":
        return str(_("You proposed this. The Secretariat checks it with you first."))
    return str(_("Proposed. An approver decides next."))


def still_theirs(person: Person, reference: str) -> bool:
    """Who declared a conflict of interest no longer sees the case."""
    try:
        find_case(person, reference)
    except NoSuchCase:
        return False
    return True


def _not_looked_at(row: Row, raw: dict[str, Any]) -> dict[str, str]:
    """The packet and its hash, unless exactly this text was looked at before. Raises `BadInput`."""
    text = clean(row.asks, raw).get("packet", "")
    seen = not text or raw.get("previewed") == packet_hash(text)
    return {} if seen else {"packet": text, "previewed": packet_hash(text)}


def _preview(person: Person, row: Row, case: Case, raw: dict[str, Any], back: str) -> Page:
    """The packet exactly as the company will see it; only what was looked at can be confirmed."""
    return render_template(
        "desk/preview.html", row=row, case=case, raw=raw, back=back, action=f"{back}/steps/{row.step}",
        review=packet.review(person, case, row.step, raw),
    )  # fmt: skip


def show_pdf(content: bytes, name: str) -> Page:
    """A PDF to keep, under a neutral name."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def show_letter(person: Person, reference: str, letter_id: int) -> Page:
    return show_pdf(letter_pdf(person, find_case(person, reference), letter_id), "letter")


def show_file(person: Person, reference: str, file_id: str, back: str) -> Page:
    """A file, to be saved and never shown in the page: it was verified to its end before its first byte is sent.

    Its name here is neutral, because a download's name stays on the device.
    """
    try:
        found, plain, source = casefile.open_file(person, find_case(person, reference), file_id)
    except (CannotOpen, OSError):
        sentence = _("This file is damaged or missing, so we do not give it out. Please tell the Secretariat.")
        return render_template("refused.html", sentence=sentence, back=back), 410
    response = Response(plain, mimetype=KINDS[found.kind].mime)
    response.call_on_close(source.close)
    response.headers["Content-Disposition"] = f'attachment; filename="file-{file_id[:4]}.{found.kind}"'
    return response
