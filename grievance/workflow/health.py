"""Whether complaints can be received and the clock is running; nothing about any case."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock
from grievance.extensions import db
from grievance.models.keys import Setting
from grievance.models.people import Party, PartyKind

OLDEST_SWEEP = timedelta(minutes=15)


@dataclass(frozen=True)
class State:
    """`sweep_age`: seconds since the last sweep ended; None where there was none."""

    database: bool
    keys: bool
    sweep_age: int | None

    @property
    def ready(self) -> bool:
        swept = self.sweep_age is not None and self.sweep_age <= OLDEST_SWEEP.total_seconds()
        return self.database and self.keys and swept

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "ready": self.ready}


def state() -> State:
    try:
        parties = select(func.count()).select_from(Party)
        office = parties.where(Party.kind.in_((PartyKind.SECRETARIAT, PartyKind.CUSTODIANS)), Party.key_id.is_not(None))
        keys = db.session.scalar(office) == 2
        swept = db.session.get(Setting, "last_sweep", populate_existing=True)
    except SQLAlchemyError:
        return State(False, False, None)
    age = int((clock.now() - datetime.fromisoformat(swept.value)).total_seconds()) if swept else None
    return State(True, keys, age)


def note_sweep(at: datetime) -> None:
    """Part of the sweep's last transaction."""
    db.session.merge(Setting(name="last_sweep", value=at.isoformat()))
