"""The registry of tokenizers: `characters`, `non_whitespace`, `words`, `bert`, `tiktoken:NAME`, `hf:PATH`."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import TokenizerUnavailable
from services.inference.weights import MINILM_TOKENIZER, RANKS, minilm_tokenizer, rank_file
from services.segmentation.tools import Tokenizer

if TYPE_CHECKING:
    import tokenizers

BATCH = 4096
"""Texts given to the library at once: its results take far more memory than the texts."""


def load_tokenizer(name: str, models: Path, *, anywhere: bool) -> Tokenizer:
    """The tokenizer of that name; TokenizerUnavailable when its files are not here.

    `models` is the folder of pulled files. With `anywhere`, `hf:PATH` may be any path of this machine;
    without it the path is taken below `models/tokenizers`, so that no client can name other files.
    """
    kind, _, rest = name.partition(":")
    if kind == "characters":
        return Tokenizer(name, lambda texts: list(map(len, texts)), additive=True, by_length=True)
    if kind == "non_whitespace":
        return Tokenizer(name, lambda texts: [sum(map(len, text.split())) for text in texts], additive=True)
    if kind == "words":
        return Tokenizer(name, lambda texts: [len(text.split()) for text in texts], additive=True)
    if kind == "bert":
        return _wordpiece(name, minilm_tokenizer())
    if kind == "tiktoken" and rest in RANKS:
        return _tiktoken(name, rest, models)
    if kind == "hf" and rest:
        return _hugging_face(name, _file(rest, models, anywhere=anywhere))
    raise TokenizerUnavailable(f"there is no tokenizer {name!r}", pointer="/tokenizer")


def _wordpiece(name: str, path: Path) -> Tokenizer:
    """BERT's uncased vocabulary; it splits at white space first, so counts of pieces add up."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != MINILM_TOKENIZER:
        raise TokenizerUnavailable("the installed bert vocabulary is not the one Kerf was pinned to")
    return _counting(name, data, additive=True)


def _hugging_face(name: str, path: Path) -> Tokenizer:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TokenizerUnavailable(f"{name}: {error.strerror}", pointer="/tokenizer") from None
    return _counting(name, data, additive=False)


def _counting(name: str, data: bytes, *, additive: bool) -> Tokenizer:
    import tokenizers  # noqa: PLC0415 - 30 ms that `characters` need not pay

    try:
        loaded = tokenizers.Tokenizer.from_buffer(data)
    except Exception as error:  # noqa: BLE001 - the library raises plain Exception for any bad file
        raise TokenizerUnavailable(f"{name}: not a tokenizer.json ({error})", pointer="/tokenizer") from None
    loaded.no_truncation()  # MiniLM's file cuts at 128 tokens and pads to 128
    loaded.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        return [n for i in range(0, len(texts), BATCH) for n in _lengths(loaded, texts[i : i + BATCH])]

    return Tokenizer(name, count, loaded.num_special_tokens_to_add(is_pair=False), additive, is_slow=True)


def _lengths(loaded: "tokenizers.Tokenizer", texts: Sequence[str]) -> list[int]:
    encoded = loaded.encode_batch_fast(list(texts), add_special_tokens=False)
    return [len(encoding) for encoding in encoded]


def _tiktoken(name: str, encoding: str, models: Path) -> Tokenizer:
    if not rank_file(models, encoding).is_file():
        raise TokenizerUnavailable(
            f"{name} needs its rank file: run `kerf models pull {name}` once", pointer="/tokenizer"
        )
    os.environ["TIKTOKEN_CACHE_DIR"] = str(models / "tiktoken")
    import tiktoken  # noqa: PLC0415 - only where it is asked for

    loaded = tiktoken.get_encoding(encoding)  # reads the cache and checks its own pinned SHA-256

    def count(texts: Sequence[str]) -> list[int]:
        return [len(loaded.encode_ordinary(text)) for text in texts]

    return Tokenizer(name, count)


def _file(path: str, models: Path, *, anywhere: bool) -> Path:
    if anywhere:
        return Path(path).expanduser()
    base = (models / "tokenizers").resolve()
    found = (base / path).resolve()
    if not found.is_relative_to(base):
        raise TokenizerUnavailable("hf: names a file below the models folder", pointer="/tokenizer")
    return found
