"""Processes of this machine, found by what their command line says."""

import time
from contextlib import suppress
from pathlib import Path


def naming(*words: str) -> list[int]:
    """The processes whose command line has all the words."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            if all(word.encode() in command for word in words):
                found.append(int(entry.name))
    return found


def are_gone(*words: str, within: float) -> bool:
    """Whether no process names all the words any more, after so many seconds at most."""
    deadline = time.monotonic() + within
    while naming(*words):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
