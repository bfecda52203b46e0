"""The worker's rounds with the signs: what is new, when it goes, and what became of it.

Nothing of a case, an address or a text is logged. A sign is put off to the next day before it is handed in: whatever
happens to this process then, it does not come twice on one day.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import exists, func, select
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock, logs
from grievance.access import CLOCK
from grievance.accounts.keys import sign_key
from grievance.extensions import db
from grievance.gateways import Smpp
from grievance.models.case import Case
from grievance.models.desk import PLAIN
from grievance.models.keys import ReceiptEnvelope
from grievance.models.people import Role
from grievance.models.sign import Sign, SignText
from grievance.notify import http_gateway, sign_mail, sign_news
from grievance.notify.handed_in import HandedIn
from grievance.notify.sign_times import Hours, moment
from grievance.notify.signs import ENDED, FAILED, REACHED, is_over
from grievance.record import chain
from grievance.record.transaction import mark_for_officer, unit_of_work

log = logging.getLogger("grievance.signs")
AT_ONCE = 200
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=4)
MOST_TRIES = 8
"""After so many without an answer that it was taken, the desk is told that she cannot be reached. It is tried on."""
_chance = random.SystemRandom().random
Message = tuple[str, str]
Ways = Iterable[HandedIn]


class NoKey(RuntimeError):
    """Signs were asked for that this worker cannot send."""

    loggable = True


@dataclass(frozen=True)
class Due:
    """A sign that goes now: to whom, and what it says."""

    id: str
    to: str = field(repr=False)
    text: str = field(repr=False)


def check_key() -> None:
    """At the worker's start: whoever asked for a sign believes that one comes. Raises `NoKey`."""
    known = sign_key.key_pairs()
    try:
        sealed_to = dict(db.session.execute(select(Sign.key_id, func.count()).group_by(Sign.key_id)).all())
    except SQLAlchemyError:  # the database is away: the worker says so itself, and what does not open is said then
        sealed_to = {}
    finally:
        db.session.rollback()
    if lost := sum(number for name, number in sealed_to.items() if name not in known):
        raise NoKey(
            f"SIGN_KEY does not hold the key to which signs are sealed here ({lost}): nobody who asked for one would"
            " get it. Bring that key back, as SIGN_KEY_FILE of the worker alone."
        )
    if current_app.config["SMS_FROM"] and not current_app.config["SMS_GATEWAY"]:
        raise NoKey("SMS_FROM offers signs by text message, and this worker has no SMS_GATEWAY to send them by.")


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """One round; returns how many signs were taken. Where nobody asked for any, it is one question."""
    if stopping() or not db.session.scalar(select(exists().select_from(Sign))):
        return 0
    _end_what_is_over(now)
    _hear(now)
    return 0 if stopping() else _send(now)


# --- when it ends ------------------------------------------------------------------------------------------


def _end_what_is_over(now: datetime) -> None:
    """The address goes, and the record says that it did."""
    over = select(Sign.id, Sign.case_id).join(Case, Case.id == Sign.case_id)
    over = over.join(ReceiptEnvelope, ReceiptEnvelope.id == Sign.receipt_id).where(is_over())
    if not (found := db.session.execute(over.limit(AT_ONCE)).all()):
        return
    with unit_of_work(effect=False) as session:
        for sign_id, case_id in found:
            case = session.get_one(Case, case_id, with_for_update=True, populate_existing=True)
            if (sign := session.get(Sign, sign_id, with_for_update=True)) is not None:
                session.delete(sign)
                session.flush()
                chain.append(case, ENDED, CLOCK, now, now, {"sign_of": sign.receipt_id})


# --- what is new -------------------------------------------------------------------------------------------


