"""Mail to staff and companies: that something waits, never what. From the outbox, tried again until it goes."""

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import current_app
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock, logs
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.keys import Setting
from grievance.models.mailbox import Mailbox
from grievance.models.writing import Letter, letter_name
from grievance.notify import tasks_due
from grievance.notify.recipients import MAILED as MAILED
from grievance.notify.recipients import Reader, described, goes_at, is_void, mailboxes, pressed, was_seen
from grievance.notify.recipients import readers as _readers
from grievance.notify.smtp import connected as _connected
from grievance.notify.smtp import is_of_the_address
from grievance.notify.smtp import message as _message
from grievance.record.transaction import unit_of_work
from grievance.workflow import release
from grievance.workflow.letter_texts import URGENT

log = logging.getLogger("grievance.workflow.post")  # the name that alerts look for, wherever this file lies
AT_ONCE, SELDOM_AFTER = 200, timedelta(days=14)
OFTEN, SELDOM, LOOK_AGAIN = timedelta(hours=1), timedelta(days=1), timedelta(minutes=10)
FAILING = "mail_failing_since"


@dataclass(frozen=True)
class Claimed:
    """A letter that a mail is to speak of now, to these people. `rest`: there are others, whose day it is not yet."""

    letter_id: int
    name: str
    people: list[int]
    urgent: bool
    rest: bool


