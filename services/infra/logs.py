"""Logs: one line per event on standard error, of our own code and of the libraries alike.

Whatever a value holds, it stays inside its line. Of an error the line tells its kind, the first line of its
message and where it happened: the rest of a message may quote a document. What looks like a secret is masked;
that is the second lock, the first one is not to log any.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

from services.infra import tracing

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

LONGEST = 2_000
LONGEST_SUMMARY = 200
MOST_FRAMES = 15
LIBRARIES = "/site-packages/"
MASK = "***"
SECRETS = (
    (re.compile(r"whsec_[A-Za-z0-9+/=_-]{8,}"), f"whsec_{MASK}"),
    (re.compile(r"\bkerf_[A-Za-z0-9_-]{32}"), f"kerf_{MASK}"),
    (re.compile(r"(://[^\s:@/\"']*):[^\s@\"']+@"), rf"\1:{MASK}@"),
    (re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), rf"\1 {MASK}"),
    (
        re.compile(r"([?&](?:x-amz-)?(?:signature|sig|token|credential|key)=)[^&\s\"']+", re.IGNORECASE),
        rf"\1{MASK}",
    ),
)
"""Webhook secrets, API keys, passwords in URLs, credentials in headers, signed URLs."""


def configure(level: str, form: str, stream: TextIO | None = None) -> None:
    """Sets up logging for this process; `form` is `json` or `text`. May be called again."""
    target = stream or sys.stderr
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        _traced,
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
                _told,
                *_rendering(form, target),
                _masked,
            ],
        )
    )
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def catch_crashes() -> None:
    """Let an error that nobody caught be a line like any other, in whichever thread."""
    log = structlog.get_logger(__name__)

    def crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("crashed", exc_info=(kind, error, trace))

    def thread_crashed(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            crashed(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = crashed
    threading.excepthook = thread_crashed
    logging.raiseExceptions = False  # a line that cannot be written is lost and does not become several


def _rendering(form: str, target: TextIO) -> list[structlog.types.Processor]:
    if form == "json":
        return [structlog.processors.JSONRenderer()]
    return [_escaped, structlog.dev.ConsoleRenderer(colors=target.isatty())]


def _traced(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """The trace that the line belongs to, if there is one."""
    event.update(tracing.ids())
    return event


def _told(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Errors in a few words, and no value longer than a line can bear."""
    error = _error_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = f"{type(error).__name__}: {summary(error)}"
        event["where"] = " < ".join(frames(error))
    event.pop("stack", None)
    return cast("structlog.types.EventDict", _shortened(event))


def _error_of(info: Any) -> BaseException | None:
    if isinstance(info, tuple):
        return cast("BaseException | None", info[1])
    return info if isinstance(info, BaseException) else (sys.exc_info()[1] if info else None)


def summary(error: BaseException) -> str:
    """The first line of what the innermost library said: no statement, no parameters, no row contents."""
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return lines[0][:LONGEST_SUMMARY] if lines else ""


def frames(error: BaseException) -> list[str]:
    """Where it happened, innermost first, without the text of the code; of libraries only the last step."""
    found = traceback.extract_tb(error.__traceback__)
    told = [frame for frame in found[:-1] if LIBRARIES not in frame.filename] + found[-1:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(told)][:MOST_FRAMES]


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else value[:LONGEST] + "…"
    if isinstance(value, Mapping):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(item) for item in value]
    return value


def _escaped(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """For people's eyes: whatever would move the cursor or look like another line is written out."""
    return {key: _printable(value) for key, value in event.items()}


def _printable(value: Any) -> Any:
    if not isinstance(value, str | bool | int | float | None):
        value = repr(value)
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in value
    )


def _masked(_logger: Any, _method: str, line: Any) -> Any:
    for secret, mask in SECRETS:
        line = secret.sub(mask, line)
    return line
