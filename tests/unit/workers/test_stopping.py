"""The word to stop crosses forks and needs no lock."""

import subprocess
import sys

from workers.stopping import Stopping

FORKED = """
import os
from workers.stopping import Stopping
stopping = Stopping()
here, there = os.pipe()
child = os.fork()
if child == 0:
    os.read(here, 1)
    os._exit(7 if stopping.has_begun() else 1)
stopping.begin()
os.write(there, b".")
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_hears_the_word_of_its_parent() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], check=False, timeout=20)
    assert done.returncode == 7


def test_nothing_is_said_in_the_beginning() -> None:
    assert not Stopping().has_begun()