def _hear(now: datetime) -> None:
    """Look through what happened since the last look; whatever came, one sign is to go."""
    query = select(Sign, Case.head_seq, ReceiptEnvelope.holder, ReceiptEnvelope.seen_seq)
    query = query.join(Case, Case.id == Sign.case_id).join(ReceiptEnvelope, ReceiptEnvelope.id == Sign.receipt_id)
    behind = query.where(Case.head_seq > Sign.heard_seq).order_by(Sign.id).limit(AT_ONCE)
    if db.session.execute(behind.with_only_columns(Sign.id).limit(1)).first() is None:
        return
    with unit_of_work(effect=False) as session:
        for sign, head, holder, seen in session.execute(behind.with_for_update(of=Sign, skip_locked=True)):
            after, sign.heard_seq = max(sign.heard_seq, seen), head
            if sign.due_at is None and sign_news.is_there(sign.case_id, after, Role(holder.value)):
                sign.due_at = _next(sign, now) if _can_be_read(sign, now) else now


def _can_be_read(sign: Sign, now: datetime) -> bool:
    """A row that somebody changed in the database fails by itself, and holds up nobody else's."""
    try:
        moment(hours(sign), now, _chance)
    except Exception as fault:
        log.error("the hours of a sign cannot be read: %s", type(fault).__name__)
        return False
    return True


def hours(sign: Sign) -> Hours:
    return Hours(sign.zone, sign.days, sign.from_hour, sign.to_hour)


def _next(sign: Sign, now: datetime, *, but_today: bool = False) -> datetime:
    return moment(hours(sign), now, _chance, but_today=but_today or _went_today(sign, now))


def _went_today(sign: Sign, now: datetime) -> bool:
    return sign.went_at is not None and clock.day(sign.went_at, sign.zone) == clock.day(now, sign.zone)


# --- sending -----------------------------------------------------------------------------------------------


def _send(now: datetime) -> int:
    claimed = _claim(now)
    db.session.rollback()  # nothing is held open while a gateway answers
    outcome: dict[str, HandedIn] = {}
    for way, due in _by_way(claimed).items():
        outcome |= _handed_in(way, due)
    for sign_id, became in outcome.items():
        _note(sign_id, became, now)
    if outcome:
        counts = {became.value: sum(one == became for one in outcome.values()) for became in HandedIn}
        log.info(
            "signs", extra={"facts": {name.replace(" ", "_"): number for name, number in counts.items() if number}}
        )
    return sum(one == HandedIn.TAKEN for one in outcome.values())


def _claim(now: datetime) -> list[Due]:
    """What goes now, put off to another day before anything is handed in."""
    query = select(Sign, ReceiptEnvelope.seen_seq, SignText.stopped)
    query = query.join(ReceiptEnvelope, ReceiptEnvelope.id == Sign.receipt_id).join(
        SignText, SignText.id == Sign.text_id
    )
    due = query.where(Sign.due_at <= now, ReceiptEnvelope.revoked_at.is_(None)).order_by(Sign.due_at).limit(AT_ONCE)
    if db.session.execute(due.with_only_columns(Sign.id).limit(1)).first() is None:
        return []
    pairs, found = sign_key.key_pairs(), list[Due]()
    with unit_of_work(effect=False) as session:
        for sign, seen, stopped in session.execute(due.with_for_update(of=Sign, skip_locked=True)):
            if seen >= sign.heard_seq:  # she has looked since
                sign.due_at = None
            elif not _can_be_read(sign, now):
                found.append(Due(sign.id, "", ""))
            elif _went_today(sign, now) or not hours(sign).are_now(now):
                sign.due_at = _next(sign, now)
            else:
                sign.due_at, sign.tries = _next(sign, now, but_today=True), sign.tries + 1
                found += _opened(sign, pairs) if not stopped else []
                if stopped:
                    found.append(Due(sign.id, "", ""))
    return found


def _opened(sign: Sign, pairs: Mapping[str, Any]) -> Iterator[Due]:
    """What does not open goes nowhere: the desk is told as of a number that is refused."""
    try:
        said = sign_key.opened(pairs[sign.key_id], sign.case_id, sign.id, sign.sealed)
    except (KeyError, sign_key.CannotOpen) as fault:
        log.error("a sign does not open with SIGN_KEY: %s", type(fault).__name__)
        yield Due(sign.id, "", "")
    else:
        yield Due(sign.id, said["to"], said["text"])


