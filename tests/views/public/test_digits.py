"""An Arabic page has one kind of digits: those of the receipt. What people wrote, and codes, stay as they are."""

import re
from datetime import timedelta

import pytest
from lxml import html

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.intake.opening import contact
from grievance.models.people import Company
from tests.outside import a_release_came
from tests.views.public.test_filing import fill_in, send
from tests.views.test_routes import client_of

CODE = re.compile(r"GR-\w{4}-\w{4}|[0-9a-f]{64}|UTF-8|\S+@\S+")
WESTERN = re.compile(r"[0-9][0-9.,:/]*")
ARABIC = {"Accept-Language": "ar"}


def western(page):
    """Digits of the other kind that a page says: not in what somebody typed, in a number to dial or in a code."""
    tree = html.fromstring(page.text)
    for one in tree.xpath("//script|//style|//textarea|//*[@dir='ltr']|//*[contains(@class, 'said')]"):
        one.drop_tree()
    said = tree.text_content()
    for typed in filter(None, vars(contact("ar")).values()):
        said = said.replace(typed, "")
    left = CODE.sub("", said)
    return [left[max(0, one.start() - 20) : one.end() + 20] for one in WESTERN.finditer(left)]


@pytest.mark.parametrize(
    "path", ["/", "/procedure", "/safety", "/help?harm=4", "/complain", "/complain/paper", "/follow"]
)
def test_a_public_page_has_one_kind_of_digits(app, path):
    assert western(app.test_client().get(path, headers=ARABIC)) == []


def test_the_form_and_the_receipt_have_one_kind_of_digits(app, cast):
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ar"
    for step in ("company", "when", "files"):
        assert western(client.get(f"/complain?step={step}")) == [], step
    fill_in(client)
    send(client)
    assert western(client.get("/complain/receipt")) == []


@pytest.mark.parametrize("until", ["acknowledge", "respond", "report_delivered", "close"])
def test_her_page_and_its_steps_have_one_kind_of_digits(app, cast, until):
    days = next(day for step, _who, day in demonstration.STORY if step == until)
    code = demonstration.walk_story(cast, until, clock.now() - timedelta(days=days + 1))[1]
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ar"
    client.post("/follow", data={"code": code})
    page = client.get("/follow/case")
    steps = set(re.findall(r'href="(/follow/case/steps/[^"]+)"', page.text))
    for path in ("/follow/case", "/follow/case/summary", *steps):
        assert western(client.get(path)) == [], path


def test_what_the_company_wrote_carries_its_language(app, cast):
    db.session.get(Company, int(demonstration.larkfield())).language = "sw"
    db.session.commit()
    code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=21))[1]
    client = app.test_client()
    client.post("/follow", data={"code": code}, headers=ARABIC)
    tree = html.fromstring(client.get("/follow/case", headers=ARABIC).text)
    said = {one.getprevious().text: one.get("lang") for one in tree.xpath("//p[@class='said']")}
    assert set(said.values()) == {"sw", "en", None}
    assert tree.xpath(f"//p[@lang='sw' and contains(., {demonstration.PACKET[:30]!r})]")
    assert tree.xpath(f"//p[@lang='en' and contains(., {demonstration.ACCOUNT[:30]!r})]")


def test_no_company_is_told_in_which_language_she_complained(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now() - timedelta(days=9), language="fr")
    for step, who in (("acknowledge", cast["Noor"]), ("refer", cast["Noor"]), ("write", amina)):
        demonstration.do(step, who, reference, clock.now(), cast["Tomas"], audience="all")
    a_release_came()
    page = client_of(app, "Victor").get(f"/company/cases/{reference}").text
    assert "As agreed on the phone." in page and 'lang="fr"' not in page
