"""Odd, broken and hostile files through the sandboxed parser: every one ends read or in a typed error.

`python -m tests.bench.robust FOLDER [--deadline SECONDS] [--all]` prints one JSON object: outcomes, time and
memory. Exit code 1 if a file ended untyped, above the memory limit or later than the deadline allows.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import KerfError
from models.limits import Limits
from services.runner.process import Child
from services.runner.values import Request

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 256}
GRACE_SECONDS = 2.0


@dataclass
class Tally:
    """What became of all files so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    untyped: list[str] = field(default_factory=list)
    overdue: list[str] = field(default_factory=list)
    failing: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    peak_mb: int = 0

    def figures(self) -> dict[str, object]:
        """For the report."""
        ordered = sorted(self.seconds) or [0.0]
        return {
            "files": len(self.seconds),
            "outcomes": dict(self.outcomes.most_common()),
            "untyped": self.untyped,
            "overdue": self.overdue,
            "peak_mb": self.peak_mb,
            "seconds": round(sum(ordered), 1),
            **{f"p{share}_ms": round(1000 * _quantile(ordered, share)) for share in (50, 95, 99)},
            "slowest_ms": round(1000 * ordered[-1]),
            "died": self.failing,
        }


def run(files: Iterator[Path], limits: Limits) -> Tally:
    """Each file through one Child; a KerfError without a code of its own counts as untyped."""
    tally = Tally()
    child = Child(limits, models=Path("no-models"))
    for path in files:
        began = time.perf_counter()
        outcome = _outcome(child, path)
        took = time.perf_counter() - began
        tally.outcomes[outcome] += 1
        tally.seconds.append(took)
        tally.peak_mb = max(tally.peak_mb, child.last_peak_mb)
        if outcome == KerfError.code:
            tally.untyped.append(path.name)
        if took > limits.deadline_seconds + GRACE_SECONDS:
            tally.overdue.append(path.name)
        if outcome in {"deadline", "memory_limit", "worker_crashed"}:
            tally.failing[path.name] = outcome
    child.close()
    return tally


def _outcome(child: Child, path: Path) -> str:
    try:
        result = child.run(Request(path, path.name, "doc_1", OPTIONS), lambda _: True)
    except KerfError as error:
        return error.code
    if result.manifest["no_text"]:
        return "ready (no_text)"
    return "ready (partial)" if result.manifest["pages_failed"] else "ready"


def _quantile(ordered: list[float], share: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def main() -> None:
    """Run over a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--deadline", type=float, default=20.0)
    parser.add_argument("--all", action="store_true", help="every file, not only *.pdf")
    arguments = parser.parse_args()
    found = sorted(arguments.folder.rglob("*" if arguments.all else "*.pdf"))
    limits = Limits(deadline_seconds=arguments.deadline)
    tally = run((path for path in found if path.is_file()), limits)
    print(json.dumps(tally.figures(), indent=2))
    sys.exit(bool(tally.untyped or tally.overdue or tally.peak_mb > limits.memory_mb))


if __name__ == "__main__":
    main()
