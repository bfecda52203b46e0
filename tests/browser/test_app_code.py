"""An app for codes: set up from the picture's own words, and asked at the next sign-in, without script."""

from datetime import timedelta

import pyotp

from grievance import clock
from grievance.demonstration import PASSWORD, email_of
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(app, cast, live_server, new_page):
    noor = sign_in(Visitor(new_page(), live_server), "Noor").go("/account/people").press("A code from an app")
    noor.fill(password=PASSWORD).press("Set it up")
    noor.page.click("summary:has-text('Type it instead')")
    secret = "".join(noor.page.locator(".receipt").inner_text().split())
    noor.fill(otp=pyotp.TOTP(secret).at(clock.now())).press("Ask me for a code from now on")
    assert "From now on you are asked for a code" in noor.page.locator("body").inner_text()
    noor.press("Sign out").fill(email=email_of("Noor"), password=PASSWORD).press("Sign in")
    assert "These do not fit together" in noor.text
    later = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30))
    noor.fill(email=email_of("Noor"), password=PASSWORD, otp=later).press("Sign in")
    assert noor.page.url.endswith("/desk")


def test_its_pages_fit_each_screen_and_read_well(app, cast, live_server, chromium):
    context, wrong = with_axe(chromium), []
    noor = sign_in(Visitor(context.new_page(), live_server), "Noor").go("/account/app")
    looked = ["ask", "picture", "on", "in"]

    def look():
        at = looked.pop(0)
        for width in WIDTHS:
            resize(noor.page, width)
            if overflow(noor.page) > 0:
                wrong.append((at, width))
        wrong.extend(faults(noor.page))

    look()
    noor.fill(password=PASSWORD).press("Set it up")
    look()
    noor.page.click("summary:has-text('Type it instead')")
    secret = "".join(noor.page.locator(".receipt").inner_text().split())
    noor.fill(otp=pyotp.TOTP(secret).at(clock.now())).press("Ask me for a code from now on").go("/account/app")
    look()
    noor.press("Sign out")
    look()
    context.close()
    assert wrong == []
