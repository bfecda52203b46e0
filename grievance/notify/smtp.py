"""Handing mails in: one connection, one mail a person, and in words what a server answered."""

import hashlib
import smtplib
import socket
import ssl
from collections.abc import Collection
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app
from flask_babel import gettext as _

from grievance.extensions import speaking
from grievance.models.people import Role
from grievance.notify.kept_mails import SCHEME, KeptMails
from grievance.notify.recipients import Reader
from grievance.notify.tasks_due import Due

TIMEOUT = 20
CLOSING = 421
"""What a server says that will take nothing more, from nobody."""


def connected(server: SplitResult) -> smtplib.SMTP:
    if server.scheme == SCHEME:
        return KeptMails(Path(server.path))
    host, port = server.hostname or "localhost", server.port
    if server.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
    try:
        if server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
    except Exception:
        connection.close()
        raise
    return connection


def message(reader: Reader, letters: Collection[str], urgent: bool = False, due: Due | None = None) -> EmailMessage:
    """Without a word about what waits. The same letters give the same identifier: a server may drop a second one.
    That something is urgent is said to the office alone: whoever reads a company's mail must not learn that a case
    has an alert. `due`: how many tasks, said to the office's people alone."""
    site, url = current_app.config["SITE_NAME"], current_app.config["STAFF_URL"]
    mail, where = EmailMessage(), {"site": site, "url": f"{url}/account/sign-in"}
    with speaking(reader.language):
        if urgent and reader.role != Role.COMPANY:
            mail["Subject"] = _("Urgent: something waits for you")
            mail.set_content(_("Something urgent waits for you at %(site)s. Sign in to see it: %(url)s", **where))
        else:
            mail["Subject"] = _("Something waits for you")
            mail.set_content(_("Something waits for you at %(site)s. Sign in to see it: %(url)s", **where))
        if due:
            mail.set_content(f"{mail.get_content().strip()}\n\n{due.in_words()}")
    days = [due.day.isoformat()] if due else []
    return addressed(mail, reader.email, f"{reader.id}:{[*sorted(letters), *days]}")


def addressed(mail: EmailMessage, address: str, what: str) -> EmailMessage:
    mail["From"], mail["To"] = current_app.config["MAIL_FROM"], address
    digest = hashlib.sha256(what.encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{digest}@{urlsplit(current_app.config['SITE_URL']).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def is_of_the_address(fault: Exception) -> bool:
    """Whether it is this person's alone: their address is refused, or no mail can be made for it. Everything else (the
    line, the sender, the password) is the server's, and meets everybody."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code != CLOSING for code, _text in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPDataError):
        return fault.smtp_code != CLOSING
    return isinstance(fault, smtplib.SMTPNotSupportedError) or not isinstance(fault, OSError)


def in_words(fault: Exception) -> str:
    """What happened, as a sentence for whoever set the mail up."""
    match fault:
        case smtplib.SMTPRecipientsRefused():
            answers = "; ".join(f"{code} {_text(text)}" for code, text in fault.recipients.values())
            return f"The server refused this address: {answers}"
        case smtplib.SMTPSenderRefused():
            return f"The server refused the sender (MAIL_FROM): {_answer(fault)}"
        case smtplib.SMTPAuthenticationError():
            return f"The server refused the name or the password in MAIL_URL: {_answer(fault)}"
        case smtplib.SMTPNotSupportedError():
            return f"The server cannot do what MAIL_URL or the address asks for: {fault}"
        case smtplib.SMTPResponseException():
            return f"The server refused the mail: {_answer(fault)}"
        case ssl.SSLCertVerificationError():
            return f"The connection is not safe: the server's certificate was not accepted ({fault.verify_message})."
        case ssl.SSLError():
            return f"TLS failed ({fault.reason}): smtps is for port 465, smtp+starttls for 587 or 25."
        case socket.gaierror():
            return "No connection: the host in MAIL_URL is not known."
        case _ if isinstance(fault, TimeoutError) or "timed out" in str(fault):  # smtplib calls it a line that was cut
            return f"No connection: the server did not answer within {TIMEOUT} seconds."
        case smtplib.SMTPServerDisconnected():
            return "The server hung up before it had taken the mail."
        case OSError():
            return f"No connection: {fault.strerror or type(fault).__name__}."
    return f"No mail can be made for this: {type(fault).__name__}."


def _answer(fault: smtplib.SMTPResponseException) -> str:
    return f"{fault.smtp_code} {_text(fault.smtp_error)}"


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def send_test(address: str) -> str:
    """Send one mail to an address now; returns in words what happened, beginning with "Sent" where it was taken."""
    url = current_app.config["MAIL_URL"]
    if not url:
        return "MAIL_URL is empty: no mail goes out at all."
    mail = EmailMessage()
    mail["Subject"] = "A test of the mail"
    mail.set_content(f"{current_app.config['SITE_NAME']}: mail from this server arrives here.")
    try:
        server = urlsplit(url)
        _port = server.port
    except ValueError as reason:
        return f"MAIL_URL cannot be read: {reason}."
    try:
        with connected(server) as connection:
            connection.send_message(addressed(mail, address, f"test:{address}"), to_addrs=[address])
    except Exception as fault:  # whatever it is, it is said
        return in_words(fault)
    if server.scheme == SCHEME:
        return f"Kept: MAIL_URL keeps mail in {server.path}, and sends none."
    return f"Sent: the server {server.hostname} took a mail to {address}. Whether it arrives, only its reader can say."
