"""She asks for a sign that there is news, and takes it back.

The address is sealed to a public key whose private half the worker alone has (`accounts.keys.sign_key`). It is kept
until her last follow-up, or until she takes it back.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from grievance import clock
from grievance.access import Person, find_case
from grievance.accounts.keys import sign_key
from grievance.addresses import is_address
from grievance.deadlines import days
from grievance.deadlines.country_calendars import zones_of
from grievance.deadlines.lengths import length
from grievance.digits import hour_said
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import WEEKDAYS
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.keys import ReceiptEnvelope
from grievance.models.limit import Limit
from grievance.models.sides import COMPLAINANT
from grievance.models.sign import Sign, SignText
from grievance.notify import sign_mail, sign_texts
from grievance.record import chain
from grievance.record.transaction import unit_of_work

ASKED, ENDED, FAILED, REACHED = "sign_asked", "sign_ended", "sign_failed", "sign_reached"
KINDS = frozenset({ASKED, ENDED, FAILED, REACHED})
"""Of events in a case."""
SHORTEST = timedelta(hours=2)
MOST, WITHIN = 10, timedelta(days=1)
"""So often may be asked for one in a case."""
_AROUND = tuple(f"Etc/GMT{-hour:+d}" if hour else "Etc/GMT" for hour in range(-11, 15))
"""From west to east; their names count the other way round."""
TO = Field("to", _l("Where should the sign go?"), Kind.LINE, missing=_l("Write where the sign should go."))
TEXT = Field("text", _l("Which text should it be? It is exactly this."), Kind.CHOICE, weighed=True,
             missing=_l("Choose a text."))  # fmt: skip
DAYS = Field("days", _l("On which days may it come?"), Kind.CHOICES, choices=WEEKDAYS, missing=_l("Choose a day."))
FROM = Field("from_hour", _l("Not before"), Kind.CHOICE, missing=_l("Choose the hour."))
UNTIL = Field("to_hour", _l("Not after"), Kind.CHOICE, missing=_l("Choose the hour."))
ZONE = Field("zone", _l("What time is it where you are?"), Kind.CHOICE, missing=_l("Choose the time."))
USUAL = {"days": [key for key, _name in WEEKDAYS], "from_hour": "9", "to_hour": "19"}


def by_text_message() -> bool:
    return bool(current_app.config["SIGN_PUBLIC"] and current_app.config["SMS_FROM"])


def by_mail() -> bool:
    return bool(current_app.config["SIGN_PUBLIC"] and current_app.config["MAIL_URL"])


def senders() -> list[str]:
    """From whom a sign comes, by each way that there is: whoever holds her phone may read that, too."""
    return [
        *([current_app.config["SMS_FROM"]] if by_text_message() else []),
        *([sign_mail.sender()] if by_mail() else []),
    ]


def fields(case: Case, language: str, texts: list[SignText], now: datetime) -> tuple[Field, ...]:
    """What she is asked, with what she can choose from."""
    hours = [(str(hour), hour_said(f"{hour:02}:00", language)) for hour in range(25)]
    return (
        replace(TO, help=_how_to_write()),
        replace(TEXT, choices=[(str(one.id), one.text) for one in texts]),
        DAYS, replace(FROM, choices=hours[:-1]), replace(UNTIL, choices=hours[1:]),
        replace(ZONE, choices=_times(case, language, now)),
    )  # fmt: skip


def _how_to_write() -> str:
    number = _("A telephone number: begin with + and the code of the country, for example +254 712 345678.")
    mail = _("An e-mail address.")
    return " ".join([*([number] if by_text_message() else []), *([mail] if by_mail() else [])])


def _zones(case: Case) -> tuple[str, ...]:
    """Of where it happened, or else of where the company is; none where neither is known."""
    country = case.country or (case.company.country if case.company else "")
    return zones_of(country.partition("-")[0])


def _times(case: Case, language: str, now: datetime) -> list[tuple[str, str]]:
    """The places of the country by name, each with the time there; where none is known, the times alone."""
    named = [(zone, f"{days.place(zone)}: {_time(zone, language, now)}") for zone in _zones(case)]
    return [*named, *((zone, _time(zone, language, now)) for zone in _AROUND)]


def _time(zone: str, language: str, now: datetime) -> str:
    return hour_said(clock.time_of_day(now, zone), language)


def usual(case: Case) -> dict[str, Any]:
    """What stands in the form before she chose anything."""
    return {**USUAL, "zone": next(iter(_zones(case)), "")}


def chosen(sign: Sign) -> dict[str, Any]:
    """What stands there once she chose; where it goes, nobody here can read."""
    hours = {"from_hour": str(sign.from_hour), "to_hour": str(sign.to_hour)}
    return {"text": str(sign.text_id), "days": [str(day) for day in sign.days], "zone": sign.zone, **hours}


# --- asking, and taking back -------------------------------------------------------------------------------


def of(person: Person) -> Sign | None:
    """Her own: what the holder of another receipt asked for is theirs."""
    return db.session.scalars(select(Sign).where(Sign.receipt_id == person.receipt_id)).one_or_none()


def ask(person: Person, reference: str, raw: Mapping[str, Any], language: str, now: datetime) -> None:
    """Instead of what she asked for before. Raises `BadInput`, `Refused`."""
    texts = sign_texts.offered(language)
    if not (senders() and texts):
        raise Refused(_("We cannot send signs in this language now."))
    values = _checked(fields(find_case(person, reference), language, texts, now), raw)
    to, from_hour, to_hour = values["to"], int(values["from_hour"]), int(values["to_hour"])
    text = next(one for one in texts if str(one.id) == values["text"])
    with unit_of_work() as session:
        case = find_case(person, reference, lock=True)
        if over := comes_to_nothing(person, case):
            raise Refused(over)
        _refuse_too_many(case, now)
        before = _away(person)
        new = Sign(
            id=chain.new_id(), case_id=case.id, receipt_id=person.receipt_id, text_id=text.id, zone=values["zone"],
            days=[int(day) for day in values["days"]], from_hour=from_hour, to_hour=to_hour,
            heard_seq=case.head_seq + 1, went_at=before.went_at if before else None,
        )  # fmt: skip
        new.key_id, new.sealed = sign_key.seal(case.id, new.id, {"to": to, "text": text.text})
        session.add(new)
        session.flush()
        chain.append(case, ASKED, person, now, now, {"sign_of": new.receipt_id})


def _checked(asked: tuple[Field, ...], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, with the address as it is sent to. Raises `BadInput` with all that is wrong at once."""
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    for field in asked:
        try:
            values |= clean((field,), raw)
            if field is asked[0]:
                values["to"] = _address(values["to"])
        except BadInput as bad:
            errors |= bad.errors
    if not errors and int(values["to_hour"]) < int(values["from_hour"]) + SHORTEST // timedelta(hours=1):
        errors["to_hour"] = _(
            "Choose a later end, on the same day. There must be at least this between: %(time)s.", time=length(SHORTEST)
        )
    if errors:
        raise BadInput(errors)
    return values


