"""What an archive lists, whatever its format: names made safe, and why something is no file to read."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from models.limits import Limits
from models.members import LONGEST_PATH, UNSAFE, Reason

_DRIVE = re.compile(r"[A-Za-z]:")


class Entry(NamedTuple):
    """One line of an archive's list. With a `reason` nothing is read, and the path is only to be shown."""

    number: int
    path: str
    size: int
    is_folder: bool
    reason: Reason | None


Wanted = Callable[[Entry], bool]
"""Whether the bytes of an entry are wanted; asked of files without a reason only."""

Walk = Callable[[Wanted], Iterator[tuple[Entry, bytes | None]]]
"""All entries in their order, with the bytes of those that are wanted; None for damaged ones."""


def entry_of(number: int, name: str, size: int, limits: Limits, reason: Reason | None) -> Entry:
    """An entry by the name that the archive gives; a slash at its end makes it a folder."""
    path, flaw = clean_path(name)
    is_folder = name.endswith("/") and flaw is None
    if size > limits.max_bytes:
        reason = reason or Reason.TOO_LARGE
    return Entry(number, path, size, is_folder, flaw or reason)


def clean_path(name: str) -> tuple[str, Reason | None]:
    """The path below the archive's root, without `.`; as it may be shown, and why, for one that is none."""
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if UNSAFE.search(name) or name.startswith("/") or ".." in parts or _DRIVE.match(name):
        return UNSAFE.sub("\ufffd", name)[:LONGEST_PATH], Reason.UNSAFE_NAME
    path = "/".join(parts)
    return (path, None) if len(path.encode()) <= LONGEST_PATH else (path[:LONGEST_PATH], Reason.NAME_TOO_LONG)
