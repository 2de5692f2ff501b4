"""Predict with Kerf, and with peers where they are installed; score; print one JSON object a set and tool.

`python -m tests.bench.quality --data FOLDER --scorers FOLDER [--set NAME …] [--pred FOLDER] [--rows]
[--parsing JSON] [--peers PYTHON [--tools NAME …]]`. --data holds the evaluation sets (`pdf/<set>`,
`ocr/<set>`), --scorers the package `scorers`. With --pred predictions stay there, as <tool>/<set>/<id>.md
and .json; those of peers are not made again. PYTHON is an interpreter that has the packages of
requirements-peers.txt.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.quality import peers, reading, sets
from tests.bench.quality.scoring import Scorers, shown
from tests.bench.quality.sets import Item


def main() -> None:
    """Every set with every tool."""
    arguments = _arguments()
    scorers = Scorers(arguments.scorers)
    with tempfile.TemporaryDirectory() as scratch:
        kept = arguments.pred or Path(scratch)
        for name in arguments.sets:
            chosen = sets.items(arguments.data, name)
            for tool in ["kerf"] * (not arguments.peers_only) + (arguments.tools if arguments.peers else []):
                out = kept / tool / name
                if tool == "kerf":
                    cost: Mapping[str, object] = reading.predict(chosen, out, arguments.parsing)
                else:
                    cost = _peer(arguments.peers, tool, chosen, out)
                result = scorers.score(arguments.data, name, out, chosen)
                print(json.dumps({"set": name, "tool": tool, **shown(name, result), **cost}), flush=True)
                for row in result["rows"] * arguments.rows:
                    print(json.dumps(row))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorers", type=Path, required=True)
    parser.add_argument("--set", nargs="+", choices=sorted(sets.AREAS), default=list(sets.AREAS), dest="sets")
    parser.add_argument("--pred", type=Path, default=None)
    parser.add_argument("--rows", action="store_true", help="also one line a document")
    parser.add_argument("--parsing", type=json.loads, default={}, help='such as {"layout": "auto"}')
    parser.add_argument("--peers", type=Path, default=None)
    parser.add_argument("--peers-only", action="store_true")
    parser.add_argument("--tools", nargs="+", choices=sorted(peers.TOOLS), default=list(peers.TOOLS))
    return parser.parse_args()


def _peer(python: Path, tool: str, items: Sequence[Item], out: Path) -> dict[str, object]:
    """Predictions of another tool, in a process of its own."""
    lines = "".join(json.dumps({"id": item.id, "path": str(item.path.resolve())}) + "\n" for item in items)
    subprocess.run([str(python), peers.__file__, tool, str(out)], input=lines, text=True, check=True)
    seconds = json.loads((out / "seconds.json").read_text())
    errors = [key for key, taken in seconds.items() if taken is None]
    return {"seconds": round(sum(taken or 0.0 for taken in seconds.values()), 2), "errors": errors}


main()
