"""What the faces share: a page for a step, and how a step's outcome is answered."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date as Day
from typing import Any, NoReturn, cast

from flask import abort, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from grievance import clock
from grievance.access import NoSuchCase, Person, find_case, opened
from grievance.accounts import who_could
from grievance.accounts.receipts import case_of
from grievance.contacts import Contact
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import SealingSpool
from grievance.evidence.types import KINDS
from grievance.extensions import Label, page_language
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, Upload, clean
from grievance.intake import opening
from grievance.models.case import Case
from grievance.models.sides import COMPLAINANT
from grievance.reports import casefile, packet, proposals
from grievance.reports.alongside import alongside
from grievance.reports.before_taking_back import said_before
from grievance.reports.letters import letter_pdf
from grievance.reports.members import with_history
from grievance.reports.queue_asked import Wanted
from grievance.reports.reach import may_claim_no_answer, reach
from grievance.views import addresses, comes_next, faces, in_between, listening, lost_files, step_addresses, step_form
from grievance.views.addresses import number
from grievance.views.faces import Face
from grievance.views.readings import opened_file
from grievance.workflow import (
    beside,
    choice_sources,
    code_says,
    consents,
    custody,
    delicate,
    discussion,
    elsewhere,
    post,
    reading,
    spoken,
    step_drafts,
    steps,
    summaries,
    unfit,
)
from grievance.workflow.conditions import packet_hash
from grievance.workflow.effects import as_classified
from grievance.workflow.questions import CONSENTS
from grievance.workflow.row import Row
from grievance.workflow.visibility import version_for

UPLOADED = (Kind.FILES, Kind.SPOKEN)
Page = str | Response | tuple[str, int]


def asked() -> Wanted:
    """What the address of a queue asks for."""
    return wanted_of(request.args)


def wanted_of(args: MultiDict[str, str]) -> Wanted:
    """The same of what a form says."""
    return Wanted(
        show=args.get("show", "open"), company=args.get("company", type=number),
        officer=args.get("officer", type=number), state=args.get("state", ""),
        severity=args.get("severity", ""), tag=args.get("tag", ""), who=args.get("who", type=number),
        order=args.get("order", "new"), after=args.get("after", ""), before=args.get("before", ""),
        passed=args.get("passed", 0, type=number),
    )  # fmt: skip


def somebody_looks() -> bool:
    """Whether a person asked for this page, and not their browser, which may fetch it before anybody presses."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return request.method == "GET" and not any("prefetch" in one or "preview" in one for one in purposes)


def sent(fields: tuple[Field, ...]) -> dict[str, Any]:
    """The answers of this request, as they were typed."""
    answers = typed(fields, request.form)
    for f in fields:
        if f.kind in UPLOADED:
            arrived = [
                Upload(one.filename or "", cast(SealingSpool, one.stream), f.kind == Kind.SPOKEN)
                for one in request.files.getlist(f.name)
            ]
            answers[f.name] = [one for one in arrived if one.name or one.stream.plain_size]
    return answers


def typed(fields: tuple[Field, ...], form: MultiDict[str, str]) -> dict[str, Any]:
    """The answers of a form but for its files."""
    return {
        f.name: form.getlist(f.name) if f.several else form[f.name]
        for f in fields
        if f.name in form and f.kind not in UPLOADED
    }


