"""What a test itself puts into the database, by the session and outside of a unit of work, counts as if the record said
so: it stands for what the program would have done at more length. What is changed by SQL does not."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from grievance.extensions import db
from grievance.models.writing import Letter
from grievance.record import compare
from grievance.record.declared import OF_MODEL
from grievance.record.vouched import TOUCHED

NAMES: set[tuple[str, str]] = set()


@event.listens_for(db.session, "after_flush")
def _note(session: Session, _context: object) -> None:
    if TOUCHED in session.info:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if type(row) is Letter:  # named by its event's place, which a test does not care for
            NAMES.add((row.case_id, "letters"))
        elif table := OF_MODEL.get(type(row)):
            NAMES.add((table.chain_of(row), table.name_of(row)))


class Trusting(compare.Said):
    def _trusts(self, name: str) -> bool:
        return bool({(self.chain, name), (self.chain, name.partition(":")[0])} & NAMES)

    def against(self, name: str, digest: Any) -> compare.How | None:
        return None if self._trusts(name) else super().against(name, digest)

    def is_new(self, name: str) -> bool:
        return not self._trusts(name) and super().is_new(name)

    def missing(self, here: Any) -> set[str]:
        return {name for name in super().missing(here) if not self._trusts(name)}
