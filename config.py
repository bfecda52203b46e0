"""Configuration from the environment. Each variable may come as `X_FILE`, except `CANARY_FILE`, `PINS_FILE` and
`CHECKPOINTS_FILE`, which are names of files themselves; a doubtful value is refused, not guessed."""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grievance import contacts, gateways, languages, outward
from grievance.addresses import is_address
from grievance.crypto.envelopes import PUBLIC_SIZE
from grievance.crypto.keyring import Keyring, parse
from grievance.crypto.sealing import derive
from grievance.deadlines.dates import MOST_WEEKEND
from grievance.storage.places import Access, BucketPlace, place
from grievance.views.faces import SETTINGS

HERE = Path(__file__).parent
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
POOL = {"pool_size": 10, "max_overflow": 2, "pool_timeout": 5}
"""Connections of a process: the threads of gunicorn.conf.py, the heartbeat, and a health check. Where all are busy for
so many seconds, people read that it cannot be done just now."""
PUBLIC_ALONE = {"public", "form", "follow", "api"}
"""Values of FACES of processes in which nobody of the staff signs in."""
OF_OTHERS = {"RECORD_KEY": "the worker's", "SIGN_KEY": "the worker's", "SMS_GATEWAY": "the worker's",
             "DRILL_KEY": "for backups and drills"}  # fmt: skip
"""What a process that serves pages has no use for, and could lose."""
ROLES = {"form": "grievance_form", "follow": "grievance_follow", "public": "grievance_onion",
         "follow,form": "grievance_onion"}  # fmt: skip
"""The database roles of deploy/roles.sql, by what a process of the public serves."""
WITH_PASSKEYS = ("approver", "custodian", "officer", "company")
Env = Mapping[str, str]
WAITS = {"connect_timeout": 3, "tcp_user_timeout": 6_000, "keepalives_idle": 10, "keepalives_interval": 5}
"""For PostgreSQL: seconds until a server that does not answer is given up, milliseconds until a line on which nothing
arrives is, and seconds until an idle line is tried, and tried again. Without them whoever asks would hang as long as
the network lets it. For how long a request waits for an answer: `grievance.lines`."""


class ConfigError(ValueError):
    """A variable is missing or doubtful; the sentence names it and never repeats a secret."""

    loggable = True


def load_config(env: Env, *, serves: bool = False) -> dict[str, Any]:
    """Everything the program needs to know, as Flask configuration. `serves`: for a process that serves pages, which
    does not start with a key of another one. Raises `ConfigError`."""
    _apart(env, serves)
    return {
        **_database(env),
        **_files(env),
        **_secrets(env),
        **_signers(env),
        **_canary(env),
        **_remembered(env),
        **_drill(env),
        "BACKUPS_KEPT": _backups_kept(env),
        **_site(env),
        **_requests(env),
        **_mail(env),
        **_signs(env),
        "WEBHOOKS": _webhooks(env),
        **_watched(env),
        "CONTACTS": _contacts(env),
        "EMERGENCY": _emergencies(env),
        "HELPERS": _emergencies(env, contacts.helpers),
        "PROCEDURE": Path(_read(env, "PROCEDURE", str(HERE / "procedure.toml"))),
        "VOCABULARY": Path(_read(env, "VOCABULARY", str(HERE / "vocabulary.toml"))),
        "PASSKEYS_REQUIRED": _passkeys(env),
        "ALLOW_SOLO": _switch(env, "ALLOW_SOLO", False),
        "PARTY_KEYS": _pins(env),
    }


def _read(env: Env, name: str, default: str | None = None) -> str:
    if name in env and f"{name}_FILE" in env:
        raise ConfigError(f"{name} and {name}_FILE are both set: keep one.")
    value = env.get(name)
    if path := env.get(f"{name}_FILE"):
        try:
            value = Path(path).read_text("utf-8").strip()
        except OSError:
            raise ConfigError(f"{name}_FILE names a file that cannot be read.") from None
    if value is None or value == "":
        if default is None:
            raise ConfigError(f"{name} is missing.")
        return default
    return value