def step_page(
    person: Person, case: Case, step: str, back: str, raw: dict[str, Any], errors: dict[str, str] | None = None,
    sentence: str = "", status: int = 200, action: str = "",
) -> Page:  # fmt: skip
    """The questions of one step, with what was typed, and what was wrong with it."""
    row = steps.part(step, person, case)[0]
    if row is None or beside.gone(case):
        return _refused(person, case, step, back, raw, beside.gone(case) or sentence)
    row = with_history(row, case)
    places, keys = person.side != "complainant", opened(person, case)
    listening.may_play(case, person.side)
    choices = {f.name: choice_sources.options(f, case, keys, places=places) for f in row.asks}
    closed = {"addressee": post.closed_to(case)} if step == post.WRITE.step else {}
    if (material := packet.material(person, case, row)) and "packet" not in raw:
        raw = {**raw, "packet": material.first}
    page = render_template(
        "step.html", row=row, case=case, raw=raw, errors=errors or {}, sentence=sentence, choices=choices, back=back,
        action=action or step_addresses.at(back, step), material=material, version=version_for(person, case),
        closed=closed,
        alongside=alongside(person, case), reach=reach(case) if may_claim_no_answer(row) else None,
        refused=proposals.refused_step(person, case, step) if row.approved else None,
        checked_first=person.checked and row.checked,
        typing="" if places else action or step_addresses.at(back, step),
        asked_for=_read_beside(person, case, row, raw),
        agreed=_read_already(person, case, row), whose_names=consents.WHOSE_NAMES if case.represented else "",
        me="" if places else person.role.value, said_before=said_before(step, case),
        code_says=code_says.beside(step, person.side),
        **step_form.around(person, case, row, raw),
    )  # fmt: skip
    return page, status


def _read_beside(person: Person, case: Case, row: Row, raw: dict[str, Any]) -> casefile.AskedFor | None:
    """What it is about stands beside what is written: the text that the link chose, or what was asked."""
    if (row.about_a_text or row.step == discussion.STEP) and raw.get("writing"):
        return casefile.chosen_text(person, case, raw["writing"])
    return casefile.asked_for(person, case, row.decides_on or row.replies_to)


def _read_already(person: Person, case: Case, row: Row) -> list[Day] | None:
    """Where consents are changed: the days on which the company was sent what taking one back leaves with it."""
    if not any(field.on_yes for field in row.asks):
        return None
    sent_then = casefile.open_case_file(person, case).sent_to_company
    return sorted({clock.office_day(one.at) for one in sent_then})


def _refused(
    person: Person, case: Case, step: str, back: str, raw: dict[str, Any], sentence: Label,
    contact: Contact | None = None,
) -> Page:  # fmt: skip
    """Why a step is not possible; what was written for it before is shown, and there is no field for more."""
    asked = step_drafts.questions(step, person, case) if step_drafts.may_save(person) else ()
    words = [raw[f.name] for f in asked if f.kind == Kind.TEXT and raw.get(f.name)]
    said = sentence or _l("This step is not possible now.")
    return render_template("refused.html", sentence=said, back=back, typed=words, contact=contact), 409


def show_step(person: Person, reference: str, step: str, back: str, action: str = "") -> Page:
    """GET: the questions, unless something that was looked at for them does not fit the record: then that is said, and
    nobody types for nothing."""
    case = find_case(person, reference)
    page = _questions(person, case, step, back, action)
    if not beside.gone(case) and (sentence := unfit.against(person, case)):
        return _refused(person, case, step, back, _kept(person, case, step), sentence, contact=_reached(person))
    return page


def _reached(person: Person) -> Contact | None:
    """Who has only this page is told by which other way they are heard."""
    return opening.contact(page_language()) if person.side == COMPLAINANT else None


def _kept(person: Person, case: Case, step: str) -> dict[str, Any]:
    if not step_drafts.may_save(person):
        return {}
    kept = step_drafts.load(person, case, step_drafts.slot(step, addresses.said(addresses.CHOSEN)))
    return kept.answers if kept else {}


def _questions(person: Person, case: Case, step: str, back: str, action: str) -> Page:
    """A remedy may be chosen already by the link, or a refused proposal to be written again. What stands against the
    step whatever is answered is said instead of them: nobody writes a packet that cannot go."""
    raw: dict[str, Any] = addresses.said(addresses.CHOSEN)
    if erased := beside.gone(case):
        return _refused(person, case, step, back, {}, erased)
    row, taker = steps.part(step, person, case)
    before = proposals.written_before(person, case, row, raw.pop("again", None))
    standing = who_could.standing(case) if row and row.approved else None
    if row and (against := steps.stands_against(row, taker, case, opened(person, case), _chosen(row, raw), standing)):
        return _refused(person, case, step, back, _kept(person, case, step) or before, against)
    raw |= {} if before else _as_it_stands(step, case)
    if row and step_form.must_choose(person, row, raw):
        return step_form.choose(person, case, row, back)
    if step_drafts.may_save(person):
        raw = step_form.begin(person, case, step, raw)
    return step_page(person, case, step, back, {**before, **raw}, action=action)


