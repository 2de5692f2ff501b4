"""A real OTLP/HTTP receiver in a thread: it remembers every request, and the spans in it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from tests.support.listening import serving

PATIENCE = 100.0
"""A hard stop, not what anything may take."""


@dataclass(frozen=True)
class Seen:
    """One span as it came over the wire; ids in hexadecimal, `parent` empty at the root."""

    service: str
    name: str
    kind: int
    trace: str
    id: str
    parent: str
    attributes: dict[str, str | int]
    links: tuple[str, ...]
    is_failed: bool


class Collector(ThreadingHTTPServer):
    """Listens on a free port of loopback. With `is_silent` it takes requests and answers none."""

    daemon_threads = True

    def __init__(self) -> None:
        self.spans: list[Seen] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.is_silent = False
        self.changing = threading.Condition()
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def variables(self) -> dict[str, str]:
        """What makes a process send its spans here."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.server_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }

    def named(self, name: str) -> list[Seen]:
        """The spans of that name so far."""
        with self.changing:
            return [span for span in self.spans if span.name == name]

    def wait_for(self, name: str, *, count: int = 1) -> list[Seen]:
        """The spans of that name as soon as there are so many."""
        self.until(lambda: len(self.named(name)) >= count)
        return self.named(name)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Returns when the condition holds."""
        with self.changing:
            if not self.changing.wait_for(is_so, PATIENCE):
                raise TimeoutError([span.name for span in self.spans])


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is http.server's
        """Say nothing."""

    def do_POST(self) -> None:
        collector = cast("Collector", self.server)
        body = self.rfile.read(int(self.headers["content-length"]))
        with collector.changing:
            collector.bodies.append(body)
            collector.headers.append({name.lower(): value for name, value in self.headers.items()})
            collector.spans.extend(spans_of(body))
            collector.changing.notify_all()
        if collector.is_silent:
            collector.stopping.wait()
            return
        self.send_response(200 if self.path == "/v1/traces" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()


def spans_of(body: bytes) -> Iterator[Seen]:
    """The spans of one request."""
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        service = str(_values(resource.resource.attributes)["service.name"])
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Seen(
                    service,
                    span.name,
                    span.kind,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    _values(span.attributes),
                    tuple(link.span_id.hex() for link in span.links),
                    span.status.code == span.status.STATUS_CODE_ERROR,
                )


def _values(pairs: Any) -> dict[str, str | int]:
    found: list[KeyValue] = list(pairs)
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in found}


@contextmanager
def collector() -> Iterator[Collector]:
    """A collector that is gone at the end of the block."""
    with serving(Collector()) as server:
        yield server
