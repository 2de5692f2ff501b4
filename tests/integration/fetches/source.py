"""A real HTTP server that misbehaves as it is told, byte for byte, and remembers what it was asked for."""

import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tests.support.listening import serving


@dataclass(frozen=True)
class Asked:
    """One request: its path with the query, and its headers in lower case."""

    path: str
    headers: dict[str, str]


Script = Callable[[Asked, "Line"], None]


class Line:
    """The connection to whoever asks."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self.stopping = stopping

    def say(self, data: bytes) -> None:
        """These bytes and no others."""
        self._connection.sendall(data)

    def drip(self, piece: bytes, seconds: float) -> None:
        """The same piece again and again until the other side hangs up."""
        while not self.stopping.wait(seconds):
            self.say(piece)

    def hang(self) -> None:
        """Say nothing for as long as the server runs."""
        self.stopping.wait()

    def reset(self) -> None:
        """Cut the connection."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


class Source(socketserver.ThreadingTCPServer):
    """Serves on a free port of loopback."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self.changing = threading.Condition()
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str = "/report.txt") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait_for(self, count: int, seconds: float = 100) -> None:
        """Block until `count` requests have come."""
        with self.changing:
            if not self.changing.wait_for(lambda: len(self.asked) >= count, seconds):
                raise TimeoutError(f"{len(self.asked)} of {count} requests came")

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asks may hang up: that is what some tests are about."""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast("Source", self.server)
        lines = [line.decode("latin-1").strip() for line in iter(self.rfile.readline, b"\r\n") if line]
        headers = dict(line.split(": ", 1) for line in lines[1:])
        asked = Asked(lines[0].split(" ")[1], {name.lower(): value for name, value in headers.items()})
        with server.changing:
            server.asked.append(asked)
            server.changing.notify_all()
        with suppress(OSError):
            server.script(asked, Line(self.connection, server.stopping))


def answer(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """A whole answer; `content_type` becomes Content-Type. Its length is right unless one is given."""
    given = {"content_length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    return "\r\n".join([f"HTTP/1.1 {status} Because", *lines, "", ""]).encode() + body


def saying(*answers: bytes) -> Script:
    """One answer after the other, the last one again and again."""
    left = list(answers)

    def script(_asked: Asked, line: Line) -> None:
        line.say(left.pop(0) if len(left) > 1 else left[0])

    return script


def chunked(piece: bytes) -> bytes:
    """A piece of a body whose length nobody knows."""
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@contextmanager
def source(script: Script, certificate: Path | None = None) -> Iterator[Source]:
    """The server, gone at the end of the block; with a certificate it speaks TLS."""
    server = Source(script)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server):
        yield server
