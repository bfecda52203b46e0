"""The public pages under hostile hands and on old phones."""

import gzip
import os
import re
import tempfile
import threading
import urllib.request
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.writing import Writing
from grievance.views.filing import KEYS
from grievance.workflow import intake
from tests.test_filing import fill_in, hidden

PUBLIC = ("/", "/complain", "/complain?step=all", "/follow", "/safety", "/procedure", "/complain/paper")

names = st.sampled_from(
    [field.name for field in intake.QUESTIONS] + ["secret", "stamp", "step", "go", "drop", "website"]
)
choices = [key for field in intake.QUESTIONS for key, _text in field.choices]
values = st.one_of(
    st.text(max_size=300), st.sampled_from([*choices, *KEYS, "all", "check", "yes", "unknown", "1", "-1"]),
    st.sampled_from(["\x00", "\ud800", "\u202e", "x" * 70_000, "../../etc/passwd", "<script>", "'; DROP TABLE cases--",
                     "{{7*7}}", "%s%s%n", "9" * 400, "null", "[]", "٢٠"]),
)  # fmt: skip


def encoded(pairs):
    return [(name, value.encode("utf-8", "surrogatepass")) for name, value in pairs]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(names, values), max_size=12), st.sampled_from(["ar", "en", "xx"]), st.booleans())
def test_a_hostile_form_is_refused_in_the_pages_language_and_leaves_nothing_half_written(app, cast, pairs, lang, whole):
    from urllib.parse import urlencode

    client = app.test_client()
    form = hidden(client.get("/complain?step=all")) if whole else {}
    body = urlencode([*form.items(), *encoded(pairs), ("lang", lang)])
    page = client.post("/complain", data=body, content_type="application/x-www-form-urlencoded")
    assert page.status_code in (303, 400, 413, 422), page.status_code
    if page.status_code == 422:
        assert f'lang="{lang if lang == "ar" else "en"}"' in page.text and 'role="alert"' in page.text
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Case, Writing)]
    filed = db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "file"))
    assert counts == [filed, filed]


@pytest.mark.parametrize("body", [b"\xff\xfe", b"--x\r\nContent-Disposition: form-data; name=", b"", b"\x00" * 5000])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data", "application/json", "x/y"])
def test_a_body_that_is_no_form_is_refused_with_a_page(app, cast, kind, body):
    page = app.test_client().post("/complain", data=body, content_type=kind)
    assert page.status_code in (400, 422) and "<h1>" in page.text


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_public_page_with_all_that_it_loads_is_small_and_two_requests(app, cast, path, lang):
    client = app.test_client()
    page = client.get(path + ("&" if "?" in path else "?") + f"lang={lang}").text
    loaded = set(re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="(/[^"]+)"', page))
    assert loaded == {"/static/style.css"} and "<script" not in page
    sheet = Path("static/style.css").read_bytes()
    size = len(gzip.compress(page.encode())) + len(gzip.compress(sheet))
    assert size <= 14_000, size


def test_no_byte_of_an_upload_is_on_disk_in_clear_while_it_arrives_or_is_given_out(app, cast, live_server, tmp_path):
    """Twenty megabytes through a real socket; every open and temporary file of the process is looked at meanwhile."""
    client = app.test_client()
    fill_in(client, "about")
    page = client.get("/complain?step=files")
    cookie = client.get_cookie("s")
    word = b"Zinnober at the gate. "
    plain = word * (20 * 1024 * 1024 // len(word))
    seen, found, over = 0, [], threading.Event()

    def look():
        nonlocal seen
        while not over.is_set():
            for path in _files_of_this_process(tmp_path):
                raw = _read(path)
                seen += len(raw) > 1_000_000
                if word in raw:
                    found.append(path)

    watcher = threading.Thread(target=look)
    watcher.start()
    parts = [*hidden(page).items(), ("go", "upload")]
    head = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts)
    head += '--b\r\nContent-Disposition: form-data; name="files"; filename="gate.txt"\r\n\r\n'
    request = urllib.request.Request(live_server + "/complain", head.encode() + plain + b"\r\n--b--\r\n")
    request.add_header("Content-Type", "multipart/form-data; boundary=b")
    request.add_header("Cookie", f"s={cookie.value}")
    try:
        with urllib.request.urlopen(request) as shown:
            assert "gate.txt" in shown.read().decode()
    finally:
        over.set()
        watcher.join()
    assert seen > 0 and found == []


def _files_of_this_process(folder):
    opened = [Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd")]
    kept = [path for place in (folder, Path(tempfile.gettempdir())) for path in place.glob("tmp*") if path.is_file()]
    return [*opened, *kept, *(path for path in folder.rglob("*") if path.is_file())]


def _read(path):
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read()
    except OSError:
        return b""


def test_a_page_of_the_form_sent_twice_keeps_its_answer(app, cast):
    client = app.test_client()
    form = {**hidden(client.get("/complain")), "account": "They pushed me at the gate.", "go": "next"}
    assert {client.post("/complain", data=form).location for _ in range(2)} == {"/complain?step=company"}
    assert "They pushed me at the gate." in client.get("/complain?step=account").text
