"""What can be done with a webhook endpoint besides looking at it: a new secret, sending again."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import JSON_BODY, WRITES, DeliveryId, PolicyDep, SessionDep, TenantDep, WebhookId
from api.openapi import problems
from api.schemas.webhooks import DeliveryOut, ReplayIn, ReplayOut, RotatedOut
from services.webhooks import log, rotation
from services.webhooks.replay import Span, replay, replay_span

router = APIRouter(
    prefix="/v1/webhooks/{webhook_id}",
    tags=["webhooks"],
    dependencies=[WRITES],
    responses=problems(401, 404, 409, 422, 500, 503),
)
BODY = problems(400, 408, 413, 415)
KeepOld = Annotated[
    bool, Query(description="Whether the old secret signs too for 24 hours; not one that leaked.")
]


@router.post(
    "/secret/rotate",
    operation_id="rotate_webhook_secret",
    summary="Replace the signing secret",
)
async def rotate_webhook_secret(
    webhook_id: WebhookId,
    session: SessionDep,
    tenant: TenantDep,
    policy: PolicyDep,
    keep_old: KeepOld = True,  # noqa: FBT002 - a query parameter
) -> RotatedOut:
    """For 24 hours both secrets sign, so that receivers can be changed one after the other.

    What was on its way at this moment has the old signature only: let a receiver accept both for a minute.
    """
    made = await rotation.rotate(session, policy.webhooks.cipher, tenant, webhook_id, keep_old=keep_old)
    return RotatedOut(secret=made.secret, old_until=made.old_until)


@router.post(
    "/replay",
    operation_id="replay_deliveries",
    summary="Send the events of a time range again",
    status_code=202,
    responses=BODY,
    dependencies=[JSON_BODY],
)
async def replay_deliveries(
    webhook_id: WebhookId, body: ReplayIn, session: SessionDep, tenant: TenantDep
) -> ReplayOut:
    """Oldest first and with the ids they had; a conflict while the address is switched off."""
    span = Span(body.since, body.until or datetime.now(UTC), only_failed=body.only_failed)
    done = await replay_span(session, span, tenant_id=tenant, endpoint_id=webhook_id)
    return ReplayOut(replayed=done.count, rest_since=done.rest_since)


@router.post(
    "/deliveries/{delivery_id}/replay",
    operation_id="replay_delivery",
    summary="Send one event again",
    status_code=202,
)
async def replay_delivery(
    webhook_id: WebhookId, delivery_id: DeliveryId, session: SessionDep, tenant: TenantDep
) -> DeliveryOut:
    """With the same id and body, delivered before or not; a conflict while the address is switched off."""
    await replay(session, tenant_id=tenant, endpoint_id=webhook_id, delivery_id=delivery_id)
    entry = await log.entry(session, tenant_id=tenant, delivery_id=delivery_id)
    histories = await log.histories(session, tenant_id=tenant, delivery_ids=[delivery_id])
    return DeliveryOut.of(entry, histories[delivery_id])
