"""What wtpsplit-lite says, in a process of its own: importing it changes the environment and may ask a hub.

`python -m tests.support.wtpsplit_lite_answers FOLDER < runs.json`
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import source


def answers(folder: Path, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each run the probability of each character, and the sentences above its threshold.

    `without` are characters that end none, whatever their probability; with `lines` all lines end some.
    """
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "ORT_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, "-m", __name__, str(folder)]
    done = subprocess.run(
        command,
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=source.ROOT,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def main() -> None:
    import numpy as np
    from wtpsplit_lite import SaT
    from wtpsplit_lite._utils import indices_to_sentences

    sat = SaT(sys.argv[1], sys.argv[1])
    found = []
    for run in json.load(sys.stdin):
        text, threshold, without = run.pop("text"), run.pop("threshold", 0.5), run.pop("without", [])
        lines = run.pop("lines", False)
        probabilities = np.array(sat.predict_proba(text, **run), np.float64)
        left = probabilities.copy()
        left[without] = 0
        sentences = indices_to_sentences(text, np.where(left > threshold)[0])  # type: ignore[no-untyped-call]
        if not without:
            assert sentences == sat.split(text, threshold, **run)
        if lines:
            sentences = [part for sentence in sentences for part in sentence.split("\n")]
        found.append({"probabilities": probabilities.tolist(), "sentences": sentences})
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
