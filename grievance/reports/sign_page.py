"""What her page of signs shows: what she gets now, and what she can ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select

from grievance.access import Person
from grievance.deadlines import days
from grievance.digits import hour_said
from grievance.extensions import Label, db
from grievance.forms.choices import WEEKDAYS
from grievance.forms.fields import Field
from grievance.models.case import Case
from grievance.models.sign import Sign, SignText
from grievance.notify import sign_texts, signs


@dataclass(frozen=True)
class Wanted:
    """What she asked for, but for the address, which nobody here can read."""

    text: str
    days: list[Label]
    from_hour: str
    to_hour: str
    zone: str
    failed: bool
    stopped: bool


@dataclass(frozen=True)
class SignPage:
    """`fields`: empty where no sign can be asked for in this language. `stands`: what stands there."""

    wanted: Wanted | None
    senders: list[str]
    fields: tuple[Field, ...]
    stands: Mapping[str, Any]
    by_text_message: bool
    by_mail: bool


def sign_page(person: Person, case: Case, language: str, now: datetime) -> SignPage:
    texts = sign_texts.offered(language) if signs.senders() else []
    fields = signs.fields(case, language, texts, now) if texts else ()
    sign = signs.of(person)
    stands = signs.chosen(sign) if sign else signs.usual(case)
    return SignPage(_wanted(sign, language), signs.senders(), fields, stands,
                    signs.by_text_message(), signs.by_mail())  # fmt: skip


def _wanted(sign: Sign | None, language: str) -> Wanted | None:
    if sign is None:
        return None
    text, names = db.session.get_one(SignText, sign.text_id), dict(WEEKDAYS)
    begins, ends = (hour_said(f"{hour:02}:00", language) for hour in (sign.from_hour, sign.to_hour))
    return Wanted(text.text, [names[str(day)] for day in sign.days], begins, ends, days.place(sign.zone),
                  sign.failed_since is not None, text.stopped)  # fmt: skip


@dataclass(frozen=True)
class SignLine:
    """On her case page: whether a sign may be asked for, whether she gets one, and whether it cannot reach her."""

    gets_one: bool
    failed: bool


def sign_line(person: Person) -> SignLine | None:
    """None where the office sends none."""
    if not current_app.config["SIGN_PUBLIC"] or not signs.senders():
        return None
    sign = signs.of(person)
    return SignLine(sign is not None, sign is not None and sign.failed_since is not None)


_FAILED = select(Sign.id).where(Sign.case_id == bindparam("case_id"), Sign.failed_since.is_not(None)).limit(1)


def unreached(case: Case) -> bool:
    """Whether whoever asked for a sign cannot be reached by it now. After a restore nobody has asked."""
    return db.session.scalar(_FAILED, {"case_id": case.id}) is not None
