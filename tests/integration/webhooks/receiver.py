"""A real HTTP server in a thread that answers as it is told, and remembers every request."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from standardwebhooks import Webhook

from tests.support.listening import serving


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    def verify(self, secret: str) -> dict[str, Any]:
        """The payload, read by the published library, which raises if the signature is wrong."""
        return cast("dict[str, Any]", Webhook(secret).verify(self.body, self.headers))


@dataclass(frozen=True)
class Reply:
    """What the receiver does: wait, then answer, drip the body a byte at a time, or cut the connection."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"ok"
    delay: float = 0.0
    drip: float = 0.0
    reset: bool = False
    garbage: bytes = b""


Script = Callable[[Received], Reply]


class Receiver(ThreadingHTTPServer):
    """Serves on a free port of loopback; `stopping` ends the waits of handlers still at work."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Received] = []
        self.under_way = 0
        self.most_under_way = 0
        self.changing = threading.Condition()
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def wait_for(self, count: int, seconds: float = 300) -> None:
        """Block until `count` requests have come."""
        with self.changing:
            if not self.changing.wait_for(lambda: len(self.requests) >= count, seconds):
                raise TimeoutError(f"{len(self.requests)} of {count} requests came within {seconds} s")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is http.server's
        """Say nothing."""

    def do_POST(self) -> None:
        server = cast("Receiver", self.server)
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # its sender died on the way: that is no request yet
        received = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        with server.changing:
            server.requests.append(received)
            server.under_way += 1
            server.most_under_way = max(server.under_way, server.most_under_way)
            server.changing.notify_all()
        try:
            self._answer(server, server.script(received))
        finally:
            with server.changing:
                server.under_way -= 1

    def _answer(self, server: Receiver, reply: Reply) -> None:
        server.stopping.wait(reply.delay)
        self.close_connection = True
        if reply.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif reply.garbage:
            self.wfile.write(reply.garbage)
        else:
            self._respond(server, reply)

    def _respond(self, server: Receiver, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **dict(reply.headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        pieces = [reply.body]
        if reply.drip:
            pieces = [reply.body[index : index + 1] for index in range(len(reply.body))]
        for piece in pieces:
            self.wfile.write(piece)
            server.stopping.wait(reply.drip)


def make_certificate(path: Path, name: str) -> Path:
    """A key and a certificate that it has signed itself, for one host name and one day, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return path


def encrypt(server: Receiver, certificate: Path) -> list[str | None]:
    """Let the receiver speak TLS with this certificate; the names that clients ask for, as they come."""
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_servername_callback(lambda _connection, name, _context: asked.append(name))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return asked


def answer_ok(_received: Received) -> Reply:
    """The receiver everybody hopes for."""
    return Reply()


@contextmanager
def receiver(script: Script = answer_ok) -> Iterator[Receiver]:
    """A receiver that is gone at the end of the block."""
    with serving(Receiver(script)) as server:
        yield server


class Canary:
    """Listens on a port of every local address, and counts who connects."""

    def __init__(self) -> None:
        dual = socket.has_dualstack_ipv6()
        family = socket.AF_INET6 if dual else socket.AF_INET
        self._socket = socket.create_server(("", 0), family=family, dualstack_ipv6=dual, backlog=256)
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0

    def count(self) -> int:
        """Connections so far: the kernel has completed them whether or not anybody accepted."""
        while True:
            try:
                connection, _ = self._socket.accept()
            except BlockingIOError:
                return self.connections
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@contextmanager
def canary() -> Iterator[Canary]:
    """A listener that nobody should ever reach."""
    listener = Canary()
    try:
        yield listener
    finally:
        listener.close()
