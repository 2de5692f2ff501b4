"""When a worker last had something to do: one moment, shared by every process forked from its maker."""

import mmap
import struct
import time

_MOMENT = struct.Struct("d")


class Pulse:
    """Eight shared bytes. It takes no lock, so who is killed or frozen while writing blocks nobody."""

    def __init__(self) -> None:
        self._bytes = mmap.mmap(-1, _MOMENT.size)
        self.beat()

    def beat(self) -> None:
        """The worker is at work: it heard a hint, or an attempt of it speaks with the database."""
        _MOMENT.pack_into(self._bytes, 0, time.monotonic())

    def last(self) -> float:
        """The monotonic time of the last beat; in the beginning that of its making."""
        moment: float = _MOMENT.unpack_from(self._bytes)[0]
        return moment
