"""The host of each face that the public reaches is taken over: a shell as its user, and all that lies there."""

import hashlib
import json
import re
import secrets
from typing import Any

import psycopg
from flask import current_app
from sqlalchemy import select

from faults import hosts
from faults.databases import Postgres
from faults.disks import Skipped
from faults.hosts import Host
from faults.office import Office
from grievance import clock, demonstration
from grievance.access import opened
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.people import Account
from grievance.models.writing import Writing
from grievance.record.writings import read_writing

PUBLIC = {"form": "form", "follow": "follow", "onion": "public"}
"""Hosts that the public reaches, and what each has in FACES."""
ALL = (*PUBLIC, "staff", "worker")
ROLES = hosts.ROOT / "deploy" / "roles.sql"
NOTICED = ("an event of the clock's, unsigned", "an event in an officer's name", "a changed row")
STARTS = """import os; from config import load_config; from grievance import create_app
app = create_app(load_config(os.environ, serves=True)); answer = app.test_client().get(os.environ["START"])
print(answer.status_code)"""


def taken(office: Office) -> dict[str, Any]:
    """Per face: what its role read, wrote and could not, beside deploy/roles.sql; which keys it found; what it opened;
    what it forged, and whether `record verify` noticed."""
    if not isinstance(office.database, Postgres):
        raise Skipped("SQLite has no roles: its faces are one machine's.")
    settings = hosts.new_keys("INTAKE_KEY", "RECORD_KEY")
    office.settings |= settings
    office.prepare()
    told = _cases(office)
    made = _hosts(office)
    try:
        faces = {name: _face(office, name, made, told) for name in PUBLIC}
    finally:
        hosts.remove(list(made.values()))
    return {"faces": faces, "good": all(one["good"] for one in faces.values())}


def _cases(office: Office) -> dict[str, Any]:
    """Cases in which people wrote, four a face to forge in, and every word that was written in confidence."""
    with office.inside():
        cast = {one: demonstration.signed_in(one) for one in ("Noor", "Tomas")}
        start = clock.now() - demonstration.timedelta(days=1)
        references = [demonstration.file_one(start, account=f"Told in confidence: {secrets.token_hex(12)}.")[0]
                      for _ in range(4 * len(PUBLIC))]  # fmt: skip
        words = list(_words(cast["Noor"]))
        if len(words) < len(references):
            raise RuntimeError("What was written cannot be read with the Secretariat's key.")
        officer = db.session.scalars(select(Account.id).where(Account.name.contains("Noor"))).first()
        current_app.config["FILES"].mkdir(parents=True, exist_ok=True)
    office.flask("worker", "--once")
    if office.flask("record", "verify", check=False).returncode:
        raise RuntimeError("The record is not whole before anything is taken.")
    return {"references": references, "words": words, "officer": officer}


def _words(noor: Any) -> Any:
    for case in db.session.scalars(select(Case)):
        keys = opened(noor, case)
        for writing in db.session.scalars(select(Writing).where(Writing.case_id == case.id)):
            if keys.can_open(writing.compartment, writing.n):
                yield from re.findall(r"Told in confidence: [0-9a-f]{24}", str(read_writing(keys, writing)))


def _hosts(office: Office) -> dict[str, Host]:
    assert isinstance(office.database, Postgres)
    hosts.guard(office.database)
    passwords = {name: secrets.token_hex(16) for name in ALL}
    _roles(office, passwords)
    office.folder.chmod(0o755)
    place = f"{hosts.NETWORK}.1:{office.database.port}/postgres"
    keys = {**office.settings, **hosts.new_keys("STAFF_PEPPER", "SIGN_KEY"), "MAIL_URL": "smtps://office:word@mail.example.org",
            "CONTACTS": '[en]\nmail = "contact@example.org"'}  # fmt: skip
    public, made = hosts.new_keys("SECRET_KEYS"), {}
    for number, name in enumerate(ALL, 1):
        given = hosts.secrets_of(name, keys, public)
        url = f"postgresql+psycopg://grievance_{name}:{passwords[name]}@{place}"
        made[name] = hosts.furnish(name, number, office.folder / "hosts", given, url, office.files)
    (office.folder / "hosts").chmod(0o755)
    return made


def _roles(office: Office, passwords: dict[str, str]) -> None:
    with psycopg.connect(_plain(office.database.url)) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(ROLES.read_bytes())
        for name, password in passwords.items():
            connection.execute(f"ALTER ROLE grievance_{name} PASSWORD '{password}'".encode())


def _face(office: Office, name: str, made: dict[str, Host], told: dict[str, Any]) -> dict[str, Any]:
    host, others = made[name], {f"grievance_{one.name}": one for one in made.values() if one.name != name}
    mine = told["references"][4 * list(PUBLIC).index(name) :][:4]
    asked = {"words": told["words"], "officer": told["officer"], "references": mine, "files": str(office.files),
             "folders": [str(one.folder) for one in made.values()],
             "others": {role: _plain(one.secrets["DATABASE_URL"]) for role, one in others.items()}}  # fmt: skip
    starts = _starts(host, PUBLIC[name])
    found = json.loads(host.run("-m", "faults.shell", told=json.dumps(asked)))
    return _judged(name, starts, found, _noticed(office, mine, found["forged"]), made)


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _starts(host: Host, face: str) -> bool:
    start = "/follow" if face == "follow" else "/"
    env = (host.folder / "env").read_text() + f"FACES={face}\nHTTPS=0\nSTART={start}\nLANGUAGES=en\n"
    (host.folder / "env").write_text(env)
    return host.run("-c", STARTS).strip() == "200"


