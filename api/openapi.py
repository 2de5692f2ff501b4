"""The OpenAPI document: FastAPI's, completed with what it cannot know: problems, upload form, options."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.dependencies import Needs
from api.forms import REF, address, batch_form, ref, upload_bodies
from api.problems import MEDIA_TYPE, Problem, ScopeProblem
from api.schemas.batches import ItemIn
from api.schemas.chunks import ChunkOut
from api.schemas.jobs import JobProblem
from models.options import ParsingOptions
from models.scopes import Scope
from services.segmentation.registry import StrategyDescription, describe

EXTRA_MODELS: tuple[type[BaseModel], ...] = (
    Problem,
    JobProblem,
    ScopeProblem,
    ChunkOut,
    ParsingOptions,
    ItemIn,
)
BODY_OF_UPLOAD = "upload_document"
BODY_OF_BATCH = "upload_batch"
BODY_OF_RECHUNK = "rechunk_document"

MEANINGS: Mapping[int, str] = {
    400: "The body cannot be read.",
    401: "No API key, or one that is unknown or revoked.",
    403: "The API key may not do this; `scope` is what is needed.",
    404: "There is no such thing here.",
    408: "The body stopped arriving.",
    409: "The state of the thing does not allow this.",
    410: "The upload was not continued in time.",
    412: "`If-Match` or `If-None-Match` does not allow it, or `Tus-Resumable` is another version.",
    413: "The body is larger than the limit.",
    415: "The body is of another media type.",
    422: "The request is understood and not valid; `errors` says where.",
    429: "More than you may have: `rate_limited`, or of an upload `quota_exceeded`.",
    460: "The body is not what `Upload-Checksum` says; nothing of it was kept.",
    500: "A bug of ours.",
    503: "The database or the store is away, or more work waits than is taken on (`over_capacity`).",
    507: "The store is full; nothing of the upload was kept.",
}

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int, model: type[BaseModel] = Problem) -> Responses:
    """Error answers of a route for its `responses`."""
    return {status: _problem_response(status, model) for status in statuses}


RETRY_AFTER = {
    "description": "Seconds after which to try again or look again.",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
}
LOCATION = {
    "description": "Where to find what was made.",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
}
REPLAYED = {
    "description": "`true` when this answer was given before, to the same `Idempotency-Key`.",
    "schema": {"type": "string", "enum": ["true"]},
}
CHALLENGE = {
    "description": "How to authenticate.",
    "required": True,
    "schema": {"type": "string"},
}
RATES = {
    "Retry-After": {**RETRY_AFTER, "required": False},
    "RateLimit": {
        "description": "What is left, and in how many seconds all of it is there again.",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {"description": "The limit and its window.", "schema": {"type": "string"}},
}
HEADERS_OF: Mapping[int, Any] = {
    401: {"WWW-Authenticate": CHALLENGE},
    403: {"WWW-Authenticate": CHALLENGE},
    503: {"Retry-After": RETRY_AFTER},
    429: RATES,
    507: {"Retry-After": RETRY_AFTER},
}


def link(operation: str, parameter: str, where: str, description: str) -> dict[str, Any]:
    """How an answer leads to another operation: its parameter stands at `where` in the body."""
    return {
        "operationId": operation,
        "parameters": {parameter: f"$response.body#{where}"},
        "description": description,
    }


ACCEPTED: dict[str, Any] = {
    "description": "The job that will do it.",
    "headers": {"Location": LOCATION, "Retry-After": RETRY_AFTER, "Idempotency-Replayed": REPLAYED},
    "links": {
        "follow": link("get_job", "job_id", "/id", "Follow the job."),
        "cancel": link("cancel_job", "job_id", "/id", "Cancel the job."),
        "document": link("get_document", "document_id", "/document", "The document it is about."),
        "chunks": link("list_chunks", "document_id", "/document", "Its chunks, once the job has succeeded."),
    },
}


def document(app: FastAPI) -> dict[str, Any]:
    """The finished document of an app."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        license_info=app.license_info,
        servers=app.servers,
        tags=app.openapi_tags,
        routes=app.routes,
    )
    schemas: dict[str, Any] = found["components"]["schemas"]
    schemas.update(_models(EXTRA_MODELS))
    schemas.update(_options(describe()))
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    needed = scopes(app)
    for operation in _operations(found):
        if scope := needed.get(operation["operationId"]):
            _show_scope(operation, scope)
        _drop_null(operation.get("parameters", ()))
        _forget_foreign_errors(operation["responses"])
        if operation["operationId"] == BODY_OF_UPLOAD:
            operation["requestBody"] = upload_bodies()
        elif operation["operationId"] == BODY_OF_BATCH:
            operation["requestBody"] = batch_form()
        elif operation["operationId"] == BODY_OF_RECHUNK:
            operation["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": ref("Options")}},
            }
    return found


