"""Passkeys, with Chromium's own: enrolled, confirmed, shown at the door, lost, and never in the page."""

from datetime import timedelta
from urllib.parse import parse_qs

import pyotp
import pytest
import time_machine

from grievance import clock
from grievance.demonstration import PASSWORD, email_of
from grievance.models.people import Role
from tests.accounts.test_leaving import account_of, join
from tests.browser.devices import SECURITY_KEY, WITHOUT_PRF, Holder
from tests.browser.looks import WIDTHS, faults, overflow, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.mailed import code_for
from tests.times import days_later

NOT_TOGETHER = "These do not fit together"
SEEN = """const press = HTMLFormElement.prototype.requestSubmit;
HTMLFormElement.prototype.requestSubmit = function () {
  press.call(this);
  const typed = [...document.querySelectorAll("input")].map((one) => one.value);
  sessionStorage.seen = document.documentElement.outerHTML + typed;
};"""


@pytest.fixture(autouse=True)
def at_its_name(app, live_server):
    """As a browser knows it: the port of a test is another one each time."""
    app.config["STAFF_URL"] = app.config["SITE_URL"] = live_server


@pytest.fixture
def holder(chromium, live_server):
    """A function: somebody with a device and one page."""
    contexts = []

    def come(kind=None, width=360):
        contexts.append(context := with_axe(chromium, viewport={"width": width, "height": 740}))
        return Holder(context.new_page(), live_server, **({"kind": kind} if kind else {}))

    yield come
    for context in contexts:
        context.close()


def enrolled(holder, tomas, name="Noor"):
    """Somebody with a first passkey, which a colleague has confirmed and which counts."""
    one = holder.sign_in(name)
    digits = (one if one.go("/account/passkeys").page.locator(".receipt").count() else one.make()).digits()
    tomas.go("/account/people").press("Call, and type the digits of the passkey").fill(fingerprint=digits)
    tomas.press("The digits were read out")
    return one.press("Sign out").with_passkey(name)


@pytest.fixture
def tomas(app, cast, live_server, new_page):
    return sign_in(Visitor(new_page(), live_server), "Tomas")


def test_a_first_passkey_waits_for_a_colleague_and_then_nobody_signs_in_without_it(app, cast, tomas, holder):
    noor = holder().sign_in("Noor").go("/account/people").press("Passkeys").press("Add a passkey")
    noor.fill(name="My telephone", password=PASSWORD).press("Make the passkey")
    assert "It counts once a colleague has confirmed it" in noor.page.locator("body").inner_text()
    digits = noor.digits()
    assert noor.press("Sign out").with_passkey("Noor").page.url.endswith("/desk")  # the password alone, still
    noor.press("Sign out")
    tomas.go("/account/people").press("Call, and type the digits of the passkey").fill(fingerprint="1234 5678")
    tomas.press("The digits were read out")
    assert tomas.page.locator("#fingerprint").input_value() == "1234 5678"
    tomas.fill(fingerprint=digits).press("The digits were read out")
    assert "Confirmed" in tomas.page.locator("body").inner_text()
    assert NOT_TOGETHER in noor.sign_in("Noor").text
    assert noor.with_passkey("Noor").page.url.endswith("/desk")
    assert "Counts." in noor.go("/account/passkeys").text
    assert NOT_TOGETHER in noor.press("Sign out").sign_in("Noor").text


def test_after_three_days_it_counts_without_a_colleague(app, cast, holder):
    noor = holder().sign_in("Noor").make()
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        assert NOT_TOGETHER in noor.go("/account/sign-in").sign_in("Noor").text
        assert noor.with_passkey("Noor").page.url.endswith("/desk")


def test_the_device_is_asked_and_then_the_password_and_nobody_learns_which_was_wrong(app, cast, tomas, holder):
    noor = enrolled(holder(), tomas).press("Sign out")
    assert NOT_TOGETHER in noor.with_passkey("Noor", "another password").text
    assert NOT_TOGETHER in noor.with_passkey("Tomas").text
    stranger = holder().sign_in("Ines")
    stranger.make()
    assert NOT_TOGETHER in stranger.press("Sign out").with_passkey("Noor").text


def test_whoever_found_the_device_and_cannot_unlock_it_sends_nothing(app, cast, tomas, holder):
    noor = enrolled(holder(), tomas).press("Sign out")
    noor.is_not_verified()
    noor.go("/account/sign-in").fill(email=email_of("Noor"), password=PASSWORD)
    noor.page.click("button:has-text('Sign in with a passkey')")
    noor.page.wait_for_selector("[role=status]:has-text('That did not work')")
    assert noor.page.url.endswith("/account/sign-in")


