"""The word that this worker is to stop, said once and heard by every process forked from it."""

import mmap


class Stopping:
    """One shared byte. It takes no lock, so a process killed while it reads can block nobody."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def begin(self) -> None:
        """From now on every attempt hands its job back. Safe in a signal handler."""
        self._byte[0] = 1

    def has_begun(self) -> bool:
        """Whether the worker is stopping."""
        return self._byte[0] == 1
