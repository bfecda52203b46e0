"""What the worker counts."""

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import Counter, Gauge

from grievance.notify.outbox import Outbox

CASES = Counter("grievance_sweep_cases", "What sweeps did to cases.", ["outcome"])
ENDED = Gauge("grievance_sweep_ended_timestamp_seconds", "When this worker's last whole sweep ended.")
SECONDS = Gauge("grievance_sweep_seconds", "How long this worker's last sweep took.")
MAILS = Counter("grievance_mails", "Mails handed in.")
WAITING = Gauge("grievance_letters_waiting", "Letters that are owed a mail and have none yet.")
OLDEST = Gauge("grievance_oldest_letter_seconds", "How long the oldest of them waits.")
FAILING = Gauge("grievance_mail_failing_seconds", "Since when mail cannot be handed in; 0 while it can.")
DATABASE = Gauge("grievance_database_up", "1 when the database answers in time; asked anew for each reading.")
SIGNED = Gauge("grievance_checkpoint_timestamp_seconds", "When the newest checkpoint of the record was signed.")
WELL = Gauge("grievance_well", "1 where this part is well, as /readyz says it.", ["part"])
FREE = Gauge("grievance_files_free_ratio", "Share of the disk with the files that is free.")
PARTS = ("files", "migrated", "keys", "vouched")
OUTCOMES = ("cases", "reminded", "missed", "escalated", "failed")
for _outcome in OUTCOMES:
    CASES.labels(_outcome)  # a figure that is not there yet raises no alarm
for _part in PARTS:
    WELL.labels(_part).set(1)  # until the first look


def note_sweep(done: Mapping[str, int], seconds: float, ended: datetime) -> None:
    """After a whole sweep; `done`: outcome to number of cases."""
    for outcome in OUTCOMES:
        CASES.labels(outcome).inc(done[outcome])
    SECONDS.set(seconds)
    ENDED.set(ended.timestamp())


def note_mail(sent: int, outbox: Outbox) -> None:
    """After a round of mail: what went, and what is left."""
    MAILS.inc(sent)
    WAITING.set(outbox.letters)
    OLDEST.set(outbox.oldest_seconds)
    FAILING.set(outbox.failing_seconds)


def note_state(parts: Mapping[str, object], signed: datetime | None, free: float) -> None:
    """After each round. `parts`: name to whether it is well; `signed`: of the newest checkpoint; `free`: a share."""
    for part in PARTS:
        WELL.labels(part).set(bool(parts[part]))
    SIGNED.set(signed.timestamp() if signed else 0)
    FREE.set(free)
