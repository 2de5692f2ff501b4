"""An installation on real servers for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.infra.database import make_engine, make_sessions
from tests.integration.workers.installation import Installation


@pytest.fixture
async def installation(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Installation]:
    """A database of its own, the broker of this run, a data folder; every process is dead afterwards."""
    engine = make_engine(database_url)
    made = Installation(make_sessions(engine), database_url, redis_url, tmp_path)
    made.forget_hints()
    try:
        yield made
    finally:
        made.close()
        await engine.dispose()
