"""The road of a concern, step by step, for tests that begin in the middle of it."""

from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import select

from grievance import clock
from grievance.concerns import steps
from grievance.demonstration import larkfield
from grievance.extensions import db
from grievance.models.concern import Concern, ConcernItem, ConcernProposal
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Company

PLANTED = "Zinnober: the night shift sleeps in the armoury."
ANSWERS = {
    "add_source": {"source": "audit", "words": PLANTED},
    "note": {"words": PLANTED},
    "write_to_company": {"words": PLANTED},
    "write_to_office": {"words": PLANTED},
    "close_concern": {"words": PLANTED},
    "ask_corrective_action": {"words": "Keep the armoury locked at night.", "proof": "The log of the keys."},
    "report_action": {"words": "It is locked."},
    "verify_action": {"words": PLANTED, "told": "Thank you."},
    "find_unmet": {"words": "The log is missing."},
    "withdraw_action": {"words": "It is not needed."},
    "take_measure": {"rung": "warning", "cause": "governance", "words": "Twice it was open."},
    "propose_measure": {"rung": "suspension", "cause": "action", "words": "The day passed and nothing was done."},
    "answer_grounds": {"words": "We were late, and it is done now."},
    "decide_measure": {"outcome": "taken", "words": "Membership is suspended.", "votes": "7, 1, 1",
                       "recused": "One member, who works for a client of the company.", "minute": PLANTED},
    "drop_measure": {"words": "It is done now."},
    "appeal_measure": {"words": "It was done in time."},
    "decide_appeal": {"outcome": "upheld", "words": "It stands.", "votes": "8, 0, 1", "minute": PLANTED},
    "lift_measure": {"words": "All is done.", "votes": "9, 0, 0", "minute": PLANTED},
}  # fmt: skip


def company_id(name=""):
    return int(larkfield()) if not name else db.session.scalar(select(Company.id).where(Company.name == name))


def opened(cast, source="audit", kind="governance", company=None):
    """A concern, opened by Noor."""
    raw = {"company": str(company or company_id()), "kind": kind, "source": source, "words": PLANTED}
    return steps.open_concern(cast["Noor"], raw)


def in_days(days):
    return (clock.office_today() + timedelta(days=days)).isoformat()


def answers(step, **more):
    given = dict(ANSWERS[step])
    if step == "ask_corrective_action":
        given["due_on"] = in_days(30)
    return {**given, **more}


def take(person, step, concern_id, item_id="", **more):
    """The step, and where it takes two people the proposal that waits."""
    return steps.take(person, step, concern_id, answers(step, **more), item_id)


def both(cast, step, concern_id, item_id="", **more):
    """Proposed by Noor, approved by Tomas; of a new thing its number."""
    before = set(items(concern_id))
    steps.decide(cast["Tomas"], take(cast["Noor"], step, concern_id, item_id, **more).id, True, {})
    return next(iter(set(items(concern_id)) - before), item_id)


def items(concern_id):
    db.session.rollback()
    return list(db.session.scalars(select(ConcernItem.id).where(ConcernItem.concern_id == concern_id)))


def item(item_id):
    db.session.rollback()
    return db.session.get_one(ConcernItem, item_id)


def concern(concern_id):
    db.session.rollback()
    return db.session.get_one(Concern, concern_id)


def waiting(concern_id):
    query = select(ConcernProposal.id).where(ConcernProposal.decided_at.is_(None))
    return list(db.session.scalars(query.where(ConcernProposal.concern_id == concern_id)))


def told(*kinds):
    """The office's events of these beginnings, in their order."""
    query = select(Event.kind, Event.happened_at, Event.recorded_at).where(Event.chain == OFFICE_CHAIN)
    rows = db.session.execute(query.order_by(Event.seq))
    wanted = kinds or ("concern", "action", "measure", "grounds", "appeal_")
    return [SimpleNamespace(kind=row.kind, at=row.happened_at, noted=row.recorded_at)
            for row in rows if row.kind.startswith(wanted)]  # fmt: skip