def test_a_second_one_counts_at_once_and_the_first_is_removed_when_it_is_lost(app, cast, tomas, holder):
    noor = enrolled(holder(), tomas)
    assert "Add a second one" in noor.go("/account/passkeys").text
    key = holder(SECURITY_KEY)
    key.page.context.add_cookies(noor.page.context.cookies())
    assert "Added" in key.make("A key in the safe").page.locator("body").inner_text()
    noor.press("Sign out")
    assert key.with_passkey("Noor").page.url.endswith("/desk")
    key.go("/account/passkeys")
    key.follow(key.page.locator("a:has-text('Remove')").first)
    assert "nothing written since" in key.text
    key.fill(password="wrong").press("Remove it")
    assert "This is not your password." in key.text
    key.fill(password=PASSWORD).press("Remove it")
    assert "My telephone" not in key.text and "A key in the safe" in key.text
    assert NOT_TOGETHER in noor.with_passkey("Noor").text
    assert key.press("Sign out").with_passkey("Noor").page.url.endswith("/desk")


def test_the_only_one_stays_and_one_device_makes_one(app, cast, tomas, holder):
    noor = enrolled(holder(), tomas).go("/account/passkeys").press("Remove")
    assert "Enrol another first" in noor.text
    noor.go("/account/passkeys/add").page.click("button:has-text('Make the passkey')")
    noor.page.wait_for_selector("[role=status]:has-text('has a passkey of yours already')")
    assert len(noor.passkeys()) == 1


def test_a_device_that_opens_nothing_is_told_so_and_its_person_uses_a_code(app, cast, holder):
    noor = holder(WITHOUT_PRF).sign_in("Noor").make()
    assert "This device cannot be used here" in noor.text
    assert noor.page.locator("#name").input_value() == "My telephone"
    noor.go("/account/app").fill(password=PASSWORD).press("Set it up")
    noor.page.click("summary:has-text('Type it instead')")
    secret = "".join(noor.digits().split())
    noor.fill(otp=pyotp.TOTP(secret).at(clock.now())).press("Ask me for a code from now on").press("Sign out")
    assert NOT_TOGETHER in noor.sign_in("Noor").text
    later = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30))
    assert noor.sign_in("Noor", otp=later).page.url.endswith("/desk")


def test_who_lost_the_only_one_is_invited_again_and_enrols_anew(app, cast, tomas, holder, live_server, new_page):
    join("Petra", Role.OFFICER, cast["Noor"])
    join("Paula", Role.APPROVER, cast["Noor"])
    enrolled(holder(), tomas, "Petra")
    tomas.go(f"/account/people/{account_of('Petra').id}/again").press("Ask for a new invitation")
    paula = sign_in(Visitor(new_page(), live_server), "Paula").go("/account/people")
    paula.press("Confirm, and make the invitation")
    code = code_for("petra@example.org")
    petra = holder(SECURITY_KEY).go("/account/invitation").fill(code=code, password=PASSWORD, again=PASSWORD)
    petra.press("Accept the invitation").sign_in("Petra").go("/account/people")
    tomas.go("/account/people").press("Admit to our keys").fill(fingerprint=petra.digits())
    tomas.press("The digits were read out")
    assert "You have none yet." in petra.go("/account/passkeys").text
    petra.press("Sign out").sign_in("Petra").make()
    assert "Another than you confirms it." in tomas.go("/account/people").text  # he let her in
    petra.press("Sign out")
    assert "Counts." in enrolled(petra, paula, "Petra").go("/account/passkeys").text


def test_a_new_password_goes_with_the_passkey_that_was_there(app, cast, tomas, holder):
    noor, new = enrolled(holder(), tomas).go("/account/password"), "heather and slate in the rain"
    noor.fill(old=PASSWORD, password=new, again=new).press("Change my password").press("Sign out")
    assert NOT_TOGETHER in noor.with_passkey("Noor").text
    assert noor.with_passkey("Noor", new).page.url.endswith("/desk")


