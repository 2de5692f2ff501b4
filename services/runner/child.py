"""The child process: `python -m services.runner.child LIMITS`. Requests on stdin, frames on stdout.

It limits its own memory, dies with its parent, and lets nothing but frames reach its standard output.
"""

import json
import os
import resource
import sys
import threading
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from models.errors import KerfError, MemoryLimit
from models.limits import Limits
from services.inference.toolkit import Toolkit
from services.runner.files import opened
from services.runner.frames import read_frame, write_frame
from services.runner.values import Progress, Request
from services.runner.work import Means, plan, serve

CPU_GRACE_SECONDS = 30


def main() -> None:
    """Serve requests until stdin ends."""
    settings = json.loads(sys.argv[1])
    limits = Limits(**settings["limits"])
    toolkit = Toolkit(Path(settings["models"]), anywhere=settings["anywhere"])
    output = _private_stdout()
    _limit_memory(limits.memory_mb)
    threading.Thread(target=_die_with, args=(os.getppid(),), daemon=True).start()
    while (raw := read_frame(sys.stdin.buffer)) is not None:
        _limit_cpu(limits.deadline_seconds)
        answer = _answer(Request.from_json(raw), limits, toolkit, output)
        write_frame(output, answer)
        if answer.get("error", {}).get("code") == MemoryLimit.code:
            return  # after a failed allocation a process is not to be trusted


def _answer(request: Request, limits: Limits, toolkit: Toolkit, output: BinaryIO) -> dict[str, Any]:
    try:
        with opened(request) as files:
            means = Means(files, limits, lambda progress: _emit(output, progress))
            result = serve(request, plan(request, toolkit), means)
        return {"result": asdict(result), "rss_mb": _rss_mb()}
    except KerfError as error:
        return {"error": {"code": error.code, "detail": error.detail, "pointer": error.pointer}}
    except MemoryError:
        return {"error": {"code": MemoryLimit.code, "detail": None, "pointer": None}}
    except Exception:  # noqa: BLE001 - a bug of ours: logged whole, told to nobody
        traceback.print_exc()
        return {"error": {"code": KerfError.code, "detail": None, "pointer": None}}


def _emit(output: BinaryIO, progress: Progress) -> None:
    write_frame(output, {"progress": asdict(progress)})


def _private_stdout() -> BinaryIO:
    """Keep the pipe for frames; whatever a library prints goes to stderr."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def _limit_memory(megabytes: int) -> None:
    size = megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _limit_cpu(deadline_seconds: float) -> None:
    """Should the parent die with a hang in C code under way, the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + deadline_seconds) + CPU_GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _rss_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() >> 20


def _die_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main()