def _chosen(row: Row, raw: dict[str, Any]) -> dict[str, Any]:
    """What the link chose: which remedy, for which readers."""
    return {f.name: raw[f.name] for f in row.asks if f.name in raw and (f.kind == Kind.REMEDY or f.name == "audience")}


def _as_it_stands(step: str, case: Case) -> dict[str, Any]:
    """What a step that sets several things anew begins with; and of an answer, to what it is given."""
    if step == summaries.REVIEW_SUMMARY.step:
        return summaries.as_it_stands(case)
    if step == elsewhere.ANSWER_DOOR.step:
        return elsewhere.as_it_stands(case)
    if step == spoken.APPROVE_WORDS.step:
        return spoken.as_it_stands(case)
    if step == reading.TRANSLATE.step:
        return {"language": case.language}
    if step == "change_consent":
        return {f.name: "yes" if getattr(case, f.name) else "no" for f in CONSENTS}
    if step == delicate.CHOOSE_ROAD.step:
        return {delicate.ROAD.name: case.company_road or ""}
    return as_classified(case) if step == "classify" else {}


def press_step(person: Person, reference: str, step: str, back: str, action: str = "") -> Page:
    """POST: take the step; every refusal comes back with a sentence and with what was typed."""
    case = find_case(person, reference)
    row = steps.part(step, person, case)[0]
    raw = sent(step_drafts.questions(step, person, case))
    if erased := beside.gone(case):
        return _refused(person, case, step, back, raw, erased)
    if request.form.get("only") == "language":
        session["lang"] = page_language()
        with suppress(BadInput):
            if row and request.form.get("between") == "yes":
                return in_between.page(person, case, row, raw, back, action)
        return step_page(person, case, step, back, raw, action=action)
    if raw.get("previewed") == "no":
        return step_page(person, case, step, back, {**raw, "previewed": ""}, action=action)
    if row and request.form.get("looked") == "no":
        return step_page(person, case, step, back, raw, action=action)
    try:
        if row and (look := _looked_at_first(person, case, row, raw, back, action)):
            _keep(person, reference, step, raw)
            return _fitting(person, case, look)
        instead = in_between.for_the_office(person, row, raw) if row else None
        taken, answers = instead or (step, raw)
        decision = steps.take(taken, person, reference, answers, version=_version())
    except BadInput as bad:
        _keep(person, reference, step, raw)
        if row and row.previewed and step_form.only_files(row, bad.errors):
            return step_form.preview(person, find_case(person, reference), row, raw, back, bad.errors), 422
        return step_page(person, find_case(person, reference), step, back, raw, bad.errors, status=422, action=action)
    except Refused as refused:
        _keep(person, reference, step, raw)
        case = find_case(person, reference)
        raw.pop("previewed", None)
        sentence = refused.sentence
        if row and raw.get("shown") and (now := _as_it_stands(step, case)) and now["shown"] != raw["shown"]:
            unsaid = {field.name: "" for field in row.asks if field.weighed}
            raw, sentence = {**raw, **now, **unsaid}, str(spoken.ANOTHER_ONE_NOW)
        return step_page(person, case, step, back, raw, sentence=sentence, status=409, action=action)
    if step == "open_identity":
        return _identity(person, find_case(person, reference), back)
    if row and instead and instead[0] != step:
        in_between.say_what_was_done(person, reference, row, raw)
        return redirect(back, 303)
    theirs = still_theirs(person, reference)
    next_one = comes_next.said(step, find_case(person, reference), bool(decision)) if theirs else ""
    flash(next_one or (_proposed(person) if decision else _done(person, step)))
    return redirect(back if theirs else _start(), 303)


