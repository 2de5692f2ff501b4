"""Whether traces are sent, and taken where they are sent to."""

import asyncio
import logging

from cli.findings import Finding, State
from services.infra import tracing

NAME = "traces"
PATIENCE_SECONDS = 5.0


async def check_traces() -> Finding:
    """The collector takes a request without spans, as this machine reaches it."""
    off = tracing.fault()
    if off is not None:
        return Finding(NAME, State.ABSENT, f"none are sent: {off}")
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    try:
        from services.infra.otlp import answers

        good = await asyncio.to_thread(answers, PATIENCE_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever the variables say
        return Finding(NAME, State.BROKEN, f"the variables OTEL_… cannot be used: {type(error).__name__}")
    detail = "are sent, and the collector takes them" if good else "the collector does not take them"
    return Finding(NAME, State.GOOD if good else State.BROKEN, detail)
