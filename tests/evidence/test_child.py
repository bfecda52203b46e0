import io
import os
import tempfile
import time
from pathlib import Path

import pytest

from grievance.evidence import clean as cleaning
from grievance.evidence.clean import CannotClean, clean
from tests.evidence import samples
from tests.evidence.test_clean import cleaned, refused

ANSWER = """import os, sys; sys.stdin.buffer.read(); print('{"kind": "txt", "notes": {}}')\n"""
"""What a child says before the copy."""


@pytest.fixture
def child_that(monkeypatch, tmp_path):
    """Start another program in the child's place, in the same way."""

    def replace(source):
        (tmp_path / "child.py").write_text(source)
        monkeypatch.setattr(cleaning, "CHILD", tmp_path / "child.py")

    return replace


def children():
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if stat.read_text().rpartition(")")[2].split()[1] == str(os.getpid())
    ]


def limited_child(before):
    """The child's process, once it has limited itself."""
    for _ in range(500):
        for pid in set(children()) - before:
            if "Max open files            0 " in Path(f"/proc/{pid}/limits").read_text():
                return Path(f"/proc/{pid}")
        time.sleep(0.01)
    raise AssertionError("no child has limited itself")


def watched(extension, data, look):
    """Clean a file, and look at the child when it has half of it."""
    before, seen, out = set(children()), [], io.BytesIO()

    def plain():
        yield data[: len(data) // 2]
        seen.append(look(limited_child(before)))
        yield data[len(data) // 2 :]

    clean(extension, plain(), out)
    assert out.getvalue()
    return seen[0]


def test_the_child_does_not_know_the_keys(child_that, monkeypatch):
    monkeypatch.setenv("SECRET_KEYS", "k1:opensesame")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    child_that(ANSWER + "print(dict(os.environ), os.getcwd())")
    said = cleaned("txt", b"x")
    assert b"opensesame" not in said and b"nowhere" not in said
    assert said in (b"{} /\n", b"{'LC_CTYPE': 'C.UTF-8'} /\n")  # Python itself sets the second


def test_the_real_child_does_not_know_the_keys(monkeypatch):
    monkeypatch.setenv("SECRET_KEYS", "k1:opensesame")
    assert watched("jpg", samples.photo(), lambda child: (child / "environ").read_bytes()) == b""


def test_the_child_inherits_no_file(child_that):
    child_that(ANSWER + "print(sorted(os.listdir('/proc/self/fd')))")
    with open(__file__) as file:
        os.set_inheritable(file.fileno(), True)
        assert cleaned("txt", b"x") == b"['0', '1', '2', '3']\n"  # the last one is the listing itself


@pytest.mark.parametrize(
    ("extension", "make"),
    [("jpg", samples.photo), ("pdf", samples.pdf), ("docx", samples.tracked), ("odt", samples.odt)],
)
def test_no_plain_byte_touches_a_disk(extension, make, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    opened = watched(extension, make(), lambda child: [os.readlink(fd) for fd in (child / "fd").iterdir()])
    known = {"/dev/urandom"} if extension == "pdf" else set()  # qpdf keeps it open, to read what is locked
    assert sorted({name.partition(":")[0] for name in opened} - known) == ["/dev/null", "pipe"]
    assert list(tmp_path.iterdir()) == []


def test_the_child_can_open_write_and_leave_nothing():
    limits = watched("pdf", samples.pdf(), lambda child: (child / "limits").read_text())
    hard = {line[:25].strip(): line[25:].split()[1] for line in limits.splitlines()[1:]}
    assert [hard[f"Max {what}"] for what in ("open files", "file size", "core file size", "processes")] == ["0"] * 4
    assert hard["Max address space"] == str(512 * 1024 * 1024)


def test_a_child_that_loops_is_killed_in_time(child_that):
    child_that("while True: pass")
    before = set(children())
    assert refused("txt", b"x" * 1_000_000, seconds=0.5) == "time"
    assert set(children()) <= before


def test_a_slow_file_is_given_up_in_time():
    assert refused("jpg", samples.photo(size=(4000, 3000)), seconds=0.05) == "time"


def test_a_child_that_floods_is_stopped(child_that):
    child_that("import sys\nwhile True: sys.stdout.buffer.write(bytes(65536))")
    assert refused("txt", b"x", seconds=20) == "too_large"


def test_a_child_that_needs_too_much_memory_says_so():
    assert refused("png", samples.photo("PNG", size=(7000, 7000)), megabytes=200) == "too_large"


def test_a_child_that_dies_gives_nothing(child_that):
    child_that("import os, sys; print('half', flush=True); os.abort()")
    out = io.BytesIO()
    with pytest.raises(CannotClean, match="failed"):
        clean("txt", [b"x"], out)
    assert out.getvalue() == b""


@pytest.mark.parametrize(
    "said",
    [
        "no line at all",
        '{"kind": "exe", "notes": {}}',
        '{"kind": "txt", "notes": {"<script>": 1}}',
        '{"kind": "txt", "notes": {"comments": -1}}',
        '{"kind": "txt", "notes": {"comments": "many"}}',
        '{"kind": ["txt"], "notes": {}}',
        "[]",
    ],
)
def test_a_child_that_was_taken_over_is_not_believed(child_that, said):
    child_that(f"import sys; sys.stdin.buffer.read(); print({said!r}); print('words')")
    assert refused("txt", b"x") == "failed"


def test_a_file_that_cannot_be_opened_ends_the_child():
    def plain():
        yield b"x"
        raise KeyError("the seal")

    before = set(children())
    with pytest.raises(KeyError, match="the seal"):
        clean("txt", plain(), io.BytesIO())
    assert set(children()) <= before
