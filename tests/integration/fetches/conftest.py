"""An empty store, and a listener that nobody should reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.infra.storage import LocalStorage
from tests.integration.webhooks.receiver import Canary, canary


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "objects")


@pytest.fixture
def trap() -> Iterator[Canary]:
    with canary() as listener:
        yield listener
