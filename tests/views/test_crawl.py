"""Every link that a page offers to anybody, pressed; every form opened: nothing ends in a refusal or an empty list."""

from collections import Counter
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from lxml import html
from werkzeug.exceptions import HTTPException

from grievance import clock, demonstration
from grievance.workflow import steps
from tests import ways
from tests.views.test_routes import EVERYBODY, token

pytestmark = pytest.mark.long
STARTS = {"Noor": "/desk", "Tomas": "/desk", "Paula": "/desk", "Ines": "/custodian", "Victor": "/company",
          "Olga": "/company", "Amina": "/follow/case", "Joseph": "/follow/case", "anybody": "/"}  # fmt: skip
WAITING = (("refer", "Noor"), ("ask_identity", "Noor"))
"""Proposed or asked, and left to wait."""


@pytest.fixture
def places(app, cast, ready, tmp_path):
    """A case at the end of each way, and one on which people wait: whoever comes first walks, for all."""
    known = ready.made("every way", tmp_path, lambda: [ways.told(place) for place in walked(cast)])
    return [ways.again(one) for one in known]


def walked(cast):
    people = ways.office(cast)
    now, found = clock.now(), []
    for way in range(len(ways.EVERY)):
        stops = ways.stops_of(way)
        days = sum(stop.after for stop in stops)
        with time_machine.travel(now - timedelta(days=days, minutes=len(stops) + 2), tick=False) as travel:
            place = ways.begin_way(people, clock.now(), way)
            for stop in stops:
                travel.shift(timedelta(days=stop.after, minutes=1))
                ways.go(place, stop, clock.now())
        found.append(place)
    waiting = ways.begin(people, now, False)
    ways.go(waiting, ways.Stop("acknowledge", "Noor"), now)
    for step, who in WAITING:
        answers = demonstration.answers_for(step, people[who], waiting.case)
        steps.take(step, people[who], waiting.case.reference, answers, now=now)
    return [*found, waiting]


class Crawler:
    """Presses what it finds, each address once; says what was wrong with a page, and from where it came there."""

    def __init__(self, app, client, seen=()):
        self.app, self.client = app, client
        self.seen, self.faults, self.counts = set(seen), [], Counter()

    def crawl(self, start):
        waiting = [(start, "the beginning")]
        while waiting:
            path, source = waiting.pop()
            if path in self.seen:
                continue
            self.seen.add(path)
            waiting += [(found, path) for found in self._open(path, source)]

    def _open(self, path, source):
        answer = self.client.get(path)
        while answer.status_code in (301, 302, 303, 308):
            answer = self.client.get(answer.headers["Location"])
        self.counts["pages"] += 1
        if answer.status_code != 200:
            self.faults.append(f"{path}: {answer.status_code}, linked on {source}")
            return []
        content = answer.get_data()
        answer.close()
        if answer.mimetype != "text/html":
            return []
        page = html.fromstring(content)
        self._look(path, page)
        return [*self._links(path, page), *self._get_forms(path, page)]

    def _links(self, path, page):
        ids = {one.get("id") for one in page.iter() if one.get("id")}
        for link in page.iter("a"):
            href = urlsplit(urljoin(path, link.get("href", "")))
            if (not href.path and not href.netloc) or href.scheme not in ("", "http", "https"):
                continue
            if href.fragment and link.get("href").startswith("#") and href.fragment not in ids:
                self.faults.append(f"{path}: nothing is at #{href.fragment}")
            if not href.netloc and not href.path.startswith(("/leave", "/static")):
                self.counts["links"] += 1
                yield href.path + (f"?{href.query}" if href.query else "")

    def _get_forms(self, path, page):
        for form in page.forms:
            if form.method == "GET":
                query = "&".join(f"{name}={value}" for name, value in form.form_values())
                yield f"{urlsplit(urljoin(path, form.action or path)).path}?{query}"

    def _look(self, path, page):
        for form in page.forms:
            self.counts["forms"] += 1
            if form.method == "POST" and not self._taken(urlsplit(urljoin(path, form.action or path)).path):
                self.faults.append(f"{path}: nothing takes the form for {form.action}")
        for select in page.iter("select"):
            if not any(option.get("value", "x") for option in select.iter("option")):
                self.faults.append(f"{path}: nothing to choose in {select.get('name')}")
        for group in page.iter("fieldset"):
            if not any(True for _ in group.iter("input", "textarea", "select", "button")):
                self.faults.append(f"{path}: nothing to choose under {group.text_content().strip()[:40]!r}")

    def _taken(self, path):
        try:
            return bool(self.app.url_map.bind("localhost").match(path, method="POST"))
        except HTTPException:
            return False


def come_in(app, who, place):
    """A client of somebody: signed in, or with the receipt of this case."""
    client = app.test_client()
    if who in place.receipts:
        client.post("/follow", data={"code": place.receipts[who]})
    elif who in EVERYBODY | {"Paula"}:
        page = client.get("/account/sign-in")
        typed = {"email": demonstration.email_of(who), "password": demonstration.PASSWORD}
        client.post("/account/sign-in", data={**typed, "csrf_token": token(page)})
    return client


@pytest.mark.parametrize("who", STARTS)
def test_every_link_leads_somewhere_and_every_form_has_something_to_choose(app, places, who):
    total, faults, everybodys = Counter(), [], set()
    for place in [place for place in places if who in place.receipts] or places[:1]:
        crawler = Crawler(app, come_in(app, who, place), everybodys)
        crawler.crawl(STARTS[who])
        everybodys |= {path for path in crawler.seen if not path.startswith("/follow")}
        total += crawler.counts
        faults += crawler.faults
    print(who, dict(total))
    assert faults == []
