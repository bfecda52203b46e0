"""Forms that are begun with a large file and never sent, a hundred a minute, on a small disk: how full it gets, what
others see, and whether who files meanwhile still can; behind nginx where there is one."""

import os
import shutil
import threading
import time
from collections import Counter
from typing import Any

from faults.browser import Browser, Lost
from faults.office import Office
from faults.slow import VISIT_EACH, Seen, behind_nginx, nginx, visit
from grievance.intake import filing

A_MINUTE = 100
SIZE = 3_000_000
"""Bytes of each file."""


def unsent_forms(office: Office, number: int = 10) -> dict[str, Any]:
    """For `number` minutes."""
    office.start_web()
    over, said, filed, free, seen = threading.Event(), Counter[str](), Counter[str](), list[float](), Seen()
    with behind_nginx(office) as port:
        begin = threading.Thread(target=_begin_forms, args=(port, over, said))
        look = threading.Thread(target=_look, args=(port, over, seen))
        begin.start()
        look.start()
        end = time.monotonic() + number * 60
        while time.monotonic() < end:
            disk = shutil.disk_usage(office.folder)
            free.append(disk.free / disk.total)
            filed[_file(port)] += 1
            time.sleep(5)
        over.set()
        begin.join()
        look.join()
    office.kill_web()
    good = set(filed) == {"303"} and not seen.instead
    return {"minutes of it": number, "behind": "nginx" if nginx() else "nothing", "forms": dict(said),
            "disk": f"{disk.total // 1_000_000} MB", "least free": f"{min(free):.0%}",
            "free at the end": f"{free[-1]:.0%}", "others saw": seen.told(),
            "complaints meanwhile": dict(filed), "good": good}  # fmt: skip


def _look(port: int, over: threading.Event, seen: Seen) -> None:
    while not over.is_set():
        visit(port, seen)
        over.wait(VISIT_EACH)


def _begin_forms(port: int, over: threading.Event, said: Counter[str]) -> None:
    begun = time.monotonic()
    while not over.is_set():
        said[_begin(port)] += 1
        over.wait(max(0.0, begun + sum(said.values()) * 60 / A_MINUTE - time.monotonic()))


def _file(port: int) -> str:
    """A whole complaint with a small file, on the page with all questions: the status of its last answer."""
    browser = Browser(port)
    try:
        fields = browser.get("/complain?step=all").hidden()
        time.sleep(3.3)
        answers = {"account": "The gate at night.", "company": "unknown", "could_harm": "no"}
        return str(
            browser.post("/complain", {**fields, **answers}, [("a.mp3", b"ID3\x04" + os.urandom(20_000))]).status
        )
    except Lost as lost:
        return str(lost)


def _begin(port: int) -> str:
    sent = {"secret": filing.new_secret(), "step": "files", "go": "upload"}
    try:
        return str(Browser(port).post("/complain", sent, [("a.mp3", b"ID3\x04" + os.urandom(SIZE))]).status)
    except Lost as lost:
        return str(lost)
