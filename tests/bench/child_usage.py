"""Peak memory of one command, read from the kernel's accounting."""

import os
import subprocess


def peak_mb(command: list[str]) -> int:
    """Largest resident set of the command itself, in MiB."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return usage.ru_maxrss >> 10
