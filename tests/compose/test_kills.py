"""Every container is killed in its turn while documents come in: each 202 is kept, once and whole."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import pytest

from tests.chaos.documents import OPTIONS, Sample, samples
from tests.compose.conftest import PATIENCE, System

SEED = 20261121
DOCUMENTS = 60
PAUSE_SECONDS = 0.5
DOWN_SECONDS = 4.0
UP_SECONDS = 8.0
VICTIMS = ("worker", "redis", "beat", "api", "postgres", "worker", "redis", "api")

pytestmark = [pytest.mark.compose, pytest.mark.timeout(2 * PATIENCE)]


def until(answer: Callable[[], httpx2.Response], *good: int) -> Any:
    """The JSON of the first good answer; silence and 503 are asked again."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            found = answer()
        except httpx2.TransportError as error:
            last = repr(error)
        else:
            if found.status_code in good:
                return found.json()
            last = f"{found.status_code} {found.text}"
            assert found.status_code in {409, 502, 503, 504}, last
        assert time.monotonic() < deadline, last
        time.sleep(0.5)


def upload(client: httpx2.Client, sample: Sample) -> str:
    """The job of a document that is sent under one key until it was accepted."""
    key = {"Idempotency-Key": f'"{sample.name}"'}
    files = {"file": (sample.name, sample.data)}
    options = json.dumps(OPTIONS)
    accepted = until(
        lambda: client.post("/v1/documents", files=files, data={"options": options}, headers=key), 202
    )
    return str(accepted["id"])


def ending(client: httpx2.Client, job: str) -> dict[str, Any]:
    """The job when it is final."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found: dict[str, Any] = until(lambda: client.get(f"/v1/jobs/{job}", params={"wait": 10}), 200)
        if found["state"] in {"succeeded", "failed", "cancelled"}:
            return found
        assert time.monotonic() < deadline, found


def everything(client: httpx2.Client, path: str) -> list[dict[str, Any]]:
    """All items of a list, page by page."""

    def page(cursor: str | None) -> Any:
        query = {"limit": "100"} if cursor is None else {"limit": "100", "cursor": cursor}
        return until(lambda: client.get(path, params=query), 200)

    found = page(None)
    items = list(found["data"])
    while found["next_cursor"] is not None:
        found = page(found["next_cursor"])
        items += found["data"]
    return items


def chunk_ids(client: httpx2.Client, document: str) -> tuple[str, ...]:
    """The ids of all chunks in order."""
    return tuple(chunk["id"] for chunk in everything(client, f"/v1/documents/{document}/chunks"))


class Load(threading.Thread):
    """Sends the documents one after the other; `jobs` by name, or the `error` that ended it."""

    def __init__(self, client: httpx2.Client, wanted: Sequence[Sample]) -> None:
        super().__init__(daemon=True)
        self.jobs: dict[str, str] = {}
        self.error: BaseException | None = None
        self._client = client
        self._wanted = wanted

    def run(self) -> None:
        try:
            for sample in self._wanted:
                self.jobs[sample.name] = upload(self._client, sample)
                time.sleep(PAUSE_SECONDS)
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits
            self.error = error


def test_containers_are_killed_one_by_one_under_load_and_nothing_is_lost(
    system: System, client: httpx2.Client
) -> None:
    wanted = samples(DOCUMENTS, seed=SEED)
    load = Load(client, wanted)
    load.start()
    for victim in VICTIMS:
        time.sleep(UP_SECONDS)
        system.compose("kill", victim)
        assert victim not in system.running()
        time.sleep(DOWN_SECONDS)
        system.compose("start", victim)
    load.join(PATIENCE)
    assert load.error is None
    assert not load.is_alive()
    ended = {name: ending(client, job) for name, job in load.jobs.items()}
    states = {name: (job["state"], job["failure"]) for name, job in ended.items()}
    assert {state for state, _ in states.values()} == {"succeeded"}, states
    for sample in wanted:
        assert chunk_ids(client, ended[sample.name]["document"]) == sample.expected, sample.name
    names = [document["name"] for document in everything(client, "/v1/documents")]
    assert sorted(name for name in names if name.startswith("storm-")) == sorted(load.jobs)
