"""What has happened to a complaint, as a short row of places: only what was, and the last one is where it stands.

Nothing is shown that is still to come: whether a company ever gets it is hers to say, and a dismissal knows none of it.
"""

from grievance.crypto.compartments import Compartment
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import State
from grievance.models.writing import RemedyStatus
from grievance.reports.casefile import CaseFile
from grievance.workflow.procedure import TABLE

RECEIVED, COMPANY, ANSWERED, OURSELVES = "received", "company", "answered", "ourselves"
DELIVERED, DONE, WITHDRAWN, CLOSED, APPEALED = "delivered", "done", "withdrawn", "closed", "appealed"
PLACES: dict[str, Label] = {
    RECEIVED: _l("Received"),
    COMPANY: _l("With the company"),
    ANSWERED: _l("Answered"),
    OURSELVES: _l("We look at it ourselves"),
    DELIVERED: _l("The company says: done"),
    DONE: _l("Done"),
    WITHDRAWN: _l("Withdrawn"),
    CLOSED: _l("Closed"),
    APPEALED: _l("Appealed"),
}
"""In the order in which a case comes through them: one that comes again ends those behind it."""
ORDER = list(PLACES)
LEADS = {"respond": ANSWERED, "escalate": OURSELVES, "remedy": DONE} | {
    row.step: COMPANY for row in TABLE if row.hands_over
}
"""By what happened: where it brought the case."""
PACKETS = frozenset({row.step for row in TABLE if row.hands_over} | {"recall_packet"})
ANEW = frozenset({"change_respondent", "reopen_admission"})
ENDS = {State.RECEIVED: RECEIVED, State.ESCALATED: OURSELVES, State.REMEDIED: DONE, State.CLOSED: CLOSED}
"""Where a case stands by its state; a referred one by what was sent and answered."""


def track(file: CaseFile) -> list[str]:
    """The places that this case came through, the first one first."""
    come: list[str] = []
    for event in reversed(file.timeline):
        come = [] if event.kind in ANEW else _to(come, LEADS.get(event.kind))
    return _now(file, _as_its_state_says(file, [RECEIVED, *come]))


def _to(come: list[str], place: str | None) -> list[str]:
    return [one for one in come if ORDER.index(one) < ORDER.index(place)] + [place] if place else come


def _as_its_state_says(file: CaseFile, come: list[str]) -> list[str]:
    """No row of places says more than the case itself: not that a company has what it never got or lost again."""
    state = file.case.state
    if state != State.CLOSED and not _company_has_it(file):
        come = [one for one in come if one not in (COMPANY, ANSWERED)]
    if state == State.REFERRED:
        return [one for one in come if one in (RECEIVED, COMPANY, ANSWERED)]
    return _to(come, ENDS[state])


def _company_has_it(file: CaseFile) -> bool:
    """Something was sent to the company that the case has now, and not all of it was taken back."""
    packets = [w for w in file.writings if w.step in PACKETS and w.compartment == Compartment.SHARED]
    return file.case.with_company and not (packets and all(w.taken_back for w in packets))


def _now(file: CaseFile, come: list[str]) -> list[str]:
    """What the state does not know: a delivery that is not settled, a withdrawal or an appeal that waits."""
    waiting = {limit.key for limit in file.limits}
    if file.case.state in (State.REFERRED, State.ESCALATED) and any(
        remedy.status in (RemedyStatus.DELIVERED, RemedyStatus.VERIFIED) for remedy in file.remedies
    ):
        come = _to(come, DELIVERED)
    if file.case.withdrawn_at:
        come = _to(come, WITHDRAWN)
    return _to(come, APPEALED) if Deadline.APPEAL_DECISION in waiting else come