def _switch(env: Env, name: str, default: bool) -> bool:
    value = _read(env, name, "1" if default else "0")
    if value not in ("0", "1"):
        raise ConfigError(f"{name} must be 0 or 1.")
    return value == "1"


def _chosen(env: Env, name: str, default: str, allowed: tuple[str, ...]) -> list[str]:
    values = [v.strip() for v in _read(env, name, default).split(",")]
    if not set(values) <= set(allowed) or len(set(values)) != len(values):
        raise ConfigError(f"{name} may list, each once: {', '.join(allowed)}.")
    return values


def _passkeys(env: Env) -> frozenset[str]:
    """The roles whose people are to have a passkey; `none` for nobody."""
    chosen = _chosen(env, "PASSKEYS_REQUIRED", "approver,custodian,officer", (*WITH_PASSKEYS, "none"))
    if "none" in chosen and chosen != ["none"]:
        raise ConfigError("PASSKEYS_REQUIRED is either none, or lists roles.")
    return frozenset(chosen) - {"none"}


def _database(env: Env) -> dict[str, Any]:
    url = _read(env, "DATABASE_URL", f"sqlite:///{HERE / 'instance' / 'grievance.sqlite'}")
    if not re.match(r"sqlite:///.|postgresql\+psycopg://", url):
        raise ConfigError("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": POOL}
    waits = WAITS | {"connect_timeout": 2} if _several(url) else WAITS
    ready = {"pool_pre_ping": True, "pool_recycle": 1800, "connect_args": waits}
    return {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": {**POOL, **ready}}


def _several(url: str) -> bool:
    """Whether it names several servers, which are tried one after another. One that only follows another is never the
    right one: it takes no words, and knows less."""
    query = parse_qs(urlsplit(url).query)
    several = len(",".join(query.get("host", ())).split(",")) > 1
    if several and query.get("target_session_attrs") not in (["read-write"], ["primary"]):
        raise ConfigError("DATABASE_URL names several servers: add target_session_attrs=read-write.")
    return several


def _files(env: Env) -> dict[str, Any]:
    access, url = _files_access(env), _read(env, "FILES_URL", (HERE / "instance" / "files").as_uri())
    try:
        files = place(url, access)
    except ValueError as reason:
        raise ConfigError(f"FILES_URL {reason}.") from None
    if isinstance(files, BucketPlace) and not (access.key_id and access.secret):
        raise ConfigError("FILES_KEY_ID and FILES_SECRET must both be set: an object store knows nobody without them.")
    erasures = Path(_read(env, "ERASURES", "") or _beside(files))
    signed = Path(env.get("CHECKPOINTS_FILE") or erasures.with_name("checkpoints.jsonl"))
    return {"FILES": files, "FILES_ACCESS": access, "ERASURES": erasures, "CHECKPOINTS_FILE": signed}


def _beside(files: Path | BucketPlace) -> str:
    """A list is added to line by line, which no bucket can do: it stays on a disk, and somebody says on which."""
    if isinstance(files, Path):
        return str(files.with_name("erasures.jsonl"))
    raise ConfigError("ERASURES is missing: with the files in an object store it must name a file of a disk.")


def _files_access(env: Env) -> Access:
    """Of an object store; also where the files lie in a folder and are to be moved."""
    endpoint, region = _read(env, "FILES_ENDPOINT", "").rstrip("/"), _read(env, "FILES_REGION", "us-east-1")
    inside = re.fullmatch(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", endpoint)
    if endpoint and not inside and not re.fullmatch(r"https://[^/\s?#@]+(/[A-Za-z0-9._~/-]*)?", endpoint):
        raise ConfigError("FILES_ENDPOINT must be the https:// address of an object store, or http:// on this machine.")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", region):
        raise ConfigError("FILES_REGION must be the name of a region, such as eu-central-1.")
    key_id, secret = _read(env, "FILES_KEY_ID", ""), _read(env, "FILES_SECRET", "")
    return Access(endpoint, region, key_id, secret, _switch(env, "FILES_CONDITIONS", True))


def _backups_kept(env: Env) -> timedelta:
    """For how long the office keeps a backup: whoever asks for deletion reads until when what is gone lies in one."""
    days = _read(env, "BACKUP_DAYS", "35")
    if not re.fullmatch(r"[1-9][0-9]{0,2}", days) or int(days) > 366:
        raise ConfigError("BACKUP_DAYS must be a number of days from 1 to 366.")
    return timedelta(days=int(days))


def _canary(env: Env) -> dict[str, Any]:
    """Where the receipt of the canary lies: with the server keys, which no backup holds either."""
    beside = Path(env.get("SECRET_KEYS_FILE") or HERE / "instance" / "secret_keys")
    return {"CANARY_FILE": Path(env.get("CANARY_FILE") or beside.with_name("canary.json"))}


def _remembered(env: Env) -> dict[str, Any]:
    """Where this machine keeps what it has checked of the key log: where the database cannot write."""
    beside = Path(env.get("SECRET_KEYS_FILE") or HERE / "instance" / "secret_keys")
    return {"PINS_FILE": Path(env.get("PINS_FILE") or beside.with_name("pins.json"))}


def _keyring(env: Env, name: str) -> Keyring:
    try:
        return parse(_read(env, name))
    except ConfigError:
        raise
    except ValueError as reason:
        raise ConfigError(f"{name} cannot be used: {reason}.") from None


def _secrets(env: Env) -> dict[str, Any]:
    secrets = _keyring(env, "SECRET_KEYS")
    cookies = [derive(key, "cookies").hex() for _, key in secrets.keys]
    return {
        "SECRETS": secrets,
        "PEPPERS": _keyring(env, "PEPPER"),
        "STAFF_PEPPERS": _staff_pepper(env),
        "SECRET_KEY": cookies[0],
        "SECRET_KEY_FALLBACKS": cookies[1:],
    }


def _staff_pepper(env: Env) -> Keyring | None:
    """Of the processes in which people sign in. A process that the public reaches has no use for it, and could lose
    it: one that serves nobody else does not start with it."""
    ring = _keyring(env, "STAFF_PEPPER") if _read(env, "STAFF_PEPPER", "") else None
    if ring and set(_chosen(env, "FACES", ",".join(SETTINGS), SETTINGS)) <= PUBLIC_ALONE:
        raise ConfigError("STAFF_PEPPER does not belong to a process that serves the public alone: take it out there.")
    return ring


def _apart(env: Env, serves: bool) -> None:
    """Whoever takes over a process has what it was given: nothing is given that is another's."""
    faces = sorted(_chosen(env, "FACES", ",".join(SETTINGS), SETTINGS))
    public = set(faces) <= PUBLIC_ALONE
    for name, whose in OF_OTHERS.items():
        if (serves or public) and _read(env, name, ""):
            raise ConfigError(
                f"{name} does not belong to a process that serves pages, it is {whose}: take it out there."
            )
    if public and urlsplit(_read(env, "MAIL_URL", "")).password:
        raise ConfigError("MAIL_URL has a password, and a process that serves the public alone hands in no mail: leave"
                          " name and password out of it there.")  # fmt: skip
    own, role = ROLES.get(",".join(faces)), urlsplit(_read(env, "DATABASE_URL", "")).username or ""
    less = (own, ROLES["form"], ROLES["follow"]) if own == ROLES["public"] else (own,)  # with half of it half works
    if own and role.startswith("grievance_") and role not in less:
        raise ConfigError(f"DATABASE_URL is that of {role}, and this process connects as {own}.")


def _signers(env: Env) -> dict[str, Any]:
    """`RECORD_KEY`: the worker's alone. `INTAKE_KEY`: of the processes that receive complaints, and of the worker, who
    names it. `RECORD_TRUSTED`: keys for checkpoints that the office trusts although the one before them is lost."""
    trusted = {one.strip() for one in _read(env, "RECORD_TRUSTED", "").split(",") if one.strip()}
    if not all(re.fullmatch("[0-9a-f]{64}", one) for one in trusted):
        raise ConfigError("RECORD_TRUSTED must list keys as `flask record keys` names them: 64 hex digits each.")
    rings = {name: _keyring(env, name) if _read(env, name, "") else None for name in ("RECORD_KEY", "INTAKE_KEY")}
    return {**rings, "RECORD_TRUSTED": frozenset(trusted)}


def _drill(env: Env) -> dict[str, Any]:
    """`DRILL_KEY` opens backups; `DRILL_PUBLIC` alone only makes them. Without either the server keys open them, so
    that no night goes without a backup."""
    text, public = _read(env, "DRILL_KEY", ""), _public(env, "DRILL_PUBLIC", "flask backup public")
    derived = Keyring(tuple((name, derive(key, "drill")) for name, key in _keyring(env, "SECRET_KEYS").keys))
    return {"DRILLS": _keyring(env, "DRILL_KEY") if text else derived, "DRILL_PUBLIC": public,
            "DRILL_GIVEN": bool(text or public)}  # fmt: skip


def _site(env: Env) -> dict[str, Any]:
    zone = _read(env, "TIME_ZONE", "Europe/Zurich")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"TIME_ZONE does not name a time zone: {zone[:40]!r}.") from None
    name = _read(env, "SITE_NAME", "Association for Responsible Security")
    if len(name) > 80:
        raise ConfigError("SITE_NAME is longer than 80 characters.")
    return {
        "SITE_NAME": name,
        "SITE_NAMES": _names(env),
        "TIME_ZONE": zone,
        "WEEKEND": _weekend(env),
        "OFFICE_HOURS": _hours(env),
        "LANGUAGES": _languages(env),
        "FACES": _chosen(env, "FACES", ",".join(SETTINGS), SETTINGS),
        "BABEL_TRANSLATION_DIRECTORIES": str(HERE / "translations"),
    }


def _languages(env: Env) -> list[str]:
    """A language that shows a complainant one sentence in English is not offered to her."""
    chosen = _chosen(env, "LANGUAGES", ",".join(languages.EVERYWHERE), languages.CODES)
    for code in chosen:
        if lacking := languages.lacking(code, HERE / "translations"):
            raise ConfigError(
                f"LANGUAGES names {code}, in which {len(lacking)} of the complainants' texts are missing, such as"
                f" {lacking[0][:60]!r}. A language is offered once all are there: docs/translating.md."
            )
    return chosen


def _names(env: Env) -> dict[str, str]:
    """What the association is called in a language in which it has another name: one line each, `ar=…`."""
    lines = [line for line in _read(env, "SITE_NAMES", "").splitlines() if line.strip()]
    pairs = [(code.strip(), name.strip()) for code, _sign, name in (line.partition("=") for line in lines)]
    if any(code not in languages.CODES or not 0 < len(name) <= 80 for code, name in pairs):
        raise ConfigError("SITE_NAMES must have one line for each language, such as fr=…, with at most 80 characters.")
    return dict(pairs)


def _weekend(env: Env) -> frozenset[int]:
    """Of the Secretariat, Monday is 0: what is owed by it never ends on these days."""
    named = _chosen(env, "WEEKEND", "saturday,sunday", WEEK)
    if len(named) > MOST_WEEKEND.days:
        raise ConfigError(f"WEEKEND may list at most {MOST_WEEKEND.days} days.")
    return frozenset(WEEK.index(day) for day in named)


def _hours(env: Env) -> tuple[int, int]:
    """From which hour to which somebody of the Secretariat is at work on its business days, by its own clock."""
    found = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})", _read(env, "OFFICE_HOURS", "9-17"))
    begins, ends = (int(found[1]), int(found[2])) if found else (0, 0)
    if not begins < ends <= 24 or begins > 23:
        raise ConfigError("OFFICE_HOURS must be two hours of a day, such as 9-17.")
    return begins, ends


