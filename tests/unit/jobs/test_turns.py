"""How many of the next jobs are handed out: no slot idle, no more ahead than a moment's work."""

from hypothesis import given
from hypothesis import strategies as st

from services.jobs.turns import AHEAD_SECONDS, Room, fitting

COSTS = st.lists(st.floats(0, 100), max_size=40)
ROOMS = st.builds(
    Room,
    window=st.integers(1, 40),
    slots=st.integers(0, 16),
    running=st.integers(0, 16),
    hints=st.integers(0, 40),
    cost=st.floats(0, 100),
)


@given(COSTS, ROOMS)
def test_never_more_than_the_window_and_always_a_beginning(costs: list[float], room: Room) -> None:
    assert 0 <= fitting(costs, room) <= max(0, min(room.places, len(costs)))


@given(COSTS, ROOMS)
def test_no_slot_stays_idle_while_there_is_work_and_a_place(costs: list[float], room: Room) -> None:
    idle = max(0, room.slots - room.running - room.hints)
    assert fitting(costs, room) >= min(idle, max(room.places, 0), len(costs))


@given(COSTS, ROOMS)
def test_what_is_ahead_of_busy_slots_is_a_moments_work(costs: list[float], room: Room) -> None:
    number = fitting(costs, room)
    is_busy = room.running + room.hints + number - 1 >= room.slots > 0
    if number and is_busy:
        assert room.cost + sum(costs[:number]) <= AHEAD_SECONDS * room.slots * (1 + 1e-9)


@given(COSTS, ROOMS)
def test_workers_that_do_not_say_how_many_slots_they_have_get_the_window(
    costs: list[float], room: Room
) -> None:
    silent = Room(room.window, 0, room.running, room.hints, room.cost)
    assert fitting(costs, silent) == max(0, min(len(costs), room.places))


def test_a_long_job_goes_to_a_free_slot_only() -> None:
    assert fitting([60.0, 60.0], Room(20, slots=2, running=2, hints=0, cost=0.0)) == 0
    assert fitting([60.0, 60.0], Room(20, slots=2, running=1, hints=0, cost=0.0)) == 1
    assert fitting([60.0, 60.0], Room(20, slots=2, running=0, hints=0, cost=0.0)) == 2
