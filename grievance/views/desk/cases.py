"""The Secretariat's desk: the queue, the case, steps and approvals."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from grievance import clock
from grievance.access import find_case, may_administer, opened
from grievance.accounts import absence, hands, who_could
from grievance.crypto.compartments import CaseKeys
from grievance.crypto.receipt_codes import grouped
from grievance.deadlines.countries import country_name
from grievance.desk import mentions, saved_views, tasks, ticks
from grievance.desk.new_marks import looked, looks_after
from grievance.extensions import Label
from grievance.forms.fields import BadInput, Refused
from grievance.intake import filing, opening
from grievance.intake.resubmission import SentBefore
from grievance.maintenance.trouble import troubles
from grievance.models.keys import HANDED_OVER_FOR
from grievance.models.people import Role
from grievance.models.writing import Decision
from grievance.reports import (
    alleged,
    family_lines,
    identities,
    incidents,
    meanwhile,
    owed_besides,
    packet,
    proposals,
    said_aloud,
    setup,
    stuck,
    who_read,
)
from grievance.reports.actions import by_subject, meeting, once, proposed, way_back
from grievance.reports.alongside import alongside
from grievance.reports.brief import brief_pdf
from grievance.reports.case_front import front
from grievance.reports.casefile import decision_of, linked, open_case_file
from grievance.reports.done_first import done_first
from grievance.reports.first_words import first_words
from grievance.reports.last_letters import former_companies
from grievance.reports.last_opened import last_here
from grievance.reports.news import news
from grievance.reports.next_moves import next_moves
from grievance.reports.office_waits import office_waits
from grievance.reports.protection_cards import STANDS_AT_THE_DESK, cards
from grievance.reports.queue import choices, queue
from grievance.reports.queue_asked import SHOWS, Wanted
from grievance.reports.queue_counts import MOST, MOST_COUNTED, counts_and_total
from grievance.reports.reach import claims_no_answer, reach, unused_code
from grievance.reports.sign_page import unreached
from grievance.reports.thread import thread
from grievance.views import language, lost_files, readings, step_form
from grievance.views.account.sign_in import me
from grievance.views.cards import CARD, card_of
from grievance.views.desk.doors import members_only
from grievance.views.letter_page import show_letter_page
from grievance.views.listening import may_play, may_record, show_sound
from grievance.views.pages import (
    Page,
    asked,
    press_keep,
    press_step,
    sent,
    show_file,
    show_letter,
    show_step,
    somebody_looks,
    taken_away,
    wanted_of,
)
from grievance.views.public.filing import sound
from grievance.workflow import consents, discussion, group, release, steps, unfit
from grievance.workflow.procedure import PROPOSED
from grievance.workflow.summaries import NOT_SAID
from grievance.workflow.words import PARTS

bp = Blueprint("desk", __name__)
bp.before_request(members_only)
bp.after_request(readings.count)


def _back(reference: str) -> str:
    return url_for(".case", reference=reference)


@bp.get("")
def show_queue() -> Page:
    return _queue(asked())


def _queue(wanted: Wanted, name: str | None = None) -> str:
    """`name`: of a view that could not be kept, as it was typed."""
    mine = looks_after(me())
    lines = queue(me(), wanted, mine)
    numbers, total = counts_and_total(me(), SHOWS[:-1], wanted, mine)
    views, parts = saved_views.kept_of(me())
    if lines.lines and not lines.after and total <= MOST_COUNTED:
        lines = replace(lines, first=max(total - len(lines.lines), 0) + 1)
    ids = [line.case.id for line in lines.lines]
    return render_template(
        "desk/queue.html", queue=lines, incidents=incidents.of(ids), begins=first_words(me(), ids),
        refusals=proposals.in_queue(me(), ids if wanted.show == "refused" else []),
        counts=numbers, most=MOST, total=total, most_counted=MOST_COUNTED, parts=parts, all_parts=PARTS, wanted=wanted,
        base=url_for(".show_queue"), choices=choices(me()), troubles=troubles(clock.now(), me()),
        stuck=stuck.waiting(me()), views=views, absences=absence.away(clock.now()),
        office_waits=office_waits(me()), to_set_up=setup.unfinished() if may_administer(me()) else 0, view_name=name,
        may_acknowledge=me().role == Role.OFFICER, country_name=country_name, tasks_due=tasks.due(me()),
        mentions=mentions.of(me()), mine=mine,
    )  # fmt: skip


@bp.post("/views")
def save_view() -> Page:
    """Keep what the queue shows now under a name."""
    query = _filters()
    try:
        saved_views.save(me(), request.form)
        flash(_("Saved. You find it above the filters."))
    except (BadInput, Refused) as wrong:
        flash(wrong.errors["name"] if isinstance(wrong, BadInput) else wrong.sentence)
        return _queue(wanted_of(MultiDict(query)), request.form.get("name", "")[: 2 * saved_views.LONGEST]), 422
    return redirect(url_for(".show_queue", **query), 303)


def _filters() -> dict[str, Any]:
    """What of the queue's address a form beside it sends along."""
    return {name: request.form[name] for name in saved_views.FILTERS if request.form.get(name)}


