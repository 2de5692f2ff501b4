"""Clients that embed at the same time, each for itself or all through `kerf inference`.

`OMP_NUM_THREADS=1 python -m tests.bench.embedding.shared --data FOLDER [--clients 4] [--texts 8]
[--rounds 40]`: every client asks for so many sentences at a time, so many rounds. One JSON object a way:
sentences a second of the clock over all clients, the memory of all processes together (MiB, what they share
counted once), and how many questions were run together on average.
"""

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from services.inference.embedders import Embedders
from services.inference.embedding.engines import embedding_of, late_of
from services.inference.serving.server import Networks, Server
from tests.bench.embedding.speed import sentences_of

NAME, MODELS = "minilm", Path("no-models-here")
FORKS = get_context("spawn")


def main() -> None:
    """Both ways."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--texts", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    texts = sentences_of(arguments.data)
    print(json.dumps({"way": "each for itself", **_run(arguments, texts, None)}), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "socket")
        networks = Networks(partial(embedding_of, models=MODELS), partial(late_of, models=MODELS))
        with Server(path, networks) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            found = _run(arguments, texts, path)
            questions = arguments.clients * (arguments.rounds + 1)
            found["together"] = round(questions / server.batcher.runs, 2)
            found["mb"] = round(found["mb"] + _memory(os.getpid()))
            server.shutdown()
    print(json.dumps({"way": "one for all", **found}), flush=True)


def _run(arguments: argparse.Namespace, texts: Sequence[str], path: Path | None) -> dict[str, Any]:
    ready, over = FORKS.Barrier(arguments.clients + 1), FORKS.Barrier(arguments.clients + 1)
    shares = [texts[client :: arguments.clients] for client in range(arguments.clients)]
    clients = [
        FORKS.Process(target=_client, args=(share, arguments.texts, arguments.rounds, path, ready, over))
        for share in shares
    ]
    for client in clients:
        client.start()
    ready.wait()
    began = time.monotonic()
    over.wait()
    seconds = time.monotonic() - began
    memory = sum(_memory(client.pid or 0) for client in clients)
    over.wait()
    for client in clients:
        client.join()
    done = arguments.clients * arguments.texts * arguments.rounds
    return {"sentences_s": round(done / seconds, 1), "mb": round(memory)}


def _client(texts: Sequence[str], size: int, rounds: int, path: Path | None, ready: Any, over: Any) -> None:
    embed = Embedders(MODELS, path).embed(NAME, "/embedder")
    ready.wait()
    for turn in range(rounds):
        first = turn * size % max(1, len(texts) - size)
        embed(texts[first : first + size])
    over.wait()
    over.wait()


def _memory(process: int) -> float:
    """MiB, shared pages by shares."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
