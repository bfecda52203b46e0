"""What a first complaint takes on an old connection: Chromium walks from the home page until it is sent, at 50 kbit/s
with 800 ms; words and keys are counted page by page. Kept by itself, with its own day and commit."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bench.prepare import Run
from bench.results import ROOT, Figure, Target, machine
from bench.served import served

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page, Request

KEPT = ROOT / "bench" / "walk.json"
CHROMIUM = "/usr/bin/chromium"
BITS, LATE = 50_000, 800
"""Bits a second, and milliseconds by which each answer is late."""
LINE = {"offline": False, "latency": LATE, "downloadThroughput": BITS / 8, "uploadThroughput": BITS / 8}
WORDS, KEYS, AT_MOST = 180, 100, 3
"""Words that are read and keys that are pressed a minute; and the minutes that it may take."""
ACCOUNT = (
    "On Monday evening two guards stopped me at the north gate. They took my papers and pushed me against the wall."
    " I asked for my wages of March. They laughed and said I must leave, or they would call the police."
)
ANSWERS: dict[str, dict[str, str]] = {
    "safety": {"[name=could_harm][value=no]": ""},
    "account": {"#account": ACCOUNT},
    "company": {"#company": "Larkfield Guarding"},
    "agree": {"[name=share_account][value=yes]": ""},
}
ON = "main button.filled"
SHORT = (("home", "main a.filled"), ("safety", ON), ("account", ON), ("company", "button[value=check]"), ("check", ON))
WHOLE = (("home", "main a.filled"), *((key, ON) for key in (
    "safety", "account", "company", "when", "about", "files", "you", "agree", "check"
)))  # fmt: skip
WAYS = {"the three needed answers": SHORT, "every page of the form": WHOLE}
TITLES = {
    "home": "home", "safety": "the five lines, and safety", "account": "what happened", "company": "which company",
    "when": "where and when", "about": "what it is about", "files": "files", "you": "who are you",
    "agree": "what you agree to", "check": "look through it, send it", "sent": "it was sent: the answer arrives",
}  # fmt: skip
SEEN = """button => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const parent = node.parentElement, place = parent.getBoundingClientRect();
    if (!parent.checkVisibility({visibilityProperty: true}) || place.right < 0 || place.width <= 1) continue;
    if (parent.closest("option, script")) continue;
    const words = node.data.split(/\\s+/).filter(word => /[\\p{L}\\p{N}]/u.test(word)).length;
    const before = button && (button.contains(node) || button.compareDocumentPosition(node) & 2);
    if (words) found.push([node.data.trim(), words, Boolean(before)]);
  }
  return found;
}"""
"""Every text that can be seen without opening anything, how many words it has, and whether it stands before the button
that is pressed. Of a list only what is chosen is seen, and that is not read again."""


@dataclass
class Step:
    """One page of hers. `waited`: seconds until it stands there whole. `seen`: words on it. `read`: those of them that
    stand before the button that she presses, and that she did not read on an earlier page."""

    page: str
    requests: int
    bytes: int
    waited: float
    seen: int = 0
    read: int = 0
    keys: int = 0

    @property
    def seconds(self) -> float:
        return self.waited + 60 * (self.read / WORDS + self.keys / KEYS)


class Walker:
    """One browser on a slow line. Everything that it asks for is counted, with its heads."""

    def __init__(self, page: "Page", port: int) -> None:
        self.page, self.home = page, f"http://127.0.0.1:{port}/"
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("Network.enable")
        self.line.send("Network.emulateNetworkConditions", LINE)
        self.line.on("Network.loadingFinished", self._arrived)
        self.line.on("Network.requestWillBeSent", lambda what: self._arrived(what.get("redirectResponse", {})))
        page.on("request", self._asked)
        self.line.on("Network.requestServedFromCache", lambda _what: self._asked(None))
        self.requests, self.bytes, self.known = 0, 0, set[str]()

    def _arrived(self, what: dict[str, Any]) -> None:
        """A page, or the answer that led to it."""
        self.bytes += int(what.get("encodedDataLength", 0))

    def _asked(self, request: "Request | None") -> None:
        """What the browser has kept is asked of nobody."""
        self.requests += -1 if request is None else not request.url.startswith("data:")

    def walk(self, way: tuple[tuple[str, str], ...]) -> Iterator[Step]:
        step = self._wait("home", lambda: self.page.goto(self.home, wait_until="load"))
        for (key, button), (following, _button) in zip(way, (*way[1:], ("sent", "")), strict=True):
            self._read(step, button)
            step.keys = self._answer(key)
            yield step
            step = self._wait(following, lambda: self._press(button))  # noqa: B023
        if "receipt" not in self.page.url:
            raise RuntimeError(f"it was not sent: {self.page.url}")
        yield step

    def _wait(self, key: str, go: Any) -> Step:
        requests, size, begin = self.requests, self.bytes, time.perf_counter()
        go()
        waited = time.perf_counter() - begin
        self.page.wait_for_timeout(300)  # what the browser says of the last bytes comes after the page
        return Step(key, self.requests - requests, self.bytes - size, waited)

    def _press(self, button: str) -> None:
        with self.page.expect_navigation(wait_until="load"):
            self.page.click(button)

    def _read(self, step: Step, button: str) -> None:
        for text, words, before in self.page.locator(button).first.evaluate(SEEN):
            step.seen += words
            if before and text not in self.known:
                step.read += words
                self.known.add(text)

    def _answer(self, key: str) -> int:
        """The keys that are pressed; what is chosen from what stands there is none."""
        for selector, said in ANSWERS.get(key, {}).items():
            if selector == "#company":
                self.page.select_option(selector, label=said)
            elif said:
                self.page.fill(selector, said)
                return len(said)
            else:
                self.page.check(selector)
        return 0


@contextmanager
def _browser(port: int) -> Iterator[Walker]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="en")
        page.set_default_timeout(60_000)
        yield Walker(page, port)
        browser.close()


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figure "walk", for each way; the pages are kept in bench/walk.json."""
    if "walk" not in names:
        return
    ways: dict[str, list[Step]] = {}
    with served(run.data[0].env, "bench.squeezed:app()") as server:
        for name, way in WAYS.items():
            with _browser(server.port) as walker:
                ways[name] = list(walker.walk(way))
    save(ways)
    for name, steps in ways.items():
        yield Figure("walk", f"a first complaint at 50 kbit/s and 800 ms, {name}", "–", 0, "minutes",
                     [sum(step.seconds for step in steps) / 60], target=Target("value", "most", AT_MOST))  # fmt: skip


def save(ways: dict[str, list[Step]]) -> None:
    kept = {"machine": machine(), "ways": {name: [asdict(step) for step in steps] for name, steps in ways.items()}}
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def load() -> tuple[dict[str, str], dict[str, list[Step]]]:
    """What was measured on which day and commit, and the pages of each way; nothing where it was not measured."""
    if not KEPT.exists():
        return {}, {}
    kept = json.loads(KEPT.read_text("utf-8"))
    return kept["machine"], {name: [Step(**one) for one in steps] for name, steps in kept["ways"].items()}
