"""Events stay thin whatever the document is, and say what they leave out."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.events import MOST_BYTES, Event, EventType

WHEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHUNKS = 1_000_000


def body_of(data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    body = Event(EventType.DOCUMENT_SUCCEEDED, "doc_1", 7, WHEN, data).body()
    assert len(body.encode()) <= MOST_BYTES
    parsed: dict[str, Any] = json.loads(body)
    assert (parsed["type"], parsed["data"]["document"], parsed["data"]["sequence"]) == (
        "document.succeeded",
        "doc_1",
        7,
    )
    return body, parsed["data"]


def test_an_ordinary_event_says_everything_and_nothing_more() -> None:
    data = {"job": "job_1", "version": 1, "chunks": 3, "url": "/v1/documents/doc_1/chunks"}
    body, _ = body_of(data)
    assert body == (
        '{"type":"document.succeeded","timestamp":"2026-11-20T12:00:00.000+00:00","data":{"document":"doc_1",'
        '"sequence":7,"job":"job_1","version":1,"chunks":3,"url":"/v1/documents/doc_1/chunks"}}'
    )


def test_a_million_chunks_fit_by_their_number_and_their_address() -> None:
    url = "/v1/documents/doc_1/chunks"
    manifest = {"chunks": CHUNKS, "drops": [{"page": n, "text": "Page"} for n in range(CHUNKS)]}
    _, data = body_of(
        {"chunks": CHUNKS, "url": url, "ids": ["chk_" + "0" * 32] * CHUNKS, "manifest": manifest}
    )
    assert (data["chunks"], data["url"]) == (CHUNKS, url)
    assert data["manifest"]["chunks"] == CHUNKS
    assert data["shortened"] == ["ids", "manifest"]


@pytest.mark.parametrize("letter", ["x", "ß", "条", "\N{PILE OF POO}", '"', "\\", "\0", "\ud800"])
def test_a_huge_failure_message_is_cut(letter: str) -> None:
    failure = {"code": "corrupt", "message": letter * 1_000_000, "retryable": False}
    _, data = body_of({"failure": failure, "url": "/v1/jobs/job_1"})
    assert data["failure"]["code"] == "corrupt"
    assert data["failure"]["message"].endswith("…")
    assert (data["shortened"], data["url"]) == (["failure"], "/v1/jobs/job_1")


def test_many_long_members_go_largest_first_and_the_short_ones_stay() -> None:
    long = {f"long_{n:02}": "x" * (1_000 + n) for n in range(40)}
    _, data = body_of({"version": 3, **long, "url": "/v1/jobs/job_1"})
    assert (data["version"], data["url"]) == (3, "/v1/jobs/job_1")
    left = sorted(name for name in data if name.startswith("long_"))
    assert left
    assert left == sorted(long)[: len(left)]
    assert data["shortened"] == sorted(long)[len(left) :]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5),
    max_leaves=30,
)


@given(data=st.dictionaries(st.text(max_size=9), JSON, max_size=8), times=st.sampled_from([1, 300]))
def test_whatever_the_data_the_body_is_short_valid_json(data: dict[str, Any], times: int) -> None:
    safe = {key: value for key, value in data.items() if key not in {"document", "sequence"}}
    body, _ = body_of({key: [value] * times for key, value in safe.items()})
    assert "\0" not in body
