"""What reading costs: processor time a page beside a peer's, the share of each step, memory of long PDFs.

`python -m tests.bench.quality.cost --data FOLDER [--peers PYTHON] [--files N] [--rounds N]` prints JSON
lines. Ours and the peer's rounds alternate, each in one process that is kept to one core; medians are over
the rounds, processor time beside wall time, because other work on the machine stretches mainly the latter.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from models.options import LayoutMode
from services.extraction.extract import extract
from services.extraction.rendering import to_markdown
from tests.bench.quality.memory import long_documents

SAMPLE_SECONDS = 0.002
_OWN = f"{os.sep}services{os.sep}extraction{os.sep}"

PEER = """
import contextlib, io, json, sys, time
import pymupdf, pymupdf4llm
began = time.process_time(), time.perf_counter()
for path in sys.argv[2:]:
    with contextlib.redirect_stdout(io.StringIO()), pymupdf.open(path) as document:
        if sys.argv[1] == "text":
            [page.get_text() for page in document]
        else:
            pymupdf4llm.use_layout(sys.argv[1] == "layout")
            pymupdf4llm.to_markdown(document, **({"use_ocr": False} if sys.argv[1] == "layout" else {}))
print(json.dumps([time.process_time() - began[0], time.perf_counter() - began[1]]))
"""
"""Whole documents to Markdown (with and without the layout model), or to plain text."""

OURS = """
import json, sys, time
from pathlib import Path
from models.options import LayoutMode
from services.extraction.extract import extract
from services.extraction.rendering import to_markdown
from services.extraction.seeing import Sight
from services.inference.engines import layout_reader
mode = LayoutMode(sys.argv[1])
class Counted:
    pages = 0
    def __init__(self, reader):
        self.name, self.reader = reader.name, reader
    def regions(self, image):
        self.pages += 1
        return self.reader.regions(image)
layout = None if mode is LayoutMode.FAST else Counted(layout_reader(Path("no-models")))
sight = Sight(layout_mode=mode, layout=layout)
extract(Path(sys.argv[2]).read_bytes(), sight=sight)
before = layout.pages if layout else 0
began = time.process_time(), time.perf_counter()
for path in sys.argv[2:]:
    to_markdown(extract(Path(path).read_bytes(), sight=sight))
taken = [time.process_time() - began[0], time.perf_counter() - began[1]]
print(json.dumps([*taken, layout.pages - before if layout else 0]))
"""
"""Whole documents to Markdown without OCR; last, how many pages the network was asked about."""


def main() -> None:
    """Speed, steps, memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peers", type=Path, default=None)
    parser.add_argument("--files", type=int, default=3, help="of each set")
    parser.add_argument("--layout", nargs="+", choices=list(LayoutMode), default=[LayoutMode.FAST])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="also the long documents")
    arguments = parser.parse_args()
    paths = [
        path
        for name in ("readoc", "rendered", "cuad_contracts", "icdar2013_tables")
        for path in sorted((arguments.data / "pdf" / name).glob("*.pdf"))[: arguments.files]
    ]
    print(
        json.dumps({"load": os.getloadavg()[0], **speeds(paths, arguments)}),
        flush=True,
    )
    print(json.dumps({"steps": steps(paths)}), flush=True)
    if arguments.memory:
        for figures in long_documents(arguments.data):
            print(json.dumps(figures), flush=True)


def speeds(paths: Sequence[Path], arguments: argparse.Namespace) -> dict[str, object]:
    """Milliseconds of processor and wall time a page: medians, and the ratio to ours in processor time.

    Last of each of ours, the share of pages that the layout network was asked about.
    """
    pages = sum(len(extract(path.read_bytes()).pages) for path in paths)
    runs = {f"kerf {mode}": [sys.executable, "-c", OURS, mode] for mode in arguments.layout}
    for tool in ("layout", "plain", "text") if arguments.peers else ():
        runs[f"pymupdf {tool}"] = [str(arguments.peers), "-c", PEER, tool]
    taken: dict[str, list[list[float]]] = {name: [] for name in runs}
    for _ in range(arguments.rounds):
        for name, command in runs.items():
            taken[name].append(_timed([*command, *map(str, paths)]))
    medians = {
        name: [round(1000 * statistics.median(column) / pages, 2) for column in zip(*found, strict=True)]
        for name, found in taken.items()
    }
    asked = {name: round(found.pop() / 1000, 3) for name, found in medians.items() if name.startswith("kerf")}
    ours = next(iter(medians.values()))[0]
    return {
        "pages": pages,
        "cpu_and_wall_ms_a_page": medians,
        "asked_the_network": asked,
        "times_ours": {name: round(found[0] / ours, 1) for name, found in medians.items()},
    }


def _timed(command: Sequence[str]) -> list[float]:
    core = min(os.sched_getaffinity(0))
    alone = ["taskset", "--cpu-list", str(core), *command]
    found = subprocess.run(alone, capture_output=True, text=True, check=True)
    return [float(value) for value in json.loads(found.stdout.splitlines()[-1])]


def steps(paths: Sequence[Path]) -> dict[str, float]:
    """Share of the samples of processor time in each module of extraction; the innermost one counts."""
    seen: Counter[str] = Counter()

    def sample(_: int, frame: FrameType | None) -> None:
        while frame is not None and _OWN not in frame.f_code.co_filename:
            frame = frame.f_back
        seen[Path(frame.f_code.co_filename).stem if frame else "elsewhere"] += 1

    before = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)
    try:
        for path in paths:
            to_markdown(extract(path.read_bytes()))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
    return {name: round(count / seen.total(), 3) for name, count in seen.most_common(12)}


if __name__ == "__main__":
    main()
