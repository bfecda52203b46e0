"""The public pages under hostile hands and on old phones."""

import base64
import gzip
import logging
import os
import re
import tempfile
import threading
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error, status_code_conformance
from sqlalchemy import event, func, select

from grievance import clock, demonstration
from grievance.crypto import receipt_codes
from grievance.extensions import db
from grievance.intake import filing
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import ReceiptEnvelope
from grievance.models.writing import Writing
from grievance.views import NAMES
from grievance.views.public.form_pages import KEYS
from tests.unpadded import unpadded
from tests.views.public.test_filing import answer, fill_in, hidden, page_of, send
from tests.views.test_routes import token

ONE_PAGE = ("form", "recorder")
"""The scripts of the form on one page."""
SENT = ("style.css", "leave.js")
DEFERRED = r'<script src="/static/(\w+)\.js\?v=[0-9a-f]{12}" defer>'
PUBLIC = ("/", "/complain", "/complain?step=all", "/follow", "/safety", "/help?harm=4", "/procedure", "/complain/paper")

names = st.sampled_from(
    [field.name for field in filing.QUESTIONS] + ["secret", "stamp", "step", "go", "drop", "website"]
)
choices = [key for field in filing.QUESTIONS for key, _text in field.choices]
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
@pytest.mark.parametrize("lang", list(NAMES))
def test_a_public_page_with_all_that_it_loads_is_small_and_two_requests(app, cast, path, lang):
    """Two requests show it. The script of *Leave* is a third one where scripts run, and nothing waits for it; nor for
    those of a page where somebody may speak."""
    client = app.test_client()
    page = client.get(path + ("&" if "?" in path else "?") + f"lang={lang}").text
    loaded = set(re.findall(r'<(?:link|img)[^>]+(?:href|src)="(/[^"]+)"', page))
    assert len(loaded) == 1 and re.fullmatch(r"/static/style\.css\?v=[0-9a-f]{12}", loaded.pop())
    scripts = [re.fullmatch(DEFERRED, one)[1] for one in re.findall(r"<script[^>]*>", page)]
    assert sorted(scripts) == sorted(["leave", *([*ONE_PAGE] if "data-recorder" in page else ())])
    size = sum(
        len(gzip.compress(each)) for each in (page.encode(), *(Path("static", name).read_bytes() for name in SENT))
    )
    assert size <= 14_000, size
    print(f"{lang} {path}: {size} bytes in 2 requests, and the script of Leave")


@pytest.mark.parametrize("path", ["/", "/complain", "/complain?step=all"])
def test_a_page_and_all_that_it_loads_with_every_head_is_small(app, cast, path):
    """What a phone waits for: a head for each part, in clear, and its body as a proxy's gzip sends it."""
    client = app.test_client()
    page = client.get(path).text
    parts = re.findall(r'<(?:link rel="stylesheet" href|script src|img src)="(/[^"]+)"', page)
    assert len(parts) == page.count("<script src") + 1
    size = sum(_on_the_wire(client, one) for one in (path, *parts))
    assert size <= 14_000, size


def _on_the_wire(client, path):
    with client.get(path) as answer:
        return len(f"HTTP/1.1 {answer.status}\r\n{answer.headers}") + len(gzip.compress(unpadded(answer.text).encode()))


def test_the_style_sheets_of_all_faces_are_small():
    assert sum(len(gzip.compress(Path("static", one).read_bytes())) for one in ("style.css", "desk.css")) < 7_000


