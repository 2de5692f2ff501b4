"""spaCy pipelines made for a test: rules, or a small network trained on the spot."""

import shutil
from pathlib import Path
from typing import Any

import spacy
from spacy.training import Example
from thinc.api import fix_random_seed

RULES = [
    {"label": "ORG", "pattern": [{"LOWER": "acme"}, {"LOWER": "corp."}]},
    {"label": "GPE", "pattern": "New York"},
]
NAMES = ("Ada Byron", "Max Planck", "Lise Meitner", "Emmy Noether")
FRAMES = ("{} shall pay the rent.", "The rent is paid by {} each month.", "Notice is given to {} in writing.")


def ruled() -> Any:
    """Finds Acme Corp. (ORG) and New York (GPE)."""
    made: Any = spacy.blank("en")
    made.add_pipe("entity_ruler").add_patterns(RULES)
    return made


def trained() -> Any:
    """Finds NAMES (PERSON) with a network."""
    fix_random_seed(0)
    made: Any = spacy.blank("en")
    made.add_pipe("ner")
    examples = []
    for frame in FRAMES:
        for name in NAMES:
            text, start = frame.format(name), frame.index("{")
            marked = {"entities": [(start, start + len(name), "PERSON")]}
            examples.append(Example.from_dict(made.make_doc(text), marked))
    optimizer = made.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    for _ in range(10):
        made.update(examples, sgd=optimizer)
    return made


def saved(pipeline: Any, models: Path, name: str) -> Path:
    """Written where an operator puts it; the folder of models."""
    folder = models / "pipelines" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    pipeline.to_disk(folder)
    return models


def package(pipeline: Any, site: Path, name: str) -> None:
    """Installed as a package in a folder of the Python path, as `pip install` does."""
    pipeline.meta.update(name=name.partition("_")[2], version="1.0.0")
    inside = site / name / f"{name}-1.0.0"
    inside.parent.mkdir(parents=True)
    pipeline.to_disk(inside)
    shutil.copy(inside / "meta.json", site / name)
    (site / name / "__init__.py").write_text(
        "from spacy.util import load_model_from_init_py\n"
        "def load(**given):\n    return load_model_from_init_py(__file__, **given)\n",
        encoding="utf-8",
    )
    about = site / f"{name}-1.0.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n", encoding="utf-8"
    )
    (about / "entry_points.txt").write_text(f"[spacy_models]\n{name} = {name}\n", encoding="utf-8")
