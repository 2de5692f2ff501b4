"""The child process: `python -m services.runner.child SETTINGS`. It warms up and becomes a Zygote."""

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from models.limits import Limits
from services.inference.toolkit import Toolkit
from services.runner.forked import Serve
from services.runner.warming import Warmth
from services.runner.work import serve
from services.runner.zygote import Zygote


def main(work: Serve = serve) -> None:
    """Serve requests until stdin ends. `work` is what is done for each, in a process of its own."""
    settings = json.loads(sys.argv[-1])
    reports = _private_stdout()
    providers = tuple(settings["providers"])
    inference = Path(settings["inference"]) if settings["inference"] else None
    toolkit = Toolkit(Path(settings["models"]), settings["anywhere"], providers, inference)
    Zygote(Limits(**settings["limits"]), Warmth(toolkit), reports, settings["answers"]).run(work)


def _private_stdout() -> BinaryIO:
    """Keep the pipe for reports; whatever a library prints goes to stderr."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


if __name__ == "__main__":
    main()
