"""What a caller asks to be done with a document: chunking options, and where to tell of the outcome."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from structlog.contextvars import bind_contextvars

from api.errors import InvalidRequest
from api.problems import pointer
from api.schemas.jobs import JobOut
from api.state import Policy
from api.text import checked_json
from models.errors import InvalidInput, InvalidOptions, TargetRefused
from models.options import ParsingOptions, validated
from models.tables.jobs import JobRecord
from services.idempotency import Answer
from services.infra import tracing
from services.segmentation.registry import parse_options
from services.webhooks import endpoints, targets

ADDRESS = "/webhook_url"
RETRY_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Processing:
    """Checked options as they are stored, and the address for this job's events."""

    options: dict[str, Any]
    webhook_url: str | None

    def as_json(self) -> dict[str, Any]:
        """What two equal requests have in common."""
        return asdict(self)


def read_processing(
    raw: Mapping[str, Any], policy: Policy, *, webhook_url: str | None = None, at: tuple[str, ...] = ()
) -> Processing:
    """Checks options, which may hold a `webhook_url` if none stands beside them; faults point below `at`."""
    options = checked_json(dict(raw), at)
    inside = options.pop("webhook_url", None)
    if inside is not None and webhook_url is not None:
        raise InvalidRequest("webhook_url is given twice", pointer=ADDRESS)
    webhook_url = inside if webhook_url is None else webhook_url
    _check_address(webhook_url, policy)
    try:
        return Processing(parse_options(options).model_dump(mode="json"), webhook_url)
    except InvalidInput as error:
        raise type(error)(error.detail, pointer=pointer(*at) + (error.pointer or "")) from None


def read_parsing(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Checked parsing options in their stored form; faults point below `/parsing`."""
    try:
        return validated(ParsingOptions, checked_json(dict(raw), ("parsing",))).stored()
    except InvalidOptions as error:
        raise InvalidOptions(error.detail, pointer="/parsing" + (error.pointer or "")) from None


async def endpoint_of(
    session: AsyncSession, tenant_id: str, processing: Processing, policy: Policy
) -> str | None:
    """The endpoint that hears of this job only; None when no address was given. TargetRefused.

    Its host is looked up first, which may take seconds: call this before all else that asks the session, so
    that whoever names a slow host holds neither a connection nor a lock meanwhile.
    """
    if processing.webhook_url is None:
        return None
    try:
        row = await endpoints.register(
            session,
            tenant_id=tenant_id,
            url=processing.webhook_url,
            policy=policy.webhooks,
            per_upload=True,
        )
    except TargetRefused as refused:
        raise TargetRefused(refused.detail, pointer=ADDRESS) from None
    return row.id


def accepted(job: JobRecord) -> Answer:
    """The job as the body of a 202, with where and when to look for it in the headers.

    One that was there before belongs to another trace, which is linked.
    """
    bind_contextvars(job=job.id, document=job.document_id)
    tracing.link(job.traceparent)
    shown = JobOut.of(job)
    again = 0 if shown.state.is_final else RETRY_SECONDS
    headers = {"Location": f"/v1/jobs/{job.id}", "Retry-After": str(again)}
    return Answer(HTTPStatus.ACCEPTED.value, headers, shown.model_dump_json())


def _check_address(url: Any, policy: Policy) -> None:
    """What can be said of an address before a byte is stored and without asking the network."""
    if url is None:
        return
    if not isinstance(url, str):
        raise InvalidRequest("webhook_url must be text", pointer=ADDRESS)
    try:
        targets.parse(url, allow_private=policy.webhooks.allow_private, own=policy.webhooks.own)
    except TargetRefused as refused:
        raise TargetRefused(refused.detail, pointer=ADDRESS) from None
