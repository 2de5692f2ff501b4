"""Webhook endpoints and deliveries on the wire."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from api.schemas.paging import Page
from api.text import Text
from models.events import EventType
from models.tables.webhooks import DeliveryAttemptRecord, EndpointRecord
from services.webhooks.log import Entry

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

LATER = "While a deploy lasts, a later release may write some that this one does not know."


def _written_out(value: object) -> object:
    """Only what RFC 3339 calls a date-time: numbers would pass for seconds, whoever meant what by them."""
    if not isinstance(value, str) or DATE_TIME.fullmatch(value) is None:
        raise ValueError("a moment is written as 2026-11-20T08:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out, json_schema_input_type=AwareDatetime)]


class WebhookIn(BaseModel):
    """An address to send events to."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://example.com/hooks/kerf", "events": ["document.succeeded"]}]
        },
    )

    url: Annotated[
        Text,
        Field(
            min_length=1,
            max_length=2048,
            description="http or https; private addresses are refused by default.",
        ),
    ]
    events: Annotated[
        list[EventType], Field(max_length=len(EventType), description="Which events; all of them if empty.")
    ] = []


class WebhookPatch(BaseModel):
    """What to change; what is not given stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"disabled": True}]})

    disabled: Annotated[
        StrictBool,
        Field(
            description="On: nothing is sent any more. Off: events from now on are; what was missed is sent "
            "by a replay only."
        ),
    ] = False
    events: Annotated[
        list[EventType], Field(max_length=len(EventType), description="Which events; all of them if empty.")
    ] = []


class WebhookOut(BaseModel):
    """A registered address. Its secret has a route of its own."""

    id: str
    url: str
    events: list[str] = Field(description=f"Which events; all of them if empty. {LATER}")
    per_upload: bool = Field(description="Made by a `webhook_url` of an upload: hears of those jobs only.")
    created_at: datetime
    disabled_at: datetime | None = Field(description="Since when nothing is sent there any more.")
    failing_since: datetime | None = Field(description="Since when no delivery has succeeded.")

    @classmethod
    def of(cls, row: EndpointRecord) -> "WebhookOut":
        """The row as callers see it."""
        return cls(
            id=row.id,
            url=row.url,
            events=row.events,
            per_upload=row.per_upload,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            failing_since=row.failing_since,
        )


class SecretOut(BaseModel):
    """The secret that signs what is sent to one address (Standard Webhooks)."""

    secret: str = Field(pattern="^whsec_", examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class RotatedOut(SecretOut):
    """The new secret. Until `old_until` every message has a signature for it and for the old one."""

    old_until: datetime | None = Field(description="Null when the old secret is void at once.")


class ReplayIn(BaseModel):
    """Which deliveries to send again, by the time of their events."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"since": "2026-11-20T08:00:00Z", "until": "2026-11-20T12:00:00Z", "only_failed": True}
            ]
        },
    )

    since: Annotated[Moment, Field(description="The first moment.")]
    until: Annotated[Moment | None, Field(description="The moment after the last; now if not given.")] = None
    only_failed: Annotated[
        StrictBool,
        Field(description="Leave out what arrived. What happened while the webhook was off did not."),
    ] = True


class ReplayOut(BaseModel):
    """How many deliveries are on their way again."""

    replayed: int
    rest_since: datetime | None = Field(
        description="Where to go on, when there were more than one call takes; else null."
    )


class AttemptOut(BaseModel):
    """What one attempt to deliver met."""

    at: datetime
    status: int | None = Field(description="The HTTP status; null when no answer came.")
    error: str | None
    duration_ms: int

    @classmethod
    def of(cls, row: DeliveryAttemptRecord) -> "AttemptOut":
        """The row as callers see it."""
        return cls(at=row.created_at, status=row.status, error=row.error, duration_ms=row.duration_ms)


class DeliveryOut(BaseModel):
    """One event on its way to one address."""

    id: str
    event: str = Field(description="The event's id, sent as `webhook-id` at every attempt.")
    type: str = Field(description=f"Of the event. {LATER}", examples=[EventType.DOCUMENT_SUCCEEDED])
    document: str | None = Field(description="Id of the document the event is about; null if it is a batch.")
    batch: str | None = Field(description="Id of the batch that it is about.")
    attempts: int = Field(description="How often it has been tried, since the last replay if there was one.")
    next_at: datetime | None = Field(description="When it is tried next; null when it is not.")
    delivered_at: datetime | None
    created_at: datetime
    log: list[AttemptOut] = Field(description="The attempts, oldest first.")

    @classmethod
    def of(cls, entry: Entry, attempts: Sequence[DeliveryAttemptRecord]) -> "DeliveryOut":
        """The rows as callers see them."""
        subject = entry.event.type.partition(".")[0]
        return cls(
            id=entry.delivery.id,
            event=entry.event.id,
            type=entry.event.type,
            document=entry.event.document_id if subject == "document" else None,
            batch=entry.event.document_id if subject == "batch" else None,
            attempts=entry.delivery.attempts,
            next_at=entry.delivery.next_at,
            delivered_at=entry.delivery.delivered_at,
            created_at=entry.delivery.created_at,
            log=[AttemptOut.of(attempt) for attempt in attempts],
        )


class WebhookPage(Page[WebhookOut]):
    """A page of webhooks."""


class DeliveryPage(Page[DeliveryOut]):
    """A page of deliveries."""
