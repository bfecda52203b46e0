"""What was erased after a backup was taken is erased again when that backup is restored."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from grievance.access import CLOCK
from grievance.accounts.receipts import ended, living_receipts
from grievance.extensions import db
from grievance.maintenance.health import REWRITTEN
from grievance.models.case import Case, State
from grievance.models.keys import IdentityEntry, Setting
from grievance.models.writing import Attachment
from grievance.record import chain, taken_out
from grievance.record.erasures import BEGUN, DONE, NAME, Erasure
from grievance.record.files import store
from grievance.record.transaction import unit_of_work
from grievance.workflow import custody
from grievance.workflow.closing import destroy
from grievance.workflow.retention import destroy_name


def erase_again(listed: Mapping[str, Erasure], now: datetime) -> tuple[int, list[str]]:
    """Apply the list to the cases that are here. Returns how many were erased, and a sentence for each that a person
    must look at: nothing is erased on a guess, and an open case is not closed by a machine (promise 7)."""
    erased, doubts = 0, list[str]()
    for one in listed.values():
        case = db.session.get(Case, one.case)
        if case is None or case.erased_at or one.said not in (BEGUN, DONE):
            continue
        if one.said == BEGUN:
            doubts.append(
                f"{case.reference}: its erasure was begun, and nobody knows whether it ended. Erase it again."
            )
        elif one.what == NAME:
            erased += _erase_name(one, now)
        elif case.state != State.CLOSED:
            doubts.append(f"{case.reference}: was erased, and is open in this backup. Close it, then erase it again.")
        else:
            _erase(one, now)
            erased += 1
    return erased, doubts


def _erase(one: Erasure, now: datetime) -> None:
    """The case as after its erasure, the files with it at once; the record says that it was done twice."""
    with unit_of_work() as session:
        case = session.get_one(Case, one.case, with_for_update=True)
        files = list(session.scalars(select(Attachment.id).where(Attachment.case_id == case.id)))
        over = ended(living_receipts(case))
        destroy(case.id, [])
        case.erased_at, case.waits_since = datetime.fromisoformat(one.at), None
        case.version += 1
        session.execute(delete(Setting).where(Setting.name == REWRITTEN))  # its rows were here again
        chain.append(case, "erase", CLOCK, case.erased_at, now, {"after_restore": True, **over})
    for file_id in files:
        store().delete(file_id)


def _erase_name(one: Erasure, now: datetime) -> bool:
    """Whether the backup had something of it; a name that was written after the erasure is not in the backup, or stays
    by itself."""
    at = datetime.fromisoformat(one.at)
    with unit_of_work() as session:
        case = session.get_one(Case, one.case, with_for_update=True)
        there = select(IdentityEntry.id).where(IdentityEntry.case_id == case.id, IdentityEntry.created_at <= at)
        if session.scalar(there.limit(1)) is None:
            return False
        destroy_name(case.id, at)
        for told in taken_out.proposals_to(custody.DISCLOSE, case.id):
            told.sealed = b""  # it holds the name for a company's key, and no key is here to seal the rest of it anew
        case.version += 1
        session.execute(delete(Setting).where(Setting.name == REWRITTEN))
        chain.append(case, "erase_name", CLOCK, at, now, {"after_restore": True})
    return True