@bp.post("/parts")
def choose_parts() -> Page:
    """Which parts of a line they are shown, from now on."""
    saved_views.choose_parts(me(), request.form.getlist("part"))
    flash(_("Kept: each line shows this from now on."))
    return redirect(url_for(".show_queue", **_filters()), 303)


@bp.post("/views/<int:view_id>/remove")
def remove_view(view_id: int) -> Page:
    saved_views.remove(me(), view_id)
    return redirect(url_for(".show_queue"), 303)


@bp.get("/cases/<reference>")
def case(reference: str) -> Page:
    found = find_case(me(), reference)
    first = looked(me(), found.id, ends=somebody_looks())
    file = open_case_file(me(), found)
    standing = who_could.standing(found)
    rows = steps.choices_now(me(), found, file.keys, standing)
    may_play(found, me().side)
    waiting, refused = proposals.of_case(found)
    measures, planned = cards(file, rows, STANDS_AT_THE_DESK), owed_besides.planned(file, rows)
    owed = once([(one, meeting(one, rows, me().side) or way_back(found, one, rows)) for one in file.limits])
    return render_template(
        "desk/case.html", file=file, rows=rows, of_texts=[one for one in rows if one[0].about_a_text],
        stuck=stuck.notice(me(), found, standing),
        owed=owed, moves={one.key: next_moves(found, one, rows, buttons) for one, buttons in owed},
        groups=by_subject(rows), proposals=_to_decide(waiting, standing, file.keys), back=_back(found.reference),
        links=linked(me(), found), incident=(part := incidents.of([found.id]).get(found.id)),
        of_incident=incidents.others(me(), found, part), alleged=alleged.of_case(me(), found),
        refusals=proposals.refusals(me(), found, refused, file.keys),
        unused=unused_code(found, file.timeline), custodians=identities.decided_in(me(), found) if file.ledger else [],
        former=former_companies(found), agreed=consents.agreed(found), country_name=country_name,
        said_for=group.said_for(found) if part and part.number else [],
        last_here=last_here(found), shows_readers=me().role == Role.APPROVER,
        told_at=release.told_on(found, clock.now()),
        news=news(me(), file, first), deputies=stuck.deputies(standing), tasks=tasks.of_case(me(), found),
        measures=measures, checklists=ticks.of_case(found),
        front=front(file.writings, ["note", "protect"] if measures else ["note"]),
        visit_not_safe=found.safety_alert and any(one.visit and one.open for one in planned), planned=planned,
        colleagues=(names := discussion.names(standing)),
        officers_beside=[names[one] for one in names if one in standing.beside], thread=thread(file),
        letters_waiting=owed_besides.letters(file, rows), not_said=NOT_SAID, unreached=unreached(found),
        family=family_lines.of(me(), found),
        done_first={one.key: done_first(me(), found, one, rows) for one in file.limits},
    )  # fmt: skip


def _to_decide(
    waiting: list[Decision], standing: who_could.Standing, keys: CaseKeys
) -> list[tuple[Decision, Any, bool, Label | None]]:
    """Each open proposal with what is to be done, whether it is for this person to decide, and what stands against
    approving it whatever was answered."""
    roles = {me().role} | standing.acts_as.get(me().account_id or 0, frozenset())
    return [
        (one, PROPOSED[one.step], steps.may_decide(me(), one, roles), steps.against_approval(me(), one, {}, keys))
        for one in waiting
    ]


@bp.get("/cases/<reference>/files/<file_id>")
def one_file(reference: str, file_id: str) -> Page:
    return show_file(me(), reference, file_id, _back(reference))


@bp.get("/cases/<reference>/sound/<file_id>")
def listen(reference: str, file_id: str) -> Page:
    return show_sound(me(), reference, file_id, _back(reference))


@bp.get("/cases/<reference>/readers")
def readers(reference: str) -> Page:
    """Who read the case: for approvers, of cases that they may see themselves."""
    if me().role != Role.APPROVER:
        abort(403)
    found = find_case(me(), reference)
    return render_template("desk/readers.html", case=found, lines=who_read.readings(found), back=_back(reference))


@bp.get("/cases/<reference>/brief.pdf")
def brief(reference: str) -> Page:
    """For the Board: no account, no identity."""
    found = find_case(me(), reference)
    return taken_away(me(), found, brief_pdf(me(), found), "brief", _back(reference))


@bp.get("/cases/<reference>/letters/<letter_id>")
def letter_page(reference: str, letter_id: str) -> Page:
    return show_letter_page(me(), reference, letter_id, _back(reference))


