"""Memory of long documents in the sandboxed child, and whether progress comes page by page."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from models.limits import DEFAULT_LIMITS
from services.runner.process import Child
from services.runner.values import Progress, Request
from tests.support.reports import report

PAGES = 1000


def long_documents(data: Path) -> Iterator[dict[str, object]]:
    """A generated report of a thousand pages and the longest PDF of the sets."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "report.pdf")
        made.write_bytes(report(PAGES))
        longest = max((data / "pdf" / "gpo_reports").glob("*.pdf"), key=lambda path: path.stat().st_size)
        for path in (made, longest):
            yield _measured(path)


def _measured(path: Path) -> dict[str, object]:
    told: list[Progress] = []

    def listen(progress: Progress) -> bool:
        told.append(progress)
        return True

    child = Child(DEFAULT_LIMITS, models=Path("no-models"))
    began = time.perf_counter()
    try:
        result = child.run(Request(path, path.name, path.name, {"strategy": "recursive"}), listen)
        return {
            "document": path.name,
            "pages": result.page_count,
            "chunks": len(result.chunks),
            "peak_mb": child.last_peak_mb,
            "seconds": round(time.perf_counter() - began, 1),
            "steps_of_progress": len({progress.pages_done for progress in told}),
        }
    finally:
        child.close()
