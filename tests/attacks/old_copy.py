"""Who once could read, with a copy of the database of then and the seeds of then, and everything that it holds now."""

from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import select

from grievance.access import envelope_place, epoch_place, receipt_pair
from grievance.crypto.compartments import CaseKeys, NoKey
from grievance.crypto.envelopes import open_with
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.keys import CompanyEnvelope, SecretariatEnvelope
from grievance.models.vouching import EpochEnvelope
from grievance.models.writing import Writing
from grievance.record.writings import read_writing


@dataclass
class OldCopy:
    """`seeds`: of parties. `receipts`: what a receipt opens. All envelopes of the moment at which it is made are in the
    copy; what is there later is tried, too."""

    seeds: list[bytes] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    held: list[CaseKeys] = field(default_factory=list)
    later: dict = field(default_factory=dict)

    def __post_init__(self):
        self.seeds += [receipt_pair(one[32:]).seed for one in self.receipts if len(one) > 32]
        self.held += [CaseKeys.from_complainant_key(one[:32]) for one in self.receipts]
        for row in db.session.scalars(select(SecretariatEnvelope)):
            place = envelope_place("secretariat", row.case_id)
            self.held += [CaseKeys.from_master(key) for key in self._opened(row.sealed, place)]
        for row in db.session.scalars(select(CompanyEnvelope)):
            for both in self._opened(row.sealed, envelope_place("company", row.case_id, row.n)):
                self.held.append(CaseKeys.from_grants({row.n: (both[:32], both[32:])}))
        self._look()

    def _opened(self, sealed, place):
        for seed in self.seeds:
            with suppress(CannotOpen):
                yield open_with(seed, sealed, place)

    def _look(self):
        """The envelopes of later keys, as they lie there now."""
        for row in db.session.scalars(select(EpochEnvelope)):
            where = (row.epoch.compartment, row.epoch.n, row.epoch.number)
            place = epoch_place(row.case_id, where, row.holder, row.receipt_id or row.party_id)
            for key in self._opened(row.sealed, place):
                self.later.setdefault(where, set()).add(key)

    def keys(self):
        yield from self.held
        for where, known in self.later.items():
            for key in known:
                one = CaseKeys()
                one.learn(where, key)
                yield one

    def reads(self, writing: Writing) -> bool:
        """Whether any key of then opens it: also where its epoch in the row is another."""
        self._look()
        for keys in self.keys():
            with suppress(NoKey, CannotOpen):
                read_writing(keys, writing)
                return True
            with suppress(NoKey, CannotOpen):  # the key of the first epoch, under the place of this one
                first = keys.key(writing.compartment, writing.n)
                one = CaseKeys()
                one.learn((writing.compartment, writing.n, writing.epoch), first)
                read_writing(one, writing)
                return True
        return False
