"""P3: small files that ask for much. Each stops in time and in memory, and leaves nothing behind.

In time: the product's own deadline ends a bomb, else the test would hang. How long each took is printed.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.errors import AttemptError, DocumentError
from models.limits import Limits
from services.runner.process import Child
from services.runner.values import Request
from tests.hostile.bombs import Make, catalogue
from tests.hostile.pdfs import page, shown, stream

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}
MEMORY_MB = 1024
SMALL, SMALL_SECONDS = 0.05, 3.0
FULL, FULL_SECONDS = 1.0, 20.0

Explode = Callable[[Make], str]


def go_on(_: object) -> bool:
    return True


def explode(child: Child, folder: Path, seconds: float) -> Explode:
    """Reads a bomb, then an innocent document, and says what became of the first."""
    innocent, bomb = folder / "innocent.pdf", folder / "bomb.pdf"
    innocent.write_bytes(page(stream(shown(b"Innocent words."))))

    def innocence() -> str:
        result = child.run(Request(innocent, innocent.name, "doc_1", OPTIONS), go_on)
        return json.dumps([result.chunks, result.manifest], sort_keys=True)

    expected = innocence()

    def outcome(make: Make) -> str:
        bomb.write_bytes(make())
        began = time.monotonic()
        lowered = {"deadline_seconds": seconds}
        try:
            child.run(Request(bomb, bomb.name, "doc_2", OPTIONS, lowered=lowered), go_on)
            found = "ready"
        except (DocumentError, AttemptError) as error:
            found = error.code
        print(f"{found} after {time.monotonic() - began:.1f} s, deadline {seconds:g} s")
        assert child.last_peak_mb <= MEMORY_MB
        assert innocence() == expected
        return found

    return outcome


def exploding(folder: Path, seconds: float) -> Iterator[Explode]:
    child = Child(Limits(memory_mb=MEMORY_MB), models=folder)
    yield explode(child, folder, seconds)
    child.close()


@pytest.fixture(scope="module")
def soon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explode]:
    yield from exploding(tmp_path_factory.mktemp("bombs"), SMALL_SECONDS)


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explode]:
    yield from exploding(tmp_path_factory.mktemp("bombs"), FULL_SECONDS)


@pytest.mark.parametrize(("name", "make"), list(catalogue(SMALL)))
def test_a_bomb_ends_in_time_and_memory_and_the_next_document_is_as_ever(
    soon: Explode, name: str, make: Make
) -> None:
    outcome = soon(make)
    assert outcome in {"deadline", *EXPECTED.get(name, {"ready"})}, name


@pytest.mark.soak
@pytest.mark.parametrize(("name", "make"), list(catalogue(FULL)))
def test_a_bomb_of_full_size_ends_in_time_and_memory(later: Explode, name: str, make: Make) -> None:
    outcome = later(make)
    assert outcome in {"deadline", *EXPECTED.get(name, {"ready"})}, name


STOPPED = {"deadline", "memory_limit"}
EXPECTED = {
    "forms 1e7": STOPPED,
    "forms 1e10": STOPPED,
    "flate text": {"ready", *STOPPED},
    "flate spaces": {"ready", "deadline"},
    "flate double": {"ready", "deadline"},
    "deep page tree": {"ready", "corrupt"},
    "shared pages 1e6": {"corrupt"},
    "shared pages 1e9": {"corrupt"},
    "lying count": {"corrupt"},
    "deep content arrays": {"corrupt"},
    "q stack": {"corrupt"},
    "clips": {"corrupt"},
    "pattern cycle": {"corrupt"},
    "deep outline": {"ready", "worker_crashed"},
    "huge page": {"page_too_large"},
    "large unit": {"page_too_large"},
    "absurd encryption": {"corrupt"},
    "objects without end": {"no_pages"},
}
"""What is not simply read. A list of several: how far it gets depends on the speed of the machine."""
