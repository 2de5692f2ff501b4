"""Webhook endpoints by API: registering, reading, deleting, and the log of deliveries."""

from collections import Counter

import httpx2
import pytest
from sqlalchemy import update

from api.app import create_app
from models.events import EventType
from models.tables.tenants import DEFAULT_TENANT
from models.tables.webhooks import EndpointRecord, EventRecord
from services.infra.config import Settings
from services.webhooks.client import make_client
from services.webhooks.delivery import deliver_due
from tests.integration.api import scene
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.integration.webhooks.receiver import receiver
from tests.integration.webhooks.scene import CIPHER

ADDRESS = "http://127.0.0.1:9999/hook"


async def register(client: httpx2.AsyncClient, url: str = ADDRESS, **fields: object) -> httpx2.Response:
    """One registration."""
    return await client.post("/v1/webhooks", json={"url": url, **fields})


async def test_a_registered_address_is_found_where_the_answer_says(client: httpx2.AsyncClient) -> None:
    response = await register(client, events=["document.failed"])
    assert response.status_code == 201
    assert response.json()["events"] == ["document.failed"]
    assert "secret" not in response.json()
    assert (await client.get(response.headers["location"])).json() == response.json()
    assert (await client.get("/v1/webhooks")).json()["data"] == [response.json()]


async def test_the_secret_has_a_route_of_its_own(client: httpx2.AsyncClient) -> None:
    made = (await register(client)).json()
    first = (await client.get(f"/v1/webhooks/{made['id']}/secret")).json()["secret"]
    assert first.startswith("whsec_")
    assert (await client.get(f"/v1/webhooks/{made['id']}/secret")).json()["secret"] == first


async def test_the_same_address_twice_is_a_conflict(client: httpx2.AsyncClient) -> None:
    await register(client)
    again = await register(client)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_a_deleted_address_is_gone(client: httpx2.AsyncClient) -> None:
    path = (await register(client)).headers["location"]
    assert (await client.delete(path)).status_code == 204
    assert [(await client.get(path)).status_code, (await client.delete(path)).status_code] == [404, 404]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9999/", "https://10.0.0.1/", "https://localhost/", "http://example.com/"]
)
async def test_private_addresses_are_refused_unless_allowed(
    settings: Settings, sessions: Sessions, new_key: NewKey, url: str
) -> None:
    strict = settings.model_copy(update={"webhooks_allow_private": False})
    async with client_of(create_app(strict, sessions=sessions)) as client:
        client.headers.update(await new_key(DEFAULT_TENANT))
        response = await register(client, url)
    assert (response.status_code, response.json()["code"]) == (422, "target_refused")
    assert [fault["pointer"] for fault in response.json()["errors"]] == ["/url"]


async def test_addresses_are_listed_in_pages(client: httpx2.AsyncClient) -> None:
    made = [(await register(client, f"{ADDRESS}/{n}")).json()["id"] for n in range(3)]
    first = (await client.get("/v1/webhooks", params={"limit": 2})).json()
    rest = (await client.get("/v1/webhooks", params={"cursor": first["next_cursor"]})).json()
    assert [hook["id"] for hook in first["data"] + rest["data"]] == made[::-1]