def _mail(env: Env) -> dict[str, Any]:
    """`MAIL_URL`: smtps://, smtp+starttls:// or, for a server beside this one, smtp://; empty for no mail. A
    demonstration keeps its mail in a folder of this machine, file:///…: nobody is sent any.
    `STAFF_URL`: where the staff signs in, if that is another name; passkeys belong to its host for ever."""
    url, site = _read(env, "MAIL_URL", ""), _read(env, "SITE_URL", "http://127.0.0.1:8000").rstrip("/")
    staff = _read(env, "STAFF_URL", site).rstrip("/")
    parts = urlsplit(url)
    kept = parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc
    if kept and _switch(env, "HTTPS", True):
        raise ConfigError(
            "MAIL_URL keeps mail in a folder, where nobody gets it: that is for a demonstration (HTTPS=0)."
        )
    if url and not kept and (parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname):
        raise ConfigError("MAIL_URL must look like smtps://user:password@host:465 or smtp+starttls://….")
    if parts.scheme == "smtp" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ConfigError(
            "MAIL_URL must use smtps or smtp+starttls: over plain smtp the password and mail can be read."
        )
    for name, address in (("SITE_URL", site), ("STAFF_URL", staff)):
        if not re.fullmatch(r"https?://[^/\s?#]+(/[A-Za-z0-9._~-]+)*", address):
            raise ConfigError(f"{name} must be the address of the site, like https://complaints.example.org.")
    by_host = f"no-reply@{urlsplit(site).hostname}"
    sender = _read(env, "MAIL_FROM", by_host)
    if (url or sender != by_host) and not is_address(sender):
        raise ConfigError("MAIL_FROM must be one e-mail address.")
    return {"MAIL_URL": url, "SITE_URL": site, "STAFF_URL": staff, "MAIL_FROM": sender, "ONION_URL": _onion(env)}


