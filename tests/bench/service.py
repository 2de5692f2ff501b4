"""The embedded service as a new user meets it: time to the first answer, time to the first chunks."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KERF = str(Path(sys.executable).with_name("kerf"))
UPLOADS = 20


def measure(data: Path | None) -> Iterator[dict[str, object]]:
    """Cold start (new data folder), warm start, memory of the process tree, uploads to chunks."""
    with tempfile.TemporaryDirectory() as folder:
        yield _start("cold start", Path(folder), [])
        documents = sorted((data / "pdf" / "cuad_contracts").glob("*.pdf"))[:UPLOADS] if data else []
        yield _start("warm start", Path(folder), documents)


def _start(what: str, folder: Path, documents: list[Path]) -> dict[str, object]:
    started = time.perf_counter()
    with _running(folder) as (base, pid):
        row: dict[str, object] = {"what": what, "seconds_to_ready": round(time.perf_counter() - started, 2)}
        if documents:
            row |= _uploads(base, documents)
        return row | {"tree_mb": _tree_mb(pid)}


def _uploads(base: str, documents: list[Path]) -> dict[str, object]:
    first = time.perf_counter()
    _finished(base, _upload(base, documents[0]))
    one = time.perf_counter() - first
    started = time.perf_counter()
    others = documents[1:]  # the first one again would be answered with the job that there is
    jobs = [_finished(base, job) for job in [_upload(base, path) for path in others]]
    seconds = time.perf_counter() - started
    pages = sum(job["pages_total"] or 0 for job in jobs)
    return {
        "seconds_of_first_document": round(one, 2),
        "documents": len(others),
        "pages_per_second": round(pages / seconds, 1),
        "states": sorted({job["state"] for job in jobs}),
    }


def _upload(base: str, path: Path) -> str:
    boundary = "kerf-bench"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
    body = head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(
        f"{base}/v1/documents",
        data=body,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    return str(_json(request)["id"])


def _finished(base: str, job: str) -> dict[str, Any]:
    while True:
        found = _json(urllib.request.Request(f"{base}/v1/jobs/{job}?wait=30"))
        if found["state"] in {"succeeded", "failed", "cancelled"}:
            return found


def _json(request: urllib.request.Request) -> dict[str, Any]:
    with urllib.request.urlopen(request, timeout=90) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def _running(folder: Path) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [KERF, "up", "--data", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "ready at" in line:
                    break
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.send_signal(signal.SIGTERM)


def _tree_mb(root: int) -> int:
    """Proportional set size of a process and all below it, so that shared pages count once."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    pending, total = [root], 0
    while pending:
        pid = pending.pop()
        pending += children.get(pid, [])
        total += _pss_kb(pid)
    return total >> 10


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
