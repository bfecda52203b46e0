"""The API for companies: a program with a token reads and does what the company's people read and do, by the same rules
and verbs. It reads as the company was told, and no cookie."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person, find_case
from grievance.accounts import company_tokens
from grievance.crypto.sealing import CannotOpen
from grievance.desk import at_company
from grievance.desk.at_company import AtCompany
from grievance.extensions import csrf
from grievance.forms.fields import BadInput
from grievance.record import as_told, counted, sent_forms
from grievance.reports import casefile
from grievance.reports.company_page import CompanyPage, open_company_page
from grievance.reports.queue import queue
from grievance.reports.queue_asked import FOR_COMPANIES, Wanted
from grievance.views import rate_limit
from grievance.views.api import company_described, company_shown, idempotency
from grievance.views.api.company_verbs import VERBS, Verb
from grievance.views.api.guarded import Answer, answered, body
from grievance.views.pages import file_to_keep, sent
from grievance.views.problems import problem
from grievance.workflow import steps
from grievance.workflow.custody import disclosed_to
from grievance.workflow.visibility import note_opened

bp = Blueprint("company_api", __name__)
csrf.exempt(bp)  # it reads no cookie: nobody can be made to act by a page that they visit


@bp.get("/openapi.json")
def description() -> Response:
    return jsonify(company_described.document())


def with_token(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Default deny: whoever comes with a token that works, and reads from here on what their company was told."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Answer:
        if seconds := rate_limit.programs.wait():
            return problem(429, rate_limit.sentence(seconds))
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        person = company_tokens.person_with(token.strip()[:200]) if scheme.lower() == "bearer" else None
        if person is None or person.company_id is None:
            refused, status = problem(401, _("This token does not work. It was ended, or its maker has left or has a"
                                             " new password, or your key was changed: make a new one."))  # fmt: skip
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused, status
        as_told.as_company(person.company_id)
        return answered(view)(person, *args, **kwargs)

    return guarded


# --- reading -----------------------------------------------------------------------------------------------


@bp.get("/cases")
@with_token
def cases(person: Person) -> Answer:
    show, after = request.args.get("show", "open"), request.args.get("after", "")
    if show not in FOR_COMPANIES:
        raise BadInput({"show": _("Choose one of the answers in the list.")})
    found = queue(person, Wanted(show=show, after=after))
    kept = at_company.of_cases(person, [one.case.id for one in found.lines])
    lines = [company_shown.line(one, kept.get(one.case.id, AtCompany())) for one in found.lines]
    return jsonify(cases=lines, after=found.after or None)


@bp.get("/cases/<reference>")
@with_token
def case(person: Person, reference: str) -> Answer:
    note_opened(person, find_case(person, reference))
    page = _page(person, reference)
    counted.reading(page.file.case.reference, person.account_id or 0, clock.now())
    return jsonify(_shown(person, page))


def _page(person: Person, reference: str) -> CompanyPage:
    return open_company_page(person, find_case(person, reference))


def _shown(person: Person, page: CompanyPage) -> dict[str, Any]:
    zone = clock.reader_zone(person.zone)
    kept = at_company.of_case(person, page.file.case)
    return company_shown.case(page, disclosed_to(person, page.file.case), kept, zone)


@bp.get("/cases/<reference>/packet")
@with_token
def packet(person: Person, reference: str) -> Answer:
    note_opened(person, find_case(person, reference))
    page = _page(person, reference)
    if page.packet is None:
        return problem(404, _("There is no such page."))
    counted.reading(page.file.case.reference, person.account_id or 0, clock.now())
    return jsonify(company_shown.writing(page.packet, clock.reader_zone(person.zone)))


@bp.get("/cases/<reference>/files/<file_id>")
@with_token
def one_file(person: Person, reference: str, file_id: str) -> Answer:
    """It was verified to its end before its first byte is sent."""
    found = find_case(person, reference)
    try:
        one = casefile.open_file(person, found, file_id)
    except (CannotOpen, FileNotFoundError):
        return problem(410, _("This file is damaged or missing, so we do not give it out. Tell the Secretariat."))
    counted.file_opened(found.reference, one.file.id, one.other_id, person.account_id or 0, clock.now())
    return file_to_keep(one, file_id, "application/octet-stream")  # its name says what it is


# --- acting ------------------------------------------------------------------------------------------------


def _take(verb: Verb, person: Person, reference: str, number: int | None = None) -> Answer:
    """Take the step; a request that was done before is answered with the case as it is."""
    found = find_case(person, reference)
    answers = _answers(verb)
    if verb.of_a_remedy:
        remedies = casefile.open_case_file(person, found).remedies
        meant = next((one for one in remedies if one.number == number), None)
        if meant is None:
            return problem(404, _("There is no such page."))
        answers["remedy"] = meant.id
    with suppress(sent_forms.Repeated):
        idempotency.begin(f"{found.id} {person.account_id}")
        steps.take(verb.step, person, found.reference, answers)
    return jsonify(_shown(person, _page(person, reference))), 201


def _answers(verb: Verb) -> dict[str, Any]:
    """Raises `BadInput` for a body that is none, or says what is not asked."""
    if verb.with_files:
        return {**verb.given, **sent(verb.asks)}
    said, asked = body(), {one.name for one in verb.asks}
    if more := [name for name in said if name not in asked]:
        raise BadInput({name: _("There is no such member.") for name in more})
    return {**verb.given, **said}


def _serve(verb: Verb) -> None:
    @with_token
    def view(person: Person, reference: str, number: int | None = None) -> Answer:
        return _take(verb, person, reference, number)

    path = verb.path.replace("{number}", "<int:number>")
    bp.add_url_rule(f"/cases/<reference>/{path}", verb.step, view, methods=["POST"])


for _verb in VERBS:
    _serve(_verb)
