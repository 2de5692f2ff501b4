from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.limits import Limits
from services.runner.process import Child

MakeChild = Callable[..., Child]


@pytest.fixture
def make_child(tmp_path: Path) -> Iterator[MakeChild]:
    """Children with limits of the test's choice, gone at its end."""
    made: list[Child] = []

    def make(program: tuple[str, ...] | None = None, **limits: Any) -> Child:
        child = Child(Limits(**limits), models=tmp_path, program=program)
        made.append(child)
        return child

    yield make
    for child in made:
        child.close()
