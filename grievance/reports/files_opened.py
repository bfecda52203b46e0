"""Who opened which file of a case, and which files nobody of the office opened yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.counted import FileReading
from grievance.models.people import SECRETARIAT_ROLES, Account, Role
from grievance.models.writing import Attachment
from grievance.record import counted
from grievance.record.counted import Numbers
from grievance.reports.who_read import Stands, how_often


@dataclass(frozen=True)
class Opening:
    """That somebody opened a file on a day, `number` times."""

    file_id: str
    day: date
    name: str
    role: Role
    number: int
    stands: Stands


def openings(case: Case) -> list[Opening]:
    """Of all files of a case, also of those that were taken out; the first day first. Raises `CannotOpen` where an
    event of it was changed."""
    told, _kept = counted.on_record(counted.FILES_READ, case.id)
    told = Numbers({key: number for key, number in told.items() if key[0].startswith(f"{case.id} ")})
    rows = db.session.scalars(select(FileReading).where(FileReading.case_id == case.id)).all()
    here = {
        (f"{case.id} {row.file_id} {row.other_id}".rstrip(), str(row.account_id), row.day): (row.number, row.said)
        for row in rows
    }
    query = select(Account.id, Account.name, Account.role).where(Account.id.in_({int(key[1]) for key in told | here}))
    known = {str(row.id): row for row in db.session.execute(query)}
    found = [
        Opening(key[0].split(" ")[1], key[2], known[key[1]].name, known[key[1]].role, *how_often(key, told, here))
        for key in told.keys() | here.keys()
        if key[1] in known
    ]
    return sorted(found, key=lambda one: (one.day, one.name, one.file_id))


def unopened_files(case_ids: Iterable[str]) -> dict[str, set[str]]:
    """The files of each of these cases that nobody of the office has opened, neither as they came nor as their clean
    copy; a case without such a file is not in it. One statement, which opens nothing.

    Who opened a file so long ago that the day's row is gone (`[counts] days`) has not opened it: the record knows, and
    it is looked at again.
    """
    ours = select(FileReading.file_id).join(Account, Account.id == FileReading.account_id)
    of_it = or_(FileReading.file_id == Attachment.id, FileReading.other_id == Attachment.id)
    ours = ours.where(FileReading.case_id == Attachment.case_id, of_it, Account.role.in_(SECRETARIAT_ROLES))
    query = select(Attachment.case_id, Attachment.id).where(Attachment.case_id.in_(list(case_ids)), ~ours.exists())
    found: dict[str, set[str]] = {}
    for case_id, file_id in db.session.execute(query):
        found.setdefault(case_id, set()).add(file_id)
    return found
