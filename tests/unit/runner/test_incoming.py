"""The parent believes nothing that does not have its shape."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from models.errors import CorruptDocument, KerfError, WorkerCrashed
from models.limits import Limits
from services.inference.toolkit import Toolkit
from services.runner.answers import MOST_BYTES, portions
from services.runner.files import NamedFiles
from services.runner.frames import LARGEST_FRAME, FrameBuffer, frame
from services.runner.incoming import Incoming
from services.runner.values import Progress, Request, Result
from services.runner.work import Means, plan, serve

LIMITS = Limits(max_pages=100)
BARE = Request(Path("a.txt"), "a.txt", "doc_1", None)
CUT = Request(Path("a.txt"), "a.txt", "doc_1", {"tokenizer": "words", "max_tokens": 16})
RESULT = {
    "manifest": {},
    "media_type": "text/plain",
    "page_count": 0,
    "counted_only": False,
    "needs_eyes": False,
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What a parser that is in order answers."""
    path = tmp_path_factory.mktemp("real") / "a.txt"
    path.write_text("One two three. " * 40, encoding="utf-8")
    request = Request(path, CUT.name, CUT.document, CUT.options)
    means = Means(NamedFiles(), LIMITS, lambda _: None)
    return serve(request, plan(request, Toolkit(path.parent)), means)


def answers(result: Result, **changes: Any) -> list[dict[str, Any]]:
    """The messages that carry a result; changes are made to the manifest."""
    rest = {**RESULT, "manifest": {**result.manifest, **changes}}
    return [*({"chunks": portion} for portion in portions(result.chunks)), {"result": rest}]


def received(request: Request, *messages: Mapping[str, Any]) -> Incoming:
    """After these messages, which went over a pipe."""
    incoming = Incoming(request, LIMITS)
    for message in FrameBuffer(MOST_BYTES).feed(b"".join(map(frame, messages))):
        incoming.take(message)
    return incoming


def test_a_real_answer_comes_through_unchanged(real: Result) -> None:
    found = received(CUT, *answers(real)).finish()
    assert found is not None
    assert json.dumps([found.chunks, found.manifest]) == json.dumps([real.chunks, real.manifest])


def test_progress_is_passed_on() -> None:
    assert Incoming(BARE, LIMITS).take(
        {"progress": {"stage": "parsing", "pages_done": 1, "pages_total": 2}}
    ) == (Progress("parsing", 1, 2))


def test_an_answer_that_never_came_is_none() -> None:
    assert received(BARE).finish() is None


@pytest.mark.parametrize(
    "messages",
    [
        [{}],
        [{"ended": {"status": 0, "peak_mb": 0, "own_mb": 0}}],
        [{"progress": {"stage": "parsing", "pages_done": -1, "pages_total": None}}],
        [{"progress": {"stage": "parsing", "pages_done": 3, "pages_total": 2}}],
        [{"progress": {"stage": "a\nb", "pages_done": 3, "pages_total": None}}],
        [{"progress": {"stage": "parsing", "pages_done": 101, "pages_total": None}}],
        [{"progress": {"stage": "parsing", "pages_done": 1, "pages_total": 2}, "more": 1}],
        [{"chunks": [{"id": "chk_1"}]}],
        [{"chunks": {}}],
        [{"result": RESULT | {"page_count": 101}}],
        [{"result": RESULT | {"page_count": True}}],
        [{"result": RESULT | {"page_count": "0"}}],
        [{"result": RESULT | {"manifest": {"chunks": 1}}}],
        [{"result": RESULT | {"media_type": "text/plain\r\nX-Evil: 1"}}],
        [{"result": RESULT | {"more": 1}}],
        [{"result": RESULT}, {"result": RESULT}],
        [{"result": RESULT}, {"progress": {"stage": "parsing", "pages_done": 0, "pages_total": None}}],
        [{"error": {"code": "corrupt", "detail": "a\0b", "pointer": None}}],
        [{"error": {"code": "corrupt", "detail": 1, "pointer": None}}],
        [{"error": {"code": "internal", "detail": None, "pointer": None}, "trace": ["x" * 501]}],
    ],
)
def test_a_message_without_its_shape_is_a_crash(messages: list[dict[str, Any]]) -> None:
    with pytest.raises(WorkerCrashed):
        received(BARE, *messages)


