"""Traces: spans of OpenTelemetry, made and sent only where its own variables name an endpoint.

Without one nothing of it is imported, and every call here does nothing. Between processes a trace goes on by
its W3C `traceparent` alone: neither `tracestate` nor baggage is read or sent. No call here raises or waits;
what cannot be sent is lost.
"""

import os
import threading
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from services.infra.otlp import Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
SPOKEN = "http/protobuf"
STOP_SECONDS = 2.0
"""What is not sent by then is lost with the process."""

Attributes = Mapping[str, str | int | None]
"""Ids, codes and numbers; what is None is left out. Never text of documents, names of files, URLs or keys."""

LOG = structlog.get_logger(__name__)


class Span:
    """What happens now, to be told of. Of this one itself nobody hears."""

    def rename(self, name: str) -> None:
        """A better name than it had at the beginning."""

    def tell(self, attributes: Attributes) -> None:
        """More of it."""

    def fail(self, code: str) -> None:
        """It ended badly: one of our codes, never a message."""


NOTHING = Span()


class _Running:
    """What this OS process has started; one that was forked from it has started nothing."""

    tracer: "Tracer | None" = None
    pid = 0


_running = _Running()


def fault() -> str | None:
    """Why no traces are sent; None if they are wanted."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return "OTEL_SDK_DISABLED is true"
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return f"{ENDPOINTS[1]} is not set"
    exporters = os.environ.get("OTEL_TRACES_EXPORTER") or "otlp"
    if exporters != "otlp":
        return f"OTEL_TRACES_EXPORTER is {exporters}; only otlp is known"
    protocol = next((found for name in PROTOCOLS if (found := os.environ.get(name))), SPOKEN)
    return None if protocol == SPOKEN else f"the protocol {protocol} is not known, only {SPOKEN}"


def start(service: str) -> None:
    """Traces on, if they are wanted, under this name if no other is given; in each process after its fork.

    Once is enough. A setting that cannot be used is a line in the log.
    """
    if fault() is not None or is_on():
        return
    try:
        from services.infra.otlp import Tracer  # noqa: PLC0415 - the SDK is loaded here

        _running.tracer, _running.pid = Tracer(service), os.getpid()
    except Exception as error:  # noqa: BLE001 - whatever the variables say, the service runs
        LOG.error("traces_not_started", error=type(error).__name__)  # noqa: TRY400 - it may quote a header


def stop() -> None:
    """Sends what is there, for STOP_SECONDS at most; then traces are off."""
    tracer = _tracer()
    if tracer is None:
        return
    sending = threading.Thread(target=tracer.close, name="traces", daemon=True)
    sending.start()
    sending.join(STOP_SECONDS)
    _running.tracer = None


def is_on() -> bool:
    """Whether spans of this process are made."""
    return _tracer() is not None


def now() -> int:
    """The time as spans have it: nanoseconds since 1970."""
    return time.time_ns()


def span(name: str) -> AbstractContextManager[Span]:
    """A step of what is under way in this context."""
    tracer = _tracer()
    return nullcontext(NOTHING) if tracer is None else tracer.span(name)


def arriving(
    name: str, kind: str, traceparent: str | None, attributes: Attributes, *, began: int | None = None
) -> AbstractContextManager[Span]:
    """What another process has caused; a trace of its own where `traceparent` is None or malformed.

    `kind` is one of OpenTelemetry's, in small letters; `began` a moment of `now`.
    """
    tracer = _tracer()
    if tracer is None:
        return nullcontext(NOTHING)
    return tracer.arriving(name, kind, traceparent, attributes, began=began)


def past(name: str, began: int, ended: int) -> None:
    """A step that is over, between two moments of `now`."""
    if (tracer := _tracer()) is not None:
        tracer.past(name, began, ended)


def here() -> Span:
    """What is under way in this context."""
    tracer = _tracer()
    return NOTHING if tracer is None else tracer.here()


def link(traceparent: str | None) -> None:
    """What is under way has to do with that, too."""
    if traceparent is not None and (tracer := _tracer()) is not None:
        tracer.link(traceparent)


def traceparent() -> str | None:
    """What to hand on, so that a trace goes on elsewhere; None if there is none."""
    tracer = _tracer()
    return None if tracer is None else tracer.traceparent()


def ids() -> dict[str, str]:
    """The names of trace and span for a line of the log."""
    tracer = _tracer()
    return {} if tracer is None else tracer.ids()


def _tracer() -> "Tracer | None":
    return _running.tracer if _running.pid == os.getpid() else None
