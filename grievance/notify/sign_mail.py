"""A sign by e-mail: the text and nothing else, from an address that names the office only where it must."""

import secrets
import smtplib
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import current_app

from grievance.notify.handed_in import HandedIn
from grievance.notify.smtp import connected

LATER = range(400, 500)


def sender() -> str:
    return str(current_app.config["SIGN_MAIL_FROM"] or current_app.config["MAIL_FROM"])


def message(to: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = text.replace("\n", " "), sender(), to
    mail["Message-ID"] = f"<{secrets.token_hex(16)}@{sender().rpartition('@')[2]}>"
    mail.set_content(text)
    return mail


def send(url: str, messages: Iterable[tuple[str, str]]) -> Iterator[HandedIn]:
    """What became of each, in their order; where the line breaks, the rest waits."""
    connection: smtplib.SMTP | None = None
    broken = False
    for to, text in messages:
        if broken:
            yield HandedIn.NOT_NOW
            continue
        try:
            connection = connection or connected(urlsplit(url))
        except Exception:  # whatever it is: nothing went
            broken = True
            yield HandedIn.NOT_NOW
            continue
        try:
            mail = message(to, text)
        except ValueError:  # no mail can be made for it
            yield HandedIn.REFUSED
            continue
        said = _one(connection, mail)
        broken = said == HandedIn.UNKNOWN
        yield said
    if connection:
        connection.close()


def _one(connection: smtplib.SMTP, mail: EmailMessage) -> HandedIn:
    try:
        connection.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _text in refused.recipients.values()]
        return HandedIn.NOT_NOW if any(code in LATER for code in codes) else HandedIn.REFUSED
    except smtplib.SMTPDataError as refused:
        return HandedIn.NOT_NOW if refused.smtp_code in LATER else HandedIn.REFUSED
    except smtplib.SMTPResponseException:  # the sender: the office's own
        return HandedIn.NOT_NOW
    except smtplib.SMTPNotSupportedError:
        return HandedIn.REFUSED
    except Exception:
        return HandedIn.UNKNOWN
    return HandedIn.TAKEN
