"""An office from before keys were logged: its record in the old format, without signatures, and no verifying keys."""

import json

from sqlalchemy import delete, select, text, update

from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, ChainHead, Event
from grievance.models.people import Account, Party
from grievance.models.vouching import Signature
from grievance.record import chain

FACTS = {
    "accepted": ("account", "party_key"),
    "admitted": ("account",),
    "recovered": ("account",),
    "rotation_begun": ("party", "old_key", "new_key"),
    "recovery_code_made": ("party",),
}


def make_old(app) -> None:
    """The office's chain as the version before wrote it; process and machine remember nothing of a later one."""
    db.session.rollback()
    with untriggered(app):
        head = ""
        for event in db.session.scalars(select(Event).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq)).all():
            row = {column.name: getattr(event, column.name) for column in Event.__table__.columns}
            said = json.loads(row["facts"])
            kept = {name: said[name] for name in FACTS.get(row["kind"], said) if name in said}
            row |= {"format": 1, "rows": "", "facts": chain.canonical(kept), "previous_hash": head}
            head = row["hash"] = chain.hash_of(row)
            db.session.execute(update(Event).where(Event.id == event.id).values(**row))
        db.session.execute(update(ChainHead).values(hash=head))
        db.session.execute(delete(Signature))
        for table in (Account, Party):
            db.session.execute(update(table).values(sign_key=None))
        db.session.commit()
    db.session.expire_all()
    restart(app)
    app.config["PINS_FILE"].unlink(missing_ok=True)


def restart(app) -> None:
    """Another process of the same machine: what stands in memory is gone."""
    app.extensions.pop("key_log", None)


class untriggered:
    """Whoever owns the database can do what its triggers refuse."""

    TABLES = ("events", "signatures")

    def __init__(self, app) -> None:
        self.kind, self.made = db.engine.dialect.name, []

    def __enter__(self) -> None:
        if self.kind == "postgresql":
            for table in self.TABLES:
                db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            return
        found = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        self.made = [tuple(row) for row in db.session.execute(found)]
        for name, _sql in self.made:
            db.session.execute(text(f"DROP TRIGGER {name}"))
        db.session.commit()

    def __exit__(self, *_what) -> None:
        if self.kind == "postgresql":
            for table in self.TABLES:
                db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        for _name, sql in self.made:
            db.session.execute(text(sql))
        db.session.commit()
