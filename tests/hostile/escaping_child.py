"""A parser that was taken over: it tries to get out by every door and answers which of them were open."""

import ctypes
import mmap
import os
import resource
import signal
import socket
import stat
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from models.artifact import HEADER_BYTES
from services.runner import child, landlock, seccomp
from services.runner.values import Request, Result
from services.runner.work import Means, Plan

WITHOUT = set(sys.argv[1:-1])
"""Walls that are missing, as on a kernel that does not have them."""

PARENT = os.getpid()
ENVIRONMENT = ctypes.CDLL(None).getenv  # looked up before the walls stand
ENVIRONMENT.restype = ctypes.c_char_p
LIBC = ctypes.CDLL(None, use_errno=True)
SECRETS = ("/etc/passwd", "/etc/shadow", "/proc/1/environ", f"/proc/{PARENT}/environ", sys.executable)
FILES = ("open ", "write ", "list ", "unlink ")
"""What Landlock alone denies."""

HARMLESS = ("open the source again", "list the folder", "socket v4", "socketpair", "fork", "stat", "memfd")
"""What may be tried where nothing denies it."""

WRITTEN = ("/tmp/kerf-escaped", "/dev/shm/kerf-escaped")


def serve(request: Request, _how: Plan | None, means: Means) -> Result:
    """The names of the attempts, and for each whether it was denied."""
    attempts = {**ATTEMPTS, **_of(request)}
    if {"seccomp", "landlock"} == WITHOUT:
        attempts = {name: attempts[name] for name in HARMLESS}
    elif WITHOUT:
        attempts = {name: attempt for name, attempt in attempts.items() if name.startswith(FILES)}
    denied = {name: _is_denied(attempt) for name, attempt in attempts.items()}
    text = "".join(f"{name}={'denied' if closed else 'OPEN'}\n" for name, closed in denied.items())
    assert request.artifact_out is not None
    means.files.write(request.artifact_out, bytes(HEADER_BYTES) + zlib.compress(text.encode()))
    return Result((), {}, "text/plain", 0)


def _is_denied(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, MemoryError, LookupError, ValueError):
        return True
    return False


def _of(request: Request) -> dict[str, Callable[[], object]]:
    """The files of this very request, which are open but may not be opened again."""
    return {
        "open the source again": request.source.read_bytes,
        "list the folder": lambda: list(request.source.parent.iterdir()),
        "write beside the source": lambda: request.source.with_suffix(".new").write_bytes(b"x"),
        "unlink the source": request.source.unlink,
    }


def _system(number: int, *arguments: int) -> Callable[[], object]:
    """A bare system call; OSError when it is refused."""

    def call() -> object:
        ctypes.set_errno(0)
        found = LIBC.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
        if found < 0:
            raise OSError(ctypes.get_errno(), "refused")
        return found + 1

    return call


def _connected(family: int, address: tuple[str, int] | str) -> Callable[[], object]:
    def connect() -> object:
        with socket.socket(family) as made:
            made.connect(address)
        return True

    return connect


def _forked() -> object:
    if os.fork() == 0:
        os._exit(0)
    return True


def _executed() -> object:
    return os.execv("/bin/true", ["true"])


def _executable_memory() -> object:
    return mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


X86 = os.uname().machine == "x86_64"
ATTEMPTS: dict[str, Callable[[], object]] = {
    **{f"open {path}": Path(path).read_bytes for path in SECRETS},
    **{f"write {path}": Path(path).touch for path in WRITTEN},
    "stat": Path("/etc").stat,
    "connect v4": _connected(socket.AF_INET, ("127.0.0.1", 9)),
    "connect v6": _connected(socket.AF_INET6, ("::1", 9)),
    "connect unix": _connected(socket.AF_UNIX, "/var/run/docker.sock"),
    "connect abstract": _connected(socket.AF_UNIX, "\0kerf"),
    "socket v4": lambda: socket.socket(socket.AF_INET),
    "socket v6": lambda: socket.socket(socket.AF_INET6),
    "socket unix": lambda: socket.socket(socket.AF_UNIX),
    "socket packet": _system(41 if X86 else 198, 17, 3, 0),
    "socketpair": socket.socketpair,
    "exec": _executed,
    "fork": _forked,
    "vfork": _system(58, *[0] * 3) if X86 else _forked,
    "clone3": _system(435, 0, 0),
    "ptrace the parent": _system(101 if X86 else 117, 16, PARENT, 0, 0),
    "read the parent's memory": _system(310 if X86 else 270, PARENT, 0, 0, 0, 0, 0),
    "signal the parent": lambda: os.kill(PARENT, 0),
    "signal the group": lambda: os.kill(0, signal.SIGCONT),
    "io_uring": _system(425, 1, 0),
    "bpf": _system(321 if X86 else 280, 0, 0, 0),
    "userfaultfd": _system(323 if X86 else 282, 0),
    "keyctl": _system(250 if X86 else 219, 0, -3, 0),
    "mount": _system(165 if X86 else 40, 0, 0, 0, 0, 0),
    "unshare": _system(272 if X86 else 97, 0x10000000),
    "setuid": _system(105 if X86 else 146, 0),
    "memfd": lambda: os.memfd_create("x"),
    "pidfd": lambda: os.pidfd_open(PARENT),
    "executable memory": _executable_memory,
    "allocate 2 GiB": lambda: bytearray(2 << 30),
    "raise the memory limit": lambda: resource.setrlimit(
        resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    ),
    "raise the limit of descriptors": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128)),
    "environment": lambda: _some(len(os.environ)),
    "environment of C": lambda: _some(ENVIRONMENT(b"PATH")),
    "database address in memory": lambda: _some(ENVIRONMENT(b"KERF_DATABASE_URL")),
    "standard input": lambda: _some(os.read(0, 1)),
    "other pipes": lambda: _some(_pipes() - 1),
}


def _some(found: object) -> object:
    """What was found; nothing is as good as denied."""
    if not found:
        raise LookupError
    return found


def _pipes() -> int:
    """How many pipes are open; one is for answers."""
    return sum(_is_pipe(descriptor) for descriptor in range(256))


def _is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


if __name__ == "__main__":
    if "seccomp" in WITHOUT:
        patch.object(seccomp, "is_available", lambda: False).start()
    if "landlock" in WITHOUT:
        patch.object(landlock, "version", lambda: 0).start()
    child.main(serve)
