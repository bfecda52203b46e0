"""Beside the ordinary way: extensions, good offices and mediation, and suspension."""

from datetime import date

from grievance.deadlines import pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.models.limit import Limit
from grievance.workflow.beside import OFFERED_TO
from grievance.workflow.context import Move


def _limit(move: Move, key: str) -> Limit:
    return next(limit for limit in deadlines.owed(move.case) if limit.key == key)


def ask_for_longer(move: Move) -> None:
    deadlines.wait_for_decision(_limit(move, Deadline.COMPANY_RESPONSE), date.fromisoformat(move.values["until"]))


def decide_extension(move: Move) -> None:
    """Granted, the limit has a new date, also where the old one passed while it was decided; refused, it is due when
    it was, and the clock does at once what it waited with."""
    limit = _limit(move, Deadline.COMPANY_RESPONSE)
    deadlines.decided(limit, limit.asked_until if move.values["answer"] == "grant" else None)
    move.facts["due_on"] = limit.due_on.isoformat()


# --- good offices ------------------------------------------------------------------------------------------


def offer(move: Move) -> None:
    move.case.mediation = {"stage": "offered"}


def agree(move: Move) -> None:
    deadlines.meet(move.case, (OFFERED_TO[move.side],), move.at)
    move.case.mediation = {**move.case.mediation, move.side: "agreed"}


def decline(move: Move) -> None:
    deadlines.meet(move.case, (OFFERED_TO[move.side],), move.at)
    deadlines.stop(move.case, tuple(OFFERED_TO.values()), move.at)
    move.case.mediation = {**move.case.mediation, move.side: "declined", "stage": "declined"}


def begin_mediation(move: Move) -> None:
    move.case.mediation = {**move.case.mediation, "stage": "running"}


def end_mediation(move: Move) -> None:
    move.case.mediation = {**move.case.mediation, "stage": "ended"}


# --- suspension --------------------------------------------------------------------------------------------


def suspend(move: Move) -> None:
    """The named limits are held: their days are not counted until the case is resumed."""
    move.case.suspended = True
    move.facts["limits"] = move.values.get("limits", [])
    pauses.suspend(move.case, move.facts["limits"], date.fromisoformat(move.values["review_on"]), move.at)


def resume(move: Move) -> None:
    """All go on but an admissibility decision that waits for an answer of the complainant's."""
    move.case.suspended = False
    pauses.end_suspension(move.case, move.at)
