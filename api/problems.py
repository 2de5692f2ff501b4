"""Problem details (RFC 9457): the one shape of every error answer."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from structlog.contextvars import get_contextvars

from models import scopes

MEDIA_TYPE = "application/problem+json"
CODE = "kerf.problem"
"""Where the scope of a request has the code of the problem it was answered with."""


PHRASES = {460: "Checksum Mismatch"}
"""Of statuses that only tus knows."""


class Fault(BaseModel):
    """One thing that is wrong with the request."""

    detail: str = Field(examples=["Input should be greater than or equal to 16"])
    pointer: str = Field(
        description=(
            "JSON Pointer (RFC 6901) into the body; of anything else the name of the parameter or part."
        ),
        examples=["/options/max_tokens"],
    )


class Problem(BaseModel):
    """An error answer (RFC 9457). Decide by `code`; `detail` is for people and may change."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        description="Names the kind of problem: `urn:kerf:problem:` and the code.",
        json_schema_extra={"format": "uri"},
        examples=["urn:kerf:problem:invalid_options"],
    )
    title: str = Field(description="The HTTP status in words.", examples=["Unprocessable Content"])
    status: int = Field(description="The HTTP status.", ge=400, le=599, examples=[422])
    detail: str = Field(description="What happened this time.", examples=["The options are not valid."])
    instance: str = Field(
        description="This occurrence: `urn:kerf:request:` and the answer's X-Request-Id.",
        json_schema_extra={"format": "uri"},
        examples=["urn:kerf:request:3f1c9a5be2d04c6f"],
    )
    code: str = Field(description="Stable name of the problem.", examples=["invalid_options"])
    errors: list[Fault] | None = Field(
        default=None, description="Where the request is wrong, when the problem is its content."
    )


class ScopeProblem(Problem):
    """What to do when a key may not do something: take one with this scope."""

    scope: scopes.Scope = Field(description="The scope that is needed.")


class ProblemResponse(JSONResponse):
    """JSON in ASCII, because a pointer may quote a key of the request that is not encodable text."""

    media_type = MEDIA_TYPE

    def __init__(self, code: str, content: Any, status: int, headers: Mapping[str, str] | None) -> None:
        super().__init__(content, status, headers)
        self.code = code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it, and lets whoever counts requests know the code."""
        scope[CODE] = self.code
        await super().__call__(scope, receive, send)

    def render(self, content: Any) -> bytes:
        """The body's bytes."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    faults: Sequence[Fault] = (),
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """The answer; `members` are extension members such as the job a conflict is about."""
    body: dict[str, Any] = {
        "type": f"urn:kerf:problem:{code}",
        "title": PHRASES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": f"urn:kerf:request:{get_contextvars().get('request_id', 'unknown')}",
        "code": code,
    }
    if faults:
        body["errors"] = [fault.model_dump() for fault in faults]
    return ProblemResponse(code, {**body, **(members or {})}, status, headers)


def pointer(*parts: str | int) -> str:
    """A JSON Pointer from its reference tokens."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
