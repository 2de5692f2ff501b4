"""One process computes for all: the same rows as at home, and nobody suffers for what others ask."""

import os
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from models.errors import ModelError, ModelUnavailable, NetworksLost, Unavailable
from models.span import Span
from services.inference.boundaries.arrays import Floats
from services.inference.serving import wire
from services.inference.serving.client import Connection
from services.inference.serving.server import Networks, Server


def embed(texts: Sequence[str]) -> Floats:
    if "poison" in texts:
        raise ValueError("cannot")
    found = [(len(text), sum(map(ord, text))) for text in texts]
    return np.array(found, np.float32).reshape(len(texts), 2)


def named(name: str) -> Callable[[Sequence[str]], Floats]:
    if name != "ours":
        raise ModelUnavailable(f"there is no embedder {name!r}")
    return embed


def late(text: str, spans: Sequence[Span]) -> Floats:
    return embed([span.of(text) for span in spans])


NETWORKS = Networks(named, lambda _: late)


@pytest.fixture
def path() -> Iterator[Path]:
    """Short: a socket's path may have a hundred bytes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, "s")


@contextmanager
def serving(path: Path, networks: Networks = NETWORKS) -> Iterator[Server]:
    with Server(path, networks) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def ask(path: Path, texts: Sequence[str], name: str = "ours") -> Floats:
    connection = Connection(path)
    try:
        return connection.embed(name, texts)
    finally:
        os.close(connection.descriptor)


def test_many_at_once_get_what_they_would_get_alone(path: Path) -> None:
    questions = [[f"{i} {'ß€' * n}" for n in range(size)] for i, size in enumerate((1, 3, 1300, 2, 513))]
    with serving(path), ThreadPoolExecutor(5) as several:
        answers = list(several.map(lambda texts: ask(path, texts), questions))
        assert ask(path, []).size == 0
        connection = Connection(path)
        spans = [Span(0, 2), Span(2, 5)]
        assert np.array_equal(connection.late("ours", "ab€de", spans), embed(["ab", "€de"]))
        os.close(connection.descriptor)
    for texts, answer in zip(questions, answers, strict=True):
        assert np.array_equal(answer, embed(texts))


def test_what_waits_together_is_run_together(path: Path) -> None:
    free, began = threading.Event(), threading.Event()

    def slow(texts: Sequence[str]) -> Floats:
        began.set()
        assert free.wait(60)
        return embed(texts)

    with serving(path, Networks(lambda _: slow, lambda _: late)) as server, ThreadPoolExecutor(5) as several:
        first = several.submit(ask, path, ["first"])
        assert began.wait(60)
        others = [several.submit(ask, path, [str(i)]) for i in range(4)]
        while server.batcher.waiting < len(others):
            threading.Event().wait(0.001)
        free.set()
        assert np.array_equal(first.result(), embed(["first"]))
        assert [float(other.result()[0, 1]) for other in others] == [48, 49, 50, 51]
        assert server.batcher.runs == 2


def test_a_question_that_fails_takes_no_other_with_it(path: Path) -> None:
    with serving(path), ThreadPoolExecutor(8) as several:
        asked = [several.submit(ask, path, [text]) for text in ("poison", "a", "poison", "b") * 2]
        for text, answer in zip(("poison", "a", "poison", "b") * 2, asked, strict=True):
            if text == "poison":
                with pytest.raises(ModelError):
                    answer.result()
            else:
                assert np.array_equal(answer.result(), embed([text]))
        with pytest.raises(ModelUnavailable, match="'theirs'"):
            ask(path, ["a"], "theirs")


NONSENSE = {
    "no question": struct.pack(">BI", 9, 0),
    "no JSON": struct.pack(">BI", wire.QUESTION, 3) + b"{{{",
    "no texts": wire.question(wire.Question("ours", [1])),  # type: ignore[list-item]
    "too many texts": wire.question(wire.Question("ours", [""] * (wire.MOST_TEXTS + 1))),
    "no spans": wire.question(wire.Question("ours", ["a"], [Span(1, 0)])),
    "spans of nothing": wire.question(wire.Question("ours", [], [Span(0, 1)])),
    "too large": struct.pack(">BI", wire.QUESTION, 1 << 31),
}


@pytest.mark.parametrize("sent", NONSENSE.values(), ids=NONSENSE)
def test_who_sends_nonsense_is_told_and_left(path: Path, sent: bytes) -> None:
    with serving(path), socket.socket(socket.AF_UNIX) as hostile:
        hostile.connect(str(path))
        hostile.sendall(sent)
        answer = wire.read(hostile.fileno())
        assert answer is not None
        assert answer[0] == wire.ERROR
        assert hostile.recv(1) == b""
        assert np.array_equal(ask(path, ["a"]), embed(["a"]))


def test_a_process_that_is_not_there_or_goes_away_is_told_from_one_that_answers(path: Path) -> None:
    with pytest.raises(Unavailable):
        Connection(path)
    with serving(path):
        connection = Connection(path)
        connection.embed("ours", ["a"])
        with pytest.raises(Unavailable, match="somebody else"):
            Server(path, NETWORKS)
    with pytest.raises(Unavailable):
        Connection(path)
    os.close(connection.descriptor)
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    lost = Connection.__new__(Connection)
    lost.descriptor = ours.fileno()
    theirs.close()
    with pytest.raises(NetworksLost):
        lost.embed("ours", ["a"])
    ours.close()


def test_the_socket_of_a_process_that_died_is_no_obstacle(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with serving(path):
        assert path.stat().st_mode & 0o077 == 0
        assert np.array_equal(ask(path, ["a"]), embed(["a"]))
    assert not path.exists()
