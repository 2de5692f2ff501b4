"""Who is deaf, and who merely has nothing to do."""

from dataclasses import dataclass, field

from workers.pulse import Pulse
from workers.silence import Silence

HINT, OTHER = frozenset({"job_a"}), frozenset({"job_b"})


@dataclass
class Scene:
    """A worker with a clock that the test turns."""

    now: float = 100.0
    beat: float = 99.0
    silence: Silence = field(init=False)

    def __post_init__(self) -> None:
        self.silence = Silence(lambda: self.beat, patience=10, clock=lambda: self.now)

    def after(self, seconds: float, waiting: frozenset[str]) -> bool:
        self.now += seconds
        return self.silence.is_deaf(waiting)


def test_a_worker_is_deaf_when_one_hint_waits_all_the_time_and_it_does_nothing() -> None:
    scene = Scene()
    assert [scene.after(4, HINT) for _ in range(4)] == [False, False, False, True]


def test_a_worker_with_nothing_to_hear_is_not_deaf() -> None:
    scene = Scene()
    assert not any(scene.after(4, frozenset()) for _ in range(9))


def test_hints_that_others_answer_make_nobody_deaf() -> None:
    scene = Scene()
    assert not any(scene.after(4, (HINT, OTHER)[turn % 2]) for turn in range(9))


def test_a_worker_that_is_busy_is_not_deaf_and_counts_anew_afterwards() -> None:
    scene = Scene()
    for _ in range(9):
        scene.beat = scene.now + 3
        assert not scene.after(4, HINT)
    assert [scene.after(4, HINT) for _ in range(4)] == [False, False, True, True]


def test_a_worker_that_is_still_starting_has_more_time() -> None:
    scene = Scene()
    scene.silence = Silence(lambda: scene.beat, patience=10, grace=20, clock=lambda: scene.now)
    assert [scene.after(8, HINT) for _ in range(5)] == [False, False, False, False, True]
    scene.beat = scene.now + 1
    assert [scene.after(4, HINT) for _ in range(4)] == [False, False, False, True]


def test_a_pulse_is_the_moment_of_its_last_beat() -> None:
    pulse = Pulse()
    first = pulse.last()
    pulse.beat()
    assert pulse.last() >= first > 0