def scopes(app: FastAPI) -> dict[str, Scope]:
    """What each operation asks of its caller; those that ask for nothing are missing."""
    found: dict[str, Scope] = {}
    for context in iter_route_contexts(app.routes):
        declared = getattr(context, "dependencies", ())
        asked = [one.dependency.scope for one in declared if isinstance(one.dependency, Needs)]
        if asked and context.operation_id:
            found[context.operation_id] = max(asked, key=list(Scope).index)
    return found


def _show_scope(operation: dict[str, Any], scope: Scope) -> None:
    """Either header, with the scope as the role that OpenAPI 3.1 lets schemes name; 403 where it can lack."""
    schemes = dict.fromkeys(name for choice in operation["security"] for name in choice)
    operation["security"] = [{name: [scope.value]} for name in schemes]
    if scope is not Scope.READ:
        operation["responses"]["403"] = _problem_response(403, ScopeProblem)


def _drop_null(parameters: Iterable[dict[str, Any]]) -> None:
    """A parameter is left out, never null: there is no null in a URL."""
    for parameter in parameters:
        schema = parameter["schema"]
        if "anyOf" in schema:
            (only,) = (choice for choice in schema.pop("anyOf") if choice != {"type": "null"})
            schema.update(only)


def _forget_foreign_errors(responses: dict[str, Any]) -> None:
    """FastAPI adds its own 422 wherever there is a parameter; ours are declared, or become a 404."""
    if MEDIA_TYPE not in responses.get("422", {}).get("content", {MEDIA_TYPE: None}):
        del responses["422"]


def _problem_response(status: int, model: type[BaseModel]) -> dict[str, Any]:
    return {
        "description": MEANINGS[status],
        "content": {MEDIA_TYPE: {"schema": ref(model.__name__)}},
        **({"headers": HEADERS_OF[status]} if status in HEADERS_OF else {}),
    }


def _models(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    wanted = [(model, "serialization") for model in models]
    _, definitions = models_json_schema(wanted, ref_template=REF + "{model}")  # type: ignore[arg-type]
    found: dict[str, Any] = definitions["$defs"]
    return found


def _options(strategies: Iterable[StrategyDescription]) -> dict[str, Any]:
    """One schema a strategy, and `Options`: any of them, told apart by `strategy`."""
    found: dict[str, Any] = {}
    inner: dict[str, Any] = {}
    for strategy in strategies:
        schema = _with_address(strategy)
        inner.update(schema.pop("$defs", {}))
        found[f"{strategy.name.capitalize()}Options"] = schema
    names = [ref(name) for name in found]
    return {**inner, **found, "Options": {"title": "Options", "anyOf": names}}


def _with_address(strategy: StrategyDescription) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(json.dumps(strategy.options_schema).replace("#/$defs/", REF))
    schema["properties"] = {**schema["properties"], "webhook_url": {"anyOf": [address(), {"type": "null"}]}}
    schema["description"] = strategy.summary
    return schema


def _operations(found: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for path in found["paths"].values():
        yield from path.values()
