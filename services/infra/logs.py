"""Logs: one line per event on standard error, of our own code and of the libraries alike."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

QUIET = (
    "alembic.runtime.plugins",
    "amqp",
    "asyncio",
    "celery.app.trace",
    "celery.worker.strategy",
    "httpcore2",
    "httpx2",
    "kombu",
    "sqlalchemy",
    "uvicorn",
)
"""Libraries that tell more than anybody asked; their warnings stay."""

LONGEST = 2000


def configure(level: str, form: str, stream: TextIO | None = None) -> None:
    """Sets up logging for this process; `form` is `json` or `text`. May be called again."""
    target = stream or sys.stderr
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(form, target),
            ],
        )
    )
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _rendering(form: str, target: TextIO) -> list[structlog.types.Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, _shortened, structlog.processors.JSONRenderer()]
    return [
        structlog.dev.ConsoleRenderer(
            colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]


def _shortened(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's message may quote what it was given; the line stays a line."""
    message = event.get("event")
    if isinstance(message, str) and len(message) > LONGEST:
        event["event"] = message[:LONGEST] + "…"
    return event
