"""Whether whoever acted in a case signed that, asked before somebody acts on it.

Who can write to the database writes an event as easily as a row that fits it: only a signature is beyond them. What
nobody's own keys sign, as the clock's work, is not judged here: which processes sign that, the worker names in its own
time, and `flask doctor` looks (`record.words_signed`).
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from grievance.accounts.keys import log
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.vouching import Signature
from grievance.record.compare import How, Misfit
from grievance.record.events import EventRow
from grievance.record.words_signed import SIGNED, judged, with_signatures

_EVENTS, _BY = Event.__table__, (Signature.signer, Signature.signer_id, Signature.signature)
_SIGNED = (
    select(_EVENTS, *_BY, log.HEAD.scalar_subquery().label("head"))
    .outerjoin(Signature, Signature.event_hash == _EVENTS.c.hash)
    .where(_EVENTS.c.chain == bindparam("case_id"))
    .order_by(_EVENTS.c.seq, Signature.id)
)


class Signed(NamedTuple):
    signer: str
    signer_id: str
    signature: bytes


def found(case: Case) -> list[Misfit]:
    """The events of the case that their people did not sign: one statement, and each signature is verified once in a
    process."""
    events, signatures, head = dict[int, EventRow](), defaultdict[str, list[Any]](list), ""
    for row in db.session.execute(_SIGNED, {"case_id": case.id}).mappings():
        events.setdefault(row["seq"], dict(row))
        head = row["head"]
        if row["signer"]:
            signatures[row["hash"]].append(Signed(row["signer"], row["signer_id"], row["signature"]))
    told = judged(events.values(), signatures, log.with_head(head).signs_with)
    return [Misfit(case.reference, f"events:{event['seq']}", How.UNSIGNED) for event, _facts, said in told if said]


def of_cases(cases: Sequence[Any]) -> set[str]:
    """The references of those of these cases with an event that its people did not sign: rows with `id` and
    `reference`."""
    about = {case.id: case.reference for case in cases}
    query = select(_EVENTS, *SIGNED).outerjoin(Signature, Signature.event_hash == _EVENTS.c.hash)
    query = query.where(_EVENTS.c.chain.in_(list(about))).order_by(_EVENTS.c.chain, _EVENTS.c.seq, Signature.id)
    rows, keys_of = db.session.execute(query).mappings(), log.known().signs_with
    told = {chain: judged(*with_signatures(of_one), keys_of) for chain, of_one in groupby(rows, itemgetter("chain"))}
    return {about[chain] for chain, events in told.items() if any(said for _event, _facts, said in events)}
