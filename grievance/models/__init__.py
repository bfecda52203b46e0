"""What is stored, and by constraints what must be true of it."""

from grievance.models import (
    account_waits,
    case,
    desk,
    event,
    group,
    heartbeat,
    keys,
    limit,
    mailbox,
    passkey,
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
    "desk",
    "event",
    "group",
    "heartbeat",
    "keys",
    "limit",
    "mailbox",
    "passkey",
    "people",
    "sent_form",
    "sign",
    "summary",
    "vouching",
    "writing",
]
