"""Calls into the Linux kernel that Python has no name for."""

import ctypes
import os
import platform
import sys
from functools import cache
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38

_CAPABILITY_VERSION = 0x20080522
_CAPSET = {"x86_64": 126, "aarch64": 91}


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def machine() -> str:
    """`x86_64`, `aarch64`, … as system call tables are named; empty where the system is not Linux."""
    return platform.machine() if sys.platform == "linux" and sys.maxsize > 1 << 32 else ""


def prctl(option: int, argument: int) -> None:
    """Set one property of the calling process; OSError."""
    _checked(_libc().prctl(option, ctypes.c_ulong(argument), *(ctypes.c_ulong(0),) * 3))


def syscall(number: int, *arguments: Any) -> int:
    """The result of a system call; OSError. Integers go as 64 bits, anything else as it is."""
    words = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    return _checked(_libc().syscall(ctypes.c_long(number), *words))


def drop_capabilities() -> None:
    """Root without its powers; for everybody else nothing changes. OSError."""
    if machine() not in _CAPSET:
        return
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    syscall(_CAPSET[machine()], ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
