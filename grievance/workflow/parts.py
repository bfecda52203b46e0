"""What of a case can be taken out: files and texts that she reads, too, each by what it is and of which day."""

from sqlalchemy import select

from grievance import clock
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.deadlines import days
from grievance.extensions import db, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.writing import Writing
from grievance.record import taken_out
from grievance.record.files import with_writings
from grievance.workflow import taking_out
from grievance.workflow.labels import happened
from grievance.workflow.taking_out import ANNOUNCE, ANNOUNCED, FILE, REMOVE, TEXT

SHE_READS = (Compartment.CORRESPONDENCE, Compartment.SHARED)
NO_TEXT = ("proposal", ANNOUNCE, REMOVE, "handover_code", "printed_card")
"""What tells of a removal loses its words with it."""


def options(case: Case, keys: CaseKeys, among: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """(its number, what it is): files first. `among` says that only what she was told of is asked for."""
    return _announced(case, keys) if ANNOUNCED in among else [*_files(case, keys), *_texts(case, keys)]


def _files(case: Case, keys: CaseKeys) -> list[tuple[str, str]]:
    """As they came: what a company got of one goes with it. A recording is the account itself."""
    known = [(one, writing) for one, writing in with_writings(case, keys) if writing.compartment in SHE_READS]
    kept = [(one, writing) for one, writing in known if writing.step != "share_file" and not one.spoken]
    return [(f"{FILE}:{one.id}", str(_l("The file %(name)s, %(of)s", name=one.name, of=_named(w)))) for one, w in kept]


def _texts(case: Case, keys: CaseKeys) -> list[tuple[str, str]]:
    query = select(Writing).where(Writing.case_id == case.id, Writing.step.not_in(NO_TEXT))
    rows = db.session.scalars(query.order_by(Writing.written_at.desc()))
    here = [w for w in rows if w.compartment in SHE_READS and keys.can_open(w.compartment, w.n, w.epoch)]
    return [(f"{TEXT}:{w.id}", str(_l("A passage of: %(of)s", of=_named(w)))) for w in here
            if taken_out.is_prose(taken_out.whole(keys, w))]  # fmt: skip


def _named(row: Writing) -> str:
    return f"{happened(row.step, row.role, '')}, {days.full_date(clock.office_day(row.written_at))}"


def _announced(case: Case, keys: CaseKeys) -> list[tuple[str, str]]:
    told = taking_out.announced(case)
    if told is None:
        return []
    passage = taken_out.whole(keys, taking_out.telling(case, told)).get("passage")
    part = dict(options(case, keys)).get(told.part, taken_out.MARK)
    return [(str(told.seq), f"{part}: \u201c{passage}\u201d" if passage else part)]


def named_to_her(case: Case, keys: CaseKeys, part: str) -> str:
    """What a part is called in her language: she reads it."""
    with speaking(case.language):
        return dict(options(case, keys))[part]
