"""What the child gives up before it reads a byte: time, memory, its user, and all calls of the system but a few.

The list says what may still be asked of the system, and the kernel refuses all else: no other process's memory, no new
process or thread, no file, no connection, no signal to anybody. libseccomp makes the filter; each Debian has it.

The decoder of HEIC works in a thread and nowhere else: for that kind alone a thread of this process may be made, never
a process (docs/decisions/0099)."""

import ctypes
import errno
import os
import resource
from contextlib import suppress

NOBODY = 65534
ALLOWED = (
    "read", "readv", "pread64", "write", "writev", "pwrite64", "lseek", "_llseek", "close", "fstat", "fstat64",
    "newfstatat", "fcntl", "fcntl64", "poll", "ppoll", "select", "pselect6",
    "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "brk",
    "futex", "sched_yield", "sched_getaffinity", "set_robust_list", "get_robust_list", "rseq", "membarrier",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "sigreturn", "restart_syscall",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrusage",
    "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo", "getcwd", "getrandom",
    "exit", "exit_group",
)  # fmt: skip
"""Of files only those that are open: the two pipes. A name that this machine has not is left out."""
REFUSED = errno.EPERM
_ERRNO = 0x00050000 | REFUSED  # SCMP_ACT_ERRNO of seccomp.h
_ALLOW = 0x7FFF0000
_LIBRARY = "libseccomp.so.2"
_MISSING = 0x00050000 | errno.ENOSYS
_EQUAL = 4  # SCMP_CMP_EQ
A_THREAD = 0x3D0F00
"""With what glibc makes a thread of the same process: memory, files and signal handlers in common (CLONE_VM, CLONE_FS,
CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD, CLONE_SYSVSEM, CLONE_SETTLS, CLONE_PARENT_SETTID, CLONE_CHILD_CLEARTID).
A call with any other flags is refused, and so is each new process, whose flags lack CLONE_THREAD."""
TASKS = 2_048
"""Processes and threads that the child's user may have in all where a thread may be made; time and memory bound it
before."""


class _Argument(ctypes.Structure):
    """scmp_arg_cmp of seccomp.h."""

    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


class NoFilter(OSError):
    """The kernel did not take the filter."""


def library() -> ctypes.CDLL | None:
    """None where this machine has none; `flask doctor` says so."""
    try:
        found = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    found.seccomp_init.restype = ctypes.c_void_p
    found.seccomp_init.argtypes = [ctypes.c_uint32]
    found.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    found.seccomp_rule_add_array.argtypes = [*found.seccomp_rule_add.argtypes, ctypes.c_void_p]
    found.seccomp_load.argtypes = [ctypes.c_void_p]
    return found


def confine(seccomp: ctypes.CDLL | None, seconds: int, megabytes: int, threads: bool = False) -> None:
    """`seccomp`: loaded before, because nothing can be opened afterwards. Raises OSError where the kernel refuses
    what it offers: then nothing is read. `threads`: some may be made, where the filter tells them from processes."""
    _be_nobody()
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        resource.setrlimit(nothing, (0, 0))  # no core dump, which would be a plain copy on disk
    tasks = _tasks() if seccomp and threads else 0
    resource.setrlimit(resource.RLIMIT_NPROC, (tasks, tasks))
    if seccomp:
        _filter(seccomp, threads)


def _tasks() -> int:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    return TASKS if hard == resource.RLIM_INFINITY else min(TASKS, hard)


def _be_nobody() -> None:
    """Where the program runs as root, the child does not, and can be nothing else again."""
    if os.geteuid() == 0:
        with suppress(PermissionError):  # root of a container, without the right to be somebody else
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)


def _filter(seccomp: ctypes.CDLL, threads: bool) -> None:
    rules = seccomp.seccomp_init(_ERRNO)
    if not rules:
        raise NoFilter
    for name in ALLOWED:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0 and seccomp.seccomp_rule_add(rules, _ALLOW, number, 0):
            raise NoFilter
    if threads:
        _allow_threads(seccomp, rules)
    if seccomp.seccomp_load(rules):
        raise NoFilter


def _allow_threads(seccomp: ctypes.CDLL, rules: int) -> None:
    """`clone3` takes its flags from memory, where no filter can look: it is said to be missing, and glibc then asks
    for `clone`, whose flags are looked at."""
    number = seccomp.seccomp_syscall_resolve_name
    flags = _Argument(1 if os.uname().machine == "s390x" else 0, _EQUAL, A_THREAD, 0)
    if seccomp.seccomp_rule_add_array(rules, _ALLOW, number(b"clone"), 1, ctypes.byref(flags)):
        raise NoFilter
    clone3 = number(b"clone3")
    if clone3 >= 0 and seccomp.seccomp_rule_add(rules, _MISSING, clone3, 0):
        raise NoFilter