def test_no_byte_of_an_upload_is_on_disk_in_clear_while_it_arrives_or_is_given_out(app, cast, live_server, tmp_path):
    """Twenty megabytes through a real socket; every open and temporary file of the process is looked at meanwhile."""
    client = app.test_client()
    fill_in(client, "about")
    page = client.get("/complain?step=files")
    cookie = client.get_cookie("s")
    word = b"Zinnober at the gate. "
    plain = word * (20 * 1024 * 1024 // len(word))
    parts = [*hidden(page).items(), ("go", "upload")]
    head = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts)
    head += '--b\r\nContent-Disposition: form-data; name="files"; filename="gate.txt"\r\n\r\n'
    request = urllib.request.Request(live_server + "/complain", head.encode() + plain + b"\r\n--b--\r\n")
    request.add_header("Content-Type", "multipart/form-data; boundary=b")
    request.add_header("Cookie", f"s={cookie.value}")
    with watched(tmp_path, word), urllib.request.urlopen(request) as shown:
        assert "gate.txt" in shown.read().decode()
    for key in ("files", "agree", "you"):
        answer(client, key)
    send(client)
    client.post("/complain/receipt", data={"csrf_token": token(client.get("/complain/receipt")), "kept": "yes"})
    where = re.search(r'href="(/follow/case/files/[^"]+)"', client.get("/follow/case").text).group(1)
    request = urllib.request.Request(live_server + where, headers={"Cookie": f"s={client.get_cookie('s').value}"})
    with watched(tmp_path, word), urllib.request.urlopen(request) as given:
        assert given.read() == plain


@contextmanager
def watched(folder, word):
    """While it lasts, whatever this process has open or has put into temporary files is read over and over."""
    seen, found, over = [], [], threading.Event()

    def look():
        while not over.is_set():
            for path in _files_of_this_process(folder):
                raw = _read(path)
                seen.append(len(raw))
                if word in raw:
                    found.append(path)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
    assert max(seen) > 1_000_000 and found == []


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
    form = {**hidden(page_of(client, "account")), "account": "They pushed me at the gate.", "go": "next"}
    assert {client.post("/complain", data=form).location for _ in range(2)} == {"/complain?step=company"}
    assert "They pushed me at the gate." in client.get("/complain?step=account").text


def test_no_trace_of_a_visit_is_in_any_request_header_cookie_row_file_or_log(app, cast, tmp_path, caplog):
    """The whole public story by one visitor; then everything that it left behind, and everything that it was sent."""
    caplog.set_level(logging.DEBUG)
    client, heads = app.test_client(), []
    client.environ_base |= {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Zinnober-Phone/1.0"}
    pages = [client.get(path) for path in PUBLIC]
    fill_in(client)
    pages += [client.get(f"/complain?step={key}") for key in (*KEYS, "check")]
    pages += [send(client), client.get("/complain/receipt")]
    pages.append(client.post("/complain/receipt", data={"csrf_token": token(pages[-1]), "kept": "yes"}))
    pages += [client.get("/follow/case"), client.get("/follow/case/summary"), client.get("/follow/case/steps/write")]
    pages += [client.get("/nowhere"), client.get("/leave")]
    for page in pages:
        heads.append(str(page.headers))
        elsewhere = re.findall(r'(?:src|href|action|srcset|poster|data)="((?:https?:)?//[^"]*)"', page.text)
        assert elsewhere == [], page.request.path
        for cookie in re.findall(r"s=([^;.]+)\.", page.headers.get("Set-Cookie", "")):
            heads.append(str(base64.urlsafe_b64decode(cookie.lstrip(".") + "===")))
        assert not set(page.headers) & {"ETag", "Last-Modified", "Report-To", "NEL", "Link"}, page.request.path
    db.session.remove()
    left = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    said = caplog.text + "".join(heads)
    assert len(left) >= 2 and sum(map(len, left)) > 100_000
    for trace in ("203.0.113.77", "Zinnober-Phone"):
        assert trace not in said and not any(trace.encode() in raw for raw in left)


def test_a_dead_and_an_unknown_code_cost_the_same_work(app, cast, monkeypatch):
    """What takes the time is counted, not timed: the derivations, and the queries of the page."""
    client = app.test_client()
    fill_in(client)
    send(client)
    code = "".join(re.findall(r"<span>(\d{4})</span>", client.get("/complain/receipt").text))
    for envelope in db.session.scalars(select(ReceiptEnvelope)):
        envelope.revoked_at = clock.now()
    db.session.commit()

    def cost(typed):
        work = []
        real = receipt_codes.stretch
        monkeypatch.setattr(receipt_codes, "stretch", lambda *given: work.append("stretch") or real(*given))
        note = lambda *given: work.append(given[2].split(" WHERE")[0])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        assert "We do not know this receipt" in client.post("/follow", data={"code": typed}).text
        event.remove(db.engine, "before_cursor_execute", note)
        monkeypatch.setattr(receipt_codes, "stretch", real)
        return work

    ways = len(receipt_codes.readings(code))  # what the digits themselves allow, whether they open anything or not
    unknown = next(one for one in iter(receipt_codes.make, None) if len(receipt_codes.readings(one)) == ways)
    cost("0" * 20)
    assert cost(code) == cost(unknown) and "stretch" in cost(code)


def test_the_description_of_the_api_is_kept_to_whatever_is_sent(app, cast, monkeypatch):
    """Schemathesis makes requests, right and wrong ones, from the description: no 500, no answer it does not list."""
    filed = app.test_client().post("/api/v1/complaints", json={"account": "They pushed me.", "could_harm": "no"})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) == 9
    for operation in operations:

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
               | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), known=st.booleans())  # fmt: skip
        def answered(case, known):
            case.headers["Authorization"] = f"Receipt {filed.json['receipt']}" if known else "Receipt 1"
            answer = case.call()
            case.validate_response(answer, checks=[not_a_server_error, status_code_conformance])

        answered()
    counts = [db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "file")),
              db.session.scalar(select(func.count()).select_from(Case))]  # fmt: skip
    assert counts[0] == counts[1] > 1


