"""The drill: a backup is worth what a restore of it shows. Everything happens beside the office, and is taken away."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from grievance.extensions import db
from grievance.maintenance.backup import Progress, canary
from grievance.maintenance.backup.restore import Allowed, Restored, restore
from grievance.record import chain


@dataclass(frozen=True)
class Outcome:
    """What a drill found; both lists are empty where it passed. `older`: the backup was taken before there was a
    canary, so that none was looked for: it is as good as a restore of it says."""

    restored: Restored
    canary: list[str]
    record: list[str]
    older: bool = False

    @property
    def passed(self) -> bool:
        return self.restored.whole and not (self.canary or self.record)


def rehearse(
    scratch: Flask, path: Path, erased_list: Path, known: canary.Canary, now: datetime, progress: Progress,
    filed_at: datetime | None = None, allowed: Allowed | None = None,
) -> Outcome:  # fmt: skip
    """Restore a backup into the scratch application's empty place, and use it. `filed_at`: when the canary was, as the
    office has it. `allowed`: as a restore would be. Raises what `restore` raises."""
    with scratch.app_context():
        try:
            restored = restore(path, erased_list, now, progress, allowed)
            older = filed_at is not None and datetime.fromisoformat(restored.taken_at) < filed_at
            return Outcome(restored, [] if older else canary.faults(known), chain.verify(), older)
        finally:
            db.session.remove()
            db.engine.dispose()


def scratch_config(config: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The office's configuration, with another database, another folder of files, and other files beside it; and a copy
    of what the machine remembers of the log of keys: what is rehearsed must not move that."""
    if config["PINS_FILE"].exists():
        shutil.copy(config["PINS_FILE"], folder / "pins.json")
    return {
        **config,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'drill.sqlite'}",
        "SQLALCHEMY_ENGINE_OPTIONS": {},
        "FILES": folder / "files",
        "ERASURES": folder / "erasures.jsonl",
        "PINS_FILE": folder / "pins.json",
        "CHECKPOINTS_FILE": folder / "checkpoints.jsonl",
    }
