"""The system calls a parser needs once everything is loaded, by architecture. All others are refused."""

from collections.abc import Mapping

Numbers = Mapping[str, int]
"""System call numbers by name."""

# fmt: off
_NEEDED = {  # name: (x86_64, aarch64); None where an architecture has no such call
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "lseek": (8, 62), "close": (3, 57), "fstat": (5, 80), "ftruncate": (77, 46),
    "munmap": (11, 215), "mremap": (25, 216), "brk": (12, 214), "madvise": (28, 233),
    "futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293), "membarrier": (324, 283),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132), "restart_syscall": (219, 128),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153),
    "getrandom": (318, 278), "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173),
    "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
    "getrusage": (98, 165), "getrlimit": (97, 163), "sysinfo": (99, 179), "uname": (63, 160),
    "getcpu": (309, 168), "sched_yield": (24, 124), "sched_getaffinity": (204, 123),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "exit": (60, 93), "exit_group": (231, 94),
}
_CONDITIONAL = {  # allowed with certain arguments only
    "mmap": (9, 222), "mprotect": (10, 226), "clone": (56, 220), "kill": (62, 129), "tgkill": (234, 131),
    "prlimit64": (302, 261), "prctl": (157, 167), "newfstatat": (262, 79),
}
_ABSENT = {"clone3": (435, 435)}  # libraries take the older call when this one does not exist
# fmt: on

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""AUDIT_ARCH of <linux/audit.h>, and the column in the tables above."""


def audit_number(machine: str) -> int | None:
    """How the kernel names the architecture to a filter; None when there is no table for it."""
    return _ARCHITECTURES[machine][0] if machine in _ARCHITECTURES else None


def needed(machine: str) -> Numbers:
    """Calls that are allowed whatever their arguments."""
    return _column(_NEEDED, machine)


def conditional(machine: str) -> Numbers:
    """Calls that are allowed with certain arguments."""
    return _column(_CONDITIONAL, machine)


def absent(machine: str) -> Numbers:
    """Calls that shall seem not to exist."""
    return _column(_ABSENT, machine)


def _column(table: Mapping[str, tuple[int | None, ...]], machine: str) -> Numbers:
    column = _ARCHITECTURES[machine][1]
    return {name: number for name, row in table.items() if (number := row[column]) is not None}
