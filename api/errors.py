"""Errors to HTTP, in one place. Every answer is problem+json; the text of unforeseen errors never leaves.

An upload is refused only for what is known while it arrives: its size (413), its form (400, 415, 422),
its options and its webhook address (422). What the document itself turns out to be (of an unsupported type,
empty, encrypted, damaged …) is the job's outcome: the upload is accepted and the job fails with that code.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api.conditions import NotModified, PreconditionFailed, on_not_modified
from api.problems import Fault, ProblemResponse, pointer, problem
from models.errors import (
    Conflict,
    InvalidCursor,
    InvalidInput,
    KerfError,
    NotFound,
    StorageError,
    StorageFull,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from models.refusals import OverCapacity, Refusal
from models.resuming import (
    ChecksumMismatch,
    MalformedHeader,
    UnsupportedVersion,
    UploadExpired,
    WrongOffset,
)
from models.scopes import InsufficientScope
from services.idempotency import KeyReused, MalformedKey

STATUS: Mapping[type[KerfError], int] = {
    InvalidInput: 422,
    MalformedKey: 400,
    TooLarge: 413,
    Unauthenticated: 401,
    InsufficientScope: 403,
    NotFound: 404,
    Conflict: 409,
    PreconditionFailed: 412,
    MalformedHeader: 400,
    ChecksumMismatch: 460,
    UnsupportedVersion: 412,
    UploadExpired: 410,
    StorageError: 503,
    StorageFull: 507,
    Refusal: 429,
    OverCapacity: 503,
    Unavailable: 503,
}
"""The nearest class in an error's ancestry decides; what is not here is a bug of ours and answers 500."""

CODES: Mapping[int, str] = {
    400: "malformed_request",
    404: NotFound.code,
    405: "method_not_allowed",
    408: "request_timeout",
    413: TooLarge.code,
    415: "unsupported_media_type",
}
"""The public code of an answer that comes from HTTP itself and not from one of our errors."""

POINTERS: Mapping[type[KerfError], str] = {
    InvalidCursor: "/cursor",
    KeyReused: "/Idempotency-Key",
    MalformedKey: "/Idempotency-Key",
}
"""Errors that always mean the same parameter."""

OF_NO_TENANT = "tenant_id_tenants"
"""In the names of the constraints that let rows belong to a tenant that there is."""

HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="kerf"'},
    403: {"WWW-Authenticate": 'Bearer realm="kerf", error="insufficient_scope"'},
    503: {"Retry-After": "5"},
    507: {"Retry-After": "60"},
}


class InvalidRequest(InvalidInput):
    """The request is not valid."""

    code = "invalid_request"


class WithMembers(Exception):
    """An error whose answer carries more, such as the job that a conflict is about."""

    def __init__(self, error: KerfError, members: Mapping[str, Any]) -> None:
        super().__init__(error.detail)
        self.error = error
        self.members = members


def status_of(error: KerfError) -> int:
    """The HTTP status of an error; 500 for what no caller can cause."""
    found = (STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def answer(error: KerfError, members: Mapping[str, Any] | None = None) -> ProblemResponse:
    """The problem that tells of an error; a bug's own text stays in the log."""
    status = status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return internal()
    where = error.pointer if error.pointer is not None else POINTERS.get(type(error))
    faults = () if where is None else (Fault(detail=error.detail, pointer=where),)
    headers = dict(HEADERS.get(status, {}))
    if isinstance(error, Refusal | WrongOffset):
        members = {**error.members, **(members or {})}
    if isinstance(error, Refusal):
        headers |= {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return problem(status, error.code, error.detail, faults=faults, members=members, headers=headers)


def internal() -> ProblemResponse:
    """The answer to a bug of ours: nothing but the number under which the log has it."""
    return problem(
        500, KerfError.code, "Something went wrong on our side; the log knows it by this request's id."
    )


async def on_kerf_error(_: Request, error: KerfError) -> ProblemResponse:
    """Answers one of our own errors; a bug goes on to the middleware, which logs it."""
    if status_of(error) == HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error
    return answer(error)


async def on_members(_: Request, error: WithMembers) -> ProblemResponse:
    """Answers an error that brings extension members."""
    return answer(error.error, error.members)


async def on_http_error(request: Request, error: HTTPException) -> ProblemResponse:
    """Answers what routing and body reading raise: unknown path, wrong method, broken body."""
    code = CODES.get(error.status_code, "http_error")
    headers = _allowed(request) if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else {}
    return problem(error.status_code, code, error.detail, headers={**(error.headers or {}), **headers})


def _allowed(request: Request) -> dict[str, str]:
    """All methods of the path: routing names only those of the first route that has it."""
    path = getattr(request.scope.get("route"), "path", "")
    methods = request.app.openapi()["paths"].get(path, {})
    return {"Allow": ", ".join(sorted(method.upper() for method in methods))} if methods else {}


async def on_invalid_request(_: Request, error: RequestValidationError) -> ProblemResponse:
    """422 with a pointer for each fault; 404 for an id that cannot exist, 400 for what is not JSON."""
    found = error.errors()
    if any(item["loc"][:1] == ("path",) for item in found):
        return answer(NotFound())
    if any(item["type"] == "json_invalid" for item in found):
        return problem(400, CODES[400], "The body is not JSON.")
    detail = "The request is not valid."
    return problem(422, InvalidRequest.code, detail, faults=[_fault(item) for item in found])


async def on_no_database(_: Request, __: Exception) -> ProblemResponse:
    """The database cannot be reached or is too slow to be waited for."""
    return answer(Unavailable())


async def on_broken_rule(_: Request, error: IntegrityError) -> ProblemResponse:
    """The caller's tenant was erased while the request was answered; anything else is a bug."""
    if OF_NO_TENANT in str(error.orig):
        return answer(Unauthenticated())
    raise error


def _fault(item: Mapping[str, Any]) -> Fault:
    where: Iterable[str | int] = item["loc"][1:]
    return Fault(detail=item["msg"].removeprefix("Value error, "), pointer=pointer(*where))


def install(app: FastAPI) -> None:
    """Registers the handlers."""
    handlers: Mapping[type[Exception], Any] = {
        KerfError: on_kerf_error,
        WithMembers: on_members,
        NotModified: on_not_modified,
        HTTPException: on_http_error,
        RequestValidationError: on_invalid_request,
        OperationalError: on_no_database,
        InterfaceError: on_no_database,
        IntegrityError: on_broken_rule,
        PoolTimeout: on_no_database,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