TEXT_MESSAGE, MAIL, STOPPED = "text message", "mail", "stopped"


def _by_way(claimed: list[Due]) -> dict[str, list[Due]]:
    found: dict[str, list[Due]] = defaultdict(list)
    for one in claimed:
        found[STOPPED if not one.to else MAIL if "@" in one.to else TEXT_MESSAGE].append(one)
    return found


def _handed_in(way: str, due: list[Due]) -> dict[str, HandedIn]:
    """What became of each: of which nothing is said, it did not go."""
    outcome = dict.fromkeys((one.id for one in due), HandedIn.NOT_NOW)
    try:
        for became, one in zip(_ways(way, [(one.to, one.text) for one in due]), due, strict=False):
            outcome[one.id] = became
    except Exception as fault:
        log.error("signs broke off: %s", type(fault).__name__, extra=logs.fault(fault))
    return outcome


def _ways(way: str, messages: list[Message]) -> Ways:
    config = current_app.config
    if way == STOPPED:  # the office withdrew its text, or it cannot be read: only another choice of hers helps
        return [HandedIn.REFUSED for _one in messages]
    if way == MAIL:
        return sign_mail.send(config["MAIL_URL"], messages) if config["MAIL_URL"] else ()
    if config["SMS_GATEWAY"] is None:
        return ()
    if isinstance(config["SMS_GATEWAY"], Smpp):
        from grievance.notify import smpp

        return smpp.send(config["SMS_GATEWAY"], config["SMS_FROM"], messages)
    return http_gateway.send(config["SMS_GATEWAY"], config["SMS_FROM"], messages)


def send_test(to: str) -> HandedIn:
    """For whoever set it up."""
    return _handed_in(MAIL if "@" in to else TEXT_MESSAGE, [Due("test", to, "This is a test.")])["test"]


# --- what became of it -------------------------------------------------------------------------------------


def _note(sign_id: str, became: HandedIn, now: datetime) -> None:
    """She may have taken it back meanwhile: then nothing is left to note."""
    with unit_of_work(effect=False) as session:
        case_id = session.scalar(select(Sign.case_id).where(Sign.id == sign_id))
        if case_id is None:
            return
        case = session.get_one(Case, case_id, with_for_update=True, populate_existing=True)
        sign = session.get(Sign, sign_id, with_for_update=True, populate_existing=True)
        if sign is not None:
            _of_one(case, sign, became, now)


def _of_one(case: Case, sign: Sign, became: HandedIn, now: datetime) -> None:
    if became in (HandedIn.TAKEN, HandedIn.UNKNOWN):
        sign.went_at = now
    if became == HandedIn.TAKEN:
        sign.due_at, sign.tries = None, 0
        _reached(case, sign, now)
    elif became == HandedIn.REFUSED:
        sign.due_at, sign.tries = None, 0
        _failed(case, sign, now)
    else:
        if became == HandedIn.NOT_NOW:
            sign.due_at = _again(sign, now)
        if sign.tries >= MOST_TRIES:
            _failed(case, sign, now)


def _again(sign: Sign, now: datetime) -> datetime:
    """A little longer each time, and never outside her hours."""
    at = now + min(FIRST_PAUSE * 2 ** (sign.tries - 1), LONGEST_PAUSE)
    return at if hours(sign).are_now(at) else _next(sign, at)


def _failed(case: Case, sign: Sign, now: datetime) -> None:
    """The desk is told once, until one goes again."""
    if sign.failed_since is None:
        sign.failed_since = now
        event = chain.append(case, FAILED, CLOCK, now, now, {"sign_of": sign.receipt_id})
        mark_for_officer(event, case.officer_id, PLAIN)


def _reached(case: Case, sign: Sign, now: datetime) -> None:
    if sign.failed_since is not None:
        sign.failed_since = None
        chain.append(case, REACHED, CLOCK, now, now, {"sign_of": sign.receipt_id})
