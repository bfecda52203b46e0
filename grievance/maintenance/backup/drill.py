"""The drill: a backup is worth what a restore of it shows. Everything happens beside the office, and is taken away."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask

from grievance.extensions import db
from grievance.maintenance.backup import Progress, canary
from grievance.maintenance.backup.restore import Restored, restore
from grievance.record import chain


@dataclass(frozen=True)
class Outcome:
    """What a drill found; all three lists are empty where it passed."""

    restored: Restored
    canary: list[str]
    record: list[str]

    @property
    def passed(self) -> bool:
        return not (self.canary or self.record or self.restored.faults or self.restored.missing)


def rehearse(
    scratch: Flask, path: Path, erased_list: Path, known: canary.Canary, now: datetime, progress: Progress
) -> Outcome:
    """Restore a backup into the scratch application's empty place, and use it. Raises what `restore` raises."""
    with scratch.app_context():
        try:
            restored = restore(path, erased_list, now, progress)
            return Outcome(restored, canary.faults(known), chain.verify())
        finally:
            db.session.remove()
            db.engine.dispose()


def scratch_config(config: dict[str, object], folder: Path) -> dict[str, object]:
    """The office's configuration, with another database, another folder of files and another list of erasures."""
    return {
        **config,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'drill.sqlite'}",
        "SQLALCHEMY_ENGINE_OPTIONS": {},
        "FILES": folder / "files",
        "ERASURES": folder / "erasures.jsonl",
    }
