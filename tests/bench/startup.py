"""How long a user waits before the first useful line."""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.child_usage import peak_mb

KERF = str(Path(sys.executable).with_name("kerf"))
ROUNDS = 5
PARSER = (
    "from pathlib import Path; from services.inference.toolkit import Toolkit; "
    "from services.runner.warming import Warmth; Warmth(Toolkit(Path('no-models-here')))"
)


def measure(_: Path | None) -> Iterator[dict[str, object]]:
    """Cold starts, best of five: seconds until the end, of those on a processor, and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "note.txt")
        text.write_text("One sentence. Another sentence.\n\nA second paragraph.", encoding="utf-8")
        commands = {
            "import of cli.main": [sys.executable, "-c", "import cli.main"],
            "bare python": [sys.executable, "-c", "pass"],
            "kerf version": [KERF, "version"],
            "kerf segment note.txt, characters": [KERF, "segment", "--tokenizer", "characters", str(text)],
            "kerf segment note.txt, bert": [KERF, "segment", str(text)],
            "kerf sentences note.txt": [KERF, "sentences", str(text)],
            "a parser, ready": [sys.executable, "-c", PARSER],
        }
        for what, command in commands.items():
            yield _timed(what, command)


def _timed(what: str, command: list[str]) -> dict[str, object]:
    seconds, busy = [], []
    for _ in range(ROUNDS):
        started, used = time.perf_counter(), _used()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
        busy.append(_used() - used)
    least = {"seconds": round(min(seconds), 3), "processor": round(min(busy), 3)}
    return {"what": what, **least, "peak_mb": peak_mb(command)}


def _used() -> float:
    """Processor seconds of all processes started from here that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
