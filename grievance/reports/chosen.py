"""Cases that somebody chose in the queue to do one thing with all of them: what each is about, and why one is left out.

Reads only. Nothing is done for many that is not looked at for each: whoever may be in danger, and whatever was not read
yet, has a page of its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person, find_cases, opened
from grievance.crypto.compartments import CaseKeys
from grievance.deadlines.days import full_date
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, Spoken
from grievance.models.event import Event
from grievance.models.keys import SecretariatEnvelope
from grievance.models.people import SECRETARIAT_ROLES
from grievance.models.writing import Writing
from grievance.record.writings import is_emptied, read_writing
from grievance.reports.files_opened import unopened_files
from grievance.reports.packet import FILED
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


class Facts(NamedTuple):
    """What is known of a chosen case beside its row. `said`: what its form says, as far as it opens. `acknowledged_at`:
    when somebody acknowledged it first. `unopened`: how many files nobody of the office has opened."""

    said: Mapping[str, Any]
    acknowledged_at: datetime | None
    unopened: int


Against = Callable[[Person, Case, CaseKeys, Facts], Label | None]
"""Why a case is left out of what is done to many: person, case, what their keys open, and what is known of it."""


def chosen(person: Person, references: Iterable[str], against: Against) -> list[Chosen]:
    """Each of these once, as they came. Nothing for whoever is not of the Secretariat. Whether a case fits its record
    takes two statements for each; all else is asked once for all of them."""
    if person.role not in SECRETARIAT_ROLES:
        return []
    wanted = list(dict.fromkeys(references))[:MOST]
    cases = find_cases(person, wanted)
    living = [case for case in cases.values() if not case.erased_at]
    with _held(living) as (ids, forms):
        unfit_ones, first, files = unfit.among(person, living), _acknowledged(ids), unopened_files(ids)
        found = []
        for reference in wanted:
            case = cases.get(reference.strip().upper())
            if case is None:
                found.append(Chosen(reference[:20], _("There is no such case, or it is not yours to see.")))
            elif case.erased_at:
                found.append(Chosen(reference, _("It is erased."), case))
            else:
                keys = opened(person, case)
                facts = Facts(_said(keys, forms.get(case.id, ())), first.get(case.id), len(files.get(case.id, ())))
                why = unfit_ones.get(case.id) or against(person, case, keys, facts)
                found.append(_chosen(case, why, facts.said))
        return found


@contextmanager
def _held(cases: Sequence[Case]) -> Iterator[tuple[list[str], dict[str, list[Writing]]]]:
    """The envelopes of these cases stay in the session meanwhile, so that none is read again; and by case, what was
    filed."""
    ids = [case.id for case in cases]
    envelopes = list(db.session.scalars(select(SecretariatEnvelope).where(SecretariatEnvelope.case_id.in_(ids))))
    forms: dict[str, list[Writing]] = {}
    filed = select(Writing).where(Writing.case_id.in_(ids), Writing.step.in_(FILED)).order_by(Writing.written_at)
    for writing in db.session.scalars(filed):
        forms.setdefault(writing.case_id, []).append(writing)
    yield ids, forms
    del envelopes


def _said(keys: CaseKeys, forms: Iterable[Writing]) -> dict[str, Any]:
    return next(
        (
            read_writing(keys, one)
            for one in forms
            if keys.can_open(one.compartment, one.n, one.epoch) and not is_emptied(one)
        ),
        {},
    )


def _chosen(case: Case, why: Label | None, said: Mapping[str, Any]) -> Chosen:
    account, where = (str(said.get(name) or "") for name in ("account", "where"))
    return Chosen(case.reference, str(why or ""), case, account, where, "classify" if why is NOT_CLASSIFIED else "")


def _acknowledged(case_ids: Collection[str]) -> dict[str, datetime]:
    theirs = (Event.case_id.in_(case_ids), Event.kind == "acknowledge")
    when = select(Event.case_id, func.min(Event.happened_at)).where(*theirs).group_by(Event.case_id)
    return {str(row[0]): row[1] for row in db.session.execute(when)}


def against_acknowledging(person: Person, case: Case, keys: CaseKeys, facts: Facts) -> Label | None:
    """The first of what stands against acknowledging it together with others: only what is a plain *no* to whether
    somebody could be harmed, and words that stand on the page, are read there."""
    if facts.acknowledged_at:
        return str(_("It was acknowledged on %(date)s.", date=full_date(clock.office_day(facts.acknowledged_at))))
    row, taker = steps.part("acknowledge", person, case)
    if row is None:
        return steps.NOT_POSSIBLE
    if sentence := steps.stands_against(row, taker, case, keys):
        return sentence
    if facts.said.get("could_harm") != "no":
        return _l("To the question whether somebody could be harmed it does not say no.")
    if case.safety_alert:
        return _l("A safety alert is open.")
    if not facts.said.get("account") or case.spoken not in (None, Spoken.APPROVED.value):
        return _l("Its account is not written: listen to it.")
    if facts.unopened:
        return _l("It has files that nobody of the office opened.")
    return None


def against_writing(person: Person, case: Case, keys: CaseKeys, _facts: Facts) -> Label | None:
    """Whether this person can write to its complainant now."""
    row, taker = steps.part("write", person, case)
    if row is None:
        return steps.NOT_POSSIBLE
    return steps.stands_against(row, taker, case, keys, {"audience": "complainant"})


def against_tagging(person: Person, case: Case, keys: CaseKeys, _facts: Facts) -> Label | None:
    """Tags are a part of how a case is classified, which somebody did before."""
    row, taker = steps.part("classify", person, case)
    if row is None:
        return steps.NOT_POSSIBLE
    if case.severity is None:
        return NOT_CLASSIFIED
    return steps.stands_against(row, taker, case, keys)
