"""Webhook endpoints of the caller's tenant and what was delivered to them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import JSON_BODY, READS, WRITES, PolicyDep, SessionDep, TenantDep, WebhookId
from api.idempotency import OnceDep
from api.openapi import LOCATION, REPLAYED, link, problems
from api.pagination import Place, slice_of
from api.schemas.paging import PageQuery
from api.schemas.webhooks import (
    DeliveryOut,
    DeliveryPage,
    SecretOut,
    WebhookIn,
    WebhookOut,
    WebhookPage,
    WebhookPatch,
)
from models.errors import TargetRefused
from services.idempotency import Answer
from services.webhooks import endpoints, log, rotation

router = APIRouter(
    prefix="/v1/webhooks",
    tags=["webhooks"],
    dependencies=[READS],
    responses=problems(401, 404, 422, 500, 503),
)
CREATED = {
    "description": "The address is registered; its secret is at `/v1/webhooks/{id}/secret`.",
    "headers": {"Location": LOCATION, "Idempotency-Replayed": REPLAYED},
    "links": {
        "self": link("get_webhook", "webhook_id", "/id", "Look at it."),
        "secret": link("get_webhook_secret", "webhook_id", "/id", "Read its secret."),
        "deliveries": link("list_deliveries", "webhook_id", "/id", "What was sent there."),
        "change": link("change_webhook", "webhook_id", "/id", "Switch it off or on, choose its events."),
        "rotate": link("rotate_webhook_secret", "webhook_id", "/id", "Replace its secret."),
        "replay": link("replay_deliveries", "webhook_id", "/id", "Send events of a time range again."),
        "delete": link("delete_webhook", "webhook_id", "/id", "Remove it."),
    },
}


LISTED = {
    "description": "A page of addresses.",
    "links": {
        "first": link("get_webhook", "webhook_id", "/data/0/id", "Look at the first of them."),
        "deliveries": link("list_deliveries", "webhook_id", "/data/0/id", "What was sent there."),
    },
}


LOGGED = {
    "description": "A page of deliveries.",
    "links": {
        "replay": {
            "operationId": "replay_delivery",
            "parameters": {
                "webhook_id": "$request.path.webhook_id",
                "delivery_id": "$response.body#/data/0/id",
            },
            "description": "Send the first of them again.",
        }
    },
}


@router.post(
    "",
    operation_id="create_webhook",
    summary="Register an address for events",
    status_code=201,
    response_model=WebhookOut,
    responses={201: CREATED, **problems(400, 408, 409, 413, 415)},
    dependencies=[WRITES, JSON_BODY],
)
async def create_webhook(body: WebhookIn, tenant: TenantDep, policy: PolicyDep, once: OnceDep) -> Response:
    """Events are signed as Standard Webhooks says. The same address twice is a conflict."""

    async def work(session: AsyncSession) -> Answer:
        row = await endpoints.register(
            session,
            tenant_id=tenant,
            url=body.url,
            events=[event.value for event in body.events],
            policy=policy.webhooks,
        )
        shown = WebhookOut.of(row).model_dump_json()
        return Answer(HTTPStatus.CREATED.value, {"Location": f"/v1/webhooks/{row.id}"}, shown)

    try:
        return await once.answer(body.model_dump(mode="json"), work)
    except TargetRefused as refused:
        raise TargetRefused(refused.detail, pointer="/url") from None


@router.get(
    "", operation_id="list_webhooks", summary="List the registered addresses", responses={200: LISTED}
)
async def list_webhooks(
    query: Annotated[PageQuery, Query()], session: SessionDep, tenant: TenantDep
) -> WebhookPage:
    """Newest first. Addresses given with single uploads are not listed."""
    rows = await endpoints.list_all(session, tenant_id=tenant, after=query.place(), limit=query.limit + 1)
    page = slice_of(rows, query.limit, Place.of)
    return WebhookPage(data=[WebhookOut.of(row) for row in page.items], next_cursor=page.cursor)


@router.get("/{webhook_id}", operation_id="get_webhook", summary="Look at one address")
async def get_webhook(webhook_id: WebhookId, session: SessionDep, tenant: TenantDep) -> WebhookOut:
    """One address, and whether deliveries to it succeed."""
    return WebhookOut.of(await endpoints.get(session, tenant, webhook_id))


@router.patch(
    "/{webhook_id}",
    operation_id="change_webhook",
    summary="Switch an address off or on, choose its events",
    responses=problems(400, 408, 413, 415),
    dependencies=[WRITES, JSON_BODY],
)
async def change_webhook(
    webhook_id: WebhookId, body: WebhookPatch, session: SessionDep, tenant: TenantDep
) -> WebhookOut:
    """What waits to be sent when an address is switched off is not sent when it is switched on again."""
    row = await endpoints.get(session, tenant, webhook_id)
    if "events" in body.model_fields_set:
        row = await endpoints.subscribe(session, tenant, webhook_id, [event.value for event in body.events])
    if "disabled" in body.model_fields_set:
        switch = endpoints.disable if body.disabled else endpoints.enable
        row = await switch(session, tenant, webhook_id)
    return WebhookOut.of(row)


@router.delete(
    "/{webhook_id}",
    operation_id="delete_webhook",
    summary="Remove an address",
    status_code=204,
    dependencies=[WRITES],
)
async def delete_webhook(webhook_id: WebhookId, session: SessionDep, tenant: TenantDep) -> None:
    """Nothing is sent there any more, and its deliveries are forgotten."""
    await endpoints.delete(session, tenant, webhook_id)


@router.get(
    "/{webhook_id}/secret",
    operation_id="get_webhook_secret",
    summary="Read the signing secret",
    dependencies=[WRITES],
)
async def get_webhook_secret(
    webhook_id: WebhookId, session: SessionDep, tenant: TenantDep, policy: PolicyDep
) -> SecretOut:
    """What verifies the `webhook-signature` of everything sent to this address."""
    return SecretOut(secret=await rotation.secret(session, policy.webhooks.cipher, tenant, webhook_id))


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="list_deliveries",
    summary="List what was sent to an address",
    responses={200: LOGGED},
)
async def list_deliveries(
    webhook_id: WebhookId, query: Annotated[PageQuery, Query()], session: SessionDep, tenant: TenantDep
) -> DeliveryPage:
    """Newest first, each with what its attempts met."""
    rows = await log.deliveries(
        session, tenant_id=tenant, endpoint_id=webhook_id, after=query.place(), limit=query.limit + 1
    )
    page = slice_of(rows, query.limit, lambda row: Place.of(row.delivery))
    histories = await log.histories(
        session, tenant_id=tenant, delivery_ids=[entry.delivery.id for entry in page.items]
    )
    data = [DeliveryOut.of(entry, histories[entry.delivery.id]) for entry in page.items]
    return DeliveryPage(data=data, next_cursor=page.cursor)
