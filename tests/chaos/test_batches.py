"""Goal L6: a thousand documents in one call; the API is killed while it arrives and while it is committed."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.chaos.documents import OPTIONS, Sample, samples
from tests.chaos.nemesis import wait_until
from tests.chaos.observing import rows, settled, value
from tests.chaos.world import World
from tests.integration.api.batching import counts, form

SEED = 1006
HARD_STOP = 1200.0
CHUNKS = "SELECT document_id, array_agg(id ORDER BY index) FROM chunks GROUP BY document_id"
WRITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE %s"


def post(world: World, sent: list[Sample], key: str) -> httpx2.Response:
    """The call."""
    files = [(sample.name, sample.data) for sample in sent]
    headers = {"Idempotency-Key": f'"{key}"'}
    with httpx2.Client(base_url=world.client.base_url, timeout=300) as client:
        return client.post("/v1/batches", headers=headers, **form(files, {"options": OPTIONS}))


def killed_while(world: World, sent: list[Sample], *, table: str | None, after: float) -> None:
    """The call, whose API dies so long after it began, or while it writes the rows of a table."""
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(post, world, sent, f"{table} {after}")
        time.sleep(after)
        if table is not None:
            pattern = f"INSERT INTO {table} %"
            wait_until(lambda: answer.done() or value(world, WRITING, pattern) > 0, seconds=300, pause=0.001)
        world.replace("serve")
        assert isinstance(answer.exception(), httpx2.TransportError) or answer.result().status_code == 202
    world.until_ready(300)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_thousand_documents_in_one_call(world: World) -> None:
    storm(world, 1000)


def storm(world: World, count: int) -> None:
    """Killed, sent again, taken, replayed, worked on, told of."""
    sent = samples(count, seed=SEED, slow_share=0.0)
    world.redis.start()
    world.start_api()
    world.start_receiver(SEED)
    world.start("beat", "beat")
    world.start("worker", "worker")
    for table, after in ((None, 0.3), (None, 1.0), ("documents", 0.0), ("jobs", 0.0), ("batch_items", 0.0)):
        killed_while(world, sent, table=table, after=after)
        assert value(world, "SELECT count(*) FROM jobs") in {0, count}
    before = value(world, "SELECT count(*) FROM batches")  # a commit may have been faster than the kill
    began = time.monotonic()
    taken = post(world, sent, "last")
    accepted = time.monotonic() - began
    assert taken.status_code == 202, taken.text
    again = post(world, sent, "last")
    assert (again.content, again.headers["idempotency-replayed"]) == (taken.content, "true")
    made = [value(world, f"SELECT count(*) FROM {table}") for table in ("batches", "jobs", "documents")]
    assert made == [before + 1, count, count]

    assert settled(world, seconds=HARD_STOP), world.logs()
    batch = world.client.get(taken.headers["location"]).json()
    assert (batch["state"], batch["counts"]) == ("completed", counts(succeeded=count))
    items = dict(rows(world, "SELECT name, document_id FROM batch_items"))
    chunks = dict(rows(world, CHUNKS))
    assert {sample.name: tuple(chunks[items[sample.name]]) for sample in sent} == {
        sample.name: sample.expected for sample in sent
    }
    assert wait_until(lambda: len(ends(world.ledger)) == before + 1, seconds=60)
    print(f"L6: {count} documents taken in {accepted:.1f} s, all done {time.monotonic() - began:.0f} s later")


def ends(ledger: Path) -> set[str]:
    """Messages that told of the end of a batch."""
    entries = map(json.loads, ledger.read_text().splitlines())
    return {entry["message"] for entry in entries if entry["type"] == "batch.completed"}
