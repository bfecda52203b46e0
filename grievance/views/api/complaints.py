"""The intake API for hotlines and partners: the rules and verbs of the pages, no cookie, no second path."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _

from grievance.access import Person
from grievance.accounts import receipts
from grievance.crypto.receipt_codes import BadReceipt, grouped
from grievance.deadlines.lengths import length
from grievance.extensions import csrf
from grievance.forms.fields import BadInput, clean
from grievance.intake import filing, resubmission
from grievance.models.case import Case
from grievance.record import sent_forms
from grievance.reports.casefile import CaseFile, open_case_file
from grievance.reports.complainant_page import topics_shown
from grievance.views import language, rate_limit
from grievance.views.api import idempotency, openapi
from grievance.views.api.guarded import Answer, answered, body
from grievance.views.problems import problem
from grievance.workflow import company_reads, steps, words
from grievance.workflow.consents import agreed

bp = Blueprint("api", __name__, url_prefix="/v1")
csrf.exempt(bp)  # it reads no cookie: nobody can be made to act by a page that they visit

SCHEMES = ("receipt", "bearer")
"""What may stand before a receipt: the second is what programs send that are made from a description."""
REMEDY_STEPS = {verb: f"{verb}_remedy" for verb in openapi.VERBS}


@bp.get("/openapi.json")
def description() -> Response:
    return jsonify(openapi.document())


# --- filing ------------------------------------------------------------------------------------------------


@bp.post("/complaints")
@answered
def file() -> Answer:
    """Receive a complaint. The same `external_id` sent again gives the same case, and its receipt for an hour."""
    raw, country = openapi.answers(body(), language())
    if seconds := rate_limit.filing.wait():
        return problem(429, rate_limit.sentence(seconds))
    tongue = str(body().get("language") or language())
    idempotency.begin("", again=True)
    secret = secret_of(body().get("external_id"))
    try:
        filed = filing.file_complaint(raw, secret, tongue, country=country)
    except sent_forms.Repeated:  # the same request came at the same moment, and was faster
        filed = filing.file_complaint(raw, secret, tongue, country=country)
    person = receipts.person_with(filed.code) if filed.code else None
    if person is None:  # sent again after the hour in which the receipt is shown
        return jsonify(reference=filed.reference, receipt=None), 200
    file = open_case_file(person, receipts.case_of(person))
    made = {"reference": filed.reference, "receipt": grouped(filed.code), "state": file.case.state.value}
    return jsonify({**made, "next": _next(file)}), 201


def secret_of(external_id: object) -> str:
    """The form's secret: from a caller's own number, where there is one, so that a request sent twice is one case."""
    if external_id is None:
        return idempotency.secret()
    if not isinstance(external_id, str) or not re.fullmatch(r"[A-Za-z0-9_-]{16,100}", external_id):
        sentence = _(
            "Use 16 to 100 random letters, digits, - or _: who knows it can ask for the receipt for %(time)s.",
            time=length(receipts.SHOWN_FOR),
        )
        raise BadInput({"external_id": sentence})
    return resubmission.secret_of(external_id)


# --- following ---------------------------------------------------------------------------------------------


def _who() -> Person:
    """Whose receipt is in the `Authorization` header. Raises `BadReceipt`, or LookupError for an unknown one."""
    scheme, _space, code = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in SCHEMES:
        raise LookupError
    person = receipts.person_with(code, visits=True)
    if person is None:
        raise LookupError
    return person


def with_receipt(view: Callable[..., Answer]) -> Callable[..., Answer]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Answer:
        if seconds := rate_limit.codes.wait():
            return problem(429, rate_limit.sentence(seconds))
        try:
            person = _who()
        except BadReceipt:
            return problem(401, _("A receipt has 20 digits, and one of them is not right."))
        except LookupError:
            return problem(401, _("We do not know this receipt. Check it, or ask the Secretariat."))
        return answered(view)(person, *args, **kwargs)

    return guarded


@bp.get("/case")
@with_receipt
def case(person: Person) -> Answer:
    return jsonify(_shown(open_case_file(person, receipts.case_of(person))))


@bp.post("/case/messages")
@with_receipt
def message(person: Person) -> Answer:
    return _step(person, "write", {"audience": "secretariat"})


@bp.post("/case/comments")
@with_receipt
def comment(person: Person) -> Answer:
    return _step(person, "comment")


@bp.post("/case/withdrawal")
@with_receipt
def withdrawal(person: Person) -> Answer:
    return _step(person, "withdraw", {"sure": "yes"})


@bp.post("/case/deletion")
@with_receipt
def deletion(person: Person) -> Answer:
    return _step(person, "ask_deletion", {"sure": "yes"})


@bp.post("/case/remedies/<int:number>/<verb>")
@with_receipt
def remedy(person: Person, number: int, verb: str) -> Answer:
    file = open_case_file(person, receipts.case_of(person))
    found = next((one for one in file.remedies if one.number == number), None)
    if found is None or verb not in REMEDY_STEPS:
        return problem(404, _("There is no such page."))
    return _step(person, REMEDY_STEPS[verb], {"remedy": found.id})


def _step(person: Person, step: str, given: dict[str, str] | None = None) -> Answer:
    case = receipts.case_of(person)
    raw = {**body(), **(given or {})} if step != "write" else {**(given or {}), **body()}
    with suppress(sent_forms.Repeated):  # then it is done, and the case is as it was answered, or further
        idempotency.begin(case.id)
        answers = {k: v for k, v in raw.items() if k != "files"}
        _asked_first(person, step, case, answers)
        steps.take(step, person, case.reference, answers)
    return jsonify(_shown(open_case_file(person, receipts.case_of(person)))), 201


def _asked_first(person: Person, step: str, case: Case, answers: dict[str, Any]) -> None:
    """Whoever enters her words for her has asked her what the page in between asks. Raises `BadInput`."""
    row = steps.part(step, person, case)[0]
    if row and answers.get(openapi.MAY_READ) is not True and company_reads.of(row, clean(row.asks, answers)):
        raise BadInput({openapi.MAY_READ: str(company_reads.ASKED)})


def _next(file: CaseFile) -> list[dict[str, Any]]:
    return [
        {
            "limit": one.key,
            "title": str(one.what),
            "owed_by": one.owed_by,
            "due_on": one.due_on.isoformat(),
            "zone": one.zone,
            "paused": one.paused,
        }
        for one in file.limits
    ]


def _shown(file: CaseFile) -> dict[str, Any]:
    """The case as the complainant's page shows it."""
    return {
        "reference": file.case.reference,
        "unfit": str(file.unfit) if file.misfits else None,
        "state": file.case.state.value,
        "company": file.case.company.name if file.case.company else None,
        "topics": [str(topic) for topic in topics_shown(file.case)],
        "agreed": [[str(what), str(_("Yes") if said else _("No"))] for what, said in agreed(file.case)],
        "next": _next(file),
        "timeline": [
            {"at": e.at.isoformat(), "event": e.kind, "by": e.role, "says": [[str(q), a] for q, a in e.answers]}
            for e in file.timeline
        ],
        "messages": [
            {"at": w.at.isoformat(), "step": w.step, "by": w.role, "read_by": str(words.AUDIENCES[w.compartment.value]),
             "says": [[str(q), str(a)] for q, a in w.fields],
             "files": [{"name": one["name"], "size": one["size"]} for one in w.files]}
            for w in file.writings
        ],
        "remedies": [
            {"number": r.number, "kind": str(r.kind), "status": r.status, "due_on": r.due_on.isoformat(),
             "zone": r.zone, "paused": r.paused, "says": [[str(q), str(a)] for q, a in r.fields]}
            for r in file.remedies
        ],
        "identity_ledger": [
            {"at": e.at.isoformat(), "event": e.kind, "by": e.role, "reason": e.facts.get("reason")}
            for e in file.ledger
        ],
    }  # fmt: skip
