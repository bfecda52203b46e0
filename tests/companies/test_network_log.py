"""What stands in the log of a company's network is the same whether she acted on that day or not.

Two cases that went the same way, of one company. Its person's browser asks for the same at the same hours; in one of
them she does something. A line of the log is what whoever reads the line, or a proxy's log, has: the address, the
status, and how long head and body are.
"""

import json
import re
from datetime import timedelta

import pytest
import time_machine

from grievance.reports import letters
from grievance.views import sizes
from tests.companies.test_as_told import AT_TEN, PLACES, RELEASE, act, press, walked
from tests.unpadded import unpadded
from tests.views.test_routes import client_of

LOOKS = tuple(timedelta(minutes=minutes) for minutes in (0, 30, 61, 6 * 60, 16 * 60 + 5, 19 * 60 + 59))
"""Before, within the hour, after her second deed, in the evening, after the office's midnight, before the release."""
DOES = (
    ("referred", ("escalate", "write")),
    ("answered", ("escalate", "report_retaliation")),
    ("promised", ("accept_remedy", "write")),
    ("delivered", ("dispute_remedy",)),
    ("talks offered", ("agree_good_offices",)),
    ("remedied", ("dispute_remedy",)),
    ("closed", ("appeal",)),
    ("withdrawn", ("undo_withdrawal",)),
)
DRAWN = ("X-Padding", "Set-Cookie")
"""Heads whose length is drawn by lot: a session is compressed, and what it holds is random."""
RANDOM = r"[0-9a-f]{32}|GR-\w{4}(-\w{4})?"


@pytest.fixture
def lines(monkeypatch):
    """Without what is random by design, so that what is left can be held together: a letter is what it is set from."""
    monkeypatch.setattr(sizes.secrets, "randbelow", lambda _most: 0)
    monkeypatch.setattr(letters, "typeset", lambda _name, data: json.dumps(data).encode())


def browse(app, place, found):
    """A browser's way through a case: its page, and each thing that the page leads to or draws with."""
    client, case = client_of(app, "Victor"), f"/company/cases/{place.case.reference}"
    page = ask(client, case, found)
    for address in re.findall(r'(?:href|src)="(/[^"#]*)"', page):
        if address.startswith((f"{case}/", "/static/")):
            ask(client, address, found)


def ask(client, address, found):
    answer = client.get(address)
    found.append(line(address, answer))
    text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    answer.close()
    return text


def line(address, answer):
    """As a log has it; and how long the page is before it is filled up."""
    head = sum(len(name) + len(value) for name, value in answer.headers if name not in DRAWN)
    body = answer.get_data()
    bare = len(unpadded(body.decode())) if answer.mimetype == "text/html" else len(body)
    return re.sub(RANDOM, "*", address), answer.status_code, head, len(body), bare


@pytest.mark.parametrize(("name", "steps"), DOES)
def test_no_line_of_a_companys_network_tells_the_case_in_which_she_acted_from_its_twin(app, cast, lines, name, steps):
    with time_machine.travel(AT_TEN, tick=False) as travel:
        acted, still, logs = walked(cast, PLACES[name]), walked(cast, PLACES[name]), ([], [])
        does = dict(zip((timedelta(minutes=20), timedelta(minutes=41)), steps, strict=False))
        for after in sorted((*LOOKS, *does)):
            travel.move_to(AT_TEN + after)
            if after in does:
                act(acted, "Amina", does[after])
                continue
            for place, found in zip((acted, still), logs, strict=True):
                browse(app, place, found)
        assert logs[0] and logs[0] == logs[1]


def test_after_the_release_the_log_tells_it(app, cast, lines):
    """Or the test before would hold of a browser that sees nothing."""
    with time_machine.travel(AT_TEN, tick=False) as travel:
        acted, still, logs = walked(cast, PLACES["promised"]), walked(cast, PLACES["promised"]), ([], [])
        act(acted, "Amina", "accept_remedy")
        travel.move_to(RELEASE)
        for place, found in zip((acted, still), logs, strict=True):
            browse(app, place, found)
        assert logs[0] != logs[1]


def test_a_step_of_the_companys_that_hers_made_impossible_is_answered_in_as_many_bytes(app, cast, lines):
    with time_machine.travel(AT_TEN, tick=False) as travel:
        acted, still = walked(cast, PLACES["referred"]), walked(cast, PLACES["referred"])
        act(acted, "Amina", "escalate")
        travel.shift(timedelta(minutes=5))
        sent = [line("", press(app, place, "company_acknowledge"))[1:] for place in (acted, still)]
        assert sent[0] == sent[1]
