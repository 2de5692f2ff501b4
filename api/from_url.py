"""The other body of an upload: where the document is, for `beat` to fetch."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from api.errors import InvalidRequest
from api.processing import Processing, endpoint_of, read_parsing, read_processing
from api.state import Policy
from api.text import checked_json
from api.uploads import MAX_FIELD_BYTES, parse_object, read_urgency
from models.errors import TargetRefused
from models.fetching import FetchingIsOff
from models.urgency import Urgency
from services.documents.submission import refuse_external_id
from services.fetches.submission import Wanted
from services.webhooks.targets import Target

MEMBERS = frozenset({"url", "options", "parsing", "webhook_url", "external_id", "priority"})
OBJECTS = ("options", "parsing")


@dataclass(frozen=True, slots=True)
class FromUrl:
    """A checked URL and what is to be done with what is there."""

    target: Target
    processing: Processing
    parsing: dict[str, Any]
    external_id: str | None
    urgency: Urgency

    def as_json(self) -> dict[str, Any]:
        """What two equal requests have in common."""
        return {
            "url": self.target.url,
            "parsing": self.parsing,
            "external_id": self.external_id,
            "priority": self.urgency.value,
            **self.processing.as_json(),
        }

    async def wanted(self, session: AsyncSession, tenant_id: str, policy: Policy) -> Wanted:
        """What the job is to do, with the endpoint that hears of it."""
        return Wanted(
            self.target,
            self.processing.options,
            self.parsing,
            await endpoint_of(session, tenant_id, self.processing, policy),
            self.external_id,
            self.urgency,
        )


async def read_url(request: Request, policy: Policy) -> FromUrl:
    """The body, checked without asking the network."""
    if not policy.fetching.is_on:
        raise FetchingIsOff(pointer="/url")
    given = checked_json(await _object(request))
    if given.keys() - MEMBERS:
        raise InvalidRequest(f"a member is unknown; send {', '.join(sorted(MEMBERS))}", pointer="")
    objects = {name: given[name] for name in OBJECTS if name in given}
    for name, value in objects.items():
        if not isinstance(value, dict):
            raise InvalidRequest(f"{name} must be a JSON object", pointer=f"/{name}")
    url, webhook_url, priority = (_string(given, name) for name in ("url", "webhook_url", "priority"))
    if url is None:
        raise InvalidRequest("the member `url` is missing", pointer="/url")
    external_id = _string(given, "external_id")
    refuse_external_id(external_id)
    return FromUrl(
        target=_target(url, policy),
        processing=read_processing(
            objects.get("options", {}), policy, webhook_url=webhook_url, at=("options",)
        ),
        parsing=read_parsing(objects.get("parsing", {})),
        external_id=external_id,
        urgency=Urgency.AUTO if priority is None else read_urgency(priority),
    )


def _string(given: dict[str, Any], name: str) -> str | None:
    if name not in given or isinstance(given[name], str):
        return given.get(name)
    raise InvalidRequest(f"{name} must be text", pointer=f"/{name}")


def _target(url: str, policy: Policy) -> Target:
    try:
        return policy.fetching.read(url)
    except TargetRefused as refused:
        raise TargetRefused(refused.detail, pointer="/url") from None


async def _object(request: Request) -> dict[str, Any]:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > MAX_FIELD_BYTES:
            raise HTTPException(413, f"The body is larger than {MAX_FIELD_BYTES} bytes.")
    try:
        return parse_object(data.decode(), "body")
    except UnicodeDecodeError:
        raise InvalidRequest("the body is not UTF-8", pointer="/body") from None
