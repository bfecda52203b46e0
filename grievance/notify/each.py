"""One mail to each of several accounts, over one connection: who got it, and for whom it is tried again."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.people import Account, AccountStatus
from grievance.notify.recipients import Reader, described
from grievance.notify.smtp import connected, is_of_the_address

log = logging.getLogger("grievance.workflow.post")  # the name that alerts look for, wherever this file lies


@dataclass(frozen=True)
class Went:
    """`left`: whom it has not reached, and is to. Who is not here any more, and whose address is refused, is in none
    of the two."""

    reached: frozenset[int]
    left: frozenset[int]


def to_each(
    people: Collection[int], message: Callable[[Reader], EmailMessage], stopping: Callable[[], bool],
    reads: Collection[AccountStatus] = (AccountStatus.ACTIVE,),
) -> Went:  # fmt: skip
    """An address that is refused holds up nobody and is not tried again; where the line breaks, the rest waits."""
    here = select(Account.id).where(Account.id.in_(people), Account.status.in_(reads))
    readers, reached, refused = described(set(db.session.scalars(here))), set[int](), set[int]()
    db.session.rollback()  # nothing is held open while a server answers
    try:
        with connected(urlsplit(current_app.config["MAIL_URL"])) as connection:
            for reader in readers.values():
                if stopping():
                    break
                try:
                    connection.send_message(message(reader), to_addrs=[reader.email])
                    reached.add(reader.id)
                except Exception as fault:
                    if not is_of_the_address(fault):
                        raise
                    log.warning("a mail was refused for account %s: %s", reader.id, type(fault).__name__)
                    refused.add(reader.id)
    except Exception as fault:  # whatever it is, those who got theirs are not sent another
        log.warning("mail could not be sent: %s", type(fault).__name__)
    return Went(frozenset(reached), frozenset(readers.keys() - reached - refused))
