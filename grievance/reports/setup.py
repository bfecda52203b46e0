"""The set-up list: what the office has, what it lacks before its first opening, and what is worth doing besides.

The page of the approvers and `flask check` both print this. A row says one thing; what is not needed never closes the
form, and is said at the desk instead.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import extract, select

from grievance import clock, languages, outward
from grievance.accounts import ceremonies, obliged, staff_pepper
from grievance.accounts.keys import log
from grievance.deadlines.countries import EVERYWHERE, country_name
from grievance.deadlines.lengths import length
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.intake import opening
from grievance.models.event import Checkpoint
from grievance.models.keys import Setting
from grievance.models.people import Company, Party, PartyKind, RecoveryShare
from grievance.models.writing import Holiday
from grievance.record import record_key
from grievance.reports import backups
from grievance.reports.database_role import lacks_role, says_of_roles
from grievance.reports.fonts import printed
from grievance.reports.versions import versions

OLDEST_SWEEP, OLDEST_BACKUP = timedelta(minutes=15), timedelta(days=2)
NEXT_YEAR_FROM = 10
"""The month from which the calendars of the next year are wanted: a company's answer may be owed 90 days later."""
NOTES = ("last_sweep", "last_backup", "mail_failing_since", backups.UNSIGNED_AT, backups.BEHIND_AT)


@dataclass(frozen=True)
class Facts:
    """What the rows below look at, read once. `without_days`: (country, year) of calendars with no holiday in it.
    `without_code`: the parties of the office whose key no unused recovery code opens. `unconfirmed`: companies whose
    calendar nobody has confirmed. `signed_by`: the key that the last checkpoint names, "" before the first. `paper`:
    whether the key log names a paper key of the backups."""

    now: datetime
    noted: dict[str, datetime]
    without_days: list[tuple[str, int]]
    without_code: list[PartyKind]
    unconfirmed: int
    signed_by: str
    paper: bool


@dataclass(frozen=True)
class Advice:
    """One thing that the form opens without. `says`: what is true of it now; `lacks`: what is to be done."""

    key: str
    title: Label
    lacks: Callable[[Facts], str] = lambda _facts: ""
    says: Callable[[Facts], str] = lambda _facts: ""
    endpoint: str = ""


@dataclass(frozen=True)
class Point:
    """One line of the list. `lacks` is empty where it is done; `says` may stand beside either."""

    key: str
    title: Label
    needed: bool
    lacks: str
    says: str
    endpoint: str


def _solo(_facts: Facts) -> str:
    if not current_app.config["ALLOW_SOLO"]:
        return str(_("Two people decide. One alone cannot."))
    return str(_("ALLOW_SOLO is 1: one person may decide alone what otherwise takes two. The form says so."))


def _lacks_worker(facts: Facts) -> str:
    if _recent(facts, "last_sweep", OLDEST_SWEEP):
        return ""
    return str(_("The worker does not run: no time limit is noticed, and no mail is sent. Start `flask worker`."))


def _lacks_mail(facts: Facts) -> str:
    if not current_app.config["MAIL_URL"]:
        return str(_("MAIL_URL is empty: nobody gets a mail that something waits, and the links of invitations are"
                     " printed on the server."))  # fmt: skip
    if current_app.config["MAIL_URL"].startswith("file:"):
        return str(_("MAIL_URL keeps mail in a folder of this machine: nobody gets any. For a demonstration alone."))
    return str(_("Mail does not go out just now.")) if "mail_failing_since" in facts.noted else ""


def _lacks_guard(_facts: Facts) -> str:
    """Companies choose where the worker sends."""
    allowed: outward.Allowed = current_app.config["WEBHOOKS"]
    more = [*map(str, allowed.networks), *(str(one) for one in sorted(allowed.ports - {outward.HTTPS}))]
    if not more:
        return ""
    return str(_("Companies' people choose addresses that the worker sends to. WEBHOOK_NETWORKS and WEBHOOK_PORTS let"
                 " them choose these, too: %(more)s.", more=", ".join(more)))  # fmt: skip


def _lacks_record_key(facts: Facts) -> str:
    """The worker's alone: this process has no RECORD_KEY, and asks what the last checkpoint was signed by."""
    missing = []
    if facts.signed_by in {record_key.name_of(record_key.without(key)) for _name, key in _server_keys()}:
        missing.append(_("The worker has no RECORD_KEY: whoever has SECRET_KEYS can sign for the record."))
    if not current_app.config["INTAKE_KEY"]:
        missing.append(_("INTAKE_KEY is not set: what arrives is not signed until the worker signs the record."))
    return " ".join(map(str, missing))


