"""How many actions and page loads an officer's work takes, counted by a browser on the program as it is served.

An action is one click, one tick, one choice from a list, or one field that is written into, however long the text. A
load is a page that arrives; a redirect before it is part of it. Counted from the queue, with somebody signed in.

    python -m bench.clicks              20 acknowledgements a way, 300 cases handed over
    python -m bench.clicks --over 30    the same with fewer cases to hand over
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import click
from flask_migrate import upgrade
from sqlalchemy import select

from bench.ground import Sqlite, environment
from bench.prepare import application
from bench.served import served
from bench.walk import CHROMIUM
from grievance import clock, demonstration
from grievance.access import Person
from grievance.accounts import fingerprints, people
from grievance.extensions import db
from grievance.intake import filing
from grievance.models.people import Account, Role
from grievance.workflow import steps

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MANY = 20
PATIENCE = 300_000
"""Milliseconds that an answer may take: 300 cases that are handed over are 300 transactions."""
MOST = {"one after the other, with classification": (6, 2)}
"""Actions and loads a case, at most."""
TICKS = ("#no_conflict", "#safety_looked_at")
ON = "main button.filled"


@dataclass
class Counter:
    """One person's browser."""

    page: "Page"
    base: str
    actions: int = 0
    loads: int = 0

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", self._arrived)
        self.page.set_default_timeout(PATIENCE)

    def _arrived(self, _page: object) -> None:
        self.loads += 1

    def begin(self, path: str) -> None:
        """Open where the work begins, and count from there."""
        self.page.goto(self.base + path)
        self.actions = self.loads = 0

    def click(self, what: str) -> None:
        self.actions += 1
        self.page.locator(what).first.click()

    def onward(self, what: str) -> None:
        """Press what leads to another page."""
        self.actions += 1
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.locator(what).first.click()

    def choose(self, where: str, what: str) -> None:
        self.actions += 1
        self.page.locator(where).select_option(what)

    def write(self, where: str, what: str) -> None:
        self.actions += 1
        self.page.locator(where).fill(what)

    def step(self, name: str) -> None:
        """From the page of a case to that of a step, by a link that stands there or one of a group that is opened."""
        link = f"main a[href$='/steps/{name}']"
        if not self.page.locator(f"{link}:visible").count():
            self.click(f"details:has({link[5:]}) > summary")
        self.onward(f"{link}:visible")

    def sign_in(self, name: str) -> "Counter":
        self.page.goto(self.base + "/account/sign-in")
        self.page.fill("[name=email]", demonstration.email_of(name))
        self.page.fill("[name=password]", demonstration.PASSWORD)
        self.onward("main button:has-text('Sign in')")
        return self


# --- the ways ----------------------------------------------------------------------------------------------


def one_page_each(noor: Counter, references: list[str]) -> None:
    """Acknowledged alone, from the queue, through the page of the case: as it was before there was any other way."""
    for reference in references:
        noor.onward(f"tbody a.ref:text-is('{reference}')")
        noor.step("acknowledge")
        for tick in TICKS:
            noor.click(tick)
        noor.onward(ON)
        noor.onward("header nav a:has-text('Queue')")


def one_after_the_other(noor: Counter, references: list[str]) -> None:
    noor.onward("text=Read and acknowledge, one after the other")
    for _each in references:
        for tick in TICKS:
            noor.click(tick)
        noor.choose("#severity", "medium")
        noor.onward("#do button.filled")


def together(noor: Counter, references: list[str], severity: str = "") -> None:
    """Each is ticked in the queue; what is asked is answered once."""
    for reference in references:
        noor.click(f"input[name=case][value='{reference}']")
    noor.onward("button:has-text('Acknowledge together')")
    _answer(noor, severity)


def whole_page(noor: Counter, _references: list[str], severity: str = "") -> None:
    """All that the page of the queue shows."""
    noor.onward("a:has-text('acknowledge together')")
    _answer(noor, severity)


def _answer(noor: Counter, severity: str) -> None:
    for tick in TICKS:
        noor.click(tick)
    if severity:
        noor.choose("#severity", severity)
    noor.onward(ON)


def hand_over(tomas: Counter, _references: list[str]) -> None:
    tomas.onward("text=Hand over cases to another officer")
    tomas.choose("form.narrow select[name=officer]", "Noor")
    tomas.onward("main button:text-is('Show')")
    tomas.choose("#to", "Petra")
    tomas.click("input[name=which][value=all]")
    tomas.onward(ON)


