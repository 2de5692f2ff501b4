"""The parent's side: one disposable OS process that segments documents, one at a time."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn, cast

from models.errors import Cancelled, DeadlineExceeded, KerfError, MemoryLimit, WorkerCrashed, by_code
from models.limits import Limits
from services.runner.frames import FrameBuffer, write_frame
from services.runner.values import Progress, Request, Result

TICK_SECONDS = 0.25
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

OnTick = Callable[[Progress], bool]
"""Called in the caller's thread several times a second; False stops the work."""


class Child:
    """Started on first use, kept warm, replaced after `documents` documents or above half its memory.

    Not for several threads at once: give each its own.
    """

    def __init__(self, limits: Limits, *, models: Path, anywhere: bool = False, documents: int = 200) -> None:
        self._limits = limits
        self._settings = {"limits": asdict(limits), "models": str(models), "anywhere": anywhere}
        self._documents = documents
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0

    def run(self, request: Request, on_tick: OnTick) -> Result:
        """Segment one document; any KerfError. The process is killed on cancel, deadline and crash."""
        process = self._started()
        try:
            answer = self._answer(process, request, on_tick)
        except BaseException:
            self.close()
            raise
        if "error" in answer:
            self._raise(answer["error"])
        self._served += 1
        if self._served >= self._documents or answer["rss_mb"] > self._limits.memory_mb // 2:
            self.close()
        return Result(**answer["result"])

    def close(self) -> None:
        """Kill the process, if there is one; the next run starts another."""
        process, self._process, self._served = self._process, None, 0
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        with process:
            pass

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "services.runner.child", json.dumps(self._settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
                start_new_session=True,
            )
        return self._process

    def _answer(
        self, process: "subprocess.Popen[bytes]", request: Request, on_tick: OnTick
    ) -> dict[str, Any]:
        assert process.stdin is not None  # noqa: S101 - opened as a pipe above
        with contextlib.suppress(BrokenPipeError):
            write_frame(cast("Any", process.stdin), request.to_json())
        progress = Progress("parsing")
        deadline = time.monotonic() + self._limits.deadline_seconds
        for message in self._messages(process):
            if message is not None and "progress" in message:
                progress = Progress(**message["progress"])
            elif message is not None:
                return message
            if time.monotonic() > deadline:
                raise DeadlineExceeded(f"more than {self._limits.deadline_seconds:g} seconds")
            if not on_tick(progress):
                raise Cancelled
        raise self._death(process)

    @staticmethod
    def _messages(process: "subprocess.Popen[bytes]") -> Iterator[dict[str, Any] | None]:
        """Messages as they come, None at each tick without one, the end when the process is gone."""
        assert process.stdout is not None  # noqa: S101 - opened as a pipe above
        buffer = FrameBuffer()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while True:
                if not selector.select(TICK_SECONDS):
                    yield None
                    continue
                data = os.read(process.stdout.fileno(), 1 << 20)
                if not data:
                    return
                yield from buffer.feed(data)

    @staticmethod
    def _death(process: "subprocess.Popen[bytes]") -> KerfError:
        status = process.wait()
        if status == -signal.SIGKILL:
            return MemoryLimit("the system ended the parser, most likely for its memory")
        if status == -signal.SIGXCPU:
            return DeadlineExceeded()
        return WorkerCrashed(f"the parser ended with status {status}")

    def _raise(self, error: dict[str, Any]) -> NoReturn:
        if error["code"] == MemoryLimit.code:
            self.close()
        raise by_code().get(error["code"], KerfError)(error["detail"], pointer=error["pointer"])