def _looked_at_first(person: Person, case: Case, row: Row, raw: dict[str, Any], back: str, action: str) -> Page | None:
    """What somebody looks at before a step is taken, if it was not yet: the summary, what she will see, or what a
    company would read of hers. Raises `BadInput`, `Refused`: nobody looks at what cannot go."""
    if raw.get("packet") and (unseen := _not_looked_at(row, raw)):
        _before_a_look(person, case, row, raw)
        return _preview(person, row, case, {**raw, **unseen}, back)
    if not step_form.is_previewed(person, row, raw):
        _before_a_look(person, case, row, raw)
        return step_form.preview(person, case, row, raw, back, {})
    if back_to := _asked_back(row, case, raw):
        raise BadInput(back_to)
    return in_between.page(person, case, row, raw, back, action) if in_between.is_open(person, case, row, raw) else None


def _asked_back(row: Row, case: Case, raw: dict[str, Any]) -> dict[str, str]:
    """Consents that do not fit each other, or where no name is kept."""
    if not any(field.on_yes for field in row.asks):
        return {}
    return consents.asked_back(raw, request.form, bool(custody.entries_of(case)))


def _fitting(person: Person, case: Case, page: Page) -> Page:
    """A page to look words through, made of what fits. Raises `Refused`."""
    if sentence := unfit.against(person, case):
        raise Refused(sentence)
    return page


def _before_a_look(person: Person, case: Case, row: Row, raw: dict[str, Any]) -> None:
    """What happened while it was written is said before anybody looks it through. Raises `Refused`."""
    chosen = {name: raw[name] for name in ("packet", "audience") if raw.get(name)}
    if against := steps.stands_against(row, person, case, opened(person, case), chosen):
        raise Refused(against)


def _start() -> str:
    face = faces.here()
    return url_for(face.start) if face else ""


def _identity(person: Person, case: Case, back: str) -> Page:
    """What the grant opens; and what was written since, so that nobody takes an old phone for the present one."""
    entries = custody.read(person, case, clock.now())
    opened_ids = {entry.id for entry in entries}
    unopened = [entry for entry in custody.entries_of(case) if entry.id not in opened_ids]
    return render_template("desk/identity.html", case=case, entries=entries, unopened=unopened, back=back)


def _version() -> int | None:
    """Of the case, as the page showed it."""
    return request.form.get("version", type=number)


def _keep(person: Person, reference: str, step: str, raw: dict[str, Any]) -> None:
    """What is not sent now is there again when the page is opened the next time."""
    if step_drafts.may_save(person) and step_drafts.questions(step, person, find_case(person, reference)):
        step_drafts.save(person, reference, step, raw, _version())


def press_keep(person: Person, reference: str, step: str, back: str) -> Page:
    """POST: keep what is typed, or throw it away; a script gets an empty answer."""
    raw = sent(step_drafts.questions(step, person, find_case(person, reference)))
    if request.form.get("then") == "throw":
        step_drafts.throw_away(person, reference, step_drafts.slot(step, raw))
        flash(_("Thrown away."))
        return redirect(step_addresses.at(back, step), 303)
    try:
        saved_at = step_drafts.save(person, reference, step, raw, _version())
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=back), 409
    if request.headers.get("X-Keep"):
        return "", 204
    target, sentence = step_form.after_keeping(step, back)
    if sentence and saved_at:
        flash(sentence)
    lost_files.tell()
    return redirect(target, 303)


def carried() -> MultiDict[str, str]:
    """What was typed when the session ended, and travels with the form."""
    return MultiDict([(n[5:], v) for n, v in request.form.items(multi=True) if n.startswith("kept.")])


