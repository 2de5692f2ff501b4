"""Landlock (landlock(7)): a process that may open nothing by name, bind nothing, signal nobody outside."""

import ctypes
import os

from services.runner.kernel import syscall

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same on every architecture
_ASK_VERSION = 1
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many of the rights over files each version of the interface knows."""
_WITH_NETWORK, _WITH_SCOPES = 4, 6


def version() -> int:
    """Which version of the interface the kernel has; 0 for none."""
    try:
        return syscall(_CREATE_RULESET, 0, 0, _ASK_VERSION)
    except OSError:
        return 0


def deny_everything() -> None:
    """Take every right that the kernel can take, and grant none back; needs no_new_privs. OSError."""
    known = version()
    rights = (1 << _FILE_RIGHTS[min(known, max(_FILE_RIGHTS))]) - 1
    network = 0b11 if known >= _WITH_NETWORK else 0
    scopes = 0b11 if known >= _WITH_SCOPES else 0
    attributes = (ctypes.c_uint64 * 3)(rights, network, scopes)
    size = 8 * (1 + (known >= _WITH_NETWORK) + (known >= _WITH_SCOPES))
    ruleset = syscall(_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    try:
        syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
