"""A7: five hundred strings that break software in every text that a request may hold. None is a 500."""

import json
from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx2

from tests.hostile.naughty import EVERY
from tests.integration.api import scene
from tests.integration.api.conftest import Sessions
from tests.integration.api.test_uploads import upload

HOOKS = "http://127.0.0.1:8080/"


class Place(NamedTuple):
    """Where a string goes: in the path, the query or a header of an operation."""

    method: str
    path: str
    name: str
    where: str


def places(openapi: Mapping[str, Any]) -> list[Place]:
    """Every parameter that the API's own description calls a string."""
    return [
        Place(method, path, parameter["name"], parameter["in"])
        for path, operations in openapi["paths"].items()
        for method, operation in operations.items()
        for parameter in operation.get("parameters", [])
        if parameter["schema"].get("type") == "string"
    ]


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


async def ask(client: httpx2.AsyncClient, place: Place, text: str) -> httpx2.Response:
    """The string at the place; what stands at the others is an id that nothing has."""
    path, query = place.path, ""
    headers: dict[str, bytes] = {}
    if place.where == "path":
        path = path.replace(f"{{{place.name}}}", quote(utf8(text), safe=""))
    elif place.where == "query":
        query = f"?{place.name}={quote(utf8(text), safe='')}"
    else:
        headers = {place.name: "".join(char for char in text if char.isprintable()).encode()}
    for name in ("document_id", "job_id", "chunk_id", "webhook_id", "delivery_id"):
        path = path.replace(f"{{{name}}}", "doc_0")
    seconds = "&seconds=0.01" if query else "?seconds=0.01"
    query += seconds if path.endswith("/events") else ""
    raw = {name.encode(): value for name, value in headers.items()}
    if place.method in {"post", "patch"}:
        raw = {b"content-type": b"application/json", **raw}
    content = b"{}" if place.method in {"post", "patch"} else None
    return await client.request(place.method, path + query, headers=raw, content=content)


async def test_every_parameter_takes_any_string_or_refuses_it(client: httpx2.AsyncClient) -> None:
    known = places((await client.get("/openapi.json")).json())
    assert len(known) > 30
    turns = cycle(known)
    for _ in range(
        max(1, 2 * len(known) * 20 // len(EVERY))
    ):  # each place sees some forty, shifted each time
        next(turns)
        for text in EVERY:
            place = next(turns)
            answer = await ask(client, place, text)
            assert answer.status_code < 500, (place, text, answer.text)


BODIES: tuple[Callable[[str], tuple[str, dict[str, Any]]], ...] = (
    lambda text: ("/v1/webhooks", {"url": text}),
    lambda text: ("/v1/webhooks", {"url": HOOKS + text}),
    lambda text: ("/v1/webhooks", {"url": HOOKS, "events": [text]}),
    lambda text: ("/v1/webhooks", {text: text}),
    lambda text: ("/v1/documents/{document}/chunks", {"options": {"tokenizer": text}}),
    lambda text: ("/v1/documents/{document}/chunks", {"options": {"strategy": text}}),
    lambda text: ("/v1/documents/{document}/chunks", {"options": {text: text}}),
    lambda text: ("/v1/documents/{document}/chunks", {"webhook_url": text}),
    lambda text: ("/v1/documents/{document}/chunks", {text: {text: text}}),
)
FORMS = ("options", "parsing", "webhook_url")  # file names and external ids: test_naughty


async def test_every_member_of_a_body_takes_any_string_or_refuses_it(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    document = (await scene.queued(sessions)).document_id
    turns = cycle(BODIES)
    for text in EVERY:
        for made in (next(turns), next(turns)):
            path, body = made(text)
            answer = await client.post(
                path.replace("{document}", document),
                content=json.dumps(body).encode(),
                headers={"content-type": "application/json"},
            )
            assert answer.status_code < 500, (text, answer.text)
            answer.json()


async def test_every_part_of_a_form_takes_any_string_or_refuses_it(client: httpx2.AsyncClient) -> None:
    turns = cycle(FORMS)
    for text in EVERY:
        answer = await upload(client, **{next(turns): utf8(text)})
        assert answer.status_code < 500, (text, answer.text)