def test_a_letter_in_a_receipt_is_said_and_the_digit_put_in_its_place(app, cast, monkeypatch):
    code = next(one for one in (f"0123456789012345678{last}" for last in range(10)) if receipt_codes._check(one) == 0)
    monkeypatch.setattr(receipt_codes, "make", lambda: code)
    demonstration.file_one(clock.now())
    client = app.test_client()
    page = client.post("/follow", data={"code": "O" + code[1:]})
    grouped = "\n".join(receipt_codes.lines(code))
    assert page.status_code == 422 and "typed a letter" in page.text and f">{grouped}</textarea>" in page.text
    assert client.post("/follow", data={"code": code}).location == "/follow/case"


def test_a_reference_where_the_receipt_belongs_is_said_to_be_one(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    page = app.test_client().post("/follow", data={"code": reference})
    assert page.status_code == 422 and "This is the reference of a complaint" in page.text


@pytest.mark.parametrize("header", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_ahead_ends_no_form_and_clears_nothing(app, header):
    client = app.test_client()
    answer(client, "account", account="They pushed me.")
    ahead = client.get("/leave", headers=header)
    assert ahead.status_code == 503 and "Clear-Site-Data" not in ahead.headers
    assert "They pushed me." in client.get("/complain?step=account").text
    client.get("/leave")
    assert "They pushed me." not in client.get("/complain?step=account").text


def test_leaving_clears_what_the_browser_keeps_only_where_it_brought_our_cookie(app):
    client = app.test_client()
    assert "Clear-Site-Data" not in client.get("/leave").headers
    answer(client, "account", account="They pushed me.")
    assert client.get("/leave").headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "Clear-Site-Data" not in client.get("/leave").headers


@pytest.mark.parametrize("path", PUBLIC)
def test_leaving_is_the_first_link_of_a_page_and_the_last(app, cast, path):
    links = re.findall(r'<a [^>]*href="([^"]+)"', app.test_client().get(path).text)
    assert links[0] == links[-1] == "/leave" and links.count("/leave") == 2
