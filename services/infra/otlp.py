"""OpenTelemetry's SDK, set up as its variables say: the one file that imports it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.infra.tracing import Attributes, Span


class Recorded(Span):
    """A span of OpenTelemetry's."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def rename(self, name: str) -> None:
        """A better name than it had at the beginning."""
        self._span.update_name(name)

    def tell(self, attributes: Attributes) -> None:
        """More of it."""
        self._span.set_attributes(_known(attributes))

    def fail(self, code: str) -> None:
        """It ended badly."""
        self._span.set_attribute("error.type", code)
        self._span.set_status(trace.StatusCode.ERROR)


class Tracer:
    """Samples, limits and sends as `OTEL_…` say. A thread of its own sends; a full queue loses spans.

    `service` is its name where neither OTEL_SERVICE_NAME nor OTEL_RESOURCE_ATTRIBUTES gives one.
    """

    def __init__(self, service: str) -> None:
        told = {"service.version": version("kerf")}
        resource = os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        if not os.environ.get("OTEL_SERVICE_NAME") and "service.name=" not in resource:
            told["service.name"] = service
        self._provider = TracerProvider(resource=Resource.create(told), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("kerf")

    @contextmanager
    def span(self, name: str) -> Iterator[Span]:
        """A step of what is under way."""
        with _within(self._tracer.start_span(name)) as made:
            yield made

    @contextmanager
    def arriving(
        self,
        name: str,
        kind: str,
        traceparent: str | None,
        attributes: Attributes,
        *,
        began: int | None,
    ) -> Iterator[Span]:
        """What another process has caused."""
        made = self._tracer.start_span(
            name,
            context=_context(traceparent),
            kind=trace.SpanKind[kind.upper()],
            attributes=_known(attributes),
            start_time=began,
        )
        with _within(made) as shown:
            yield shown

    def past(self, name: str, began: int, ended: int) -> None:
        """A step that is over."""
        self._tracer.start_span(name, start_time=began).end(ended)

    def here(self) -> Span:
        """What is under way."""
        return Recorded(trace.get_current_span())

    def link(self, traceparent: str) -> None:
        """Another span that has to do with it; not with itself."""
        mine, other = trace.get_current_span(), _span_in(_context(traceparent))
        if other.is_valid and other.span_id != mine.get_span_context().span_id:
            mine.add_link(other)

    def traceparent(self) -> str | None:
        """What to hand on."""
        found = _span_in(None)
        names = f"{found.trace_id:032x}-{found.span_id:016x}"
        return f"00-{names}-{found.trace_flags:02x}" if found.is_valid else None

    def ids(self) -> dict[str, str]:
        """For a line of the log."""
        found = _span_in(None)
        named = {"trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}"}
        return named if found.is_valid else {}

    def close(self) -> None:
        """Sends what is there, however long that takes."""
        self._provider.shutdown()


def answers(seconds: float) -> bool:
    """Whether the endpoint takes a request without spans."""
    exporter = OTLPSpanExporter(timeout=seconds)
    try:
        return exporter.export([]) is SpanExportResult.SUCCESS
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]  # it has no types


@contextmanager
def _within(made: trace.Span) -> Iterator[Span]:
    """An error that passes is told by its kind alone."""
    shown = Recorded(made)
    with trace.use_span(made, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield shown
        except Exception as error:
            shown.fail(type(error).__name__)
            raise


def _context(traceparent: str | None) -> Context:
    carrier = {} if traceparent is None else {"traceparent": traceparent}
    return TraceContextTextMapPropagator().extract(carrier, Context())


def _span_in(context: Context | None) -> trace.SpanContext:
    return trace.get_current_span(context).get_span_context()


def _known(attributes: Attributes) -> dict[str, str | int]:
    return {name: value for name, value in attributes.items() if value is not None}
