"""The cookie's name is one that the browser itself guards, wherever it can."""

import pytest


@pytest.mark.parametrize(
    ("secure", "folder", "name"),
    [(True, "", "__Host-s"), (True, "/complaints", "__Secure-s"), (False, "", "s"), (False, "/complaints", "s")],
)
def test_no_other_host_and_no_page_without_https_can_set_the_cookie(app, secure, folder, name):
    app.config["SESSION_COOKIE_SECURE"] = secure
    site = {"environ_overrides": {"SCRIPT_NAME": folder}, "base_url": "https://localhost" if secure else None}
    said = app.test_client().get("/complain", **site).headers["Set-Cookie"]
    assert said.startswith(f"{name}=") and ("Secure" in said) is secure and "Domain" not in said
    assert f"Path={folder or '/'}" in said


@pytest.mark.parametrize("secure", [True, False])
def test_https_is_asked_for_by_the_program_itself_where_it_is_there(app, secure):
    app.config["SESSION_COOKIE_SECURE"] = secure
    headers = app.test_client().get("/healthz").headers
    assert ("max-age=31536000" in headers.get("Strict-Transport-Security", "")) is secure
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_leaving_clears_the_browser_only_where_it_brought_our_cookie(app):
    app.config["SESSION_COOKIE_SECURE"] = True
    client, https = app.test_client(), {"base_url": "https://localhost"}
    assert "Clear-Site-Data" not in client.get("/leave", **https).headers
    client.get("/complain", **https)
    assert "Clear-Site-Data" in client.get("/leave", **https).headers
