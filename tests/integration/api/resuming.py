"""An API that can be killed and started again behind one port, and a caller whose line breaks."""

import hashlib
import os
import random
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPResponse
from multiprocessing.context import ForkServerProcess
from select import select
from typing import Any

import uvicorn

from api import app, resumable, tus
from cli.timely import TimelyProtocol
from services import uploads
from services.infra.config import Settings
from services.infra.partials import LocalPartials
from services.infra.storage import Draft
from tests.integration.api.dying import PROCESSES, Last, deadly, die, die_at_commit

BUFFER = 16 << 10
"""What the line itself holds, each way: bytes in there are lost when the API is killed."""

BLOCK = 1 << 16
HOST = "127.0.0.1"
AT_COMMIT = "at the commit that counts it"
POINTS: dict[str, tuple[Any, str, bool]] = {
    "before the piece is kept": (LocalPartials, "add", True),
    "after the piece is kept": (LocalPartials, "add", False),
    "before anything is read": (uploads, "go_on", False),
    AT_COMMIT: (uploads, "add", False),
    "after all is joined": (Draft, "keep", False),
    "after the job is made": (resumable, "submit", False),
    "after the upload has ended": (uploads, "end", False),
    "before the pieces are forgotten": (LocalPartials, "forget", True),
    "before the answer": (tus, "standing", True),
}
"""Where an API may die: the owner of a function, its name, and whether before its work or after it."""


class Service:
    """One port, and one process after the other behind it."""

    def __init__(self, settings: dict[str, Any], **how: Any) -> None:
        self._settings, self._how = settings, how
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._listener.bind((HOST, 0))
        self._listener.listen()
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://{HOST}:{self.port}"
        self.process: ForkServerProcess

    def start(self, point: str | None = None) -> None:
        """Connections wait until it answers."""
        arguments = (self._listener, self._settings, self._how, point)
        self.process = PROCESSES.Process(target=serve, args=arguments, daemon=True)
        self.process.start()

    def kill(self) -> None:
        """At once, as a power cut would."""
        os.kill(self.process.pid or 0, signal.SIGKILL)
        self.process.join()

    def close(self) -> None:
        """The end."""
        self.process.kill()
        self.process.join()
        self._listener.close()


@contextmanager
def running(settings: dict[str, Any], **how: Any) -> Iterator[Service]:
    """A service that runs; `piece` bytes are made safe at a time, `idle` seconds a body may stop."""
    service = Service({**settings, "api_key_required": False}, **how)
    service.start()
    try:
        yield service
    finally:
        service.close()


def serve(listening: socket.socket, settings: dict[str, Any], how: dict[str, Any], point: str | None) -> None:
    """What the process does."""
    resumable.PIECE = how.get("piece", resumable.PIECE)
    app.IDLE_SECONDS = how.get("idle", app.IDLE_SECONDS)
    made = app.create_app(Settings.model_validate(settings))
    if point is not None:
        owner, name, before = POINTS[point]
        lasts: dict[bool, Last] = {True: die_at_commit, False: die}
        setattr(owner, name, deadly(getattr(owner, name), before=before, last=lasts[point == AT_COMMIT]))
    config = uvicorn.Config(made, log_config=None, lifespan="on", http=TimelyProtocol)
    uvicorn.Server(config).run(sockets=[listening])


@cache
def block(number: int) -> bytes:
    """Bytes that nobody can guess and everybody can make again."""
    return hashlib.shake_128(number.to_bytes(8)).digest(BLOCK)


def part(start: int, end: int) -> bytes:
    """These bytes of the file."""
    first = start // BLOCK
    data = b"".join(block(number) for number in range(first, -(-end // BLOCK)))
    return data[start - first * BLOCK : end - first * BLOCK]


@dataclass(slots=True)
class Caller:
    """Uploads a file of `size` bytes over a line that breaks at random places."""

    service: Service
    size: int
    seed: int
    sent: int = 0
    breaks: dict[str, int] = field(default_factory=dict)

    def upload(self, cuts: int) -> str:
        """The path of the job, after so many breaks, every second of which is the death of the API."""
        chance = random.Random(self.seed)
        where = self.ask("POST", "/v1/uploads", {"Upload-Length": str(self.size)})["location"]
        kinds = [("kill", "close", "kill", "reset")[number % 4] for number in range(cuts)]
        places = sorted(chance.sample(range(1, self.size), cuts))
        for place, kind in zip(places, kinds, strict=True):
            at = int(self.ask("HEAD", where)["upload-offset"])
            assert at <= place, "no more is kept than was sent"
            self.send(where, at, place, kind)
            self.breaks[kind] = self.breaks.get(kind, 0) + 1
        while (at := int((told := self.ask("HEAD", where))["upload-offset"])) < self.size:
            self.send(where, at, self.size)
        return told["link"].partition(">")[0].strip("<")

    def send(self, where: str, at: int, end: int, broken: str | None = None) -> None:
        """All that is left from `at`, or as much as comes before `end`, where the line breaks."""
        headers = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        with closing(self.line()) as line:
            line.sendall(self.head("PATCH", where, {**headers, "Content-Length": str(self.size - at)}))
            with suppress(ConnectionError):  # when the end of the line before was noticed only now
                while (
                    at < end and not select([line], [], [], 0)[0]
                ):  # who is answered early stops, as curl does
                    count = line.send(part(at, min(at + BLOCK, end)))
                    self.sent += count
                    at += count
                if broken is None:
                    line.recv(1)
            if broken == "kill":
                self.service.kill()
            elif broken == "reset":
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if broken == "kill":
            self.service.start()

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None) -> dict[str, str]:
        """The headers of an answer."""
        with closing(self.line()) as line:
            line.sendall(self.head(method, path, {**(headers or {}), "Content-Length": "0"}))
            return self._answer(line, method)

    def line(self) -> socket.socket:
        """A connection that holds little."""
        line = socket.socket()
        line.settimeout(300)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        line.connect((HOST, self.service.port))
        return line

    def head(self, method: str, path: str, headers: dict[str, str]) -> bytes:
        """The beginning of a request."""
        told = {"Host": "kerf", "Tus-Resumable": "1.0.0", "Connection": "close", **headers}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
        return "\r\n".join([*lines, "", ""]).encode()

    def _answer(self, line: socket.socket, method: str) -> dict[str, str]:
        response = HTTPResponse(line, method=method)
        response.begin()
        assert response.status < 300, (response.status, response.read())
        return {name.lower(): value for name, value in response.getheaders()}
