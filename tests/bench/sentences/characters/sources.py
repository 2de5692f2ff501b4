"""The texts that the network may learn from, and those it is judged on."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from services.inference.boundaries.splitter import sentences
from tests.bench.sentences.characters.passages import Passage, passage_of

FOLDS = 5
HELD_FOLD = 0
"""Documents of the gold sets that are judged on."""

GOLD = {
    "legal_en_bva": 3.0, "legal_en_scotus": 6.0, "legal_en_cyber_crime": 6.0,
    "legal_en_intellectual_property": 6.0,
    "legal_es": 4.0, "legal_fr": 3.5, "legal_it": 4.0, "legal_pt": 2.5,
    "ud_en_ewt": 16.0, "ud_de_gsd": 3.0, "ud_fr_gsd": 2.5, "ud_zh_gsdsimp": 2.0, "ud_ja_gsd": 2.0,
}  # fmt: skip
"""Shares of training. legal_*: CC BY 4.0 (MultiLegalSBD and Savelka et al.); ud_*: CC BY-SA 4.0."""
SILVER = {
    "retrieval/cuad": 12.0,
    "legal_structure/us_bills_laws": 5.0,
    "legal_structure/dc_code": 3.0,
    "legal_structure/uk_explanatory_memoranda": 1.5,
    "topics/qmsum": 14.0,
    "retrieval/chroma_general_corpora": 2.0,
}
"""Shares of texts that engine `kerf` has split: CC BY 4.0; public domain; government edict; OGL v3; MIT; of
the last one the State of the Union address (public domain). UK judgments are left out: their licence asks for
a permission to analyse them."""
JUDGED_ONLY = ("ud_en_gum",)
"""Partly under a non-commercial licence."""

_SPEECH = "state_of_the_union"
_SPEAKER = re.compile(r"^[^:\n]{1,40}: ", re.MULTILINE)
_NOISE = re.compile(r"\{\w+\} ?")
_LOOSE = re.compile(r" +([.,?!;:]|'\w|n't)")


class Document(NamedTuple):
    """A text of one source."""

    source: str
    held: bool
    passage: Passage


def documents(data: Path) -> Iterator[Document]:
    """All that may be learnt from or held out."""
    for name in GOLD:
        for record in _records(data / "sentences" / f"{name}.jsonl.gz"):
            held = fold_of(record) == HELD_FOLD
            yield Document(name, held, passage_of(record["text"], record["sentences"], record["lang"]))
    for name in SILVER:
        for record in _records(data / f"{name}.jsonl.gz"):
            if name.startswith("retrieval/chroma") and record["id"] != _SPEECH:
                continue
            text = _spoken(record["text"]) if name == "topics/qmsum" else record["text"]
            spans = [found.span for found in sentences(text)]
            yield Document(name, False, passage_of(text, [(s.start, s.end) for s in spans], "en"))


def fold_of(record: dict[str, Any]) -> int:
    """By document, or by group of documents that share text."""
    return zlib.crc32((record.get("group") or record["id"]).encode()) % FOLDS


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _spoken(text: str) -> str:
    """Without names of speakers and notes, marks where they are written."""
    return _LOOSE.sub(r"\1", _NOISE.sub("", _SPEAKER.sub("", text)))
