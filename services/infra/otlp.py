"""OpenTelemetry's SDK, set up as its variables say: the one file that imports it."""

import os
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult


def make_provider(service: str) -> TracerProvider:
    """Samples, limits and sends as `OTEL_…` say. A thread of its own sends; a full queue loses spans.

    `service` is its name where neither OTEL_SERVICE_NAME nor OTEL_RESOURCE_ATTRIBUTES gives one.
    """
    told = {"service.version": version("kerf")}
    is_named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    if not is_named:
        told["service.name"] = service
    provider = TracerProvider(resource=Resource.create(told), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def answers(seconds: float) -> bool:
    """Whether the endpoint takes a request without spans."""
    exporter = OTLPSpanExporter(timeout=seconds)
    try:
        return exporter.export([]) is SpanExportResult.SUCCESS
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]  # it has no types
