"""Secrets in the database, and replacing them while messages fly."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import text
from standardwebhooks import WebhookVerificationError

from models.errors import Conflict
from models.tables import Base
from models.tables.webhooks import EndpointRecord
from services.infra.secrets import Cipher, SecretUnreadable
from services.webhooks import rotation
from services.webhooks.client import make_client
from services.webhooks.delivery import Pace, Sender, deliver_due
from services.webhooks.rotation import MOST_OLD, Rotated, rotate, tidy
from services.webhooks.signing import new_secret
from tests.integration.webhooks import scene
from tests.integration.webhooks.receiver import Received, Reply, receiver
from tests.integration.webhooks.scene import CIPHER, TENANT, Sessions

URL = "http://127.0.0.1:8080/hook"
OTHER = Cipher(["another key for tests, and for nothing else"])


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with make_client(allow_private=True) as client:
        yield client


async def dump(sessions: Sessions) -> str:
    """Every row of every table as text, as a dump has them."""
    found: list[str] = []
    async with sessions() as session:
        for name in Base.metadata.tables:
            found += await session.scalars(text(f'SELECT CAST(t AS text) FROM "{name}" AS t'))
    return "\n".join(found)


async def replace(sessions: Sessions, endpoint: EndpointRecord, *, keep_old: bool = True) -> Rotated:
    async with sessions.begin() as session:
        return await rotate(session, CIPHER, TENANT, endpoint.id, keep_old=keep_old)


async def store(sessions: Sessions, endpoint_id: str, secret: str) -> None:
    async with sessions.begin() as session:
        (await session.get_one(EndpointRecord, endpoint_id)).secret = secret


async def a_day_passes(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for record in await session.scalars(text("SELECT id FROM webhook_endpoints")):
            endpoint = await session.get_one(EndpointRecord, record)
            endpoint.old_secrets = [
                {**old, "until": old["until"].replace(old["until"][:4], "2020", 1)}
                for old in endpoint.old_secrets
            ]


def accepts(request: Received, secret: str) -> bool:
    """Whether a receiver with this secret takes the message."""
    with suppress(WebhookVerificationError):
        request.verify(secret)
        return True
    return False


async def test_a_planted_secret_is_nowhere_in_the_database(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver(lambda received: Reply(500, body=received.headers["webhook-signature"].encode())) as server:
        endpoint = await scene.endpoint(sessions, server.url)
        secrets = [await scene.secret_of(sessions, endpoint)]
        secrets += [(await replace(sessions, endpoint)).secret for _ in range(2)]
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, CIPHER, limit=10)
    assert [accepts(server.requests[0], secret) for secret in secrets] == [True] * 3
    rows = await dump(sessions)
    assert endpoint.id in rows, "the dump has everything"
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        assert [form for form in (secret, secret[6:], key.hex(), repr(key)) if form in rows] == []


async def test_two_secrets_sign_for_a_day_and_then_one(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver() as server:
        endpoint = await scene.endpoint(sessions, server.url)
        first = await scene.secret_of(sessions, endpoint)
        made = await replace(sessions, endpoint)
        assert made.old_until is not None
        assert await scene.secret_of(sessions, endpoint) == made.secret != first
        await scene.publish(sessions, scene.event("doc_1"))
        await deliver_due(sessions, client, CIPHER, limit=10)
        await a_day_passes(sessions)
        await scene.publish(sessions, scene.event("doc_2"))
        await deliver_due(sessions, client, CIPHER, limit=10)
    during, after = server.requests
    signatures = during.headers["webhook-signature"].split(" ")
    assert len(signatures) == 2
    assert all(signature.startswith("v1,") for signature in signatures)
    assert [accepts(during, secret) for secret in (first, made.secret)] == [True, True]
    assert [accepts(after, secret) for secret in (first, made.secret)] == [False, True]
    assert (made.old_until - endpoint.created_at) == pytest.approx(
        timedelta(hours=24), abs=timedelta(minutes=5)
    )


async def test_a_leaked_secret_is_void_at_once(sessions: Sessions, client: httpx2.AsyncClient) -> None:
    with receiver() as server:
        endpoint = await scene.endpoint(sessions, server.url)
        leaked = [await scene.secret_of(sessions, endpoint), (await replace(sessions, endpoint)).secret]
        made = await replace(sessions, endpoint, keep_old=False)
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, CIPHER, limit=10)
    assert made.old_until is None
    assert [accepts(server.requests[0], secret) for secret in (*leaked, made.secret)] == [False, False, True]


async def test_ten_old_secrets_are_enough_for_a_day(sessions: Sessions) -> None:
    endpoint = await scene.endpoint(sessions, URL)
    for _ in range(MOST_OLD):
        await replace(sessions, endpoint)
    with pytest.raises(Conflict):
        await replace(sessions, endpoint)
    await a_day_passes(sessions)
    await replace(sessions, endpoint)
    assert len((await scene.look(sessions, endpoint.id)).old_secrets) == 1


async def test_no_signature_fails_across_rotations_under_load(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    # one receiver never changes its secret; the other learns each new one and forgets the old a moment later
    failures: list[str] = []

    def check(name: str) -> object:
        def script(received: Received) -> Reply:
            if not any(accepts(received, secret) for secret in known[name]):
                failures.append(name)
                return Reply(401)
            return Reply()

        return script

    known: dict[str, list[str]] = {}
    stopping = asyncio.Event()
    with receiver(check("patient")) as patient, receiver(check("eager")) as eager:  # type: ignore[arg-type]  # scripts
        endpoints = {
            "patient": await scene.endpoint(sessions, patient.url),
            "eager": await scene.endpoint(sessions, eager.url),
        }
        for name, endpoint in endpoints.items():
            known[name] = [await scene.secret_of(sessions, endpoint)]
        pace = Pace(flights=16, deadline=5)
        sending = asyncio.create_task(Sender(sessions, client, CIPHER, pace=pace).run(stopping, poll=0.02))
        count = 0
        for _ in range(3):
            for _ in range(10):
                await scene.publish(sessions, *[scene.event(f"doc_{count + n}") for n in range(5)])
                count += 5
            for name, endpoint in endpoints.items():
                fresh = (await replace(sessions, endpoint)).secret
                if name == "eager":
                    known[name] = [*known[name], fresh]
            await asyncio.to_thread(eager.wait_for, count)  # what was signed before the rotation has come
            known["eager"] = known["eager"][-1:]
        await asyncio.to_thread(patient.wait_for, count)
        stopping.set()
        await sending
    assert failures == []
    assert [len(server.requests) for server in (patient, eager)] == [count, count]
    most = max(request.headers["webhook-signature"].count("v1,") for request in eager.requests)
    assert most >= 2, "the rotations came while messages were sent"


async def test_secrets_of_an_older_version_or_key_are_sealed_anew_and_go_on_to_sign(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    plain, foreign = new_secret(), new_secret()
    both = Cipher([scene.KEY, "another key for tests, and for nothing else"])
    with receiver() as server:
        one, two = [await scene.endpoint(sessions, f"{server.url}/{n}") for n in (1, 2)]
        await store(sessions, one.id, plain)
        await store(sessions, two.id, OTHER.seal(foreign, owner=two.id))
        async with sessions.begin() as session:
            assert await tidy(session, both) == 2
            assert await tidy(session, both) == 0
        await scene.publish(sessions, scene.event())
        await deliver_due(sessions, client, CIPHER, limit=10)
    received = {request.path: request for request in server.requests}
    assert accepts(received["/hook/1"], plain)
    assert accepts(received["/hook/2"], foreign)
    assert plain not in await dump(sessions)


async def test_old_secrets_are_forgotten_when_their_time_is_over(sessions: Sessions) -> None:
    endpoint = await scene.endpoint(sessions, URL)
    await replace(sessions, endpoint)
    async with sessions.begin() as session:
        assert await tidy(session, CIPHER) == 0
    await a_day_passes(sessions)
    async with sessions.begin() as session:
        assert await tidy(session, CIPHER) == 1
    assert (await scene.look(sessions, endpoint.id)).old_secrets == []


async def test_a_secret_that_cannot_be_read_is_a_failed_attempt_and_nothing_is_sent_unsigned(
    sessions: Sessions, client: httpx2.AsyncClient
) -> None:
    with receiver() as server:
        endpoint = await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        assert await deliver_due(sessions, client, OTHER, limit=10) == 1
        assert server.requests == []
        assert [entry.error for entry in await scene.attempts(sessions)] == ["secret_unreadable"]
        async with sessions.begin() as session:
            assert await tidy(session, OTHER) == 0, "what cannot be read is left as it is"
            with pytest.raises(SecretUnreadable):
                await rotation.secret(session, OTHER, TENANT, endpoint.id)
        await scene.wait_out(sessions)
        await deliver_due(sessions, client, CIPHER, limit=10)
    assert len(server.requests) == 1
