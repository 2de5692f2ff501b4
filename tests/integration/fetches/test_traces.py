"""Fetching as spans."""

import asyncio

import pytest

from services.infra import tracing
from services.infra.storage import LocalStorage
from tests.integration.fetches.scene import Sessions, asked_for, fetch_all
from tests.integration.fetches.source import answer, saying, source
from tests.support.collector import collector

SECRET = "sig-0123456789"


async def test_a_fetch_is_a_span_below_the_request_and_its_source_hears_nothing_of_it(
    sessions: Sessions, storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collector() as seen, source(saying(answer(b"Some text."))) as server:
        for name, value in seen.variables.items():
            monkeypatch.setenv(name, value)
        tracing.start("kerf-test")
        with tracing.arriving("asking", "server", None, {}):
            job = await asked_for(sessions, server.url(f"/a.txt?signature={SECRET}"))
        await fetch_all(sessions, storage)
        await asyncio.to_thread(tracing.stop)
        [asked] = server.asked
    [asking], [fetch] = seen.named("asking"), seen.named("fetch")
    assert (fetch.trace, fetch.parent) == (asking.trace, asking.id)
    assert (fetch.attributes["kerf.job"], fetch.is_failed) == (job.id, False)
    assert "traceparent" not in asked.headers
    assert SECRET.encode() not in b"".join(seen.bodies)
