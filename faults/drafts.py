"""Forms that are begun with a large file and never sent, a hundred a minute, on a small disk: how full it gets, and
whether who files meanwhile still can."""

import os
import shutil
import threading
import time
from collections import Counter
from typing import Any

from faults.browser import Browser, Lost
from faults.office import Office
from grievance.intake import filing

A_MINUTE = 100
SIZE = 3_000_000
"""Bytes of each file."""


def unsent_forms(office: Office, number: int = 10) -> dict[str, Any]:
    """For `number` minutes."""
    office.start_web()
    over, said, filed, free = threading.Event(), Counter[str](), Counter[str](), list[float]()
    begin = threading.Thread(target=_begin_forms, args=(office, over, said))
    begin.start()
    end = time.monotonic() + number * 60
    while time.monotonic() < end:
        disk = shutil.disk_usage(office.folder)
        free.append(disk.free / disk.total)
        filed[_file(office)] += 1
        time.sleep(5)
    over.set()
    begin.join()
    office.kill_web()
    good = set(filed) == {"303"}
    return {"minutes of it": number, "forms": dict(said), "disk": f"{disk.total // 1_000_000} MB",
            "least free": f"{min(free):.0%}", "free at the end": f"{free[-1]:.0%}",
            "complaints meanwhile": dict(filed), "good": good}  # fmt: skip


def _begin_forms(office: Office, over: threading.Event, said: Counter[str]) -> None:
    begun = time.monotonic()
    while not over.is_set():
        said[_answer(office, {"step": "files", "go": "upload"}, SIZE)] += 1
        over.wait(max(0.0, begun + sum(said.values()) * 60 / A_MINUTE - time.monotonic()))


def _file(office: Office) -> str:
    """A whole complaint with a small file, on the page with all questions: the status of its last answer."""
    browser = Browser(office.port)
    try:
        fields = browser.get("/complain?step=all").hidden()
        time.sleep(3.3)
        answers = {"account": "The gate at night.", "company": "unknown", "could_harm": "no"}
        return str(
            browser.post("/complain", {**fields, **answers}, [("a.mp3", b"ID3\x04" + os.urandom(20_000))]).status
        )
    except Lost as lost:
        return str(lost)


def _answer(office: Office, fields: dict[str, str], size: int) -> str:
    sent = {"secret": filing.new_secret(), **fields}
    try:
        return str(Browser(office.port).post("/complain", sent, [("a.mp3", b"ID3\x04" + os.urandom(size))]).status)
    except Lost as lost:
        return str(lost)