def end(person: Person, reference: str, now: datetime) -> None:
    """One press. Nothing more goes, and the address is deleted; without one there is nothing to do."""
    with unit_of_work():
        case = find_case(person, reference, lock=True)
        if (gone := _away(person)) is not None:
            chain.append(case, ENDED, person, now, now, {"sign_of": gone.receipt_id})


def _away(person: Person) -> Sign | None:
    found = of(person)
    if found is not None:
        db.session.delete(found)
        db.session.flush()
    return found


_RUNS = select(Limit.id).where(
    Limit.case_id == Case.id, Limit.met_at.is_(None), Limit.stopped_at.is_(None),
    Limit.missed_at.is_(None) | (Limit.owed_by != COMPLAINANT),
)  # fmt: skip
"""What she missed is over; what anybody else missed stays owed to her."""


def is_over() -> ColumnElement[bool]:
    """Her receipt opens nothing any more; or the case is closed and nothing runs in it: no follow-up, no appeal."""
    return ReceiptEnvelope.revoked_at.is_not(None) | ((Case.state == State.CLOSED) & ~_RUNS.exists())


def comes_to_nothing(person: Person, case: Case) -> str:
    """Said before she asks: the worker would end it at once. Empty where one may come."""
    over = select(Case.id).join(ReceiptEnvelope, ReceiptEnvelope.id == person.receipt_id)
    if db.session.scalar(over.where(Case.id == case.id, is_over())) is None:
        return ""
    return str(_("Your complaint is at its end, and we owe you nothing more in it: no sign would come."))


def _refuse_too_many(case: Case, now: datetime) -> None:
    """Whoever has a receipt tries no numbers with it, and writes to no crowd. Raises `Refused`."""
    asked = select(func.count()).select_from(Event).where(Event.chain == case.id, Event.kind == ASKED)
    if (db.session.scalar(asked.where(Event.happened_at > now - WITHIN)) or 0) >= MOST:
        raise Refused(_("You changed this many times. Wait a day, or write to us."))


# --- an address --------------------------------------------------------------------------------------------


def _address(typed: str) -> str:
    """As it is sent to. Raises `BadInput` with what is wrong and how it is written."""
    if "@" in typed:
        return _mail_address(typed)
    if not by_text_message():
        raise BadInput({"to": _("Write an e-mail address: we cannot send text messages.")})
    return telephone(typed)


def _mail_address(typed: str) -> str:
    if not by_mail():
        raise BadInput({"to": _("Write a telephone number: we cannot send e-mail.")})
    if not is_address(typed):
        raise BadInput({"to": _("Write the e-mail address like this: name@example.org")})
    return typed


def telephone(typed: str) -> str:
    """A number by E.164: +, the code of the country, fifteen digits at most. Raises `BadInput`."""
    number = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in typed)
    number = re.sub(r"[\s().\-/\u00ad\u200e\u200f\u2010-\u2015]", "", number)
    number = re.sub(r"^(00|\uff0b)", "+", number)
    if not number.startswith("+") or number.startswith("+0"):
        raise BadInput({"to": _("Begin with + and the code of the country, for example +254 712 345678.")})
    if not number[1:].isdigit():
        raise BadInput({"to": _("Write a telephone number with digits only, for example +254 712 345678.")})
    if not 8 <= len(number) - 1 <= 15:
        raise BadInput({"to": _("This telephone number has too many or too few digits. Look at it again.")})
    return number
