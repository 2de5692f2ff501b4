"""A real child process: it answers, is killed, and is replaced."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from models.chunk import sent_to_model
from models.errors import (
    Cancelled,
    DeadlineExceeded,
    EmptyFile,
    InvalidOptions,
    MemoryLimit,
    ModelUnavailable,
    TokenizerUnavailable,
    TooLarge,
    Unavailable,
    WorkerCrashed,
)
from models.limits import Limits
from services.inference.embedding.embedder import embedder
from services.inference.embedding.engines import embedding_of, late_of
from services.inference.providers import Computing
from services.inference.serving.server import Networks, Server
from services.runner.process import Child, NotWarm
from services.runner.values import Progress, Request

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 16}


def request(path: Path, text: str = "One two three. " * 40, **options: object) -> Request:
    path.write_text(text, encoding="utf-8")
    return Request(path, path.name, "doc_1", {**OPTIONS, **options})


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    running = Child(Limits(), models=tmp_path)
    yield running
    running.close()


def go_on(_: Progress) -> bool:
    return True


def pid_of(child: Child) -> int:
    return child._warmed[False].pid


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_chunks_come_back_in_their_wire_form(child: Child, tmp_path: Path) -> None:
    result = child.run(request(tmp_path / "a.txt"), go_on)
    assert result.manifest["coverage"]["share"] == 1.0
    assert {chunk["document"] for chunk in result.chunks} == {"doc_1"}
    assert max(chunk["tokens"] for chunk in result.chunks) <= 16


def test_a_model_is_loaded_before_the_walls_stand(child: Child, tmp_path: Path) -> None:
    asked = request(tmp_path / "a.txt", "One is here. Two is there.", strategy="sentence", engine="kerf")
    assert [chunk["text"] for chunk in child.run(asked, go_on).chunks] == ["One is here. Two is there."]


def test_every_chunk_has_the_vector_of_its_context_and_text(child: Child, tmp_path: Path) -> None:
    text = "# Cats\n\nA cat sleeps. " + "It dreams of mice. " * 6 + "\n\nA cat sleeps.\n"
    without = child.run(request(tmp_path / "a.md", text), go_on)
    made = child.run(request(tmp_path / "b.md", text, vectors="chunk"), go_on)
    assert [chunk["id"] for chunk in made.chunks] == [chunk["id"] for chunk in without.chunks]
    assert without.manifest["vectors"] is None
    assert made.manifest["vectors"] == {"embedder": "minilm", "mode": "chunk", "size": 384}
    assert {chunk["vector"] for chunk in without.chunks} == {None}
    expected = embedder(tmp_path).embed(
        [sent_to_model(chunk["context"], chunk["text"]) for chunk in made.chunks]
    )
    for chunk, row in zip(made.chunks, expected.tolist(), strict=True):
        assert chunk["vector"] == pytest.approx(row, abs=1e-6)
    late = child.run(request(tmp_path / "l.md", text, vectors="late"), go_on)
    assert late.manifest["vectors"] == {"embedder": "minilm", "mode": "late", "size": 384}
    assert late.chunks[0]["vector"] != made.chunks[0]["vector"]
    assert vectors_over_a_socket(tmp_path, text) == [chunk["vector"] for chunk in made.chunks]
    with pytest.raises(ModelUnavailable) as missing:
        child.run(request(tmp_path / "c.md", text, vectors="chunk", vector_embedder="unheard-of"), go_on)
    assert missing.value.pointer == "/vector_embedder"


def vectors_over_a_socket(folder: Path, text: str) -> list[list[float]]:
    """Of the process that computes for all, which parsers reach through their walls; told when it is gone."""
    with TemporaryDirectory() as short:
        path = Path(short, "s")
        child = Child(Limits(), models=folder, computing=Computing(inference=path))
        asked = request(folder / "d.md", text, vectors="chunk")
        with Server(
            path, Networks(partial(embedding_of, models=folder), partial(late_of, models=folder))
        ) as server:
            Thread(target=server.serve_forever, args=(0.01,)).start()
            found = [chunk["vector"] for chunk in child.run(asked, go_on).chunks]
            server.shutdown()
        with pytest.raises(Unavailable):
            child.run(asked, go_on)
        child.close()
    return found


def test_the_process_is_kept_between_documents_and_after_typed_errors(child: Child, tmp_path: Path) -> None:
    child.run(request(tmp_path / "a.txt"), go_on)
    first = pid_of(child)
    with pytest.raises(EmptyFile):
        child.run(request(tmp_path / "empty.txt", ""), go_on)
    with pytest.raises(InvalidOptions) as wrong:
        child.run(request(tmp_path / "b.txt", max_tokens=1), go_on)
    assert wrong.value.pointer == "/max_tokens"
    with pytest.raises(TokenizerUnavailable):
        child.run(request(tmp_path / "c.txt", tokenizer="hf:../../etc/passwd"), go_on)
    child.run(request(tmp_path / "d.txt"), go_on)
    assert pid_of(child) == first


def test_a_stored_artifact_is_chunked_again_without_the_source(child: Child, tmp_path: Path) -> None:
    artifact = tmp_path / "artifact"
    first = request(tmp_path / "a.txt")
    parsed = Request(first.source, first.name, "doc_1", first.options, artifact_out=artifact)
    chunks = child.run(parsed, go_on).chunks
    first.source.unlink()
    again = Request(first.source, first.name, "doc_1", first.options, artifact_in=artifact)
    assert child.run(again, go_on).chunks == chunks


def test_no_is_an_answer_to_a_tick_and_kills_the_process(child: Child, tmp_path: Path) -> None:
    child.run(request(tmp_path / "a.txt"), go_on)
    pid = pid_of(child)
    with pytest.raises(Cancelled):
        child.run(request(tmp_path / "b.txt", "Word. " * 200_000), lambda _: False)
    assert not is_alive(pid)


def test_a_document_past_its_deadline_is_killed(tmp_path: Path) -> None:
    child = Child(Limits(deadline_seconds=0.01), models=tmp_path)
    with pytest.raises(DeadlineExceeded):
        child.run(request(tmp_path / "a.txt", "Word. " * 200_000), go_on)
    assert not child._warmed


def test_a_crash_is_told_apart_and_the_next_document_has_a_new_process(child: Child, tmp_path: Path) -> None:
    child.run(request(tmp_path / "a.txt"), go_on)

    def crash(_: Progress) -> bool:
        os.kill(pid_of(child), signal.SIGSEGV)
        return True

    with pytest.raises(WorkerCrashed):
        child.run(request(tmp_path / "b.txt", "Word. " * 200_000), crash)
    assert child.run(request(tmp_path / "c.txt"), go_on).chunks


def test_a_document_that_needs_more_memory_than_the_limit_ends_typed(tmp_path: Path) -> None:
    child = Child(Limits(memory_mb=400, max_characters=10**9), models=tmp_path)
    try:
        with pytest.raises(MemoryLimit):
            child.run(request(tmp_path / "a.txt", "A sentence of words. " * 2_500_000), go_on)
    finally:
        child.close()


def test_a_file_above_the_byte_limit_is_not_even_read(tmp_path: Path) -> None:
    child = Child(Limits(max_bytes=10), models=tmp_path)
    try:
        with pytest.raises(TooLarge):
            child.run(request(tmp_path / "a.txt"), go_on)
    finally:
        child.close()


def test_the_process_is_replaced_after_its_share_of_documents(tmp_path: Path) -> None:
    child = Child(Limits(), models=tmp_path, documents=1)
    try:
        child.run(request(tmp_path / "a.txt"), go_on)
        assert not child._warmed
        assert child.run(request(tmp_path / "b.txt"), go_on).chunks
    finally:
        child.close()


def test_the_parent_hears_of_progress(child: Child, tmp_path: Path) -> None:
    heard: list[str] = []

    def listen(progress: Progress) -> bool:
        heard.append(progress.stage)
        return True

    child.run(request(tmp_path / "a.txt"), listen)
    assert "parsing" in heard
    assert "chunking" in heard


def test_a_warm_child_is_the_one_that_works(child: Child, tmp_path: Path) -> None:
    assert child.warm(lambda: True)
    warm = pid_of(child)
    child.warm(lambda: False)
    assert child.run(request(tmp_path / "a.txt"), go_on).chunks
    assert child.warm(lambda: False)
    assert child.run(request(tmp_path / "b.txt"), go_on).chunks
    assert pid_of(child) == warm


def test_warming_up_ends_when_it_is_not_wanted_any_more_and_work_goes_on_from_there(
    child: Child, tmp_path: Path
) -> None:
    assert not child.warm(lambda: False)
    assert child.run(request(tmp_path / "a.txt"), go_on).chunks


def test_a_child_that_dies_while_it_warms_up_is_replaced(tmp_path: Path) -> None:
    dying = Child(Limits(), models=tmp_path, program=("/bin/false",))
    assert not dying.warm(lambda: True)
    with pytest.raises(NotWarm):
        dying.run(request(tmp_path / "a.txt"), go_on)
    dying.close()
