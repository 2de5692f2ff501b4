"""What the end of a process that gave no answer says of the document."""

import signal
from dataclasses import dataclass

from models.errors import DeadlineExceeded, KerfError, MemoryLimit, WorkerCrashed
from models.limits import Limits


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended, as its parent saw it: `status` is the exit code, or minus the signal's number.

    `peak_mb` is the most memory it held, `own_mb` what its parent itself holds.
    """

    status: int
    peak_mb: int
    own_mb: int


def cause(end: End, limits: Limits) -> KerfError:
    """The typed error for a process that ended without an answer.

    SIGKILL that is not ours is mostly the system short of memory: taken as such when the process held half
    of what it may. A process that ran into its limit inside C or Rust code mostly aborts.
    """
    heavy = end.peak_mb > limits.memory_mb // 2
    match -end.status:
        case signal.SIGXCPU:
            return DeadlineExceeded()
        case signal.SIGKILL if heavy:
            return MemoryLimit("The system ended the parser, most likely for its memory.")
        case signal.SIGABRT if heavy:
            return MemoryLimit()
        case number if number > 0:
            return WorkerCrashed(f"The process that read the document died of signal {number}.")
    return WorkerCrashed(f"The process that read the document ended with status {end.status}.")
