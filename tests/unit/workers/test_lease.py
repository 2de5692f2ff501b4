"""When an attempt goes on and when it is given up, by a clock of the test's own."""

from collections.abc import Callable

import pytest

from services.jobs.claims import Held
from services.runner.values import Progress
from workers.lease import End, Lease

LEASE, STALL = 30.0, 120.0
STILL = Progress("parsing", 1, 9)


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def lease_of(clock: Clock, beat: Callable[[Progress], Held], *, stopping: bool = False) -> Lease:
    return Lease(beat, seconds=LEASE, stall_seconds=STALL, is_stopping=lambda: stopping, clock=clock)


def run_for(seconds: float, lease: Lease, clock: Clock, *, moving: bool) -> bool:
    """Ticks four times a second as the runner does; whether the attempt still goes on at the end."""
    for tick in range(int(seconds * 4)):
        clock.now += 0.25
        if not lease.tick(Progress("parsing", tick, None) if moving else STILL):
            return False
    return True


def test_a_long_document_that_moves_is_never_given_up() -> None:
    clock, beats = Clock(), [0]

    def beat(_: Progress) -> Held:
        beats[0] += 1
        return Held.HELD

    assert run_for(3600, lease_of(clock, beat), clock, moving=True)
    assert 3000 <= beats[0] <= 3600


def test_silence_of_the_parser_ends_the_attempt_though_the_lease_is_held() -> None:
    clock = Clock()
    lease = lease_of(clock, lambda _: Held.HELD)
    assert run_for(STALL, lease, clock, moving=False)
    assert not run_for(1, lease, clock, moving=False)
    assert lease.end is End.STALLED


@pytest.mark.parametrize(("held", "end"), [(Held.CANCELLING, End.CANCELLING), (Held.LOST, End.LOST)])
def test_what_a_beat_finds_stops_the_work_within_two_seconds(held: Held, end: End) -> None:
    clock = Clock()
    lease = lease_of(clock, lambda _: held)
    assert not run_for(2, lease, clock, moving=True)
    assert lease.end is end


def test_a_database_that_is_away_costs_nothing_until_the_lease_has_run_out() -> None:
    clock = Clock()

    def beat(_: Progress) -> Held:
        raise OSError("connection refused")

    lease = lease_of(clock, beat)
    assert run_for(LEASE, lease, clock, moving=True)
    assert not run_for(2, lease, clock, moving=True)
    assert lease.end is End.LOST


def test_a_database_that_comes_back_keeps_the_attempt_alive() -> None:
    clock = Clock()
    began = clock.now

    def beat(_: Progress) -> Held:
        if began < clock.now < began + LEASE - 1:
            raise OSError("connection refused")
        return Held.HELD

    assert run_for(4 * LEASE, lease_of(clock, beat), clock, moving=True)


def test_a_worker_that_stops_gives_up_at_once_without_a_beat() -> None:
    clock = Clock()

    def beat(_: Progress) -> Held:
        raise AssertionError("no beat is due")

    lease = lease_of(clock, beat, stopping=True)
    assert not lease.tick(STILL)
    assert lease.end is End.STOPPING


def test_confirming_asks_the_database_however_short_ago_the_last_beat_was() -> None:
    clock, beats = Clock(), [0]

    def beat(_: Progress) -> Held:
        beats[0] += 1
        return Held.HELD

    lease = lease_of(clock, beat)
    assert lease.confirm(STILL)
    assert lease.confirm(STILL)
    assert beats[0] == 2
