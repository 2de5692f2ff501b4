"""L7: after crashes between bytes and rows, and deletions, a sweep leaves what lives and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest


def swept(database_url: str, root: Path, number: int) -> tuple[int, ...]:
    """Files removed, live ones missing, others left over."""
    command = [sys.executable, "-m", "tests.integration.storage.crashing", database_url]
    done = subprocess.run(
        [*command, str(root), str(number)], capture_output=True, text=True, check=False, timeout=1_700
    )
    assert done.returncode == 0, done.stderr[-5_000:]
    return tuple(map(int, done.stdout.splitlines()[-1].split()))


def removed_of(number: int) -> int:
    """Two files of each deleted document, one of each crash but those with bytes of a live document."""
    return 2 * number + number - len(range(0, number, 10))


def test_crashes_and_deletions_leave_nothing_and_take_nothing(database_url: str, tmp_path: Path) -> None:
    assert swept(database_url, tmp_path, 15) == (removed_of(15), 0, 0)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_five_hundred_crashes_and_five_hundred_deletions(database_url: str, tmp_path: Path) -> None:
    found = swept(database_url, tmp_path, 500)
    print(f"L7: 500 crashes, 500 deletions: {found[0]} files removed, {found[1]} lost, {found[2]} left")  # noqa: T201
    assert found == (removed_of(500), 0, 0)
