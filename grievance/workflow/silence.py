"""Silence is not consent, also not to a summary: the one exception, and all that it asks.

She ticked, below the very text, that exactly it may go where she does not answer by the day; so her page was opened
since. It is never taken from somebody who is not safe, nor for a text in which something could show who she is.
"""

from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy import select

from grievance import clock
from grievance.crypto.compartments import NoKey
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.summary import Summary
from grievance.models.writing import Writing
from grievance.record.writings import is_emptied, read_writing
from grievance.redaction.identity_leaks import warn
from grievance.redaction.name_spans import IDENTITY_SPANS, texts_of
from grievance.workflow.context import StepContext

FILED = ("file", "imported")
SAID = (*FILED, "write_down", "record_message")
"""Steps that hold her words though somebody of the office wrote them."""
APPROVERS_NEEDED = 2
THEIRS = frozenset({Role.COMPLAINANT, Role.REPRESENTATIVE})

Against = Label | Literal[True] | None
"""None where silence counts; True where it was never said that it does, or not yet."""


def against(context: StepContext, shown: Summary) -> Against:
    """What stands against going on without an answer."""
    waits = any(one.key == Deadline.SUMMARY and one.missed_at is None for one in deadlines.owed(context.case))
    if shown.silence_at is None or waits:
        return True
    if not _safe(context):
        return _l("The complainant may be in danger: without a yes nothing goes to the company.")
    if (text := context.values.get("packet")) and _shows_her(context, text):
        return _l("Something in this text could show who complained: without a yes it does not go.")
    return _two_more(context)


def _two_more(context: StepContext) -> Label | None:
    """Two approvers beside whoever proposes it; an office where there are not two waits for her."""
    proposer = context.facts.get("proposed_by", context.person.account_id)
    if len(context.who_could().able((Role.APPROVER,), but=(proposer,))) >= APPROVERS_NEEDED:
        return None
    return _l("The complainant has not answered. Without a yes, two approvers must agree beside who proposes it, and"
              " there are not two.")  # fmt: skip


def _words(context: StepContext) -> Iterator[tuple[Writing, dict[str, Any]]]:
    """Everything of the case that these keys open."""
    rows = db.session.scalars(select(Writing).where(Writing.case_id == context.case.id).order_by(Writing.written_at))
    for row in rows:
        if context.keys.can_open(row.compartment, row.n, row.epoch) and not is_emptied(row):
            yield row, read_writing(context.keys, row)


def _filed(context: StepContext) -> dict[str, Any]:
    return next((says for row, says in _words(context) if row.step in FILED), {})


def _safe(context: StepContext) -> bool:
    """Whether she said *no* when she was asked whether somebody could harm her; unknown is not *no*."""
    try:
        return _filed(context).get("could_harm") == "no" and not context.case.safety_alert
    except NoKey:
        return False


def _shows_her(context: StepContext, text: str) -> bool:
    """Whether the look before it goes would warn of anything at all in it."""
    words = list(_words(context))
    filed = next((says for row, says in words if row.step in FILED), {})
    theirs = [says for row, says in words if row.step in SAID or row.role in THEIRS]
    said = [one for says in theirs for one in says.values() if isinstance(one, str)]
    names = [file["name"] for says in theirs for file in says.get("files", [])]
    spans = [place for row, says in words if row.step == IDENTITY_SPANS for place in says["places"]]
    texts = texts_of(filed)
    terms = [texts[name][start:end] for name, start, end in spans]
    return bool(warn(text, said, terms, clock.now().year, names, _known(context.case)))


def _known(case: Case) -> str:
    return " ".join([case.company.name, *case.company.trade_names]) if case.company else ""
