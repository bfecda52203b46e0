"""The cases that somebody ticked on a page of the desk, to do one thing with them on the next one.

They come by POST, so that no address, no history and no log of what lies between holds a reference; what is shown then
is led to, so that no browser asks whether to send the form once more.
"""

from collections.abc import Iterable

from flask import session

from grievance.reports.chosen import MOST

CHOSEN = "chosen cases"
"""Where in our cookie their references are, until the next choice or the session's end: who comes back to the page, or
asks for it anew, finds it again."""
LONGEST = 40
"""Characters of what is taken for a reference."""


def keep(references: Iterable[str]) -> None:
    session[CHOSEN] = [one for one in dict.fromkeys(references) if len(one) <= LONGEST][:MOST]


def kept() -> list[str]:
    return list(session.get(CHOSEN, []))
