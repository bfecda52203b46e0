"""The case as the complainant sees it."""

import json
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance import clock
from grievance.access import Person
from grievance.accounts import parts
from grievance.accounts.receipts import case_of, complainant_of, looked
from grievance.deadlines.countries import country_name
from grievance.forms.fields import BadInput, Refused
from grievance.intake import opening
from grievance.models.case import Case
from grievance.notify import signs as notify_signs
from grievance.record.proofs import proof_of
from grievance.reports import companies_of_hers, first_help, group_page, incidents
from grievance.reports.complainant_page import open_complainant_page
from grievance.reports.last_opened import others
from grievance.reports.news import news
from grievance.reports.proof_page import Told, of_the_square, proof_pdf, says_no_more, square_of, told
from grievance.reports.sign_page import sign_line, sign_page
from grievance.reports.track import PLACES
from grievance.views import addresses, language, step_addresses
from grievance.views.errors import sign_in_and_return
from grievance.views.letter_page import show_letter_page
from grievance.views.listening import may_play, show_sound
from grievance.views.pages import (
    Page,
    press_step,
    show_file,
    show_letter,
    show_step,
    somebody_looks,
    taken_away,
    to_keep,
)
from grievance.views.picture import picture_of
from grievance.workflow import unfit
from grievance.workflow.consents import agreed
from grievance.workflow.custody import entries_shown_to
from grievance.workflow.visibility import is_hers

bp = Blueprint("status", __name__)


PART = "p"
"""Where the session keeps which company's page is open: the beginning of the part's id."""
OF_THE_WHOLE = frozenset({"status.signs", "status.ask_for_signs", "status.end_signs"})
"""Pages about the receipt: they are the first case's, whichever company's page was open."""


def _holder() -> Person | None:
    """As they follow the complaint's first case."""
    return complainant_of(session.get("c", ""))


def _who() -> Person | None:
    """As they follow the case whose page this is. A step's address belongs to one case, also where another company's
    page was opened since in the same browser."""
    first = _holder()
    if first is None or request.endpoint in OF_THE_WHOLE or request.blueprint == "group":
        return first
    g.first_case = case_of(first)  # held, so that it is read once a request
    step = (request.view_args or {}).get("step", "")
    return companies_of_hers.looked_at(
        first, session.get(PART, ""), lambda case_id: step_addresses.is_of(case_id, step)
    )


@bp.before_request
def only_with_a_receipt() -> Page | Response | None:
    if (person := _who()) is not None:
        g.hers = person  # her keys are opened once a request
        step_addresses.of_her_case(str(person.case_id))
        return None
    return sign_in_and_return() if request.method == "POST" else redirect(url_for("public.follow"), 303)


def mine() -> tuple[Person, str]:
    person: Person | None = g.get("hers")
    if person is None:
        raise LookupError("the guard above lets nobody else in")
    return person, case_of(person).reference


@bp.get("")
def show() -> Page:
    person, _reference = mine()
    case = case_of(person)
    after = case.head_seq
    if case.part_of is None:
        after = looked(person, session.get("c", ""), case.head_seq, ends=somebody_looks())
    page, part = open_complainant_page(person, case), incidents.of([case.id]).get(case.id)
    may_play(case, person.side)
    return render_template(
        "public/case.html", page=page, file=page.file, back=url_for(".show"), agreed=agreed(case), me=person.role.value,
        identity=entries_shown_to(person, case), news=news(person, page.file, after + 1),
        contact=opening.contact(language()), places=PLACES, emergency=opening.emergency(_country(case)),
        country_name=country_name, help=first_help.of_case(case), opened_before=person.opened_before,
        today=clock.office_today(), other_receipts=others(person, case), sign=sign_line(person),
        spoken=group_page.of_hers(person, case, part), speaking=group_page.speaking(person, _lead()), part=part,
        companies=_companies(case),
        own_words=[one for one in page.file.sent_to_company if is_hers(one.step, one.role)],
    )  # fmt: skip


def _companies(case: Case) -> list[companies_of_hers.Line]:
    first = _holder() if parts.has_family(case) else None
    return companies_of_hers.of_hers(first, case) if first else []


@bp.post("/company")
def open_company() -> Response:
    """The page of another company of the complaint: the same page, about that part."""
    first = _holder()
    known = parts.known(str(first.case_id)) if first else []
    session[PART] = next((one.id[:8] for one in known if str(one.part_number) == request.form.get("number")), "")
    return redirect(url_for(".show"), 303)


