"""A gateway of text messages: a real server of SMPP 3.4, from a package of its own."""

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

import smpp34

from grievance.gateways import Smpp
from tests.notify.test_outbox import free_port


@dataclass
class Taken:
    """A message as it arrived."""

    sender: str
    to: str
    coding: int
    octets: bytes

    @property
    def text(self):
        return self.octets.decode("utf-16-be") if self.coding == 8 else self.octets.decode("ascii")


@dataclass
class Gateway:
    """`answers`: the status of each next message, 0 where the list is empty; None for no answer at all; "late" for one
    that is taken after a while."""

    port: int
    answers: list = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    asked: int = 0

    def settings(self):
        return Smpp(host="127.0.0.1", port=self.port, system_id="office", password="secret", tls=False)

    def hear(self, event):
        self.asked += 1
        status = self.answers.pop(0) if self.answers else 0
        if status is None:
            return self.unanswered.append(event)
        if status == "late":
            return asyncio.get_running_loop().call_later(0.3, self.take, event)
        return event.reject(status) if status else self.take(event)

    def take(self, event):
        self.taken.append(Taken(event.source_addr, event.destination_addr, event.data_coding, event.short_message))
        return event.accept(str(len(self.taken)))

    def __post_init__(self):
        self.unanswered = []


async def _serve(gateway, ready, ending):
    server = smpp34.Server("127.0.0.1", gateway.port)
    await server.start()
    ready.set()
    try:
        while not ending.is_set():
            try:
                event = await asyncio.wait_for(server.next(), 0.05)
            except TimeoutError:
                continue
            if isinstance(event, smpp34.SubmitSmEvent):
                gateway.hear(event)
    finally:
        await server.stop()


@contextmanager
def running(port=None, **more):
    gateway, ready, ending = Gateway(port or free_port(), **more), threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(gateway, ready, ending)), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield gateway
    finally:
        ending.set()
        thread.join(10)
