#!/usr/bin/env bash
# Python's smtplib, one mail to three people, and a server that answers 421 ("closing") at the second address.
#
# One would guess: an address that is refused for now (4xx) is one entry of the dictionary that `sendmail` returns,
# and the mail goes to the others, as it does for 450, 451 and even for a final 550.
# What happens: 421 alone is different. smtplib hangs up and raises SMTPRecipientsRefused ("all recipients refused"),
# whose `recipients` names the one address at which the server happened to say it. The first, which had been accepted,
# gets nothing and is in no list; the third was never asked. Who reads the exception by its name marks a good address
# as refused, and counts the two others as served.
# Why it matters here: a provider that sheds load says 421 at whatever address comes next. A register of addresses
# that do not work must look at the code, and hand mails in one person at a time.
# Source: RFC 5321, 3.8 and 4.2.3 (421 ends the transaction, whatever command it answers); the behaviour is seen
# below.
# Loopback only; the port is drawn by the system.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check aiosmtpd==1.4.6
cat > "$folder/see.py" <<'PY'
import smtplib
import socket
import sys
from importlib.metadata import version

from aiosmtpd.controller import Controller


class Server:
    def __init__(self, answer):
        self.answer, self.got = answer, []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("second"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.got += envelope.rcpt_tos
        return "250 OK"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def said(answer):
    server = Server(answer)
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    people = [f"{name}@example.org" for name in ("first", "second", "third")]
    try:
        with smtplib.SMTP("127.0.0.1", controller.port) as line:
            refused = line.sendmail("office@example.org", people, "Subject: x\r\n\r\nSomething waits for you.\r\n")
            outcome = f"returned, refused: {sorted(refused)}"
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPServerDisconnected) as fault:
        outcome = f"raised {type(fault).__name__}, recipients: {sorted(getattr(fault, 'recipients', {}))}"
    finally:
        controller.stop()
    return f"{answer[:3]}: {outcome}; delivered to: {server.got}"


print("Python", sys.version.split()[0], "aiosmtpd", version("aiosmtpd"))
for answer in ("450 4.2.1 busy", "550 5.1.1 no such person", "421 4.3.2 closing"):
    print(said(answer))
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
450: returned, refused: ['second@example.org']; delivered to: ['first@example.org', 'third@example.org']
550: returned, refused: ['second@example.org']; delivered to: ['first@example.org', 'third@example.org']
421: raised SMTPRecipientsRefused, recipients: ['second@example.org']; delivered to: []
SEEN
echo "as it was found"
