"""How long a user waits before the first useful line."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.child_usage import peak_mb

KERF = str(Path(sys.executable).with_name("kerf"))
ROUNDS = 5


def measure(_: Path | None) -> Iterator[dict[str, object]]:
    """Cold starts of the command line, best of five, and their peak memory."""
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
        }
        for what, command in commands.items():
            yield _timed(what, command)


def _timed(what: str, command: list[str]) -> dict[str, object]:
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return {"what": what, "seconds": round(min(seconds), 3), "peak_mb": peak_mb(command)}
