"""What a worker's thread waits for in the loop, and how it stops waiting."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from models.errors import Cancelled
from services.infra.config import Settings
from workers.process import Process
from workers.stopping import Stopping


@pytest.fixture
def process() -> Iterator[Process]:
    """It speaks with no database as long as nobody asks it to."""
    made = Process(Settings(database_url="postgresql://nobody@localhost/none"), Stopping())
    yield made
    made.close()


async def answer(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def failure() -> int:
    raise TimeoutError


def test_the_result_or_the_error_is_that_of_the_coroutine(process: Process) -> None:
    assert process.watched(answer(7), lambda: True) == 7
    with pytest.raises(TimeoutError):
        process.watched(failure(), lambda: True)


def test_it_is_asked_again_and_again_whether_to_go_on(process: Process) -> None:
    asked: list[bool] = []
    release = threading.Event()

    async def wait() -> int:
        return await asyncio.to_thread(lambda: int(release.wait(60)))

    def go_on() -> bool:
        asked.append(True)
        if len(asked) == 3:
            release.set()
        return True

    assert process.watched(wait(), go_on) == 1
    assert len(asked) >= 3


def test_what_is_not_wanted_any_more_is_cancelled(process: Process) -> None:
    ended = threading.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(Cancelled):
        process.watched(endless(), lambda: False)
    assert ended.wait(60)
