import io
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from grievance.evidence import bounds
from grievance.evidence import clean as cleaning
from grievance.evidence.clean import CLEANABLE, CannotClean, clean
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
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            if stat.read_text().rpartition(")")[2].split()[1] == str(os.getpid()):
                found.append(int(stat.parent.name))
    return found


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


TRIES = {
    "its parent's memory": "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
    "its parent's environment": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "its parent's memory by a call": "called(310, os.getppid(), None, 0, None, 0, 0)",  # process_vm_readv
    "to attach to its parent": "called(101, 16, os.getppid(), 0, 0)",  # ptrace(PTRACE_ATTACH)
    "a file": "open('/etc/passwd', 'rb').read()",
    "a file with a limit raised": "resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9)) or open('/etc/passwd').read()",
    "a connection": "socket.socket()",
    "another process": "os.fork()",
    "another program": "os.execv('/bin/true', ['true'])",
    "a thread": "threading.Thread(target=int).start()",
    "a signal to its parent": "os.kill(os.getppid(), 0)",
    "to be root": "os.setresuid(0, 0, 0)",
}
"""What a file that has taken the child over would try, as Python. The numbers are of x86_64."""
TAKEN_OVER = """
import ctypes, os, resource, socket, sys, threading
sys.path.insert(0, {folder!r})
import confined
libc = ctypes.CDLL(None, use_errno=True)
def called(*call):
    if libc.syscall(*call) < 0: raise OSError(ctypes.get_errno(), "no")
{confine}
sys.stdin.buffer.read()
print('{{"kind": "txt", "notes": {{}}}}')
try: print("could:", {tried})
except (OSError, ValueError, RuntimeError) as refused: print("refused:", type(refused).__name__)
"""


def taken_over(child_that, tried, confine="confined.confine(confined.library(), 20, 512)"):
    child_that(TAKEN_OVER.format(folder=str(Path(cleaning.__file__).parent), tried=tried, confine=confine))
    return cleaned("txt", b"x").decode().partition(":")[0]


@pytest.mark.parametrize("tried", TRIES.values(), ids=TRIES)
def test_a_file_that_has_taken_the_child_over_does_not_get_at(child_that, tried):
    """What is raised instead is the kernel's no."""
    assert taken_over(child_that, tried) == "refused"


@pytest.mark.parametrize("tried", [TRIES[name] for name in ("a file", "a connection", "a thread", "another process")])
def test_a_child_that_confines_itself_to_nothing_would_get_at(child_that, tried):
    """The tests above can fail."""
    assert taken_over(child_that, tried, confine="").startswith("could")


FOR_HEIC = "confined.confine(confined.library(), 20, 512, threads=True)"


@pytest.mark.parametrize("tried", [TRIES[name] for name in TRIES if name != "a thread"])
def test_where_a_decoder_may_have_a_thread_nothing_else_is_to_be_had(child_that, tried):
    assert taken_over(child_that, tried, FOR_HEIC) == "refused"


@pytest.mark.parametrize(
    "flags", {"a process": 17, "one with common memory": 0x4111, "a thread in other namespaces": 0x103D0F00}.items()
)
def test_where_a_decoder_may_have_a_thread_it_gets_no_process_by_the_same_call(child_that, flags):
    assert taken_over(child_that, f"called(56, {flags[1]}, 0, 0, 0, 0)", FOR_HEIC) == "refused"


def test_a_thread_is_for_the_decoder_of_heic_alone_and_where_the_filter_tells_it_from_a_process(child_that):
    assert taken_over(child_that, TRIES["a thread"], FOR_HEIC) == "could"
    assert taken_over(child_that, TRIES["a thread"], FOR_HEIC.replace("confined.library()", "None")) == "refused"
    assert [kind for kind in CLEANABLE if bounds.of(kind).threads] == ["heic"]


def test_without_the_library_a_file_and_another_process_are_still_out_of_reach(child_that):
    for name in ("a file", "another process", "a thread"):
        assert taken_over(child_that, TRIES[name], "confined.confine(None, 20, 512)") == "refused", name


@pytest.mark.skipif(os.geteuid() != 0, reason="who is nobody special already stays so")
def test_where_the_program_runs_as_root_the_child_does_not():
    owner = watched("jpg", samples.photo(), lambda child: (child / "status").read_text())
    assert "Uid:\t65534\t65534\t65534\t65534" in owner and "Seccomp:\t2" in owner
