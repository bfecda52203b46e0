"""Text messages over SMPP 3.4: one session for what goes now. Taken is what a `submit_sm_resp` with status 0 says; to
write into a line that was cut succeeds the first time."""

import logging
import re
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from smpplib import consts
from smpplib.client import Client

from grievance.gateways import Smpp
from grievance.notify import gsm
from grievance.notify.handed_in import HandedIn

TIMEOUT, ANSWERED_WITHIN = 15, 30
"""Seconds: of one read, and until the answer to a message is given up."""
OF_THE_NUMBER = frozenset({
    consts.SMPP_ESME_RINVDSTADR, consts.SMPP_ESME_RINVDSTTON, consts.SMPP_ESME_RINVDSTNPI,
})  # fmt: skip
"""Statuses that mean this number. All others are the gateway's, or mean later."""
INTERNATIONAL, UNKNOWN, ALPHANUMERIC, ISDN = 1, 0, 5, 1
_silent = logging.getLogger("grievance.smpp.line")
_silent.disabled = True  # the library writes each message, in hexadecimal, and each address
Message = tuple[str, str]
"""To which number, and the text."""


class Line(Client):  # type: ignore[misc]
    """A bound session. Whatever goes wrong in it ends it, and the next message gets a new one."""

    def __init__(self, gateway: Smpp) -> None:
        super().__init__(gateway.host, gateway.port, TIMEOUT, logger_name=_silent.name, allow_unknown_opt_params=True)
        # connected here: the library's own knows IPv4 alone, and wraps TLS without the host that it would verify
        self._socket = _connected(gateway)
        self.state = consts.SMPP_CLIENT_STATE_OPEN
        try:
            self.bind_transmitter(
                system_id=gateway.system_id, password=gateway.password, system_type=gateway.system_type
            )
        except Exception:
            self.disconnect()
            raise

    def hang_up(self) -> None:
        with suppress(Exception):  # what was sent is answered already
            self.unbind()
        self.disconnect()

    def submit(self, sender: str, to: str, text: str) -> int:
        """The number by which its answer is known. Raises where the line broke."""
        coding, octets = gsm.encoded(text)
        ton, npi = _kind_of(sender)
        message = self.send_message(
            source_addr_ton=ton, source_addr_npi=npi, source_addr=sender.lstrip("+"), dest_addr_ton=INTERNATIONAL,
            dest_addr_npi=ISDN, destination_addr=to.lstrip("+"), short_message=octets, data_coding=coding,
            registered_delivery=0,
        )  # fmt: skip
        return int(message.sequence)

    def answer_to(self, number: int) -> int:
        """The status of a message; raises where none comes in time. Whatever else a gateway sends, such as somebody's
        answer to a sign, is left there: a transmitter may not acknowledge it, and nobody here reads it."""
        until = time.monotonic() + ANSWERED_WITHIN
        while time.monotonic() < until:
            pdu = self.read_pdu()
            if pdu.command == "enquire_link":
                self._enquire_link_received(pdu)
            elif pdu.command in ("submit_sm_resp", "generic_nack") and pdu.sequence == number:
                return int(pdu.status)
        raise TimeoutError


def _connected(gateway: Smpp) -> socket.socket:
    raw = socket.create_connection((gateway.host, gateway.port), timeout=TIMEOUT)
    if not gateway.tls:
        return raw
    try:
        return ssl.create_default_context().wrap_socket(raw, server_hostname=gateway.host)
    except Exception:
        raw.close()
        raise


def _kind_of(sender: str) -> tuple[int, int]:
    if not re.fullmatch(r"\+?[0-9]+", sender):
        return ALPHANUMERIC, UNKNOWN
    return (INTERNATIONAL if len(sender) > 6 else UNKNOWN), ISDN


def send(gateway: Smpp, sender: str, messages: Iterable[Message]) -> Iterator[HandedIn]:
    """What became of each, in their order. Where no session can be had, none of the rest went; where the gateway wants
    less at once, they wait, too."""
    line: Line | None = None
    waits = False
    for to, text in messages:
        if waits:
            yield HandedIn.NOT_NOW
            continue
        try:
            line = line or Line(gateway)
        except Exception:  # whatever it is: nothing went
            waits = True
            yield HandedIn.NOT_NOW
            continue
        said, broken, waits = _one(line, sender, to, text)
        if broken:
            line.hang_up()
            line = None
        yield said
    if line:
        line.hang_up()


def _one(line: Line, sender: str, to: str, text: str) -> tuple[HandedIn, bool, bool]:
    """What became of it, whether the line is broken, and whether the others are to wait."""
    try:
        number = line.submit(sender, to, text)
        status = line.answer_to(number)
    except Exception:  # also `struct.error`, from what is no PDU
        return HandedIn.UNKNOWN, True, False
    if status == consts.SMPP_ESME_ROK:
        return HandedIn.TAKEN, False, False
    if status in OF_THE_NUMBER:
        return HandedIn.REFUSED, False, False
    return HandedIn.NOT_NOW, False, status in (consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL)
