"""The sweep runs in `beat` as it is set: not at all, reporting, or removing; `kerf up` removes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cli.standing import on_hand
from services.infra.config import Settings
from services.infra.storage import LocalStorage
from tests.integration.storage.aged import age, is_aside, is_at_its_address
from tests.make import Sessions
from workers import beat, blobs


@asynccontextmanager
async def running(settings: Settings, sessions: Sessions) -> AsyncIterator[None]:
    """All loops of `beat`, with hints that go nowhere."""
    stopping = asyncio.Event()
    loops = asyncio.create_task(beat.run(settings, sessions, lambda _: None, stopping))
    try:
        yield
    finally:
        stopping.set()
        await loops


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "PAUSE_SECONDS", 0.02)


async def orphan(settings: Settings) -> str:
    stored = await LocalStorage(settings.objects_dir).put(b"orphan")
    age(settings.objects_dir)
    return stored.sha256


async def test_what_is_unused_is_set_aside_by_the_loop(sessions: Sessions, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, sweep_blobs="remove")
    address = await orphan(settings)
    async with running(settings, sessions):
        while not is_aside(settings.objects_dir, address):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)


async def test_by_default_it_is_reported_only(
    sessions: Sessions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    address = await orphan(settings)
    said = ""
    async with running(settings, sessions):
        while said.count("blobs_unused") < 3:
            await asyncio.sleep(0.02)
            said += capsys.readouterr().out
    assert "mode=report" in said
    assert is_at_its_address(settings.objects_dir, address)


async def test_switched_off_nothing_looks(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("somebody looks")

    monkeypatch.setattr(blobs, "Rounds", refuse)
    async with running(Settings(data_dir=tmp_path, sweep_blobs="off"), sessions):
        await asyncio.sleep(0)


def test_one_locked_folder_is_swept_unless_told_otherwise(tmp_path: Path) -> None:
    assert on_hand(Settings(data_dir=tmp_path), "postgresql://db/kerf").sweep_blobs == "remove"
    told = Settings(data_dir=tmp_path, sweep_blobs="report")
    assert on_hand(told, "postgresql://db/kerf").sweep_blobs == "report"
