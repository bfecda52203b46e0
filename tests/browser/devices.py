"""Chromium's own passkeys, as a person's device has them. One tab a device: a key that is parked beside another one's
is blocked after a few of its ceremonies."""

from grievance.demonstration import PASSWORD, email_of
from tests.browser.test_story import Visitor

TELEPHONE = {"transport": "internal", "hasPrf": True}
SECURITY_KEY = {"transport": "usb", "hasPrf": True, "hasHmacSecret": True}
WITHOUT_PRF = {"transport": "usb"}


class Holder(Visitor):
    """Somebody at one page with one device, whose browser runs scripts."""

    def __init__(self, page, base, kind=TELEPHONE):
        super().__init__(page, base)
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True, **kind,
        }  # fmt: skip
        self.device = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def sign_in(self, name, button="Sign in without a passkey", password=PASSWORD, **more):
        return self.go("/account/sign-in").fill(email=email_of(name), password=password, **more).press(button)

    def with_passkey(self, name, password=PASSWORD):
        return self.sign_in(name, "Sign in with a passkey", password)

    def press(self, button):
        self.page.bring_to_front()
        return super().press(button)

    def make(self, called="My telephone", password=PASSWORD):
        return self.go("/account/passkeys/add").fill(name=called, password=password).press("Make the passkey")

    def digits(self):
        return self.page.locator(".receipt").inner_text()

    def is_not_verified(self):
        """Somebody else holds the device, and does not know how it is unlocked."""
        said = {"authenticatorId": self.device, "isUserVerified": False}
        self.cdp.send("WebAuthn.setUserVerified", said)

    def passkeys(self):
        return self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.device})["credentials"]