def _server_keys() -> tuple[tuple[str, bytes], ...]:
    keys: tuple[tuple[str, bytes], ...] = current_app.config["SECRETS"].keys
    return keys


def _lacks_staff_pepper(_facts: Facts) -> str:
    if not current_app.config["STAFF_PEPPERS"]:
        return str(_("STAFF_PEPPER is not set here: whoever copies the database and learns a password opens what that"
                     " person can open."))  # fmt: skip
    keys = ", ".join(sorted(staff_pepper.lacking()))
    return str(_("STAFF_PEPPER lacks %(keys)s: people cannot sign in without it.", keys=keys)) if keys else ""


def _says_of_staff_pepper(_facts: Facts) -> str:
    number = staff_pepper.from_before()
    if not number:
        return ""
    return str(ngettext("%(num)d password is locked without its newest key until that person signs in next.",
                        "%(num)d passwords are locked without its newest key until those people sign in next.",
                        number))  # fmt: skip


def _lacks_passkeys(_facts: Facts) -> str:
    if not current_app.config["PASSKEYS_REQUIRED"] or ceremonies.are_possible():
        return ""
    return str(_("Nobody can make a passkey at %(address)s: STAFF_URL must be a name, by HTTPS.",
                 address=current_app.config["STAFF_URL"]))  # fmt: skip


def _says_of_passkeys(_facts: Facts) -> str:
    if not current_app.config["PASSKEYS_REQUIRED"]:
        return str(
            _("PASSKEYS_REQUIRED is none: nobody is asked for one, and a password opens what its person can open.")
        )
    number = obliged.without_one()
    if not number:
        return ""
    return str(ngettext("%(num)d person who is to have a passkey has none yet.",
                        "%(num)d people who are to have a passkey have none yet.", number))  # fmt: skip


def _lacks_backup(facts: Facts) -> str:
    if _recent(facts, "last_backup", OLDEST_BACKUP):
        return ""
    most = length(OLDEST_BACKUP)
    return str(_("No backup was made in the last %(time)s. Run `flask backup FILE` each night.", time=most))


def _lacks_paper(facts: Facts) -> str:
    return "" if facts.paper else str(_("Where the machine and its server keys are lost, no backup opens."))


def _lacks_looking(facts: Facts) -> str:
    return " ".join(backups.to_look_at(facts.noted, facts.now))


def _recent(facts: Facts, name: str, most: timedelta) -> bool:
    return name in facts.noted and facts.now - facts.noted[name] <= most


def _lacks_days(facts: Facts) -> str:
    if not facts.without_days:
        return ""
    named = ", ".join(f"{country_name(country)} {year}" for country, year in facts.without_days)
    return str(_("These calendars have no holiday yet: %(calendars)s.", calendars=named))


def _lacks_calendars(facts: Facts) -> str:
    if not facts.unconfirmed:
        return ""
    told = ngettext("The calendar of %(num)d company is not confirmed.",
                    "The calendars of %(num)d companies are not confirmed.", facts.unconfirmed)  # fmt: skip
    before = _("Nothing can be handed to them before.")
    return f"{told} {before}"


def _lacks_codes(facts: Facts) -> str:
    return " ".join(str(CODES[kind]) for kind in CODES if kind in facts.without_code)


CODES = {
    PartyKind.SECRETARIAT: _l(
        "An approver makes one for the Secretariat: if all forgot their passwords, nothing could be read any more."
    ),
    PartyKind.CUSTODIANS: _l("A custodian makes one for the custodians, at their own page."),
}


def _lacks_fonts(_facts: Facts) -> str:
    missing = ", ".join(printed()[1])
    if not missing:
        return ""
    return str(_("Letters print no words in these: %(languages)s. `make fonts` brings the fonts.", languages=missing))


def _unread(_facts: Facts) -> str:
    """No claim is made about a language that nobody has read who grew up with it."""
    offered = [languages.BY_CODE[code] for code in current_app.config["LANGUAGES"]]
    names = ", ".join(one.name for one in offered if not one.read_by_native)
    return str(_("Whole, and not yet read by a native speaker: %(languages)s.", languages=names)) if names else ""


def _lacks_pins(_facts: Facts) -> str:
    """What the database cannot take back must be written somewhere."""
    said = []
    if current_app.config["PARTY_KEYS"]:
        said.append(str(_("PARTY_KEYS is not used any more: take it out. PINS_FILE says more, and by itself.")))
    if not os.access(current_app.config["PINS_FILE"].parent, os.W_OK | os.X_OK):
        said.append(str(_("PINS_FILE cannot be written: this machine would not notice an older key log.")))
    return " ".join(said)


