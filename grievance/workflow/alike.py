"""Cases that are alike in all that the clock looks at: one of them is settled in memory, by the same `settle` as any
other, and the others get what became of it (docs/decisions/0106).

A case is plain where settling it asks the database nothing about it, reads nothing of it but what is compared here, and
changes nothing but itself and its open limits. Nobody says so beforehand: whatever does not keep to it is noticed as it
is done (`record.unasked`), and then each of these cases is settled by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import load_only, selectinload

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.record import plain
from grievance.record.copied import Loose, follow
from grievance.record.outcome import NotPlain, Outcome, Watch
from grievance.record.plain import CASE_AT, LIMIT_AT, Plain
from grievance.record.unasked import unasked
from grievance.workflow.overdue import settle

LEAST = 3
"""So many are alike before it is worth while."""
OF_CASE = (
    "state", "company_id", "officer_id", "handovers", "handed_before", "company_opened", "suspended",
    "escalation_unseen", "safety_alert", "legal_hold", "admitted", "mediation", "withdrawn_at", "frozen_at",
    "erased_at", "register_key", "part_of", "parts",
)  # fmt: skip
OF_LIMIT = (
    "key", "owed_by", "frozen", "pauses", "paused_at", "held", "waits_until", "grace_seconds", "due_on", "due_at",
    "wake_at", "missed_at", "met_at", "stopped_at", "round",
)  # fmt: skip
"""What is compared. A column that stands in neither is not there while one of them is settled: to read it is a question
to the database."""
COUNTED = ("version", "head_seq", "head_hash")
"""Of each case its own; what happens only adds to them."""
LOOSE = Loose(frozenset(CASE_AT) - {*OF_CASE}, frozenset(LIMIT_AT) - {*OF_LIMIT})
_of_case = itemgetter(*(CASE_AT[name] for name in OF_CASE))
_of_limit = itemgetter(*(LIMIT_AT[name] for name in OF_LIMIT))
_MODELS = (
    select(Case)
    .where(Case.id.in_(bindparam("ids", expanding=True)))
    .options(
        load_only(*(getattr(Case, name) for name in (*OF_CASE, *COUNTED))),
        selectinload(Case.open_limits).load_only(*(getattr(Limit, name) for name in (*OF_LIMIT, "case_id"))),
        selectinload(Case.company),
    )
)


def settle_alike(ids: Sequence[str], now: datetime) -> tuple[list[dict[str, int]], list[str]]:
    """Settle those of these cases that are plain, and alike with others. Returns what was done for each, as `settle`
    does, and the cases that are left. Part of a unit of work that holds their locks and has nothing to write yet."""
    db.session.expire_all()  # what is not compared is not there either where it was read before
    groups = [group for group in _alike(ids) if len(group) >= LEAST]
    found = [(*one, group) for group, one in zip(groups, _outcomes(groups, now), strict=True) if one]
    follow([(outcome, group) for _counts, outcome, group in found], LOOSE)
    done = {case.case[CASE_AT["id"]] for _counts, _outcome, group in found for case in group}
    counts = [dict(each) for each, _outcome, group in found for _case in group]
    return counts, [one for one in ids if one not in done]


def _alike(ids: Sequence[str]) -> Iterable[list[Plain]]:
    found = defaultdict[Any, list[Plain]](list)
    for case in plain.read(ids):
        found[_of_case(case.case), tuple(map(_of_limit, case.limits))].append(case)
    return found.values()


def _outcomes(groups: list[list[Plain]], now: datetime) -> Iterator[tuple[dict[str, int], Outcome] | None]:
    """Of each group what became of its first case; None where that does not hold for the others."""
    firsts = [str(group[0].case[CASE_AT["id"]]) for group in groups]
    models = {case.id: case for case in db.session.scalars(_MODELS, {"ids": firsts})} if firsts else {}
    for first in firsts:
        yield _outcome(models[first], now)


def _outcome(case: Case, now: datetime) -> tuple[dict[str, int], Outcome] | None:
    watch = Watch.begin(case)
    try:
        with unasked(NotPlain):
            return settle(case, now), watch.outcome()
    except Exception:  # whatever is wrong with it is wrong again where it is settled alone, and told there
        return None
    finally:
        watch.forget()