def _onion(env: Env) -> str:
    """Where the public pages are in the Tor network, for processes that are reached otherwise; "" for nowhere."""
    onion = _read(env, "ONION_URL", "").rstrip("/")
    if onion and not re.fullmatch(r"http://[a-z2-7]{56}\.onion", onion):
        raise ConfigError("ONION_URL must be http:// and the 62 signs that tor wrote into the file hostname.")
    return onion


def _signs(env: Env) -> dict[str, Any]:
    """`SIGN_KEY` is the worker's alone, as `SMS_GATEWAY` is. The pages have `SIGN_PUBLIC`, to seal an address that they
    cannot open, and `SMS_FROM`: from what a text message comes, and that there are any."""
    key, sms_from = _read(env, "SIGN_KEY", ""), _read(env, "SMS_FROM", "")
    mail_from = _read(env, "SIGN_MAIL_FROM", "")
    try:
        gateway = gateways.parse(_read(env, "SMS_GATEWAY", ""))
    except ConfigError:
        raise
    except ValueError as reason:
        raise ConfigError(f"SMS_GATEWAY cannot be used: {reason}.") from None
    if (sms_from and not gateways.SENDER.fullmatch(sms_from)) or (gateway and not sms_from):
        raise ConfigError("SMS_FROM must say what text messages come from: a number, or a name of at most 11 signs.")
    if mail_from and not is_address(mail_from):
        raise ConfigError("SIGN_MAIL_FROM must be one e-mail address.")
    public = _public(env, "SIGN_PUBLIC", "flask signs public")
    return {"SIGN_KEYS": _keyring(env, "SIGN_KEY") if key else None, "SIGN_PUBLIC": public, "SMS_GATEWAY": gateway,
            "SMS_FROM": sms_from, "SIGN_MAIL_FROM": mail_from}  # fmt: skip


