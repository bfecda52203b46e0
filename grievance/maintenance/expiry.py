"""What dies on time, whoever comes back or not: sessions, receipts that were shown, grants, forms and words.

Each minute one question asks whether anything has died; only then is it taken away, and only then does the sweep take
more than that question.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Update, bindparam, delete, func, literal_column, or_, select, update

from grievance import clock
from grievance.accounts.draft_receipts import SAID_FOR
from grievance.accounts.one_session import IDLE
from grievance.accounts.receipts import FOLLOWED_FOR
from grievance.accounts.waits import DUE
from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.maintenance.health import LAST_SWEEP
from grievance.models.counted import FileReading, ReadingCount, SignInCount, SlowedTry
from grievance.models.event import Checkpoint
from grievance.models.held import HeldBack
from grievance.models.keys import AccountSession, Draft, DraftReceipt, Filing, FollowSession, Setting
from grievance.models.printed_card import PrintedCard
from grievance.models.public_question import PublicQuestion
from grievance.models.webhook import WebhookLetter, WebhookMessage
from grievance.record import counted
from grievance.record.sent_forms import FORGET_SENT
from grievance.workflow.custody import FORGET_EXPIRED
from grievance.workflow.step_drafts import FORGET_OLD, LIFETIME

WEBHOOKS_KEPT = timedelta(days=40)
"""For longer than messages to companies' systems are looked for (`notify.webhooks.LOOKED_BACK`)."""
EACH = timedelta(hours=1)
"""How often a checkpoint is signed."""

_SHOWN = (Filing.expires_at <= bindparam("now"), Filing.sealed_receipt.is_not(None))
UNSENT_OVER = (DraftReceipt.kept_until <= bindparam("now"), DraftReceipt.sealed_secret.is_not(None))
FORGET: tuple[Update | Delete, ...] = (
    update(Filing).where(*_SHOWN).values(sealed_receipt=None),
    FORGET_EXPIRED,
    FORGET_OLD,
    delete(FollowSession).where(FollowSession.seen_at <= bindparam("followed_since")),
    delete(Draft).where(Draft.expires_at <= bindparam("now")),  # its files are forgotten: no row names them any more
    update(DraftReceipt).where(*UNSENT_OVER).values(sealed_secret=None, kept_until=bindparam("day_began")),
    delete(DraftReceipt).where(DraftReceipt.kept_until <= bindparam("unsent_since")),
    delete(AccountSession).where(AccountSession.seen_at <= bindparam("signed_in_since")),
    FORGET_SENT,
    delete(HeldBack).where(HeldBack.until <= bindparam("now")),
    *(delete(one).where(one.day <= bindparam("counted_until"), one.number == one.said)
      for one in (SignInCount, ReadingCount, FileReading)),
    delete(WebhookMessage).where(WebhookMessage.done_at <= bindparam("webhooks_since")),
    delete(WebhookLetter).where(WebhookLetter.at <= bindparam("webhooks_since")),
    delete(PublicQuestion).where(PublicQuestion.answered_on <= bindparam("answered_until")),
    delete(PrintedCard).where(PrintedCard.valid_until < bindparam("today")),
    delete(SlowedTry).where(SlowedTry.until <= bindparam("now_ms")),
)  # fmt: skip
LAST_CHECKPOINT = select(Checkpoint.taken_at).order_by(Checkpoint.id.desc()).limit(1)
_DEAD = (
    select(literal_column("1")).select_from(each.table).where(each.whereclause).exists()  # no word of it, sealed or not
    for each in FORGET
    if each.whereclause is not None
)
LAST_SWEPT = select(Setting.value).where(Setting.name == LAST_SWEEP)
AHEAD = select(or_(*_DEAD), LAST_CHECKPOINT.scalar_subquery(), LAST_SWEPT.scalar_subquery(), DUE.exists(),
               or_(*(one.exists() for one in counted.UNSAID)))  # fmt: skip
"""Whether any of the statements would find something, by their own conditions; when a checkpoint was signed, and when a
sweep ended; whether somebody's three days are over, and whether a day's counts are to be noted."""


def tidy(now: datetime) -> tuple[datetime | None, str, bool, bool]:
    """Take away what has died at `now`. Returns when the last checkpoint was signed, when the last sweep ended (an ISO
    time, "" for never), whether somebody has left for good by now, and whether a day is over whose counts are not on
    the record, which the same question asks. Part of the caller's unit of work."""
    moments = _moments(now)
    dead, signed_at, swept, gone, unsaid = db.session.execute(AHEAD, moments).one()
    for statement in FORGET if dead else ():
        db.session.execute(statement, moments, execution_options={"synchronize_session": False})
    return signed_at, swept or "", gone, unsaid


def _moments(now: datetime) -> dict[str, Any]:
    since = {"followed_since": now - FOLLOWED_FOR, "signed_in_since": now - IDLE, "kept_since": now - LIFETIME}
    unsent = {"day_began": clock.day_began(now), "unsent_since": now - SAID_FOR}
    unsent["webhooks_since"] = now - WEBHOOKS_KEPT
    today = clock.office_day(now)
    asked = {"answered_until": today - timedelta(days=timetable().questions_kept)}
    counts = {"today": today, "counted_until": today - timedelta(days=timetable().counts_kept)}
    return {"now": now, "now_ms": clock.milliseconds(now), **since, **unsent, **counts, **asked}


def dying(now: datetime) -> Iterator[str]:
    """What `tidy` would take away at this time: how many rows of what."""
    for statement in FORGET:
        query = select(func.count()).select_from(statement.table).where(statement.whereclause)  # type: ignore[arg-type]
        if number := db.session.scalar(query, _moments(now)):
            yield f"{statement.table}: {number} would end"


def is_due(signed_at: datetime | None, now: datetime) -> bool:
    """Whether it is time for a checkpoint. One that was signed by a clock that ran ahead must not end the signing until
    that day: it is as good as none."""
    return signed_at is None or abs(now - signed_at) >= EACH