async def test_a_delivery_shows_what_each_attempt_met(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    with receiver() as hook:
        made = (await register(client, hook.url)).json()
        jobs = [await scene.finished(sessions) for _ in range(3)]
        async with make_client(allow_private=True) as sender:
            await deliver_due(sessions, sender, CIPHER, limit=2)
        path = f"/v1/webhooks/{made['id']}/deliveries"
        first = (await client.get(path, params={"limit": 2})).json()
        rest = (await client.get(path, params={"cursor": first["next_cursor"]})).json()

    found = first["data"] + rest["data"]
    assert [delivery["document"] for delivery in found] == [job.document_id for job in reversed(jobs)]
    assert {delivery["type"] for delivery in found} == {EventType.DOCUMENT_SUCCEEDED}
    assert sorted(len(delivery["log"]) for delivery in found) == [0, 1, 1]
    for delivery in found:
        assert delivery["attempts"] == len(delivery["log"])
        assert (delivery["delivered_at"] is not None) is bool(delivery["log"])
        assert [attempt["status"] for attempt in delivery["log"]] == [200] * len(delivery["log"])


async def test_an_event_that_only_a_later_release_knows_is_shown(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    made = (await register(client)).json()
    await scene.finished(sessions)
    async with sessions.begin() as session:
        await session.execute(update(EventRecord).values(type="shelf.emptied"))
        await session.execute(update(EndpointRecord).values(events=["shelf.emptied"]))
    path = f"/v1/webhooks/{made['id']}"
    assert (await client.get(path)).json()["events"] == ["shelf.emptied"]
    (delivery,) = (await client.get(f"{path}/deliveries")).json()["data"]
    assert (delivery["type"], delivery["document"], delivery["batch"]) == ("shelf.emptied", None, None)


async def test_an_address_is_switched_off_and_on_and_its_events_chosen(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    path = (await register(client)).headers["location"]
    off = (await client.patch(path, json={"disabled": True})).json()
    assert off["disabled_at"] is not None
    await scene.finished(sessions)
    assert (await client.get(f"{path}/deliveries")).json()["data"] == []
    assert (await client.patch(path, json={})).json() == off, "what is not given stays"
    chosen = (await client.patch(path, json={"events": ["document.failed"], "disabled": False})).json()
    assert (chosen["disabled_at"], chosen["events"]) == (None, ["document.failed"])
    assert (await client.get(path)).json() == chosen
    bodies: list[object] = [{"disabled": None}, {"disabled": 1}, {"events": ["document.eaten"]}, [], "x"]
    for body in [*bodies, {"url": ADDRESS}]:
        refused = await client.patch(path, json=body)
        assert (refused.status_code, (await client.get(path)).json()) == (422, chosen), body


async def test_a_new_secret_is_shown_once_and_is_the_one_that_is_read_afterwards(
    client: httpx2.AsyncClient,
) -> None:
    path = (await register(client)).headers["location"]
    old = (await client.get(f"{path}/secret")).json()["secret"]
    made = (await client.post(f"{path}/secret/rotate")).json()
    assert made["old_until"] is not None
    assert (await client.get(f"{path}/secret")).json() == {"secret": made["secret"]}
    void = (await client.post(f"{path}/secret/rotate", params={"keep_old": False})).json()
    assert void["old_until"] is None
    assert len({old, made["secret"], void["secret"]}) == 3
    answers = [(await client.get(shown)).text for shown in ("/v1/webhooks", path, f"{path}/deliveries")]
    for secret in (old, made["secret"], void["secret"]):
        assert not [answer for answer in answers if secret.removeprefix("whsec_") in answer]


async def test_one_delivery_and_a_time_range_are_sent_again(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    with receiver() as hook:
        made = await register(client, hook.url)
        path, began = made.headers["location"], made.json()["created_at"]
        for _ in range(3):
            await scene.finished(sessions)
        async with make_client(allow_private=True) as sender:
            await deliver_due(sessions, sender, CIPHER, limit=9)
            first = (await client.get(f"{path}/deliveries")).json()["data"][-1]
            again = await client.post(f"{path}/deliveries/{first['id']}/replay")
            assert (again.status_code, again.json()["delivered_at"]) == (202, None)
            await deliver_due(sessions, sender, CIPHER, limit=9)
            span = {"since": began, "until": "2100-01-01T00:00:00Z", "only_failed": False}
            ranged = await client.post(f"{path}/replay", json=span)
            assert (ranged.status_code, ranged.json()) == (202, {"replayed": 3, "rest_since": None})
            await deliver_due(sessions, sender, CIPHER, limit=9)
            failed = await client.post(f"{path}/replay", json={"since": began})
            assert (failed.status_code, failed.json()["replayed"]) == (202, 0)
    assert sorted(Counter(request.message_id for request in hook.requests).values()) == [2, 2, 3]
    await client.patch(path, json={"disabled": True})
    for wish in (f"{path}/deliveries/{first['id']}/replay", f"{path}/replay"):
        refused = await client.post(wish, json={"since": first["created_at"]})
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("moment", [0, "0", "yesterday", "2026-11-20", "2026-11-20T08:00:00", None])
async def test_a_moment_is_written_out_with_its_time_zone(client: httpx2.AsyncClient, moment: object) -> None:
    path = (await register(client)).headers["location"]
    refused = await client.post(f"{path}/replay", json={"since": moment})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/since")


async def test_an_address_that_leads_back_here_is_refused(
    settings: Settings, sessions: Sessions, new_key: NewKey
) -> None:
    public = settings.model_copy(update={"public_url": "https://kerf.example.com"})
    async with client_of(create_app(public, sessions=sessions)) as client:
        client.headers.update(await new_key(DEFAULT_TENANT))
        for url in ("https://kerf.example.com/hook", f"http://127.0.0.1:{settings.port}/hook"):
            response = await register(client, url)
            assert (response.status_code, response.json()["code"]) == (422, "target_refused"), url
            upload = {"files": {"file": ("a.txt", b"text")}, "data": {"webhook_url": url}}
            response = await client.post("/v1/documents", **upload)  # type: ignore[arg-type]  # a form
            assert (response.status_code, response.json()["code"]) == (422, "target_refused"), url
