"""The session cookie. A row decides when a session ends; the age of the cookie only limits what is stale."""

from datetime import UTC

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

from grievance import clock


class Cookies(SecureCookieSessionInterface):
    """As Flask's own, but a cookie that was signed "later than now" holds: the machine's clock was set back, and who
    is at a page, perhaps with a receipt not yet written down, must not lose it for that."""

    def get_cookie_name(self, app: Flask) -> str:
        """Over HTTPS a name that the browser itself guards: no other host of the same domain, and no page without
        HTTPS, can put a cookie of that name in its place."""
        name: str = app.config["SESSION_COOKIE_NAME"]
        if not app.config["SESSION_COOKIE_SECURE"]:
            return name
        return f"__Secure-{name}" if request.script_root else f"__Host-{name}"

    def get_cookie_path(self, app: Flask) -> str:
        """Where the site lies in a folder of its host, nothing else there is sent its cookie."""
        return request.script_root or "/"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        try:
            value = request.cookies.get(self.get_cookie_name(app), "")
            found, signed = signer.loads(value, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        stale = clock.now() - signed.astimezone(UTC) > app.permanent_session_lifetime
        return self.session_class() if stale else self.session_class(found)