def to_the_company(noor: Counter, tomas: Counter, reference: str) -> None:
    """From the queue until the company has it; what she and the approver read between is theirs. The approver's actions
    are counted with the officer's."""
    packet = demonstration.PACKET
    noor.onward(f"tbody a.ref:text-is('{reference}')")
    noor.step("refer")
    noor.write("#packet", packet)
    noor.click("#mechanism_not_subject")
    noor.onward(ON)
    noor.onward("button:has-text('Propose with this packet')")
    tomas.begin("/desk?show=proposals")
    tomas.onward(f"tbody a.ref:text-is('{reference}')")
    tomas.onward("a:has-text('look and decide')")
    tomas.onward("button:has-text('Approve')")


# --- counted -----------------------------------------------------------------------------------------------


def filed(number: int) -> list[str]:
    """So many complaints of nobody in danger, without files, of an hour ago."""
    raw = {"account": demonstration.ACCOUNT, "company": demonstration.larkfield(), "could_harm": "no",
           "share_account": "yes"}  # fmt: skip
    at = clock.now() - timedelta(hours=1)
    return [filing.file_complaint(raw, filing.new_secret(), "en", now=at).reference for _each in range(number)]


def join(noor: Person, name: str) -> None:
    """A second officer, admitted by the first."""
    email = demonstration.email_of(name)
    people.accept(people.invite(None, email, name, Role.OFFICER, None), demonstration.PASSWORD)
    account = db.session.scalars(select(Account.id).where(Account.email == email)).one()
    people.admit(noor, account, fingerprints.own(demonstration.signed_in(name)))


def acknowledged(noor: Person, references: list[str]) -> None:
    for reference in references:
        steps.take("acknowledge", noor, reference, {"no_conflict": "yes", "safety_looked_at": "yes"})


Way = Callable[[Counter, list[str]], None]
WAYS: dict[str, tuple[str, Way]] = {
    "on the page of each case": ("/desk?show=unacknowledged", one_page_each),
    "one after the other, with classification": ("/desk?show=unacknowledged", one_after_the_other),
    "ticked, together": ("/desk?show=unacknowledged", together),
    "ticked, together, with classification": ("/desk?show=unacknowledged", lambda c, r: together(c, r, "medium")),
    "a whole page, together, with classification": (
        "/desk?show=unacknowledged", lambda c, r: whole_page(c, r, "medium"),
    ),
}  # fmt: skip


@contextmanager
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield chromium
        chromium.close()


def say(title: str, cases: int, actions: int, loads: int) -> None:
    most = MOST.get(title)
    within = "" if most is None else f"   at most {most[0]} and {most[1]} a case"
    each = f"{actions / cases:6.2f} {loads / cases:6.2f}"
    click.echo(f"{title:<52}{cases:>5}{actions:>9}{loads:>7}   {each}{within}")


@click.command()
@click.option("--many", default=MANY, show_default=True, type=click.IntRange(1, 50), help="Acknowledged in each way.")
@click.option("--over", default=300, show_default=True, type=click.IntRange(1, 500), help="Cases that are handed over.")
def main(many: int, over: int) -> None:
    """Count, and say it as a table."""
    with tempfile.TemporaryDirectory() as folder:
        ground = Sqlite(folder)
        env = environment(ground.url("clicks"), folder)
        with application(env):
            upgrade(directory="migrations")
            cast = demonstration.make_cast()
            join(cast["Noor"], "Petra")
            with served(env) as server, browser() as chromium:
                _count(chromium, f"http://127.0.0.1:{server.port}", cast, many, over)


def _count(chromium: "Browser", base: str, cast: dict[str, Person], many: int, over: int) -> None:
    noor, tomas = (
        Counter(chromium.new_context(locale="en").new_page(), base).sign_in(one) for one in ("Noor", "Tomas")
    )
    click.echo(f"{'':<52}{'cases':>5}{'actions':>9}{'loads':>7}   a case: actions, loads")
    for title, (start, way) in WAYS.items():
        references = filed(many)
        noor.begin(start)
        way(noor, references)
        say(title, many, noor.actions, noor.loads)
    reference = demonstration.walk_story(cast, "review_summary", clock.now() - timedelta(days=4))[0]
    noor.begin("/desk?show=mine&order=oldest")
    to_the_company(noor, tomas, reference)
    say("from the queue to the company (with the approver)", 1, noor.actions + tomas.actions, noor.loads + tomas.loads)
    acknowledged(cast["Noor"], filed(over))
    tomas.begin("/desk")
    hand_over(tomas, [])
    say("handed over to a colleague", over, tomas.actions, tomas.loads)


if __name__ == "__main__":
    main()
