"""A batch through the whole service: every document is read, and at the end one event says so."""

import json
from pathlib import Path

from tests.integration.api.batching import counts, form, texts
from tests.integration.embedded.standing import standing
from tests.integration.webhooks.receiver import receiver
from tests.support.packed import zipped

PRIVATE = {"KERF_WEBHOOKS_ALLOW_PRIVATE": "true"}


def test_thirty_files_an_archive_and_one_that_cannot_be_read(folder: Path) -> None:
    files = [*texts(30), ("two.zip", zipped(dict(texts(32)[30:]))), ("broken.pdf", b"%PDF-1.7 and no more")]
    with receiver() as ears, standing(folder / "data", **PRIVATE) as kerf:
        fields = {
            "webhook_url": ears.url,
            "options": {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64},
            "items": [{"name": "7.txt", "external_id": "seven"}],
        }
        taken = kerf.client.post("/v1/batches", **form(files, fields))
        assert taken.status_code == 202, taken.text
        where, batch = taken.headers["location"], taken.json()
        while batch["state"] != "completed":
            batch = kerf.client.get(where, params={"wait": 30}).json()
        assert batch["counts"] == counts(succeeded=31, failed=1), kerf.log.read_text()
        items = kerf.client.get(f"{where}/items").json()["data"]
        assert [(item["name"], item["failure"]["code"]) for item in items if item["failure"]] == [
            ("broken.pdf", "corrupt")
        ]
        for (_, data), item in zip(files[:30], items, strict=False):
            assert kerf.chunks_of(item["document"])[0]["text"] == data.decode()
        found = kerf.client.get("/v1/documents", params={"external_id": "seven"}).json()["data"]
        assert [document["id"] for document in found] == [items[7]["document"]]
        members = kerf.client.get("/v1/documents", params={"archive": items[30]["document"]}).json()["data"]
        assert {member["name"] for member in members} == {"30.txt", "31.txt"}

        ears.wait_for(len(files) + len(members) + 1)
        told = [json.loads(request.body) for request in ears.requests]
        (event,) = [event for event in told if event["type"] == "batch.completed"]
        assert (event["data"]["batch"], event["data"]["counts"]["succeeded"]) == (batch["id"], 31)
