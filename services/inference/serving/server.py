"""The process that computes networks: what waits at the same time is run together."""

import logging
import os
import socket
import socketserver
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from models.error_forms import told
from models.errors import KerfError, ModelError, Unavailable
from services.inference.serving import wire

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

Embed = Callable[[Sequence[str]], "Floats"]
GATHER_SECONDS = 0.002
"""How long the first question waits for others."""
AT_ONCE = 2 * wire.MOST_TEXTS
"""Texts, of all questions that are run together."""
LARGEST_QUESTION = 16 << 20

log = logging.getLogger(__name__)


class Asked(NamedTuple):
    """A question that waits."""

    name: str
    texts: list[str]
    answer: "Future[Floats]"


class Batcher:
    """One thread owns the networks; `embedder` gives the one of a name."""

    def __init__(self, embedder: Callable[[str], Embed]) -> None:
        self._embedder = embedder
        self._waiting: Queue[Asked | None] = Queue()
        self.runs = 0
        """How often a network was asked, for however many questions."""
        self._thread = threading.Thread(target=self._run, name="networks", daemon=True)
        self._thread.start()

    def embed(self, name: str, texts: list[str]) -> "Floats":
        """The caller's turn comes in the order of questions; ModelUnavailable, ModelError."""
        asked = Asked(name, texts, Future())
        self._waiting.put(asked)
        return asked.answer.result()

    @property
    def waiting(self) -> int:
        """Questions that nobody has taken up."""
        return self._waiting.qsize()

    def close(self) -> None:
        """What waits is still answered."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            questions, is_open = self._gathered()
            by_name = defaultdict(list)
            for asked in questions:
                by_name[asked.name].append(asked)
            for name, those in by_name.items():
                self._answer(name, those)

    def _gathered(self) -> tuple[list[Asked], bool]:
        """Those that wait, and whether there may be more."""
        found: list[Asked] = []
        until = None
        while sum(len(asked.texts) for asked in found) < AT_ONCE:
            try:
                asked = self._waiting.get(timeout=until and max(0.0, until - monotonic()))
            except Empty:
                break
            if asked is None:
                return found, False
            found.append(asked)
            until = until or monotonic() + GATHER_SECONDS
        return found, True

    def _answer(self, name: str, those: Sequence[Asked]) -> None:
        self.runs += 1
        try:
            found = self._embedder(name)([text for asked in those for text in asked.texts])
        except Exception as error:  # noqa: BLE001 - told to whoever asked; the others are not to suffer
            self._one_by_one(name, those, error)
            return
        start = 0
        for asked in those:
            asked.answer.set_result(found[start : start + len(asked.texts)])
            start += len(asked.texts)

    def _one_by_one(self, name: str, those: Sequence[Asked], error: Exception) -> None:
        if len(those) == 1:
            known = isinstance(error, KerfError)
            if not known:
                log.error("embedding failed", exc_info=error)
            those[0].answer.set_exception(error if known else ModelError())
            return
        for asked in those:
            self._answer(name, [asked])


class Server(socketserver.ThreadingUnixStreamServer):
    """Listens at `path`, for processes of the same user. Unavailable when somebody else does."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: Path, embedder: Callable[[str], Embed]) -> None:
        _clear(path)
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Handler)
        except OSError as error:
            raise Unavailable(f"nobody can listen at {path}: {error.strerror}") from error
        finally:
            os.umask(before)
        self._path = path
        self.batcher = Batcher(embedder)

    def server_close(self) -> None:
        """The socket goes, what waits is answered."""
        super().server_close()
        with suppress(OSError):
            self._path.unlink()
        self.batcher.close()


class _Handler(socketserver.BaseRequestHandler):
    """One connection: question, answer, question, answer."""

    request: socket.socket
    server: Server

    def handle(self) -> None:
        """Until the other side hangs up; who says what is no question is told so and left."""
        descriptor = self.request.fileno()
        with suppress(OSError):
            try:
                while message := wire.read(descriptor, LARGEST_QUESTION):
                    wire.write(descriptor, self._answer(*message))
            except ModelError as error:
                wire.write(descriptor, wire.error(told(error)))

    def _answer(self, kind: int, data: bytes) -> bytes:
        if kind != wire.QUESTION:
            raise ModelError("this is no question")
        name, texts = wire.asked(data)
        try:
            return wire.rows(self.server.batcher.embed(name, texts))
        except KerfError as error:
            return wire.error(told(error))


def _clear(path: Path) -> None:
    """Take away the socket of a process that is gone; Unavailable when it is not."""
    if not path.exists():
        return
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        probe.connect(str(path))
    except ConnectionRefusedError:
        path.unlink()
    except OSError as error:
        raise Unavailable(f"{path} is in the way") from error
    else:
        raise Unavailable(f"somebody else listens at {path}")
    finally:
        probe.close()
