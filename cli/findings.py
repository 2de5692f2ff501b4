"""What a check of `kerf doctor` comes to."""

from dataclasses import dataclass
from enum import Enum, auto


class State(Enum):
    """How a thing stands."""

    GOOD = auto()
    ABSENT = auto()
    BROKEN = auto()


MARKS = {State.GOOD: "ok     ", State.ABSENT: "absent ", State.BROKEN: "BROKEN "}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined; ABSENT is fine where nothing asks for it."""

    name: str
    state: State
    detail: str
