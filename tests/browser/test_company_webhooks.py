"""A company's person adds the address of its system at the page, tries it, reads why it fails, and removes it."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook

from grievance import clock, outward
from grievance.accounts import company_webhooks
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.models.webhook import CompanyWebhook, WebhookMessage
from grievance.notify import webhooks
from grievance.outward import NotSent, Why
from tests.browser.looks import looks_right, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.notify import signing
from tests.outside import from_outside

URL = "https://hooks.example.org/complaints"


@pytest.fixture
def came(app, monkeypatch):
    """What a receiver gets, whose name leads to a public address."""
    signing.configure(app)
    came = []
    inside = {"inside.example.org": ["10.0.0.7"]}
    monkeypatch.setattr(outward, "looked_up", lambda host, _port: inside.get(host, ["8.8.8.8"]))
    monkeypatch.setattr(outward, "post", lambda _url, body, headers, _allowed: came.append((body.decode(), headers)))
    return came


def a_round():
    """The worker's; what the server has written since is seen."""
    db.session.rollback()
    return webhooks.deliver(clock.now() + timedelta(minutes=1))


def test_an_address_is_added_tried_given_another_secret_and_removed(app, cast, live_server, new_page, came):
    victor = sign_in(Visitor(new_page(), live_server), "Victor").go("/account/people").press("Our programs")
    victor.press("Messages to your system")
    bad = {"http://hooks.example.org": "https, no name", "https://inside.example.org/": "public internet",
           f"{URL}#x": "https, no name", "https://hooks.example.org:8443/": "port 443"}  # fmt: skip
    for url, said in bad.items():
        victor.fill(url=url, password=PASSWORD).press("Add this address")
        assert said in victor.text and victor.page.locator("#url").input_value() == url
    victor.fill(url=URL, password="not mine").press("Add this address")
    assert "This is not your password." in victor.text
    victor.fill(password=PASSWORD).press("Add this address")
    secret = victor.page.locator("main code").first.inner_text()
    assert secret.startswith("whsec_")
    victor.press("Send a test now")
    assert "A test is on its way" in victor.text and secret not in victor.page.content()
    assert a_round() == 1
    ((body, headers),) = came
    assert Webhook(secret).verify(body, headers)["type"] == "test"
    victor.go("/account/webhooks")
    assert "was taken" in victor.text
    victor.page.locator("summary").first.click()
    victor.page.locator("details input[type=password]").fill(PASSWORD)
    victor.page.locator("details button").click()
    assert victor.page.locator("main code").first.inner_text() not in ("", secret)
    assert "signed by both secrets" in victor.text
    victor.press("Remove this address")
    assert "It is removed" in victor.text and "Nowhere yet" in victor.text


def test_a_system_that_cannot_be_told_is_shown_at_the_desk_with_since_when_and_why(
    app, cast, live_server, new_page, came, monkeypatch
):
    name, _secret = company_webhooks.make(cast["Victor"], URL, PASSWORD)
    with from_outside() as session:
        session.add(
            WebhookMessage(id="1" * 32, webhook_id=name, case_id=None, made_at=clock.now(), again_at=clock.now())
        )

    def fails(*_more):
        raise NotSent(Why.REFUSED, 503)

    monkeypatch.setattr(outward, "post", fails)
    a_round()
    with from_outside() as session:
        session.execute(update(CompanyWebhook).values(failing_since=clock.now() - timedelta(days=1)))
    victor = sign_in(Visitor(new_page(), live_server), "Victor").go("/company")
    victor.press("Please look at the messages to your system.")
    assert "We could not tell your system since" in victor.text and "(503)" in victor.text
    with from_outside() as session:
        session.execute(update(CompanyWebhook).values(off_at=clock.now()))
    victor.go("/account/webhooks").press("Turn it on again")
    assert "from now on" in victor.text
    victor.go("/company")
    assert "Please look at the messages" not in victor.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_fits_each_screen_and_reads_well(app, cast, live_server, chromium, came, language):
    context = with_axe(chromium)
    victor = sign_in(Visitor(context.new_page(), live_server), "Victor").go(f"/account/webhooks?lang={language}")
    looks_right(victor.page)
    victor.page.locator("#url").fill(URL)
    victor.page.locator("#password").fill(PASSWORD)
    victor.page.locator("button.filled").click()
    with from_outside() as session:
        session.execute(update(CompanyWebhook).values(failing_since=clock.now(), fault="slow"))
    looks_right(victor.page)
    victor.go("/account/webhooks")
    looks_right(victor.page)
    context.close()