def _noticed(office: Office, references: list[str], forged: dict[str, str]) -> dict[str, str]:
    """What was forged, and what became of it: refused by the database, or its chain named by `record verify` or
    `doctor`, or neither."""
    said = "".join(f"{one.stdout}{one.stderr}" for one in (
        office.flask("record", "verify", check=False), office.flask("doctor", check=False)))  # fmt: skip
    with office.inside():
        known = {one.reference: one.id for one in db.session.scalars(select(Case))}
    where = dict(zip(forged, (*map(known.get, references), ""), strict=True))

    def told(name: str, answer: str) -> str:
        if answer != "done":
            return "refused by the database"
        return "noticed" if where[name] and str(where[name]) in said else "NOT noticed"

    return {name: told(name, answer) for name, answer in forged.items()}


def granted(name: str) -> dict[str, dict[str, set[str]]]:
    """By deploy/roles.sql: table, verb, columns; "*" for a whole table. The onion service has both halves."""
    roles = ("form", "follow") if name == "onion" else (name,)
    found: dict[str, dict[str, set[str]]] = {}
    line = re.compile(rf"^GRANT (.*) ON (\w+) TO (?:.*, )?grievance_(?:{'|'.join(roles)})\b.*;$", re.M)
    for verbs, table in line.findall(ROLES.read_text()):
        for verb, columns in re.findall(r"(SELECT|INSERT|UPDATE|DELETE)(?: \(([^)]*)\))?", verbs):
            those = set(re.findall(r'"(\w+)"', columns)) or {"*"}
            found.setdefault(table, {}).setdefault(verb.lower(), set()).update(those)
    return found


def differences(name: str, tried: dict[str, dict[str, list[str]]], columns: dict[str, list[str]]) -> list[str]:
    """A sentence for each column that was allowed and is not granted, or the other way round."""
    told, said = granted(name), []
    for table, verbs in tried.items():
        for verb in ("select", "insert", "update", "delete"):
            should = told.get(table, {}).get(verb, set())
            should = set(columns[table]) if "*" in should and verb != "delete" else should
            said += [f"{verb} of {table}.{one}" for one in sorted(should ^ set(verbs.get(verb, [])))]
    return said


def _judged(
    name: str, starts: bool, found: dict[str, Any], noticed: dict[str, str], made: dict[str, Host]
) -> dict[str, Any]:
    columns = {table.name: [one.name for one in table.columns] for table in db.metadata.tables.values()}
    columns["alembic_version"] = ["version_num"]
    differ = differences(name, found["tried"], columns)
    reached = _reached(name, found["readable"], made)
    strange = [one for one in reached if "of others" in one]
    good = starts and not (differ or strange or found["opened"] or found["clear"] or found["logins"])
    good = good and all(noticed[one] != "NOT noticed" for one in NOTICED)
    return {"good": good, "starts": starts, "no more and no less than granted": not differ, "differs": differ,
            "columns": _counts(found["tried"], columns), "reads": _table(found["tried"], "select", columns),
            "adds": _table(found["tried"], "insert", columns), "changes": _table(found["tried"], "update", columns),
            "takes away": sorted(table for table, verbs in found["tried"].items() if "delete" in verbs),
            "keys": reached, "logins as others": found["logins"], "opened": found["opened"],
            "in clear": found["clear"], "forged": noticed}  # fmt: skip


def _counts(tried: dict[str, dict[str, list[str]]], columns: dict[str, list[str]]) -> str:
    whole = sum(map(len, columns.values()))
    done = {verb: sum(len(one.get(verb, ())) for one in tried.values()) for verb in ("select", "insert", "update")}
    return f"of {whole}: reads {done['select']}, adds {done['insert']}, changes {done['update']}"


def _table(tried: dict[str, dict[str, list[str]]], verb: str, columns: dict[str, list[str]]) -> dict[str, str]:
    """Table to its columns, "all" where it is all of them."""
    those = {table: verbs[verb] for table, verbs in tried.items() if verb in verbs}
    return {table: "all" if len(names) == len(columns[table]) else ", ".join(names) for table, names in those.items()}


def _reached(name: str, readable: dict[str, str], made: dict[str, Host]) -> list[str]:
    """Names of keys that this host's user reads anywhere: its own, those that it shares, and those of others."""
    own = set(made[name].secrets.values())
    said = set()
    for host in made.values():
        for secret, value in host.secrets.items():
            if hashlib.sha256(value.encode()).hexdigest() in readable:
                said.add(secret if value in own else f"{secret} of others ({host.name})")
    return sorted(said)