def test_what_a_passkey_opens_never_lies_in_the_page_and_no_answer_holds_it(app, cast, tomas, holder):
    noor = enrolled(holder(), tomas).press("Sign out")
    noor.page.add_init_script(SEEN)
    sent = []
    noor.page.on("request", lambda one: sent.append(parse_qs(one.post_data or "")) if one.method == "POST" else None)
    answer = noor.with_passkey("Noor", "another password").page.content()
    (form,) = sent
    secret, shown = form["prf"][0], form["passkey"][0]
    assert len(secret) == 43 and secret not in shown and "clientExtensionResults" not in shown
    seen = noor.page.evaluate("sessionStorage.seen")
    assert form["made"][0] in seen and secret not in seen and shown not in seen
    assert not any(one in answer for one in (secret, shown, form["made"][0]))


def test_words_of_a_session_that_ended_come_back_after_the_passkey(app, cast, tomas, holder):
    noor = enrolled(holder(), tomas).go("/account/passkeys")
    noor.page.evaluate("document.querySelector('header form').action = '/desk/cases/GR-AAAA-AAAA/steps/note'")
    noor.page.context.clear_cookies()
    noor.press("Sign out")
    assert "Please sign in again" in noor.text
    noor.fill(email=email_of("Noor"), password=PASSWORD).press("Sign in with a passkey")
    assert noor.page.url.endswith("/desk")


def test_without_script_the_page_has_a_password_and_a_code(app, cast, live_server, new_page):
    page = Visitor(new_page(), live_server).go("/account/sign-in")
    assert "passkey" not in page.text and page.page.locator("#otp").is_visible()
    assert page.fill(email=email_of("Noor"), password=PASSWORD).press("Sign in").page.url.endswith("/desk")
    assert "This browser makes no passkeys" in page.go("/account/passkeys/add").text


def test_it_is_made_and_shown_by_keyboard_alone(app, cast, tomas, holder):
    noor = holder().sign_in("Noor").go("/account/passkeys/add")
    typed, press = noor.page.keyboard, noor.page.keyboard.press
    noor.page.focus("#name")
    typed.type("My telephone")
    press("Tab")
    typed.type(PASSWORD)
    press("Tab")
    with noor.page.expect_navigation():
        press("Enter")
    assert "counts once a colleague" in noor.text
    noor.press("Sign out").page.focus("#email")
    typed.type(email_of("Noor"))
    press("Tab")
    typed.type(PASSWORD)
    press("Tab")
    assert noor.page.evaluate("document.activeElement.textContent") == "Sign in with a passkey"
    with noor.page.expect_navigation():
        press("Enter")
    assert noor.page.url.endswith("/desk")


@pytest.mark.parametrize("width", WIDTHS)
def test_its_pages_fit_each_screen_and_read_well(app, cast, tomas, holder, width):
    noor, wrong = holder(width=width).sign_in("Noor"), []

    def look(visitor, *paths):
        for path in paths:
            visitor.go(path)
            wrong.extend(faults(visitor.page))
            if overflow(visitor.page) > 0:
                wrong.append(path)

    look(noor, "/account/passkeys", "/account/passkeys/add")
    noor.make()
    look(noor, "/account/passkeys", "/account/people")
    paula = holder(width=width).sign_in("Ines")
    paula.go("/account/people").press("Call, and type the digits of the passkey")
    wrong.extend(faults(paula.page))
    digits = noor.go("/account/passkeys").digits()
    paula.fill(fingerprint=digits).press("The digits were read out")
    look(noor, "/account/passkeys")
    noor.press("Sign out")
    look(noor, "/account/sign-in")
    noor.with_passkey("Noor")
    look(noor, "/account/passkeys", "/account/people")
    noor.go("/account/passkeys").press("Remove")
    wrong.extend(faults(noor.page))
    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS)
def test_who_is_to_have_one_passes_it_over_for_two_weeks_and_then_sets_it_up(app, cast, holder, width):
    app.config["PASSKEYS_REQUIRED"] = frozenset({"officer"})
    noor, wrong = holder(width=width).sign_in("Noor"), []
    assert "You can pass this over" in noor.text
    wrong.extend(faults(noor.page))
    assert noor.press("Not now").page.url.endswith("/desk")
    with time_machine.travel(days_later(15)):
        noor.sign_in("Noor")
        assert "Not now" not in noor.text and noor.go("/desk").page.url.endswith("/account/passkeys/ask")
        wrong.extend([*faults(noor.page), *["too wide"] * (overflow(noor.page) > 0)])
        noor.press("Set up a passkey").fill(password=PASSWORD).press("Make the passkey")
        assert noor.go("/desk").page.url.endswith("/desk")
    assert wrong == []
