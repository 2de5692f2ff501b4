"""Every strategy behind the walls, where nothing can be opened any more, with the networks it asks for."""

from pathlib import Path

import numpy as np

from models.limits import Limits
from services.runner.process import Child
from services.runner.values import Request
from services.segmentation.registry import STRATEGIES
from tests.support.chat import passages
from tests.support.language_models import declared, graph, tokenizer


def test_every_strategy_cuts_behind_the_walls(tmp_path: Path) -> None:
    words = ["?", "Paragraph", "says"]
    files = {"lm.onnx": graph(np.full((3, 3), 1 / 3)), "tokenizer.json": tokenizer(words)}
    declared(tmp_path / "models", "words", files)
    source = tmp_path / "a.html"
    source.write_text(passages("abcdefghij").replace("Para", "<p>Para"), encoding="utf-8")
    child = Child(Limits(), models=tmp_path / "models")
    try:
        for strategy in STRATEGIES:
            options = {"strategy": strategy, "tokenizer": "words", "max_tokens": 16}
            result = child.run(Request(source, "a.html", "doc", options), lambda _: True)
            assert len(result.chunks) >= 4, strategy
    finally:
        child.close()
