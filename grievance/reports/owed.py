"""What a reminder, or a time limit that was missed, is about: who owes what, and by which day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from grievance.deadlines import days
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import hidden_from
from grievance.extensions import Label
from grievance.models.case import Case
from grievance.models.sides import COMPLAINANT
from grievance.workflow import words
from grievance.workflow.labels import owed_what
from grievance.workflow.visibility import OF_LIMITS


def owed(case: Case, side: str, event_kind: str, facts: Mapping[str, Any]) -> list[tuple[Label, str]]:
    """One pair of who owes it, and what by when; none where the event is about no limit that this side is shown."""
    limit = facts.get("limit", "") if event_kind in OF_LIMITS else ""
    kind = deadlines.timetable().kinds.get(limit)
    if kind is None or limit in hidden_from(side):
        return []
    what = owed_what(kind, side)
    until = by_when(case, side, kind.owed_by, facts)
    return [
        (words.who_owes(kind.owed_by, side if side == COMPLAINANT else ""), f"{what} ({until})" if until else str(what))
    ]


def by_when(case: Case, side: str, owed_by: str, facts: Mapping[str, Any]) -> str:
    """The day that the event names; to staff and companies with the place where it ends. Of a miss that was none, both:
    the day that is right, and the one that was counted."""
    if "due_on" not in facts:
        return ""
    on = _day(case, side, owed_by, facts["due_on"])
    if "cause" in facts:
        return str(
            _("by %(date)s, not by %(counted)s", date=on, counted=_day(case, side, owed_by, facts["was_due_on"]))
        )
    return str(_("by %(date)s", date=on))


def _day(case: Case, side: str, owed_by: str, iso: str) -> str:
    day = date.fromisoformat(iso)
    return days.full_date(day) if side == COMPLAINANT else days.end_of(day, deadlines.ends_for(case, owed_by))