@bp.get("/cases/<reference>/letters/<letter_id>.pdf")
def letter(reference: str, letter_id: str) -> Page:
    return show_letter(me(), reference, letter_id, _back(reference))


@bp.get("/cases/<reference>/steps/<step>")
def step(reference: str, step: str) -> Page:
    return show_step(me(), reference, step, _back(reference))


@bp.post("/cases/<reference>/steps/<step>")
def press(reference: str, step: str) -> Page:
    page = press_step(me(), reference, step, _back(reference))
    if step == discussion.STEP and isinstance(page, Response) and page.location == _back(reference):
        page.location += "#discussion"
    return page


@bp.post("/cases/<reference>/steps/<step>/draft")
def keep(reference: str, step: str) -> Page:
    return press_keep(me(), reference, step, _back(reference))


@bp.get("/cases/<reference>/proposals/<decision_id>")
def proposal(reference: str, decision_id: str) -> Page:
    looked(me(), find_case(me(), reference).id, ends=somebody_looks())
    return _proposal(reference, decision_id)


def _proposal(reference: str, decision_id: str, sentence: str = "", reason: str = "", status: int = 200) -> Page:
    found = find_case(me(), reference)
    decision = decision_of(found, decision_id)
    if decision is None:
        text = meanwhile.of_proposal(found, decision_id) or sentence or _("This proposal is decided already.")
        return render_template("refused.html", sentence=text, back=_back(reference), typed=[reason] * bool(reason)), 409
    values, keys = steps.proposal_of(me(), decision)["values"], opened(me(), found)
    pairs, against = proposed(found, keys, decision.step, values), steps.against_approval(me(), decision, values, keys)
    beside, review = alongside(me(), found), packet.review(me(), found, decision.step, values)
    page = render_template(
        "desk/proposal.html", case=found, decision=decision, pairs=pairs, sentence=sentence, reason=reason,
        against=against, back=_back(reference), title=PROPOSED[decision.step],
        decides=steps.may_decide(me(), decision, who_could.roles_in(me(), found)),
        marked=hands.warned(me(), decision.proposed_by),
        review=review, alongside=beside, unfit=unfit.against(me(), found),
        proposer=proposals.proposer_of(decision), reach=reach(found) if claims_no_answer(values) else None,
    )  # fmt: skip
    return page, status


@bp.post("/cases/<reference>/proposals/<decision_id>")
def decide(reference: str, decision_id: str) -> Page:
    reason, approve = request.form.get("reason", ""), request.form.get("answer") == "approve"
    try:
        steps.decide(me(), reference, decision_id, approve, reason)
    except BadInput as bad:
        return _proposal(reference, decision_id, bad.errors["reason"], reason, 422)
    except Refused as refused:
        return _proposal(reference, decision_id, refused.sentence, reason, 409)
    flash(_("Approved.") if approve else _("Refused."))
    return redirect(_back(reference), 303)


FOR_SOMEBODY = (*filing.QUESTIONS, CARD, *filing.ASSISTED[len(filing.QUESTIONS) :])
"""What an officer is asked who files for somebody: the card after what she told."""


@bp.get("/new")
def new() -> Page:
    return _new({}, {}, filing.new_secret(), opening.closed())


def _new(raw: dict[str, object], errors: dict[str, str], secret: str, sentence: str = "", status: int = 200) -> Page:
    may_record()
    page = render_template(
        "desk/new.html", fields=FOR_SOMEBODY, raw=raw, errors=errors, secret=secret, sentence=sentence,
        choices=filing.company_choices(), handed_over_for=HANDED_OVER_FOR,
        reads=step_form.read_by(filing.ASSISTED, me(), None),
    )  # fmt: skip
    return page, status


@bp.post("/new")
def file() -> Page:
    """Filing for somebody without internet: the officer gets a one-use hand-over code, never the receipt."""
    if me().role != Role.OFFICER:
        abort(403)
    raw, secret = sent(FOR_SOMEBODY), request.form.get("secret", "")
    if not sound(secret):
        return _new(raw, {}, filing.new_secret(), _("Please look through the answers and send them once more."), 422)
    if errors := consents.asked_back(raw, request.form):
        return _new(raw, errors, secret, status=422)
    try:
        card = card_of(raw.get(CARD.name, ""))
        filed = filing.file_complaint(raw, secret, language(), officer=me(), card=card)
    except BadInput as bad:
        return _new(raw, bad.errors, secret, status=422)
    except Refused as refused:
        return _new(raw, {}, secret, refused.sentence, 409 if isinstance(refused, SentBefore) else 503)
    lost_files.kept()
    return render_template(
        "desk/handover.html", reference=filed.reference, code=grouped(filed.code), handed_over_for=HANDED_OVER_FOR,
        tongue=(tongue := str(raw.get("language") or language())), aloud=said_aloud.receipt(filed.code, tongue),
    )  # fmt: skip
