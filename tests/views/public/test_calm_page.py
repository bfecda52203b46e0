"""Her page says what is true now, one thing at a time, and nothing of her story to whoever only opens it."""

from datetime import timedelta

import pytest
from lxml import html

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.digits import hour_said
from tests.conftest import ROOT
from tests.views.public.test_filing import fill_in, send
from tests.views.public.test_status import page_of, told_until
from tests.views.test_routes import client_of


def folded_under(page, words):
    """Whether what holds these words lies in a fold that is closed."""
    (inmost,) = [one for one in page.xpath("//main//*[text()]") if words in (one.text or "")]
    return any("open" not in one.attrib for one in inmost.iterancestors("details"))


def test_what_she_wrote_herself_lies_folded_and_what_was_written_to_her_stands_open(app, cast):
    _reference, code = demonstration.walk_story(cast, None, clock.now())
    assert folded_under(html.fromstring(page_of(app, code)), demonstration.ACCOUNT[:40])
    reference, code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    demonstration.do("write", cast["Noor"], reference, clock.now(), message="We read it.", audience="complainant")
    assert not folded_under(html.fromstring(page_of(app, code)), "We read it.")


def test_nobody_is_said_to_look_at_it_before_somebody_does(app, cast):
    _reference, code = demonstration.walk_story(cast, None, clock.now())
    fresh = page_of(app, code)
    assert "look at it." not in fresh and "we tell you here that somebody looks at it." in fresh
    assert "We have your complaint and look at it." in told_until(app, cast, "acknowledge")


def test_an_office_that_is_late_to_look_at_it_says_so(app, cast):
    _reference, code = demonstration.walk_story(cast, None, clock.now() - timedelta(days=30))
    assert "We have your complaint. We are late:" in page_of(app, code)


def test_until_the_day_that_she_was_told_she_reads_how_she_can_still_comment(app, cast):
    assert "you can write to us about the answer" in told_until(app, cast, "remedy")
    assert "you can write to us about the answer" not in told_until(app, cast, "follow_up")


def test_after_a_withdrawal_nothing_is_the_one_thing_to_do(app, cast):
    reference, code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    assert html.fromstring(page_of(app, code)).xpath("//main//*[contains(@class, 'filled')]")
    demonstration.do("withdraw", receipts.complainant_of(receipts.follow(code).session), reference, clock.now())
    page = html.fromstring(page_of(app, code))
    assert page.xpath("//main//a[contains(@class, 'button')][text()='Undo the withdrawal']")
    assert page.xpath("//main//*[contains(@class, 'filled')]") == []


def test_what_is_offered_to_her_has_answers_of_equal_weight(app, cast):
    page = html.fromstring(told_until(app, cast, "propose_remedy"))
    answers = page.xpath("//article[contains(@class, 'next')]//p[@class='row']/a/@class")
    assert len(answers) > 1 and set(answers) == {"button"}


def test_the_only_remedy_is_named_once(app, cast):
    page = told_until(app, cast, "propose_remedy")
    path = html.fromstring(page).xpath("//article[contains(@class, 'next')]//p[@class='row']/a/@href")[0]
    _reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=22))
    assert path and "<strong>Remedy</strong>" not in page_of(app, code, path.partition("?")[0])


def test_the_picture_of_a_receipt_is_explained_wherever_it_stands(app, cast):
    client = app.test_client()
    assert client.get("/complain").text.count("<figcaption>") == 1
    fill_in(client)
    send(client)
    assert client.get("/complain/receipt").text.count("<figcaption>") == 1


@pytest.mark.parametrize("path", ["/", "/complain", "/follow", "/safety", "/help", "/procedure", "/complain/paper"])
def test_every_public_page_says_who_the_secretariat_is(app, cast, path):
    assert "our office (the Secretariat)" in app.test_client().get(path).text


def test_she_reads_the_summary_in_her_language_before_the_one_for_the_company(app, cast):
    reference, _amina, code = demonstration.file_one(clock.now() - timedelta(days=3), "fr")
    demonstration.do("show_summary", cast["Noor"], reference, clock.now(), hers="Quelqu'un a été poussé.")
    page = page_of(app, code)
    assert page.index("a été poussé") < page.index("A person reports")


def test_the_days_of_a_date_are_told_in_runs_and_staff_see_each_weekend(app, cast):
    page = html.fromstring(told_until(app, cast, "respond"))
    lists = [one.text_content() for one in page.xpath("//ul[contains(@class, 'days')]")]
    assert lists and not [one for one in lists if one.count("weekend") > 3]


def test_her_page_says_in_plain_english_what_the_desk_says_in_its_own(app, cast):
    reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=22))
    hers = html.fromstring(page_of(app, code)).text_content()
    assert "An offer was made to you" in hers and "remedy" not in hers.lower()
    ours = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert "A remedy was proposed" in ours and "An offer was made" not in ours


@pytest.mark.parametrize(
    ("time", "said"), [("03:00", "usiku"), ("09:00", "asubuhi"), ("17:00", "jioni"), ("24:00", "usiku")]
)
def test_an_hour_in_swahili_cannot_be_read_by_its_other_count(time, said):
    assert hour_said(time, "sw") == f"{time} {said}" and hour_said(time, "fr") == time
    assert "saa 9" not in (ROOT / "bin" / "contacts.toml").read_text()