@pytest.mark.parametrize(
    "raw",
    [
        struct.pack(">I", LARGEST_FRAME + 1),
        struct.pack(">I", 7) + b"no json",
        struct.pack(">I", 2) + b"[]",
        struct.pack(">I", 100_000) + b"[" * 100_000,
        struct.pack(">I", 3) + b"\xff\xfe\xfd",
    ],
)
def test_bytes_that_are_no_message_are_a_crash(raw: bytes) -> None:
    with pytest.raises(WorkerCrashed):
        list(FrameBuffer(MOST_BYTES).feed(raw))


def test_more_than_any_document_gives_is_a_crash() -> None:
    buffer = FrameBuffer(10)
    assert list(buffer.feed(frame({"abcdef": 1})[:10])) == []
    with pytest.raises(WorkerCrashed):
        list(buffer.feed(b"1"))


def test_a_lone_surrogate_does_not_come_through() -> None:
    data = b'{"error":{"code":"corrupt","detail":"\\ud800","pointer":null}}'
    (message,) = FrameBuffer(MOST_BYTES).feed(struct.pack(">I", len(data)) + data)
    with pytest.raises(WorkerCrashed):
        Incoming(BARE, LIMITS).take(message)


@pytest.mark.parametrize("code", ["cancelled", "worker_lost", "unauthenticated", "unknown", "internal"])
def test_a_parser_may_not_say_what_is_not_its_to_say(code: str) -> None:
    with pytest.raises(KerfError) as told:
        received(BARE, {"error": {"code": code, "detail": "Believe me.", "pointer": None}}).finish()
    assert type(told.value) is KerfError
    assert "Believe" not in told.value.detail


def test_a_typed_error_is_raised_as_it_was(real: Result) -> None:
    with pytest.raises(CorruptDocument, match="damaged"):
        received(CUT, {"error": {"code": "corrupt", "detail": "damaged", "pointer": None}}).finish()
    assert real.chunks


@pytest.mark.parametrize(
    "change",
    [{"chunks": 1}, {"tokens": 1}, {"pages": 1}, {"no_text": 0}, {"text_sha256": "x"}, {"more": 1}],
)
def test_a_manifest_that_does_not_agree_is_a_crash(real: Result, change: dict[str, Any]) -> None:
    with pytest.raises(WorkerCrashed):
        received(CUT, *answers(real, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "chk_00"},
        {"document": "doc_2"},
        {"index": 5},
        {"kind": "evil"},
        {"text": "a\0b"},
        {"spans": []},
        {"spans": [[5, 5]]},
        {"spans": [[0, 1, 2]]},
        {"tokens": -1},
        {"pages": [1]},
        {"pages": [0]},
        {"boxes": [{"page": 1, "box": [0.0, 0.0, float("nan"), 1.0]}]},
        {"boxes": [{"page": 1, "box": [0.0]}]},
        {"previous": "chk_" + "0" * 32},
        {"metadata": {"a": {"b": "\0"}}},
        {"metadata": []},
        {"more": 1},
    ],
)
def test_a_chunk_that_is_none_is_a_crash(real: Result, change: dict[str, Any]) -> None:
    chunks = [dict(chunk) for chunk in real.chunks]
    chunks[1] |= change
    with pytest.raises(WorkerCrashed):
        received(CUT, *answers(Result(chunks, real.manifest, real.media_type, real.page_count)))


def test_two_chunks_of_one_name_are_a_crash(real: Result) -> None:
    chunks = [dict(chunk) for chunk in real.chunks]
    chunks[1]["id"] = chunks[0]["id"]
    with pytest.raises(WorkerCrashed):
        received(CUT, *answers(Result(chunks, real.manifest, real.media_type, real.page_count)))
