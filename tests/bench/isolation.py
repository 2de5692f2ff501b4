"""What it costs to read each document in a process of its own behind a sandbox."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from models.limits import DEFAULT_LIMITS
from services.inference.toolkit import Toolkit
from services.runner.files import NamedFiles
from services.runner.process import Child
from services.runner.values import Request, Result
from services.runner.warming import PDF
from services.runner.work import Means, plan, serve

ROUNDS = 300
OPTIONS = {"strategy": "recursive", "tokenizer": "bert", "max_tokens": 512}


def measure(_: Path | None) -> Iterator[dict[str, object]]:
    """The same small document in this process and in a sandboxed one; the difference is the overhead."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("note.txt", b"One sentence. Another sentence."), ("page.pdf", PDF)):
            path = Path(folder, name)
            path.write_bytes(data)
            yield _compared(Request(path, name, name, OPTIONS), Path(folder))


def _compared(request: Request, folder: Path) -> dict[str, object]:
    toolkit = Toolkit(folder)
    means = Means(NamedFiles(), DEFAULT_LIMITS, lambda _: None)
    here = _times(lambda: serve(request, plan(request, toolkit), means))
    child = Child(DEFAULT_LIMITS, models=folder, documents=10 * ROUNDS)
    began = time.perf_counter()
    child.run(request, lambda _: True)
    start = time.perf_counter() - began
    apart = _times(lambda: child.run(request, lambda _: True))
    child.close()
    return _row(request.name, here, apart) | {"first_document_ms": round(1000 * start)}


def _times(work: Callable[[], Result]) -> list[float]:
    """Milliseconds of each round, after one that warms up."""
    work()
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - began))
    return sorted(found)


def _row(name: str, here: list[float], apart: list[float]) -> dict[str, object]:
    return {
        "document": name,
        "in_process_p50_ms": round(statistics.median(here), 2),
        "sandboxed_p50_ms": round(statistics.median(apart), 2),
        "sandboxed_p95_ms": round(apart[int(0.95 * len(apart))], 2),
        "overhead_p50_ms": round(statistics.median(apart) - statistics.median(here), 2),
    }
