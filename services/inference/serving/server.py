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
from services.inference.embedders import Embed, Late
from services.inference.serving import wire
from services.inference.serving.wire import Question

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

GATHER_SECONDS = 0.002
"""How long the first question waits for others."""
AT_ONCE = 2 * wire.MOST_TEXTS
"""Texts, of all questions that are run together."""
LARGEST_QUESTION = 16 << 20

log = logging.getLogger(__name__)


class Networks(NamedTuple):
    """Gives those of a name."""

    embed: Callable[[str], Embed]
    late: Callable[[str], Late]


class Asked(NamedTuple):
    """A question that waits."""

    question: Question
    answer: "Future[Floats]"


class Batcher:
    """One thread owns the networks."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._waiting: Queue[Asked | None] = Queue()
        self.runs = 0
        """How often a network was asked, for however many questions."""
        self._thread = threading.Thread(target=self._run, name="networks", daemon=True)
        self._thread.start()

    def answer(self, question: Question) -> "Floats":
        """The caller's turn comes in the order of questions; ModelUnavailable, ModelError."""
        asked = Asked(question, Future())
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
                by_name[asked.question.embedder].append(asked)
            for those in by_name.values():
                self._answer([asked for asked in those if asked.question.spans is None])
                for asked in those:
                    if asked.question.spans is not None:
                        self._answer([asked])

    def _gathered(self) -> tuple[list[Asked], bool]:
        """Those that wait, and whether there may be more."""
        found: list[Asked] = []
        until = None
        while sum(len(asked.question.texts) for asked in found) < AT_ONCE:
            try:
                asked = self._waiting.get(timeout=until and max(0.0, until - monotonic()))
            except Empty:
                break
            if asked is None:
                return found, False
            found.append(asked)
            until = until or monotonic() + GATHER_SECONDS
        return found, True

    def _answer(self, those: Sequence[Asked]) -> None:
        if not those:
            return
        self.runs += 1
        try:
            found = self._rows([asked.question for asked in those])
        except Exception as error:  # noqa: BLE001 - told to whoever asked; the others are not to suffer
            self._one_by_one(those, error)
            return
        start = 0
        for asked in those:
            rows = len(asked.question.texts if asked.question.spans is None else asked.question.spans)
            asked.answer.set_result(found[start : start + rows])
            start += rows

    def _rows(self, questions: Sequence[Question]) -> "Floats":
        """Of all of them, one after the other; of one that has spans, alone."""
        name, texts, spans = questions[0]
        if spans is not None:
            return self._networks.late(name)(texts[0], spans)
        return self._networks.embed(name)([text for question in questions for text in question.texts])

    def _one_by_one(self, those: Sequence[Asked], error: Exception) -> None:
        if len(those) == 1:
            known = isinstance(error, KerfError)
            if not known:
                log.error("embedding failed", exc_info=error)
            those[0].answer.set_exception(error if known else ModelError())
            return
        for asked in those:
            self._answer([asked])


class Server(socketserver.ThreadingUnixStreamServer):
    """Listens at `path`, for processes of the same user. Unavailable when somebody else does."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: Path, networks: Networks) -> None:
        _clear(path)
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Handler)
        except OSError as error:
            raise Unavailable(f"nobody can listen at {path}: {error.strerror}") from error
        finally:
            os.umask(before)
        self._path = path
        self.batcher = Batcher(networks)

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
        question = wire.asked(data)
        try:
            return wire.rows(self.server.batcher.answer(question))
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
