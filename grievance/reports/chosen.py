"""Cases that somebody chose in the queue to do one thing with all of them: what each is about, and why one is left out.

Reads only. Nothing is done for many that is not looked at for each: whoever may be in danger, and whatever was not read
yet, has a page of its own.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance import clock
from grievance.access import NoSuchCase, Person, find_case, opened
from grievance.crypto.compartments import CaseKeys
from grievance.deadlines.days import full_date
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, Spoken
from grievance.models.event import Event
from grievance.models.people import SECRETARIAT_ROLES
from grievance.models.writing import Attachment
from grievance.reports.packet import FILED, all_words
from grievance.workflow import steps, unfit

MOST = 100
"""Cases that one page lists and one press does: two pages of a queue."""
NOT_CLASSIFIED = _l("It is not classified yet.")


class Chosen(NamedTuple):
    """One chosen case. `why`: the sentence by which it is left out; empty where it is not. `case` is None where there
    is none of that reference for whoever asks; `account` and `where` are what the form said, whole. `first`: the step
    after which it would not be left out; empty where no step does that."""

    reference: str
    why: str
    case: Case | None = None
    account: str = ""
    where: str = ""
    first: str = ""


Against = Callable[[Person, Case, CaseKeys, dict[str, object]], Label | None]
"""Why a case is left out of what is done to many: person, case, what their keys open, and what its form said."""


def chosen(person: Person, references: Iterable[str], against: Against) -> list[Chosen]:
    """Each of these once, as they came. Nothing for whoever is not of the Secretariat."""
    if person.role not in SECRETARIAT_ROLES:
        return []
    return [one_of(person, reference, against) for reference in list(dict.fromkeys(references))[:MOST]]


def one_of(person: Person, reference: str, against: Against) -> Chosen:
    """One of them, as it stands now."""
    try:
        case = find_case(person, reference)
    except NoSuchCase:
        return Chosen(reference[:20], _("There is no such case, or it is not yours to see."))
    if case.erased_at:
        return Chosen(reference, _("It is erased."), case)
    keys = opened(person, case)
    said = next((says for writing, says in all_words(person, case) if writing.step in FILED), {})
    why = unfit.against(person, case) or against(person, case, keys, said)
    account, where = (str(said.get(name) or "") for name in ("account", "where"))
    return Chosen(case.reference, str(why or ""), case, account, where, "classify" if why is NOT_CLASSIFIED else "")


def against_acknowledging(person: Person, case: Case, keys: CaseKeys, said: dict[str, object]) -> Label | None:
    """The first of what stands against acknowledging it together with others: only what is a plain *no* to whether
    somebody could be harmed, and words that stand on the page, are read there."""
    if before := _acknowledged(case):
        return before
    row, taker = steps.part("acknowledge", person, case)
    if row is None:
        return steps.NOT_POSSIBLE
    if sentence := steps.stands_against(row, taker, case, keys):
        return sentence
    if said.get("could_harm") != "no":
        return _l("To the question whether somebody could be harmed it does not say no.")
    if case.safety_alert:
        return _l("A safety alert is open.")
    if not said.get("account") or case.spoken not in (None, Spoken.APPROVED.value):
        return _l("Its account is not written: listen to it.")
    if _has_files(case):
        return _l("It has files, and nothing says that you opened them.")
    return None


def _acknowledged(case: Case) -> str:
    """When somebody acknowledged it before; empty where nobody did."""
    when = select(Event.happened_at).where(Event.case_id == case.id, Event.kind == "acknowledge")
    at = db.session.scalar(when.order_by(Event.seq).limit(1))
    return _("It was acknowledged on %(date)s.", date=full_date(clock.office_day(at))) if at else ""


def _has_files(case: Case) -> bool:
    """It is counted who opens what of a case, and not which file: so each file is one that was not opened."""
    return bool(db.session.scalar(select(func.count()).where(Attachment.case_id == case.id)))


def against_writing(person: Person, case: Case, keys: CaseKeys, _said: dict[str, object]) -> Label | None:
    """Whether this person can write to its complainant now."""
    row, taker = steps.part("write", person, case)
    if row is None:
        return steps.NOT_POSSIBLE
    return steps.stands_against(row, taker, case, keys, {"audience": "complainant"})


def against_tagging(person: Person, case: Case, keys: CaseKeys, _said: dict[str, object]) -> Label | None:
    """Tags are a part of how a case is classified, which somebody did before."""
    row, taker = steps.part("classify", person, case)
    if row is None:
        return steps.NOT_POSSIBLE
    if case.severity is None:
        return NOT_CLASSIFIED
    return steps.stands_against(row, taker, case, keys)