def _prints(_facts: Facts) -> str:
    known = ", ".join(printed()[0])
    return str(_("Besides Latin, Greek and Cyrillic letters: %(languages)s.", languages=known))


def _versions(_facts: Facts) -> str:
    return ", ".join(f"{part} {number}" for part, number in versions().items())


ADVICE: tuple[Advice, ...] = (
    Advice("solo", _l("Two people for what weighs most"), says=_solo),
    Advice("worker", _l("The worker, which keeps the clock"), _lacks_worker),
    Advice("record_key", _l("Keys that sign the record"), _lacks_record_key),
    Advice("staff_pepper", _l("What the server adds to passwords"), _lacks_staff_pepper, _says_of_staff_pepper),
    Advice("passkeys", _l("Passkeys"), _lacks_passkeys, _says_of_passkeys),
    Advice("mail", _l("Mail to staff and companies"), _lacks_mail),
    Advice("webhooks", _l("Where messages to companies' systems may go"), _lacks_guard),
    Advice("backup", _l("Backups"), _lacks_backup),
    Advice("paper", _l("The paper key of the backups"), _lacks_paper, endpoint="backup_paper.show"),
    Advice(
        "restored", _l("Backups that were restored in spite of something"), _lacks_looking, endpoint="people.everybody"
    ),
    Advice("recovery", _l("Recovery codes on paper"), _lacks_codes, endpoint="people.keys"),
    Advice("holidays", _l("Holidays"), _lacks_days, endpoint="admin.holidays"),
    Advice("pins", _l("What this machine remembers of the keys"), _lacks_pins),
    Advice("languages", _l("Languages that complainants can choose"), says=_unread),
    Advice("fonts", _l("What letters can be printed in"), _lacks_fonts, _prints),
    Advice("calendars", _l("Calendars of the companies"), _lacks_calendars, endpoint="company_calendars.everything"),
    Advice(
        "roles",
        _l("What public pages may change in the database"),
        lambda _facts: lacks_role(),
        lambda _facts: says_of_roles(),
    ),
    Advice("versions", _l("Versions"), says=_versions),
)


def points(now: datetime | None = None) -> list[Point]:
    """The whole list: first what the form does not open without."""
    has, facts = opening.standing(), _facts(now or clock.now())
    needed = [Point(one.key, one.title, True, one.lacks(has), "", one.endpoint) for one in opening.NEEDS]
    return needed + [
        Point(one.key, one.title, False, one.lacks(facts), one.says(facts), one.endpoint) for one in ADVICE
    ]


def unfinished(now: datetime | None = None) -> int:
    """How many lines of the list say that something is to be done."""
    return sum(bool(point.lacks) for point in points(now))


def _facts(now: datetime) -> Facts:
    rows = db.session.execute(select(Setting.name, Setting.value).where(Setting.name.in_(NOTES)))
    noted = {name: datetime.fromisoformat(value) for name, value in rows}
    theirs = db.session.execute(select(Company.country, Company.calendar_confirmed_at)).all()
    unconfirmed = sum(confirmed is None for _country, confirmed in theirs)
    days = _without_days(now, {country for country, _at in theirs})
    last = db.session.scalar(select(Checkpoint.public_key).order_by(Checkpoint.id.desc()).limit(1)) or b""
    return Facts(now, noted, days, _without_code(), unconfirmed, last.hex(), bool(log.known().paper_key))


def _without_code() -> list[PartyKind]:
    codes = select(RecoveryShare.party_id).where(RecoveryShare.key_id == Party.key_id, RecoveryShare.used_at.is_(None))
    lacking = select(Party.kind).where(Party.company_id.is_(None), Party.id.not_in(codes.correlate(Party)))
    return list(db.session.scalars(lacking))


def _without_days(now: datetime, theirs: set[str]) -> list[tuple[str, int]]:
    """Of the Secretariat's calendar and of each country that has a company."""
    today = clock.office_day(now)
    years = [today.year, *([today.year + 1] if today.month >= NEXT_YEAR_FROM else [])]
    year = extract("year", Holiday.on)
    known = {(country, int(one)) for country, one in db.session.execute(select(Holiday.country, year).distinct())}
    countries = sorted(theirs | {EVERYWHERE})
    return [(country, one) for country in countries for one in years if (country, one) not in known]
