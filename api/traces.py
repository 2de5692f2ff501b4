"""What lines and spans of a request tell of it, besides how it was answered."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import Scope
from structlog.contextvars import get_contextvars

from api.metrics import known_method
from services.infra import tracing
from services.infra.tracing import NOTHING, Span

PROBES = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked every few seconds, by nobody who would look for a trace."""

PARTS: Mapping[str, str] = {
    "document_id": "document",
    "job_id": "job",
    "batch_id": "batch",
    "webhook_id": "endpoint",
    "delivery_id": "delivery",
}
"""What parts of a route's path name, and how lines call it."""

BOUND = ("tenant", *PARTS.values())
"""What a request adds to its lines as it becomes known."""


def traced(scope: Scope, request_id: str) -> AbstractContextManager[Span]:
    """The request as a span: of the caller's trace, if one well-formed `traceparent` names it."""
    if not tracing.is_on() or scope["path"] in PROBES:
        return nullcontext(NOTHING)
    given = Headers(scope=scope).getlist("traceparent")
    method = known_method(scope["method"])
    attributes = {"http.request.method": method, "kerf.request": request_id}
    return tracing.arriving(method, "server", given[0] if len(given) == 1 else None, attributes)


def named(scope: Scope, status: int) -> Mapping[str, str]:
    """The rows in the request's path; of a refused one it may say anything."""
    found: Mapping[str, str] = scope.get("path_params") or {}
    is_known = status < HTTPStatus.BAD_REQUEST
    return {PARTS[part]: name for part, name in found.items() if is_known and part in PARTS}


def finish(span: Span, method: str, route: str, status: int, code: str | None) -> None:
    """The end of a request, with what its lines tell of it."""
    if span is NOTHING:
        return
    told = get_contextvars()
    span.rename(f"{method} {route}")
    span.tell(
        {
            "http.route": route,
            "http.response.status_code": status,
            "error.type": code,
            **{f"kerf.{name}": told.get(name) for name in BOUND},
        }
    )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        span.fail(code or str(status))
