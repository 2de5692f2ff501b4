"""A SaT network in small, made anew: random weights, a tokenizer of a few hundred subwords."""

from pathlib import Path

import numpy as np
import pytest

from services.inference.sat.loading import from_folder
from services.inference.sat.model import SatModel
from tests.support.sat_files import Graph, trained_tokenizer, written
from tests.unit.inference.sat.texts import TEXTS


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As it would be published: half precision, a mask of it, no threshold."""
    tokenizer = trained_tokenizer(TEXTS, 400)
    graph = Graph(tensor=np.float16, mask=np.float16).bytes(tokenizer.get_vocab_size())
    return written(tmp_path_factory.mktemp("sat") / "tiny", graph, tokenizer)


@pytest.fixture(scope="session")
def model(folder: Path) -> SatModel:
    return from_folder(folder, threshold=0.5)
