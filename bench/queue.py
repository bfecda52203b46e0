"""How the desk's queue and its filters grow with the number of cases: `python -m bench.queue [1000 100000 …]`.

On SQLite in a temporary folder, or on DATABASE_URL where it is set (an empty database). The rows are made without
sealing, because a list opens nothing.
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
ROUNDS = 15
FILTERS = [*(f"show={name}" for name in SHOWS), "company=1", "officer=1", "state=escalated", "severity=high"]


def make_app(folder: str) -> Flask:
    env = {"SECRET_KEYS": new_entry(), "PEPPER": new_entry(), "HTTPS": "0", "FILES_URL": f"file://{folder}/files"}
    env["DATABASE_URL"] = os.environ.get("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite")
    return create_app(load_config(env))


def fill(total: int) -> None:
    """Bring the number of cases to `total`: one in ten closed, the others due over the next year, a few late."""
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
        due = now + timedelta(hours=random.randint(-200, 8760))  # noqa: S311
        state = State.CLOSED if closed else random.choice([State.RECEIVED, State.REFERRED, State.ESCALATED])  # noqa: S311
        severity = random.choice(list(Severity))  # noqa: S311
        case = {
            "id": case_id, "reference": new_reference(), "state": state, "channel": Channel.WEB, "language": "en",
            "company_id": random.choice(companies), "officer_id": random.choice([1, 2, None]),  # noqa: S311
            "severity": severity, "received_at": now - timedelta(days=30), "closed_at": now if closed else None,
            "queue_at": None if closed else due, "safety_alert": random.random() < 0.001, "topics": ["pay"],  # noqa: S311
            "mediation": {},
        }  # fmt: skip
        owed_by, key = (COMPANY, "L5") if state == State.REFERRED else (SECRETARIAT, "L17")
        limit = {
            "case_id": case_id, "key": key, "owed_by": owed_by, "frozen": frozen, "pauses": [],
            "opened_at": now, "due_on": due.date(), "due_at": due, "wake_at": due,
        }  # fmt: skip
        yield case, [] if closed else [limit]


def measure(app: Flask) -> dict[str, float]:
    """Seconds of each page: the median of several rounds, after one that warms up."""
    client = app.test_client()
    page = client.get("/account/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/account/sign-in", data={"email": demonstration.email_of("Noor"), "csrf_token": token,
                                          "password": demonstration.PASSWORD})  # fmt: skip
    found = {}
    for query in FILTERS:
        times = []
        for _ in range(ROUNDS + 1):
            begin = time.perf_counter()
            answer = client.get(f"/desk?{query}")
            times.append(time.perf_counter() - begin)
            if answer.status_code != 200:
                raise RuntimeError(f"/desk?{query} answered {answer.status_code}")
        found[query] = statistics.median(times[1:])
    return found


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(folder)
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            list(demonstration.build(False))
        seen = {}
        for size in sizes:
            with app.app_context():
                fill(size)
            seen[size] = measure(app)
    print(f"{'milliseconds':<24}" + "".join(f"{size:>12,}" for size in sizes) + "   last / first")
    for query in FILTERS:
        row = [seen[size][query] * 1000 for size in sizes]
        print(f"{query:<24}" + "".join(f"{value:>12.1f}" for value in row) + f"{row[-1] / row[0]:>15.2f}")


if __name__ == "__main__":
    main()
