"""What approvers and whoever runs the server should know of the backups: that one was restored which nobody vouches
for, or from before somebody lost their access, and that no paper opens them yet."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select

from grievance import clock
from grievance.accounts.keys import backup_paper
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.keys import Setting

UNSIGNED_AT, BEHIND_AT = "restored_unsigned_at", "restored_behind_at"
LOOKED_AT = timedelta(days=30)
"""So long the pages ask to look at it; the record and `flask doctor` say it for good."""


def notes() -> list[str]:
    """For `flask doctor`, by the record: a sentence each."""
    kinds = [name.removesuffix("_at") for name in (UNSIGNED_AT, BEHIND_AT)]
    query = select(Event.kind, Event.facts, Event.recorded_at).where(Event.chain == OFFICE_CHAIN, Event.kind.in_(kinds))
    restored = [
        f"On {clock.office_day(at)} a backup of {json.loads(facts)['taken_at'][:10]} was restored {WHY[kind]}."
        for kind, facts, at in db.session.execute(query.order_by(Event.seq))
    ]
    without_paper = backup_paper.current()[1]
    return restored + ([without_paper] if without_paper else [])


WHY = {
    "restored_unsigned": "that nobody vouches for",
    "restored_behind": "from before what this machine knew of the log of keys",
}


def to_look_at(noted: dict[str, datetime], now: datetime) -> list[str]:
    """For the pages of those who decide about people, for a month: what to do after such a restore."""
    lately = {name: clock.office_day(at) for name, at in noted.items() if now - at <= LOOKED_AT}
    return [str(sentence) % {"date": lately[name]} for name, sentence in LOOK.items() if name in lately]


LOOK = {
    UNSIGNED_AT: _l(
        "On %(date)s a backup was restored that nobody vouches for. Let everybody read out the characters of their"
        " keys, and see whether each person here is one of yours."
    ),
    BEHIND_AT: _l(
        "On %(date)s a backup was restored from before somebody lost their access. See whether each person here may"
        " still be here."
    ),
}


def here(now: datetime) -> list[str]:
    """The same, where the notes were not read yet."""
    query = select(Setting.name, Setting.value).where(Setting.name.in_((UNSIGNED_AT, BEHIND_AT)))
    return to_look_at({name: datetime.fromisoformat(value) for name, value in db.session.execute(query)}, now)