def _webhooks(env: Env) -> outward.Allowed:
    """Where the worker may send beside public addresses and port 443: nothing, unless a receiver stands inside."""
    try:
        networks = tuple(map(ip_network, _listed(env, "WEBHOOK_NETWORKS")))
    except ValueError:
        raise ConfigError("WEBHOOK_NETWORKS must list networks such as 10.20.0.0/24, with commas between.") from None
    ports = _listed(env, "WEBHOOK_PORTS") or [str(outward.HTTPS)]
    if not all(re.fullmatch(r"[1-9][0-9]{0,4}", one) and int(one) < 65536 for one in ports):
        raise ConfigError("WEBHOOK_PORTS must list ports such as 443, with commas between.")
    return outward.Allowed(networks, frozenset(map(int, ports)))


def _listed(env: Env, name: str) -> list[str]:
    return [one.strip() for one in _read(env, name, "").split(",") if one.strip()]


def _public(env: Env, name: str, printed_by: str) -> bytes:
    try:
        public = base64.b64decode(_read(env, name, ""), validate=True)
    except ConfigError:
        raise
    except ValueError:
        public = b"?"
    if public and len(public) != PUBLIC_SIZE:
        raise ConfigError(f"{name} must be what `{printed_by}` prints.")
    return public


def _watched(env: Env) -> dict[str, Any]:
    """`METRICS_PORT`: where the figures are, each process on its own; 0 for none. Never the port of the pages."""
    level, port = _read(env, "LOG_LEVEL", "info"), _read(env, "METRICS_PORT", "0")
    if level not in ("debug", "info", "warning", "error"):
        raise ConfigError("LOG_LEVEL must be debug, info, warning or error.")
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise ConfigError("METRICS_PORT must be a number up to 65535, or 0 for no figures.")
    return {"LOG_LEVEL": level, "METRICS_PORT": int(port), "METRICS_HOST": _read(env, "METRICS_HOST", "127.0.0.1")}


