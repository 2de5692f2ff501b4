"""J12: a process killed at any step of the finish leaves all of it or nothing, and another ends it."""

import subprocess
import sys

import pytest


def cut(database_url: str, seeds: int, seconds: float) -> tuple[int, int]:
    """Steps of the finish, and the deaths survived."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.cuts", database_url, str(seeds)],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr
    steps, deaths = done.stdout.split()
    return int(steps), int(deaths)


def test_a_death_at_any_step_of_the_finish_leaves_all_or_nothing(database_url: str) -> None:
    steps, deaths = cut(database_url, 1, 110)
    print(f"J12: {steps} steps, {deaths} deaths")
    assert deaths >= 12


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_twenty_deaths_at_every_step_leave_all_or_nothing(database_url: str) -> None:
    steps, deaths = cut(database_url, 20, 1700)
    print(f"J12: {steps} steps, {deaths} deaths")
    assert deaths >= 12 * 20