@dataclass
class Outcome:
    """Who got a mail, whose address was refused, and whether the line broke or the server is down."""

    sent: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    broken: bool = False


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what the outbox owes, one mail for each person however much waits. Returns how many mails went.

    A letter is claimed first and marked as sent afterwards, so that no lock is held while a server answers; what
    failed is tried again, a little later each time and in the end once a day, and only for those whom it has not
    reached. None is ever dropped. Where `stopping` says so, the rest waits. Whatever else stops the mail is noted, for
    the desk to show.
    """
    url = current_app.config["MAIL_URL"]
    if not url or stopping():
        return 0
    try:
        return _deliver(urlsplit(url), now, stopping)
    except SQLAlchemyError:  # the caller's: a database that is away can note nothing
        raise
    except Exception as fault:
        log.error("the mail broke off: %s", type(fault).__name__, extra=logs.fault(fault))
        with unit_of_work():
            _note(now, Outcome(broken=True))
        return 0


def _deliver(server: SplitResult, now: datetime, stopping: Callable[[], bool]) -> int:
    claimed, waiting = _claim(now), dict[int, list[Claimed]]()
    for one in claimed:
        for person in one.people:
            waiting.setdefault(person, []).append(one)
    due = _due(waiting, now)
    addressees = described({*waiting, *due})
    outcome = _send(server, addressees, waiting, due, stopping)
    if addressees:
        with unit_of_work():
            for one in claimed:
                _mark(one, outcome.sent, now)
            _note_people(addressees, outcome, due, now)
            _note(now, outcome)
    return len(outcome.sent)


def _due(waiting: dict[int, list[Claimed]], now: datetime) -> dict[int, tasks_due.Due]:
    """What each mail says of tasks: beside a letter at any hour, else in the morning."""
    due = tasks_due.to_tell(now)
    if due.keys() - waiting and not tasks_due.may_go_alone(now, failing_since() is not None):
        return {who: one for who, one in due.items() if who in waiting}
    return due


def _owed() -> tuple[ColumnElement[bool], ...]:
    """Letters that a mail is still to speak of, however old."""
    return Letter.recipient.in_(MAILED), Letter.sent_at.is_(None)


def _claim(now: datetime) -> list[Claimed]:
    """The letters that are due now, the urgent ones first and then those that nobody has looked at yet, each with the
    people to whom a mail goes now."""
    with unit_of_work() as session:
        query = select(Letter, Event.actor_id, Event.hash, Event.kind, Event.role).join(
            Event, Event.id == Letter.event_id
        )
        query = query.where(*_owed(), Letter.again_at.is_(None) | (Letter.again_at <= now))
        first = (Letter.template.not_in(URGENT), Letter.again_at.is_not(None), Letter.id)
        locked = query.order_by(*first).limit(AT_ONCE).with_for_update(of=Letter, skip_locked=True)
        rows = [(row.Letter, row, _readers(row.Letter, now)) for row in session.execute(locked)]
        known = {person for _letter, _event, people in rows for person in people}
        people = _People(described(known), mailboxes(known), pressed((row[0].case_id for row in rows), now))
        return [one for letter, event, found in rows if (one := _claimed(letter, event, found, people, now))]


@dataclass(frozen=True)
class _People:
    """What is known of all readers of the letters that are looked at together."""

    readers: dict[int, Reader]
    boxes: dict[int, Mailbox]
    pressed: set[str]

    def mailed_at(self, person: int) -> datetime | None:
        return self.boxes[person].mailed_at if person in self.boxes else None


def _claimed(letter: Letter, event: Any, found: list[int], people: _People, now: datetime) -> Claimed | None:
    """The letter with those to whom a mail goes now. None where nobody is to get one: it is read, or it waits."""
    if not found:
        _wait_for_a_reader(letter, now)
        return None
    urgent, letter.unreached_since = letter.template in URGENT, None
    told_at = {person: told_from(letter, event, people.readers[person].zone) for person in found}
    if not urgent:
        seen = [person for person in found if was_seen(told_at[person], people.mailed_at(person))]
        letter.mailed = [*letter.mailed, *(person for person in seen if person not in letter.mailed)]
    left = [person for person in found if person not in (event.actor_id, *letter.mailed)]  # whoever did it knows of it
    near = letter.case_id in people.pressed
    at = {p: now if urgent else goes_at(people.readers[p], people.mailed_at(p), now, near) for p in left}
    at = {p: max(when, told_at[p]) for p, when in at.items()}
    today, later = [p for p in left if at[p] <= now], [at[p] for p in left if at[p] > now]
    if not left:
        _done(letter, now)
    elif not today:
        letter.again_at = min(later)
    else:
        letter.tries += 1
        letter.again_at = min([now + _pause(letter, now), *later])
    name = letter_name(event.hash, letter.recipient, letter.template)
    return Claimed(letter.id, name, today, urgent, bool(later)) if today else None


def told_from(letter: Letter, event: Any, zone: str) -> datetime:
    """From when on a mail may speak of it: at once, or from the next release after it was owed, as the page does. A
    mail of before has not told of it. `zone`: of who reads it."""
    if not release.waits(letter.recipient, letter.template, event.kind, event.role):
        return letter.counts_from or letter.owed_at
    return release.next_release(letter.owed_at, clock.reader_zone(zone))


def _done(letter: Letter, now: datetime) -> None:
    """No mail is to speak of it any more. Of when she acted, which a minute of this would tell, it keeps the day."""
    letter.sent_at, letter.again_at, letter.counts_from = clock.day_began(now), None, None


def _wait_for_a_reader(letter: Letter, now: datetime) -> None:
    """The desk shows by name who cannot be reached; it goes when somebody can."""
    if is_void(letter):
        _done(letter, now)
        return
    letter.unreached_since = letter.unreached_since or clock.day_began(now)
    letter.again_at = now + LOOK_AGAIN


def _pause(letter: Letter, now: datetime) -> timedelta:
    """A little longer each time, an hour at most; once a day after two weeks."""
    most = SELDOM if letter.owed_at <= now - SELDOM_AFTER else OFTEN
    return min(timedelta(minutes=2 ** min(letter.tries, 11)), most)


def _mark(one: Claimed, sent: set[int], now: datetime) -> None:
    letter = db.session.get_one(Letter, one.letter_id)
    letter.mailed = [*letter.mailed, *(person for person in one.people if person in sent)]
    if sent.issuperset(one.people) and not one.rest:
        _done(letter, now)


def _send(
    server: SplitResult, addressees: dict[int, Reader], waiting: dict[int, list[Claimed]],
    due: dict[int, tasks_due.Due], stopping: Callable[[], bool],
) -> Outcome:  # fmt: skip
    """Send a mail to each account. A mail that cannot be made, or that the server will not take, does not hold up the
    others; where the line breaks, the rest waits."""
    outcome = Outcome()
    db.session.rollback()  # nothing is held open while a server answers
    if not addressees:
        return outcome
    try:
        with _connected(server) as connection:
            for reader in addressees.values():
                if stopping():
                    break
                _try(connection, reader, waiting.get(reader.id, []), due.get(reader.id), outcome)
    except Exception as fault:  # whatever it is, those who got theirs are not sent another
        outcome.broken = not (outcome.sent | outcome.refused).issuperset(addressees)
        log.warning("mail could not be sent: %s", type(fault).__name__)
    return outcome


def _try(
    connection: smtplib.SMTP, reader: Reader, letters: list[Claimed], due: tasks_due.Due | None, outcome: Outcome
) -> None:
    """Send this mail, or note that it was refused. Raises where the line broke, so that no other can go either."""
    try:
        mail = _message(reader, [one.name for one in letters], any(one.urgent for one in letters), due)
        connection.send_message(mail, to_addrs=[reader.email])
    except Exception as fault:
        if not is_of_the_address(fault):
            raise
        log.warning("a mail was refused for account %s: %s", reader.id, type(fault).__name__)
        outcome.refused.add(reader.id)
    else:
        outcome.sent.add(reader.id)


def _note_people(addressees: dict[int, Reader], outcome: Outcome, due: dict[int, tasks_due.Due], now: datetime) -> None:
    """A failure is its person's: it ends with the next mail that goes there, and with nobody else's. Tasks are told of
    once a day, also where the address is refused."""
    boxes = mailboxes(outcome.sent | outcome.refused)
    for person in sorted(outcome.sent | outcome.refused):
        address = addressees[person].email
        box = boxes.get(person) or Mailbox(account_id=person, address=address)
        if box.address != address:
            box.address, box.refused_since = address, None
        if person in outcome.sent:
            box.mailed_at, box.refused_since = now, None
        else:
            box.refused_since = box.refused_since or now
        box.tasks_told_on = due[person].day if person in due else box.tasks_told_on
        db.session.add(box)


def _note(now: datetime, outcome: Outcome) -> None:
    """Since when the server is down, for the desk to show, until it takes something or answers about somebody."""
    known = db.session.get(Setting, FAILING)
    if outcome.broken and known is None:
        db.session.add(Setting(name=FAILING, value=now.isoformat()))
    elif known and not outcome.broken and (outcome.sent or outcome.refused):
        db.session.delete(known)


def failing_since() -> datetime | None:
    """Since when mail could not be handed in to anybody; None where it can."""
    known = db.session.get(Setting, FAILING)
    return datetime.fromisoformat(known.value) if known else None


@dataclass(frozen=True)
class Outbox:
    """What waits: letters, how long the oldest does, and how long mail has been failing; 0 where nothing."""

    letters: int
    oldest_seconds: float
    failing_seconds: float


def outbox(now: datetime) -> Outbox:
    """For those who watch the service. Without mail nothing is owed one."""
    if not current_app.config["MAIL_URL"]:
        return Outbox(0, 0, 0)
    late = (Letter.unreached_since.is_(None), Letter.again_at.is_(None) | (Letter.tries > 0))
    letters, oldest = db.session.execute(
        select(func.count(), func.min(func.coalesce(Letter.counts_from, Letter.owed_at))).where(*_owed(), *late)
    ).one()
    return Outbox(letters, _seconds(oldest, now), _seconds(failing_since(), now))


def _seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0