def _lead() -> Person | None:
    """Who speaks for others, while the page of one of them is open: their own stays open, too."""
    return complainant_of(session["l"]) if session.get("l") else None


def _country(case: Case) -> str:
    """Where it happened, or else where the company is."""
    return (case.country or (case.company.country if case.company else "") or "").partition("-")[0]


@bp.get("/summary")
def summary() -> Page:
    """To print: that a complaint was made, and when."""
    person, _reference = mine()
    case = case_of(person)
    return render_template(
        "public/summary.html", case=case, told=_told(case), named=_named(), says_no_more=says_no_more(),
        unfit=unfit.against(person, case), contact=opening.contact(language()), of_the_square=of_the_square(),
        square=picture_of(square, "l") if (square := square_of(case)) else None,
    )  # fmt: skip


@bp.get("/summary.pdf")
def summary_file() -> Page:
    person, _reference = mine()
    case = case_of(person)
    return taken_away(person, case, proof_pdf(_told(case), square_of(case)), "information", url_for(".summary"))


def _told(case: Case) -> Told:
    return told(case, clock.office_today(), opening.contact(language()), _named())


def _named() -> bool:
    """Whether she ticked that the company is named."""
    return request.args.get("company") == "yes"


@bp.get("/proof")
def proof() -> Page:
    """To keep: that the record of this case stood like this when it was signed. It names no case and nobody, and its
    name is neutral, because a download's name stays on the device."""
    person, _reference = mine()
    found = proof_of(case_of(person))
    if found is None:
        flash(_("The file is made within the hour. Please come back then."))
        return redirect(url_for(".show"), 303)
    return to_keep(json.dumps(found), "proof.json", "application/json")


@bp.get("/files/<file_id>")
def one_file(file_id: str) -> Page:
    person, reference = mine()
    return show_file(person, reference, file_id, url_for(".show"))


@bp.get("/sound/<file_id>")
def listen(file_id: str) -> Page:
    person, reference = mine()
    return show_sound(person, reference, file_id, url_for(".show"))


@bp.get("/letters/<letter_id>")
def letter_page(letter_id: str) -> Page:
    person, reference = mine()
    return show_letter_page(person, reference, letter_id, url_for(".show"))


@bp.get("/letters/<letter_id>.pdf")
def letter(letter_id: str) -> Page:
    person, reference = mine()
    return show_letter(person, reference, letter_id, url_for(".show"))


@bp.get("/steps/<step>")
def step(step: str) -> Page:
    """A bookmark of before, whose address told what the page is about, leads to the one that tells nothing."""
    person, reference = mine()
    if step in step_addresses.HERS:
        asked = f"?{urlencode(chosen)}" if (chosen := addresses.said(("lang", *addresses.CHOSEN))) else ""
        return redirect(step_addresses.at(url_for(".show"), step) + asked, 303)
    step = step_addresses.named(step)
    return show_step(person, reference, step, url_for(".show"))


@bp.post("/steps/<step>")
def press(step: str) -> Page:
    person, reference = mine()
    return press_step(person, reference, step_addresses.named(step), url_for(".show"))


@bp.get("/news")
def signs() -> Page:
    """A sign that there is news: what she gets, and what she can ask for."""
    person, _reference = mine()
    return _signs({}, {}, notify_signs.comes_to_nothing(person, case_of(person)))


def _signs(raw: dict[str, Any], errors: dict[str, str], sentence: str = "", status: int = 200) -> Page:
    person, _reference = mine()
    page = sign_page(person, case_of(person), language(), clock.now())
    shown = render_template(
        "public/signs.html", page=page, raw=raw or page.stands, errors=errors, sentence=sentence, back=url_for(".show")
    )
    return shown, status


@bp.post("/news")
def ask_for_signs() -> Page:
    person, reference = mine()
    raw = {**request.form.to_dict(), "days": request.form.getlist("days")}
    try:
        notify_signs.ask(person, reference, raw, language(), clock.now())
    except BadInput as bad:
        return _signs(raw, bad.errors, status=422)
    except Refused as refused:
        return _signs(raw, {}, refused.sentence, 409)
    flash(_("From now on you get a sign when there is news."))
    return redirect(url_for(".signs"), 303)


@bp.post("/news/end")
def end_signs() -> Page:
    """One press, wherever the button stands."""
    person, reference = mine()
    notify_signs.end(person, reference, clock.now())
    flash(_("No more signs come. We deleted where they went."))
    return redirect(url_for(".signs"), 303)