def returned(person: Person, target: str, form: MultiDict[str, str], start: str, sentence: str = "") -> Page:
    """Back after the session ended, to the page of the step with what was typed: all of it is seen before it is sent,
    for a form may have come from elsewhere. `start`: where to go where there is no such page. `sentence`: said there.
    """
    face, endpoint, values = _asked_before(target)
    if face is None or not face.keeps_words:
        return redirect(start, 303)
    if "step" not in values:
        return render_template(
            "account/kept.html", kept=list(form.items(multi=True)), action=url_for(endpoint, **values)
        )
    reference, step = values.get("reference"), values["step"]
    back = url_for(face.case, reference=reference)
    try:
        case = find_case(person, reference) if reference else case_of(person)
    except NoSuchCase:
        return redirect(start, 303)
    if face is faces.FOLLOW:
        step_addresses.of_her_case(case.id)
        step = step_addresses.named(step)
    raw = typed(step_drafts.questions(step, person, case), form)
    with suppress(Refused):
        if step_drafts.may_save(person) and step_drafts.save(
            person, case.reference, step, raw, form.get("version", type=number)
        ):
            lost_files.tell()
            return redirect(f"{back}/steps/{step}{step_form.to_audience(form)}", 303)
    return step_page(person, case, step, back, raw, sentence=sentence)


def _asked_before(target: str) -> tuple[Face | None, str, dict[str, Any]]:
    """The face, the endpoint and the values of the address of a form, as another form said it; no face for others."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(target, method="POST") if adapter else ("", {})
    except HTTPException:
        return None, "", {}
    return faces.of_endpoint(endpoint), endpoint, dict(values)


def _proposed(person: Person) -> str:
    if person.side == "complainant":
        return str(_("You proposed this. The Secretariat checks it with you first."))
    return str(_("Proposed. An approver decides next."))


def _done(person: Person, step: str) -> str:
    """Of a name, what was done with it: the page that follows never shows it again."""
    if step == "correct_identity" and person.side == "complainant":
        return str(_("It is kept, locked apart: two of our people must agree before anyone reads it."))
    return str(_("Done."))


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
        review=packet.review(person, case, row.step, raw), version=version_for(person, case),
        alongside=alongside(person, case),
    )  # fmt: skip


def came_second(sentence: str, back: str) -> NoReturn:
    """Of two who decide the same thing at one time the second reads who was faster, and where to go on."""
    abort(make_response(render_template("refused.html", sentence=sentence, back=back), 409))


def show_pdf(content: bytes, name: str) -> Page:
    """A PDF to keep, under a neutral name."""
    return to_keep(content, f"{name}.pdf", "application/pdf")


def to_keep(content: str | bytes | Iterator[str], name: str, mimetype: str) -> Response:
    """A file to keep: the browser saves it under this name and shows nothing of it."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def show_letter(person: Person, reference: str, letter_id: str, back: str) -> Page:
    case = find_case(person, reference)
    return taken_away(person, case, letter_pdf(person, case, letter_id), "letter", back)


def taken_away(person: Person, case: Case, content: bytes, name: str, back: str) -> Page:
    """A PDF goes where no page warns of it: none is given out of a case that does not fit its record."""
    return not_fitting(person, case, back) or show_pdf(content, name)


def not_fitting(person: Person, case: Case, back: str) -> Page | None:
    """The refusal of a case that does not fit its record; None of any other."""
    if sentence := unfit.against(person, case):
        return render_template("refused.html", sentence=sentence, back=back, contact=_reached(person)), 409
    return None


def show_file(person: Person, reference: str, file_id: str, back: str) -> Page:
    """A file, to be saved and never shown in the page: it was verified to its end before its first byte is sent.

    Its name here is neutral, because a download's name stays on the device.
    """
    try:
        one = casefile.open_file(person, find_case(person, reference), file_id)
    except (CannotOpen, FileNotFoundError):
        sentence = _("This file is damaged or missing, so we do not give it out. Tell the Secretariat.")
        return render_template("refused.html", sentence=sentence, back=back), 410
    opened_file(one)
    return file_to_keep(one, file_id, KINDS[one.file.kind].mime)


def file_to_keep(one: casefile.OpenedFile, file_id: str, mimetype: str) -> Response:
    """It is closed when the last of it was sent, or nobody takes it any more."""
    response = Response(one.plain, mimetype=mimetype)
    response.call_on_close(one.source.close)
    response.headers["Content-Disposition"] = f'attachment; filename="file-{file_id[:4]}.{one.file.kind}"'
    return response