def _contacts(env: Env) -> dict[str, contacts.Contact]:
    """One table of TOML for each language. That one is missing is no fault here: the form does not open without it."""
    try:
        return contacts.parse(_read(env, "CONTACTS", ""), languages.CODES)
    except ConfigError:
        raise
    except ValueError as reason:
        raise ConfigError(f"CONTACTS cannot be used: {reason}.") from None


def _emergencies(env: Env, read: Callable[[str], dict[str, Any]] = contacts.emergencies) -> dict[str, Any]:
    """From the same file, by country: none where the office has checked none."""
    try:
        return read(_read(env, "CONTACTS", ""))
    except ConfigError:
        raise
    except ValueError as reason:
        raise ConfigError(f"CONTACTS cannot be used: {reason}.") from None


def _requests(env: Env) -> dict[str, Any]:
    proxies = _read(env, "TRUSTED_PROXIES", "0")
    if not re.fullmatch(r"[0-5]", proxies):
        raise ConfigError("TRUSTED_PROXIES must be a number from 0 to 5.")
    turn = _read(env, "TURN_SECONDS", "8")
    if not re.fullmatch(r"[1-9]|[1-5][0-9]|60", turn):
        raise ConfigError("TURN_SECONDS must be a number from 1 to 60.")
    edition = _read(env, "EDITION_SECONDS", "50")
    if not re.fullmatch(r"[1-9][0-9]{0,2}", edition):
        raise ConfigError("EDITION_SECONDS must be a number from 1 to 999.")
    return {
        "EDITION_SECONDS": int(edition),  # how long an edition of the public figures is computed at most
        "TURN_SECONDS": int(turn),  # how long somebody waits while others' passwords or receipts are worked on
        "TRUSTED_PROXIES": int(proxies),
        "SESSION_COOKIE_NAME": "s",
        "REMEMBER_COOKIE_NAME": ";",  # no browser can send it: Flask-Login would ask it instead of our own cookie
        "SESSION_COOKIE_SECURE": _switch(env, "HTTPS", True),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=24),  # of the cookie; sessions themselves end by their rows
        "MAX_CONTENT_LENGTH": 129 * 1024 * 1024,  # four files of 25 MB at once and the words, or more smaller ones
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 200,
        "FORM_SECONDS": 3,  # a person needs at least so long to fill in the form
        "WTF_CSRF_SSL_STRICT": False,  # we send no referrer, and it refuses every HTTPS post without one
        "WTF_CSRF_TIME_LIMIT": None,  # lives as long as the session
    }


def _pins(env: Env) -> dict[str, str]:
    """Nothing reads them any more: the key log and `PINS_FILE` say more. Whoever still sets them is told (`check`)."""
    pins = dict(part.partition("=")[::2] for part in _read(env, "PARTY_KEYS", "").split(",") if part)
    if not set(pins) <= {"secretariat", "custodians"} or not all(
        re.fullmatch("[0-9a-f]{16}", value) for value in pins.values()
    ):
        raise ConfigError("PARTY_KEYS must look like secretariat=<16 hex digits>,custodians=<16 hex digits>.")
    return pins
