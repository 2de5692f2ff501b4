"""The walls around one document: no files, no network, no other process, no more than its share."""

import os
import resource
import sys
from dataclasses import dataclass

from models.limits import MEGABYTE, Limits
from services.runner import kernel, landlock, seccomp
from services.runner.written import largest_file

CPU_GRACE_SECONDS = 30
MOST_DESCRIPTORS = 64


@dataclass(frozen=True, slots=True)
class Wall:
    """One part of the sandbox, and whether this system has it."""

    name: str
    stands: bool
    detail: str


def walls() -> list[Wall]:
    """What `enter` can build here."""
    known = landlock.version() if kernel.machine() else 0
    filtering = seccomp.is_available()
    return [
        Wall("resource limits", stands=True, detail="memory, processor time, file size"),
        Wall(
            "seccomp",
            filtering,
            "no network, no programs, no other processes"
            if filtering
            else "this kernel or architecture has no system call filter that Kerf knows",
        ),
        Wall(
            "Landlock",
            known > 0,
            f"no file system (interface {known})" if known else "the kernel has it not, or not switched on",
        ),
    ]


def enter(limits: Limits) -> None:
    """Close everything that this system can close around the calling process, for good.

    Descriptors that are open stay so. OSError when a wall that this system has cannot be built.
    """
    _limit_resources(limits)
    os.environ.clear()
    if not kernel.machine():
        return
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.drop_capabilities()
    if landlock.version():
        landlock.deny_everything()
    if seccomp.is_available():
        seccomp.enter()


def die_with(parent: int) -> None:
    """End when the parent ends, whatever this process is doing."""
    if kernel.machine():
        kernel.prctl(kernel.PR_SET_PDEATHSIG, 9)
    if os.getppid() != parent:
        os._exit(1)


def _limit_resources(limits: Limits) -> None:
    seconds = int(limits.deadline_seconds) + CPU_GRACE_SECONDS
    _cap(resource.RLIMIT_CORE, 0, 0)
    _cap(resource.RLIMIT_CPU, seconds, seconds + 5)
    _cap(resource.RLIMIT_FSIZE, largest_file(limits), largest_file(limits))
    _cap(resource.RLIMIT_NOFILE, MOST_DESCRIPTORS, MOST_DESCRIPTORS)
    if sys.platform != "darwin":  # which refuses to limit address space
        _cap(resource.RLIMIT_AS, limits.memory_mb * MEGABYTE, limits.memory_mb * MEGABYTE)


def _cap(what: int, soft: int, hard: int) -> None:
    """Never above what the process may have already."""
    allowed = resource.getrlimit(what)[1]
    ceiling = hard if allowed == resource.RLIM_INFINITY else min(hard, allowed)
    resource.setrlimit(what, (min(soft, ceiling), ceiling))
