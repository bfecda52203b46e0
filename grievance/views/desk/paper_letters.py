"""Letters on paper: which there are, how they are printed, the page for the envelope, and what was told to whom."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from grievance import clock
from grievance.access import find_case, opened
from grievance.forms.fields import Refused
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.sides import COMPLAINANT
from grievance.reports import on_paper, proposals
from grievance.reports.casefile import decision_of
from grievance.reports.told_list import told_list
from grievance.views import readings
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, show_pdf, taken_away, typed
from grievance.workflow import custody, post, steps, unfit

bp = Blueprint("paper_letters", __name__, url_prefix="/cases/<reference>")
bp.before_request(members_only)
bp.after_request(readings.count)


def _back(case: Case) -> str:
    return url_for("desk.case", reference=case.reference)


@bp.get("/told")
def told(reference: str) -> Page:
    found = find_case(me(), reference)
    lines = told_list(me(), found)
    return render_template(
        "desk/_told.html", case=found, lines=lines, back=_back(found), unfit=unfit.against(me(), found)
    )


@bp.get("/post")
def show(reference: str) -> Page:
    """The letters of a case, with what can be done with each, or why not."""
    found = find_case(me(), reference)
    keys, written = opened(me(), found), [] if found.erased_at else post.written(found)
    rows = {row.step: missing for row, missing in steps.choices_now(me(), found, keys)}
    says = {one.id: post.words_of(keys, one.id) for one in written}
    asked = [one for one in proposals.of_case(found)[0] if one.step == post.WRITE.step]
    proposed = [(one, steps.proposal_of(me(), one)["values"]) for one in asked]
    return render_template(
        "desk/_post.html", proposed=proposed, case=found, back=_back(found), written=written, says=says, rows=rows,
        kinds=dict(post.LETTER[1].choices), to=dict(post.LETTER[0].choices),
        granted=custody.granted_to(me(), found, clock.now()) is not None, unfit=unfit.against(me(), found),
    )  # fmt: skip


@bp.get("/post/<writing_id>.pdf")
def printed(reference: str, writing_id: str) -> Page:
    found = find_case(me(), reference)
    content = on_paper.letter_paper(me(), found, on_paper.one_of(found, writing_id))
    return taken_away(me(), found, content, "letter", _back(found))


@bp.get("/post/proposed/<decision_id>.pdf")
def proposed(reference: str, decision_id: str) -> Page:
    """What an approver reads before the yes, as it will be printed."""
    found = find_case(me(), reference)
    decision = decision_of(found, decision_id)
    if decision is None or decision.step != post.WRITE.step:
        abort(404)
    content = on_paper.as_printed(found, steps.proposal_of(me(), decision)["values"])
    return taken_away(me(), found, content, "letter", _back(found))


@bp.post("/post/preview.pdf")
def preview(reference: str) -> Page:
    """What is typed, as it would be printed; nothing of it is kept."""
    found = find_case(me(), reference)
    says = {name: text[: _limit_of(name)] for name, text in typed(post.LETTER, request.form).items()}
    says = {name: text for name, text in says.items() if _is_one(name, text)}
    return show_pdf(on_paper.as_printed(found, says), "letter")


def _limit_of(name: str) -> int:
    return next(field.limit for field in post.LETTER if field.name == name)


def _is_one(name: str, text: str) -> bool:
    """Of a closed list only what it has: the rest is left out of a preview, and refused where it is sent."""
    choices = next(field.choices for field in post.LETTER if field.name == name)
    return not choices or text in dict(choices)


@bp.post("/post/<writing_id>/label.pdf")
def envelope(reference: str, writing_id: str) -> Page:
    """Hers is opened as an identity is: by the officer to whom a custodian granted it, and each time she is told."""
    found = find_case(me(), reference)
    letter = on_paper.one_of(found, writing_id)
    try:
        if letter.discarded_at:
            raise Refused(_("This letter was discarded: it goes nowhere."))
        hers = letter.addressee == COMPLAINANT
        content = _of_her(found) if hers else on_paper.company_label(me(), found, letter)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=_back(found)), 409
    return taken_away(me(), find_case(me(), reference), content, "address", _back(found))


def _of_her(case: Case) -> bytes:
    """Nothing is opened for a letter that could not go. Raises `Refused`."""
    if me().role != Role.OFFICER:
        raise Refused(_("The officer to whom the custodian granted it prints the envelope."))
    if against := steps.stands_against(post.POST, me(), case, opened(me(), case)):
        raise Refused(against)
    if custody.granted_to(me(), case, clock.now()) is None:
        raise Refused(_("The address is locked apart. Ask a custodian for it first, in the case under Identity."))
    steps.take("open_identity", me(), case.reference, {})
    return on_paper.her_label(me(), find_case(me(), case.reference))
