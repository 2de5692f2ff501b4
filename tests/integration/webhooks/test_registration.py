"""Endpoints and the outbox on a real database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from models.errors import Conflict, InvalidInput, NotFound, TargetRefused
from models.events import EventType
from models.tables.tenants import TenantRecord
from models.tables.webhooks import EventRecord
from services.webhooks import endpoints, log, outbox, rotation
from services.webhooks.claims import claim
from services.webhooks.replay import Span, replay, replay_span
from tests.integration.webhooks import scene
from tests.integration.webhooks.scene import TENANT, Sessions

URL = "http://127.0.0.1:8080/hook"
ALWAYS = Span(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


async def receivers(sessions: Sessions) -> list[str]:
    return [delivery.endpoint_id for delivery in await scene.deliveries(sessions)]


async def test_an_endpoint_has_a_secret_of_its_own_and_the_normal_form_of_its_url(sessions: Sessions) -> None:
    one = await scene.endpoint(sessions, "HTTP://LocalHost:80")
    two = await scene.endpoint(sessions, URL)
    assert one.url == "http://localhost/"
    secrets = {await scene.secret_of(sessions, endpoint) for endpoint in (one, two)}
    assert len(secrets) == 2
    assert all(secret.startswith("whsec_") for secret in secrets)


async def test_the_same_url_twice_is_a_conflict_and_leaves_the_transaction_usable(sessions: Sessions) -> None:
    await scene.endpoint(sessions, URL)
    async with sessions.begin() as session:
        with pytest.raises(Conflict):
            await endpoints.register(session, tenant_id=TENANT, url=URL, policy=scene.POLICY)
        assert len(await endpoints.list_all(session, tenant_id=TENANT)) == 1


async def test_the_url_of_uploads_is_one_endpoint_that_is_switched_on_again(sessions: Sessions) -> None:
    first = await scene.endpoint(sessions, URL, per_upload=True)
    async with sessions.begin() as session:
        await endpoints.disable(session, TENANT, first.id)
    second = await scene.endpoint(sessions, URL, per_upload=True)
    assert (second.id, second.secret, second.disabled_at) == (first.id, first.secret, None)
    async with sessions() as session:
        assert await endpoints.list_all(session, tenant_id=TENANT) == []


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://169.254.169.254/", URL, "https://localhost/"]
)
async def test_an_inner_target_is_not_registered(sessions: Sessions, url: str) -> None:
    async with sessions.begin() as session:
        with pytest.raises(TargetRefused):
            await endpoints.register(session, tenant_id=TENANT, url=url, policy=scene.STRICT)
        assert await endpoints.list_all(session, tenant_id=TENANT) == []


async def test_an_event_that_does_not_exist_cannot_be_subscribed_to(sessions: Sessions) -> None:
    with pytest.raises(InvalidInput) as refused:
        await scene.endpoint(sessions, URL, events=["document.succeeded", "document.eaten"])
    assert refused.value.pointer == "/events/1"


async def test_endpoints_are_paged_newest_first(sessions: Sessions) -> None:
    made = [(await scene.endpoint(sessions, f"{URL}/{n}")).id for n in range(5)]
    seen: list[str] = []
    after = None
    async with sessions() as session:
        while page := await endpoints.list_all(session, tenant_id=TENANT, after=after, limit=2):
            seen += [endpoint.id for endpoint in page]
            after = (page[-1].created_at, page[-1].id)
    assert seen == made[::-1]


async def test_deliveries_are_paged_newest_first(sessions: Sessions) -> None:
    endpoint = await scene.endpoint(sessions, URL)
    await scene.publish(sessions, *[scene.event(f"doc_{n}") for n in range(5)])
    seen: list[str] = []
    after = None
    async with sessions() as session:
        while page := await log.deliveries(
            session, tenant_id=TENANT, endpoint_id=endpoint.id, after=after, limit=2
        ):
            seen += [entry.event.document_id for entry in page]
            after = (page[-1].delivery.created_at, page[-1].delivery.id)
    assert seen == [f"doc_{n}" for n in reversed(range(5))]


async def test_attempts_are_paged_oldest_first(sessions: Sessions) -> None:
    await scene.endpoint(sessions, URL)
    await scene.publish(sessions, scene.event())
    claimed: list[int] = []
    for _ in range(5):
        async with sessions.begin() as session:
            (message,) = await claim(session, limit=9, share=9, flights={}, lease=timedelta(minutes=1))
            claimed.append(message.log_id)
        await scene.wait_out(sessions)
    (delivery,) = await scene.deliveries(sessions)
    seen: list[int] = []
    async with sessions() as session:
        while page := await log.attempts(
            session, tenant_id=TENANT, delivery_id=delivery.id, after=seen[-1] if seen else 0, limit=2
        ):
            seen += [entry.id for entry in page]
    assert seen == claimed
    assert len(seen) == 5


async def test_an_event_goes_to_those_who_subscribed(sessions: Sessions) -> None:
    everything = await scene.endpoint(sessions, f"{URL}/all")
    failures = await scene.endpoint(sessions, f"{URL}/failures", events=["document.failed"])
    upload = await scene.endpoint(sessions, f"{URL}/upload", per_upload=True)
    off = await scene.endpoint(sessions, f"{URL}/off")
    async with sessions.begin() as session:
        await endpoints.disable(session, TENANT, off.id)
    await scene.publish(sessions, scene.event("doc_1"))
    assert await receivers(sessions) == [everything.id]
    await scene.publish(sessions, scene.event("doc_2", kind=EventType.DOCUMENT_FAILED))
    assert sorted((await receivers(sessions))[1:]) == sorted([everything.id, failures.id])
    await scene.publish(sessions, scene.event("doc_3"), endpoint_id=upload.id)
    assert sorted((await receivers(sessions))[3:]) == sorted([everything.id, upload.id])
    await scene.publish(sessions, scene.event("doc_4"), endpoint_id=everything.id)
    assert (await receivers(sessions))[5:] == [everything.id]


async def test_an_event_without_receivers_is_kept(sessions: Sessions) -> None:
    await scene.publish(sessions, scene.event())
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(EventRecord)) == 1
    assert await scene.deliveries(sessions) == []


async def test_an_event_of_a_transaction_that_is_rolled_back_never_was(sessions: Sessions) -> None:
    await scene.endpoint(sessions, URL)
    async with sessions() as session:
        await outbox.publish(session, tenant_id=TENANT, event=scene.event(), endpoint_id=None)
        await session.rollback()
    assert await scene.deliveries(sessions) == []


async def test_tenants_do_not_hear_of_each_other(sessions: Sessions) -> None:
    mine = await scene.endpoint(sessions, URL)
    async with sessions.begin() as session:
        session.add(TenantRecord(id="other", name="Other"))
        await session.flush()
        theirs = await endpoints.register(session, tenant_id="other", url=URL, policy=scene.POLICY)
        await outbox.publish(session, tenant_id="other", event=scene.event(), endpoint_id=mine.id)
    assert await receivers(sessions) == [theirs.id]
    (delivery,) = await scene.deliveries(sessions)
    async with sessions.begin() as session:
        for call in (
            endpoints.get(session, TENANT, theirs.id),
            endpoints.subscribe(session, TENANT, theirs.id, []),
            rotation.secret(session, scene.CIPHER, TENANT, theirs.id),
            rotation.rotate(session, scene.CIPHER, TENANT, theirs.id),
            endpoints.delete(session, TENANT, theirs.id),
            endpoints.disable(session, TENANT, theirs.id),
            endpoints.enable(session, TENANT, theirs.id),
            log.deliveries(session, tenant_id=TENANT, endpoint_id=theirs.id),
            log.attempts(session, tenant_id=TENANT, delivery_id=delivery.id),
            log.entry(session, tenant_id=TENANT, delivery_id=delivery.id),
            replay(session, tenant_id=TENANT, endpoint_id=theirs.id, delivery_id=delivery.id),
            replay(session, tenant_id=TENANT, endpoint_id=mine.id, delivery_id=delivery.id),
            replay_span(session, ALWAYS, tenant_id=TENANT, endpoint_id=theirs.id),
        ):
            with pytest.raises(NotFound):
                await call


async def test_deleting_an_endpoint_takes_its_deliveries_along(sessions: Sessions) -> None:
    endpoint = await scene.endpoint(sessions, URL)
    await scene.publish(sessions, scene.event())
    async with sessions.begin() as session:
        await endpoints.delete(session, TENANT, endpoint.id)
    assert await scene.deliveries(sessions) == []
