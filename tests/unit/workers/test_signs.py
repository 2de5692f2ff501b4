"""What a process tells of itself beside being there."""

import os
import subprocess
import sys

from workers.processes import memory_of
from workers.signs import Signs

HELD = 64 << 20


def test_a_loop_is_as_old_as_its_last_round() -> None:
    now = [100.0]
    signs = Signs(("relay", "reconciler"), clock=lambda: now[0])
    now[0] = 103.0
    signs.note("relay")
    signs.note("another")
    now[0] = 105.0
    assert signs.ages() == {"relay": 2.0, "reconciler": 5.0}


def test_the_memory_of_a_process_is_that_of_all_below_it() -> None:
    holds = f"held = bytearray({HELD}); held[::4096] = b'x' * len(held[::4096]); print(flush=True); input()"
    program = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {holds!r}], stdin=sys.stdin)
child.wait()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        assert HELD < memory_of(parent.pid) < memory_of(os.getpid())
        parent.communicate(b"\n")
    assert memory_of(parent.pid) == 0
