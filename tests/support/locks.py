"""A lock between the processes of one test run."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """One process of this user at a time is inside; the kernel frees the lock when its holder dies."""
    path = Path(tempfile.gettempdir()) / f"kerf-tests-{os.getuid()}-{name}.lock"
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
