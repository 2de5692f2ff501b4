"""Every file of the evaluation sets through the child process: outcomes, speed, memory."""

import gzip
import json
import resource
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from models.errors import KerfError
from models.limits import Limits
from models.options import ChunkingOptions, LanguageModelOptions
from services.runner.process import Child
from services.runner.values import Request
from services.segmentation.registry import STRATEGIES, parse_options

LIMITS = Limits(deadline_seconds=60)
SOURCES = 400
"""Files of the standard library, as the code benchmarks count them."""


def measure(data: Path | None) -> Iterator[dict[str, object]]:
    """One row a set and strategy; a set that is not there is left out."""
    with tempfile.TemporaryDirectory() as folder:
        sets = dict(_sets(data, Path(folder)))
        for name, files in sets.items():
            for options in (parse_options({"strategy": strategy}) for strategy in STRATEGIES):
                if not isinstance(options, LanguageModelOptions):  # none ships with Kerf
                    yield _row(name, files, options)


def _sets(data: Path | None, folder: Path) -> Iterator[tuple[str, list[Path]]]:
    if data is not None:
        for pdfs in sorted((data / "pdf").iterdir()):
            yield f"pdf/{pdfs.name}", sorted(pdfs.rglob("*.pdf"))
        yield "pdf/cuad_contracts text", sorted((data / "pdf" / "cuad_contracts").glob("*.txt"))
        for packed in sorted((data / "legal_structure").glob("*.jsonl.gz")):
            yield f"legal_structure/{packed.name.split('.')[0]}", _unpacked(packed, folder)
    sources = sorted(Path(sysconfig.get_path("stdlib")).glob("**/*.py"))
    own = [path for path in sources if "site-packages" not in path.parts]
    yield "code/standard library", own[:SOURCES]


def _unpacked(packed: Path, folder: Path) -> list[Path]:
    """The texts of a set of records, a file each."""
    files = []
    with gzip.open(packed, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            path = folder / f"{packed.name}-{number}.txt"
            path.write_text(json.loads(line)["text"], encoding="utf-8")
            files.append(path)
    return files


def _row(name: str, files: list[Path], options: ChunkingOptions) -> dict[str, object]:
    outcomes: Counter[str] = Counter()
    pages = characters = chunks = largest = 0
    child = Child(LIMITS, models=Path("no-models"))
    started, slowest = time.perf_counter(), 0.0
    for path in files:
        begun = time.perf_counter()
        try:
            result = child.run(
                Request(path, path.name, path.name, options.model_dump(mode="json")), lambda _: True
            )
        except KerfError as error:
            outcomes[error.code] += 1
        else:
            outcomes["no_text" if result.manifest["no_text"] else "chunks"] += 1
            pages += result.page_count
            chunks += len(result.chunks)
            characters += result.manifest["coverage"]["total"]
            largest = max(largest, *(chunk["tokens"] for chunk in result.chunks), 0)
        slowest = max(slowest, time.perf_counter() - begun)
    seconds = time.perf_counter() - started
    child.close()
    return {
        "set": name,
        "strategy": options.name,
        "files": len(files),
        "outcomes": dict(outcomes),
        "pages": pages,
        "pages_per_second": round(pages / seconds, 1),
        "ink_mb_per_second": round(characters / seconds / 1e6, 3),
        "chunks": chunks,
        "largest_chunk": largest,
        "slowest_file_seconds": round(slowest, 2),
        "peak_mb_of_children": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10,
    }
