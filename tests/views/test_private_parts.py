"""Where we lean on what a library does not promise: each of these fails when the library changes (decision 0016)."""

import io
import subprocess
import sys
import tarfile

import flask_babel
import pytest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import MultiProcessValue
from werkzeug.test import EnvironBuilder

from grievance import extensions
from grievance.crypto.streams import SealingSpool
from grievance.maintenance.backup import archive
from grievance.metrics import served
from grievance.views.uploads import SealedRequest
from tests.conftest import ROOT

# --- Flask-Babel -------------------------------------------------------------------------------------------


def test_flask_babel_notes_the_language_of_a_page_where_we_look_for_it(app, monkeypatch):
    with app.test_request_context("/?lang=ar"):
        asked = flask_babel.get_locale()
        monkeypatch.delattr(extensions, "get_locale")
        assert extensions.page_locale() is asked and asked.language == "ar"


def test_flask_babel_looks_for_texts_in_our_domain(app, monkeypatch):
    monkeypatch.setattr(extensions.babel.domain_instance, "known", {})
    with app.test_request_context("/?lang=ar"):
        flask_babel.gettext("Information")
        assert list(extensions.babel.domain_instance.known) == ["ar"]


# --- Werkzeug ----------------------------------------------------------------------------------------------


BODY = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nz\r\n--x--\r\n'


def request():
    environ = EnvironBuilder(method="POST").get_environ()
    arrived = {"wsgi.input": io.BytesIO(BODY), "CONTENT_LENGTH": str(len(BODY))}
    return SealedRequest({**environ, **arrived, "CONTENT_TYPE": "multipart/form-data; boundary=x"})


def test_werkzeug_asks_us_where_a_file_goes(app):
    assert isinstance(request().files["f"].stream, SealingSpool)


def test_werkzeug_reads_a_form_where_we_note_that_it_broke_off(app, monkeypatch):
    def full(self, data):
        raise OSError("no room")

    monkeypatch.setattr(SealingSpool, "write", full)
    one = request()
    for _ in range(2):
        with pytest.raises(OSError, match="no room"):
            one.form  # noqa: B018 - to read it is to load it


# --- Pillow ------------------------------------------------------------------------------------------------


def test_pillow_looks_for_no_other_decoder_than_ours():
    said = (
        "import io, sys; from PIL import Image; from grievance.evidence import pictures\n"
        "try: Image.open(io.BytesIO(b'8BPS' + bytes(60)))\n"
        "except Image.UnidentifiedImageError: print('PIL.PsdImagePlugin' in sys.modules, 'JPEG' in Image.OPEN)"
    )
    child = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "False True"


# --- prometheus_client -------------------------------------------------------------------------------------


def test_the_counts_of_processes_that_ended_are_found_in_one_file_and_stay_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for pid, by in ((771, 3), (772, 4)):
        value = MultiProcessValue(process_identifier=lambda pid=pid: pid)
        value("counter", "x", "x_total", ("of",), ("one",), "Help.").inc(by)
        served.bury(pid)
    assert [path.name for path in tmp_path.iterdir()] == ["counter_gone.db"]
    (metric,) = MultiProcessCollector(None).collect()
    assert [(one.name, one.labels, one.value) for one in metric.samples] == [("x_total", {"of": "one"}, 7.0)]


# --- tarfile -----------------------------------------------------------------------------------------------


def test_tarfile_remembers_its_members_in_the_list_that_we_empty():
    with tarfile.open(fileobj=io.BytesIO(), mode="w") as tar:
        for name in "abc":
            tar.addfile(tarfile.TarInfo(name))
        assert len(tar.getmembers()) == 3
        archive._forget(tar)
        tar.addfile(tarfile.TarInfo("d"))
        assert [info.name for info in tar.getmembers()] == ["d"]


def test_a_backup_is_read_to_its_end_though_each_member_is_forgotten(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in "abc":
            info = tarfile.TarInfo(name)
            info.size = 1
            tar.addfile(info, io.BytesIO(name.encode()))
    assert [content.read() for _info, content in archive.members(out)] == [b"a", b"b", b"c"]
