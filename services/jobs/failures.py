"""Why an attempt ended badly, and whether the job gets another."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol, Self

from models.errors import AttemptError, KerfError, Stage, WorkerLost
from models.tables.jobs import Leased
from models.tables.ranges import RangeRecord

MOST_LOST = 5
"""Leases that may run out while the worker lives on: the fifth fails the job."""

MOST_ORPHANED = 25
"""Leases that may run out with their whole worker, which nobody can say the job has killed."""

MOST_CRASHED = 3
"""Attempts that may die (crash, memory, deadline, storage): the third fails the job."""


class Reached(Protocol):
    """How far an attempt was; what the runner reports has these."""

    @property
    def stage(self) -> str | None:
        """The stage's name; None before the first report."""
        ...

    @property
    def pages_done(self) -> int:
        """Pages read."""
        ...

    @property
    def pages_total(self) -> int | None:
        """Pages to read; None while unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Reached, as a value."""

    stage: str | None
    pages_done: int
    pages_total: int | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt ended, as the API and the webhook show it. `code` is one of models.errors.

    `page` is the page, from 1, at which reading ended; None when it had not begun or was over. `pages`
    are the first and last of the page range that was being read, when that was not the whole document.
    """

    code: str
    message: str
    retryable: bool
    stage: str | None
    page: int | None = None
    pages: tuple[int, int] | None = None

    @classmethod
    def of(cls, error: KerfError, reached: Reached | None = None) -> Self:
        """The failure that an error of ours stands for, where the attempt had last been seen.

        An attempt that died did so in the stage it was in; other errors know their stage themselves.
        """
        died = isinstance(error, AttemptError) and reached is not None and reached.stage is not None
        stage = reached.stage if died and reached is not None else error.stage
        page = page_of(reached) if reached is not None and stage == reached.stage else None
        return cls(error.code, error.detail, error.retryable, stage, page)

    def as_json(self) -> dict[str, Any]:
        """The failure for a JSON column."""
        return {**asdict(self), "pages": None if self.pages is None else list(self.pages)}

    def on(self, part: RangeRecord | None) -> "Failure":
        """The failure of the job whose page range it was; of the whole job when it was none."""
        if part is None:
            return self
        first, last = part.first_page, part.last_page
        page = None if self.page is None else first + self.page - 1
        told = f"Pages {first} to {last}: {self.message}"
        return replace(self, message=told, page=page, pages=(first, last))


def page_of(reached: Reached) -> int | None:
    """The page being read, which is the one after those that are done."""
    if reached.stage != Stage.PARSING or reached.pages_total is None:
        return None
    return reached.pages_done + 1 if reached.pages_done < reached.pages_total else None


def count(held: Leased, failure: Failure) -> bool:
    """Count a failed attempt by its cause; whether the job or page range has another one left."""
    if not failure.retryable:
        return False
    if failure.code == WorkerLost.code:
        held.lost += 1
        return held.lost < MOST_LOST
    held.crashed += 1
    return held.crashed < MOST_CRASHED
