"""A started zygote, as its parent holds it: requests in, two pipes out."""

import contextlib
import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from services.runner.answers import MOST_BYTES
from services.runner.frames import FrameBuffer, write_frame
from services.runner.values import Request

TICK_SECONDS = 0.25
READ_BYTES = 1 << 20
MOST_REPORT_BYTES = 1 << 16
KEPT_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "VIRTUAL_ENV",
)
"""Nothing of ours, and no secret, is in the environment of a process that reads documents."""

FIXED_ENVIRONMENT = {"TOKENIZERS_PARALLELISM": "false"}  # threads do not survive a fork


@dataclass(frozen=True, slots=True)
class Message:
    """One message: a report of the zygote itself, or else an answer of the process it forked."""

    is_report: bool
    body: Mapping[str, Any]


class Warmed:
    """One zygote. `kill` ends it and what it forked; it is of no use afterwards."""

    def __init__(self, program: Sequence[str], settings: Mapping[str, Any]) -> None:
        self._answers, inherited = os.pipe()
        os.set_blocking(self._answers, False)
        _widen(inherited)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*program, json.dumps({**settings, "answers": inherited})],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**_kept_environment(), **FIXED_ENVIRONMENT},
                pass_fds=(inherited,),
                start_new_session=True,
            )
        except BaseException:
            os.close(self._answers)
            raise
        finally:
            os.close(inherited)
        self.served = 0
        self.own_mb = 0
        self.began = time.monotonic()
        self._is_ready = False

    @property
    def pid(self) -> int:
        """The zygote's process id, and the id of the group that all it forks belong to."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait(self, goes_on: Callable[[], bool]) -> bool:
        """Whether it has warmed up: not yet when `goes_on` said no, never when the zygote is gone."""
        if not self._is_ready:
            for message in self.messages():
                self._is_ready = message is not None
                if self._is_ready or not goes_on():
                    break
        return self._is_ready

    def send(self, request: Request) -> None:
        """One request; should the zygote be gone, its messages end."""
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
        with contextlib.suppress(BrokenPipeError):
            write_frame(cast("Any", self._process.stdin), request.to_json())

    def messages(self) -> Iterator[Message | None]:
        """Messages as they come, None at each tick without one; ends with the zygote.

        WorkerCrashed for what is no message. A report comes only after all answers sent before it.
        """
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe above
        reports, answers = FrameBuffer(MOST_REPORT_BYTES), FrameBuffer(MOST_BYTES)
        own = self._process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            for descriptor in (own, self._answers):
                selector.register(descriptor, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select(TICK_SECONDS)}
                if not ready:
                    yield None
                data = os.read(own, READ_BYTES) if own in ready else None
                if self._answers in ready or data:
                    yield from self._answered(answers)
                if data == b"":
                    return
                yield from (Message(is_report=True, body=body) for body in reports.feed(data or b""))

    def kill(self) -> None:
        """End the zygote and the process it forked."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(BrokenPipeError), self._process:  # a request may still be on its way in
            pass
        os.close(self._answers)

    def _answered(self, buffer: FrameBuffer) -> Iterator[Message]:
        """All that lies in the pipe of answers; a parser that keeps it full is heard a while at a time."""
        for _ in range(16):
            try:
                data = os.read(self._answers, READ_BYTES)
            except BlockingIOError:
                return
            yield from (Message(is_report=False, body=body) for body in buffer.feed(data))
            if not data:
                return


def _widen(descriptor: int) -> None:
    """Fewer switches between the processes; a system that does not allow it only works slower."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, READ_BYTES)


def _kept_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
