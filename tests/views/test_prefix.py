"""The whole site in a folder of its host: no link, form, redirect, cookie or file leads out of it."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from grievance import clock, demonstration
from grievance.notify.outbox import _message
from tests.conftest import ROOT
from tests.processes import serving
from tests.views.test_routes import EVERYBODY, session_of, token

FOLDER = "/complaints"
LINK = re.compile(r'\b(href|src|action|formaction|data-keep)="([^"]*)"')
START = (
    "/",
    "/complain",
    "/complain?step=all",
    "/follow",
    "/follow/case",
    "/safety",
    "/members",
    "/account",
    "/nowhere",
    "/desk/nowhere",
)


@pytest.fixture
def mounted(app):
    """The application as another one would mount it."""
    app.wsgi_app = DispatcherMiddleware(NotFound(), {FOLDER: app.wsgi_app})
    return app


def client_of(app, name, code=""):
    client = app.test_client()
    if name in EVERYBODY:
        with client.session_transaction(base_url=f"http://localhost{FOLDER}") as session:
            session["a"] = session_of(app, name)
    if name == "Amina":
        assert client.post(f"{FOLDER}/follow", data={"code": code}).location == f"{FOLDER}/follow/case"
    return client


def crawl(client):
    """Each page that can be reached by links, and each address that it names: (page, attribute, address)."""
    waiting, seen = [FOLDER + path for path in START], set()
    while waiting:
        page = waiting.pop()
        if page in seen or page.startswith(f"{FOLDER}/leave"):  # which would end the visit
            continue
        seen.add(page)
        answer = client.get(page)
        if answer.location:
            yield page, "Location", answer.location
            waiting.append(answer.location)
        found = LINK.findall(answer.text) if answer.mimetype == "text/html" else []
        answer.close()
        for attribute, address in found:
            address = unescape(address)
            yield page, attribute, address
            if attribute == "href" and address.startswith(FOLDER) and "lang=" not in address:
                waiting.append(address.partition("#")[0])


def fits(app, attribute, address):
    """Whether the address lies in the folder, and there is a page of it."""
    if address == "" or address.startswith(("?", "#", "data:")):
        return True
    path = urlsplit(address).path
    method = "POST" if "action" in attribute or attribute == "data-keep" else "GET"
    adapter = app.url_map.bind("localhost")
    if not f"{path}/".startswith(f"{FOLDER}/"):
        return False
    try:
        adapter.match(path.removeprefix(FOLDER) or "/", method=method)
    except HTTPException:
        return method == "POST" and fits(app, "href", address)  # a form that asks, like the queue's filters
    return True


@pytest.mark.parametrize("name", ["nobody", "Amina", *sorted(EVERYBODY)])
def test_every_link_form_redirect_and_file_of_everybodys_pages_stays_in_the_folder(mounted, cast, name):
    _reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=21))
    named = list(crawl(client_of(mounted, name, code)))
    assert [one for one in named if not fits(mounted, *one[1:])] == []
    pages = {page for page, _attribute, _address in named}
    expected = {"nobody": "/safety", "Amina": "/follow/case/steps/", "Ines": "/custodian"}
    face = {"Victor": "/company/", "Olga": "/company"}.get(name, "/desk/cases/")
    assert any(page.startswith(FOLDER + expected.get(name, face)) for page in pages), pages


def test_every_page_that_can_be_reached_by_links_is_there(mounted, cast):
    _reference, code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=21))
    client = client_of(mounted, "Amina", code)
    pages = {page for page, _attribute, _address in crawl(client)} - {FOLDER + "/nowhere", FOLDER + "/desk/nowhere"}
    assert {page: client.get(page).status_code for page in pages if client.get(page).status_code >= 400} == {}


def test_the_cookie_is_for_the_folder_alone_and_leaving_ends_it(mounted, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    client = mounted.test_client()
    answer = client.post(f"{FOLDER}/follow", data={"code": code})
    assert f"Path={FOLDER};" in answer.headers["Set-Cookie"] + ";"
    left = client.get(f"{FOLDER}/leave")
    assert left.headers["Clear-Site-Data"] and f"Path={FOLDER}" in left.headers["Set-Cookie"]
    assert client.get(f"{FOLDER}/follow/case").location == f"{FOLDER}/follow"


def test_a_filing_by_the_form_and_its_receipt_stay_in_the_folder(mounted, cast):
    client = mounted.test_client()
    page = client.get(f"{FOLDER}/complain?step=all").text
    form = dict(re.findall(r'name="(secret|stamp)" value="([^"]+)"', page))
    form |= {"account": "They pushed me.", "company": "unknown", "could_harm": "no"}
    sent = client.post(f"{FOLDER}/complain", data=form)
    assert sent.location == f"{FOLDER}/complain/receipt"
    kept = client.post(sent.location, data={"csrf_token": token(client.get(sent.location)), "kept": "yes"})
    assert kept.location == f"{FOLDER}/follow/case" and client.get(kept.location).status_code == 200


def test_words_that_were_typed_when_the_session_ended_come_back_in_the_folder(mounted, cast):
    reference, _code = demonstration.walk_story(cast, "refer", clock.now())
    client, path = client_of(mounted, "Noor"), f"{FOLDER}/desk/cases/{reference}/steps/note"
    page = client.get(path)
    with time_machine.travel(clock.now() + timedelta(minutes=45)):
        away = client.post(path, data={"csrf_token": token(page), "note": "A long note of half an hour."})
        assert f'action="{FOLDER}/account/sign-in"' in away.text
        form = {"kept.note": "A long note of half an hour.", "csrf_token": token(away)}
        form["next"] = re.search(r'name="next" value="([^"]+)"', away.text).group(1)
        who = {"email": "noor@example.org", "password": demonstration.PASSWORD}
        back = client.post(f"{FOLDER}/account/sign-in", data={**form, **who})
        assert back.location == path and "A long note" in client.get(path).text


def test_what_is_told_elsewhere_names_the_folder_that_the_sites_address_names(mounted, cast):
    mounted.config["SITE_URL"] = mounted.config["STAFF_URL"] = f"https://example.org{FOLDER}"
    client = client_of(mounted, "Noor")
    page = client.get(f"{FOLDER}/account/calendar")
    made = client.post(f"{FOLDER}/account/calendar", data={"csrf_token": token(page)}).text
    (feed,) = re.findall(r"https://example\.org(/complaints/calendar/[\w-]+\.ics)", made)
    demonstration.walk_story(cast, "acknowledge", clock.now())
    assert f"URL:https://example.org{FOLDER}/desk/cases/" in client.get(feed).text.replace("\r\n ", "")
    reader = type("Reader", (), {"language": "en", "id": 1, "email": "noor@example.org"})
    assert f"https://example.org{FOLDER}/account/sign-in" in _message(reader, ["a"]).get_content()
    (server,) = client.get(f"{FOLDER}/api/v1/openapi.json").json["servers"]
    assert server == {"url": f"https://example.org{FOLDER}"}


def test_gunicorn_serves_the_folder_that_the_environment_names_and_none_that_a_client_names(sqlite_template, tmp_path):
    url = f"sqlite:///{sqlite_template.path}"
    with serving(url, tmp_path, SCRIPT_NAME=FOLDER, SITE_URL=f"https://example.org{FOLDER}") as server:
        status, page = server.get(f"{FOLDER}/safety")
        assert (
            status == 200 and f'href="{FOLDER}/follow' in server.get(f"{FOLDER}/")[1] and f'"{FOLDER}/static/' in page
        )
        status, page = server.get(f"{FOLDER}/complain/paper", SCRIPT_NAME=f"{FOLDER}/complain")
        assert status == 200 and f"{FOLDER}/complain/static" not in page


# --- files that do not change ------------------------------------------------------------------------------


def test_a_static_file_is_asked_for_by_its_version_and_may_be_kept_for_ever(app):
    address = re.search(r'href="(/static/style\.css\?v=[0-9a-f]{12})"', app.test_client().get("/").text).group(1)
    with app.test_client().get(address) as answer:
        assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
def test_a_static_file_of_another_version_is_asked_for_anew_each_time(app, query):
    with app.test_client().get(f"/static/style.css{query}") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


def test_a_static_file_that_is_missing_is_not_kept(app):
    with app.test_client().get("/static/nothing.css?v=0123456789ab") as answer:
        assert answer.status_code == 404 and "immutable" not in answer.headers.get("Cache-Control", "")


# --- templates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_writes_an_address_down(path: Path):
    assert re.findall(r"""(?:href|action|src|data-keep)=["']\s*(?:/|\{\{\s*["']/)[^>]*""", path.read_text()) == []


def test_no_view_leads_to_an_address_that_is_written_down():
    written = re.compile(r"""(?:redirect\(|back=|action=|base=|start=|return )f?["']/""")
    views = sorted((ROOT / "grievance" / "views").rglob("*.py"))
    assert [path.name for path in views if written.search(path.read_text())] == []
