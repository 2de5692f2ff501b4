"""Traces: spans of OpenTelemetry, made and sent only where its own variables name an endpoint.

Without one nothing of its SDK is imported, and every call here does nothing. Between processes a trace goes
on by its W3C `traceparent` alone: neither `tracestate` nor baggage is read or sent. No call here raises or
waits; what cannot be sent is lost.
"""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from opentelemetry import trace as otel
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
SPOKEN = "http/protobuf"
STOP_SECONDS = 2.0
"""What is not sent by then is lost with the process."""

Attributes = Mapping[str, str | int | None]
"""Ids, codes and numbers; what is None is left out. Never text of documents, names of files, URLs or keys."""

LOG = structlog.get_logger(__name__)


class _Running:
    """What this OS process has started; one that was forked from it has started nothing."""

    provider: "TracerProvider | None" = None
    tracer: "otel.Tracer | None" = None
    pid = 0


_running = _Running()


@dataclass(frozen=True, slots=True)
class Span:
    """What happens now, to be told of; with None nobody listens."""

    _span: "otel.Span | None" = None

    def rename(self, name: str) -> None:
        """A better name than it had at the beginning."""
        if self._span is not None:
            self._span.update_name(name)

    def tell(self, attributes: Attributes) -> None:
        """More of it."""
        if self._span is not None:
            self._span.set_attributes(_known(attributes))

    def fail(self, code: str) -> None:
        """It ended badly: one of our codes, never a message."""
        if self._span is not None:
            from opentelemetry.trace import StatusCode  # noqa: PLC0415 - only where traces are on

            self._span.set_attribute("error.type", code)
            self._span.set_status(StatusCode.ERROR)


NOTHING = Span()


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
        from services.infra.otlp import make_provider  # noqa: PLC0415 - the SDK is loaded here

        _running.provider = make_provider(service)
        _running.tracer = _running.provider.get_tracer("kerf")
        _running.pid = os.getpid()
    except Exception as error:  # noqa: BLE001 - whatever the variables say, the service runs
        LOG.error("traces_not_started", error=type(error).__name__)  # noqa: TRY400 - it may quote a header


def stop() -> None:
    """Sends what is there, for STOP_SECONDS at most; then traces are off."""
    if not is_on() or _running.provider is None:
        return
    sending = threading.Thread(target=_running.provider.shutdown, name="traces", daemon=True)
    sending.start()
    sending.join(STOP_SECONDS)
    _running.provider = _running.tracer = None


def is_on() -> bool:
    """Whether spans of this process are made."""
    return _running.tracer is not None and _running.pid == os.getpid()


def now() -> int:
    """The time as spans have it: nanoseconds since 1970."""
    return time.time_ns()


@contextmanager
def span(name: str) -> Iterator[Span]:
    """A step of what is under way in this context."""
    if not is_on() or _running.tracer is None:
        yield NOTHING
        return
    with _within(_running.tracer.start_span(name)) as made:
        yield made


@contextmanager
def arriving(
    name: str, kind: str, traceparent: str | None, attributes: Attributes, *, began: int | None = None
) -> Iterator[Span]:
    """What another process has caused; a trace of its own where `traceparent` is None or malformed.

    `kind` is one of OpenTelemetry's, in small letters; `began` a moment of `now`.
    """
    if not is_on() or _running.tracer is None:
        yield NOTHING
        return
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - only where traces are on

    made = _running.tracer.start_span(
        name,
        context=_context(traceparent),
        kind=SpanKind[kind.upper()],
        attributes=_known(attributes),
        start_time=began,
    )
    with _within(made) as shown:
        yield shown


def past(name: str, began: int, ended: int) -> None:
    """A step that is over, between two moments of `now`."""
    if is_on() and _running.tracer is not None:
        _running.tracer.start_span(name, start_time=began).end(ended)


def here() -> Span:
    """What is under way in this context."""
    if not is_on():
        return NOTHING
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - only where traces are on

    return Span(get_current_span())


def traceparent() -> str | None:
    """What to hand on, so that a trace goes on elsewhere; None if there is none."""
    found = _current()
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}" if found else None


def ids() -> dict[str, str]:
    """The names of trace and span for a line of the log."""
    found = _current()
    return {"trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}"} if found else {}


def link(traceparent: str | None) -> None:
    """What is under way has to do with that, too."""
    if traceparent is None or not is_on():
        return
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - only where traces are on

    other, mine = get_current_span(_context(traceparent)).get_span_context(), get_current_span()
    if other.is_valid and other.span_id != mine.get_span_context().span_id:
        mine.add_link(other)


def _current() -> "otel.SpanContext | None":
    if not is_on():
        return None
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - only where traces are on

    found = get_current_span().get_span_context()
    return found if found.is_valid else None


def _context(traceparent: str | None) -> Any:
    from opentelemetry.context import Context  # noqa: PLC0415 - only where traces are on
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    carrier = {} if traceparent is None else {"traceparent": traceparent}
    return TraceContextTextMapPropagator().extract(carrier, Context())


@contextmanager
def _within(made: "otel.Span") -> Iterator[Span]:
    """An error that passes is told by its kind alone."""
    from opentelemetry.trace import use_span  # noqa: PLC0415 - only where traces are on

    shown = Span(made)
    with use_span(made, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield shown
        except Exception as error:
            shown.fail(type(error).__name__)
            raise


def _known(attributes: Attributes) -> dict[str, str | int]:
    return {name: value for name, value in attributes.items() if value is not None}
