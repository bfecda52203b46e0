"""What is stored, and by constraints what must be true of it."""

from grievance.models import (
    account_waits,
    case,
    counted,
    desk,
    event,
    group,
    heartbeat,
    keys,
    limit,
    mailbox,
    people,
    sent_form,
    sign,
    summary,
    vouching,
    writing,
)

__all__ = [
    "account_waits",
    "case",
    "counted",
    "desk",
    "event",
    "group",
    "heartbeat",
    "keys",
    "limit",
    "mailbox",
    "people",
    "sent_form",
    "sign",
    "summary",
    "vouching",
    "writing",
]
