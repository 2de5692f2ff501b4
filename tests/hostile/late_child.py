"""A parser that warms up when it is let: not before there is a file `go` beside its models.

`Child(..., program=LATE)` starts it; nothing in the product knows of it.
"""

import json
import os
import sys
import time
from pathlib import Path

from services.runner import child

LATE = (sys.executable, os.path.abspath(__file__))  # noqa: PTH100 - as a word of a command

if __name__ == "__main__":
    gate = Path(json.loads(sys.argv[-1])["models"]) / "go"
    while not gate.exists():
        time.sleep(0.02)
    child.main()
