"""The evaluation sets as candidates with labels; which of them may be trained on."""

import gzip
import importlib
import json
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from services.inference.boundaries.arrays import Bools, Floats, Hashes, Ints
from services.inference.boundaries.candidates import candidates_of
from services.inference.boundaries.features import Features, stacked
from tests.bench.sentences.made import made
from tests.bench.sentences.usages import Counted, counted

LEGAL = ("legal_en_bva", "legal_en_scotus", "legal_en_cyber_crime", "legal_en_intellectual_property")
"""CC BY 4.0 as MultiLegalSBD (Savelka et al. 2017)."""
LAWS = ("legal_es", "legal_fr", "legal_it", "legal_pt")
"""CC BY 4.0 (MultiLegalSBD, arXiv 2305.01211)."""
TREEBANKS = ("ud_en_ewt", "ud_en_gum", "ud_de_gsd", "ud_fr_gsd", "ud_zh_gsdsimp", "ud_ja_gsd")
"""CC BY-SA 4.0 (Universal Dependencies); GUM without its genres under a non-commercial licence."""
RULES = ("golden_rules",)
"""MIT (pragmatic_segmenter's cases, from pySBD)."""
TRAINED = (*LEGAL, *LAWS, *TREEBANKS)
VARIANTS = ("plain", "hardwrap")
UNLABELLED = (
    "legal_structure/dc_code", "legal_structure/us_bills_laws", "legal_structure/uk_explanatory_memoranda",
    "retrieval/cuad",
)  # fmt: skip
"""Public domain, Open Government Licence, CC BY 4.0 (CUAD): words are counted in them. Not in judgments under
the Open Justice Licence, which asks for a permission of its own for computing on them."""
MADE = "made"
SEED = 0

NON_COMMERCIAL = ("whow", "fiction")
_LONGEST, _MOST = 1 << 17, 2_500_000
"""Characters of a text and of a set that words are counted in."""

Variant = Callable[[str, Sequence[tuple[int, int]], str], tuple[str, list[tuple[int, int]]]]


@dataclass(frozen=True)
class Labelled:
    """One text, plain or changed: its candidates' features and which of them are boundaries."""

    id: str
    name: str
    variant: str
    language: str
    gold: int
    """Boundaries of the text, found among the candidates or not."""
    cells: Ints
    rows: Floats
    """Without the usage of words, which is counted in the texts that are trained on."""
    words: Hashes
    labels: Bools
    counted: Counted
    free: bool
    """Whether it may be trained on."""

    def fold(self, folds: int) -> int:
        """Folds are by document, the same in every run."""
        return zlib.crc32(self.id.encode()) % folds


class Sets:
    """The sets in a folder, with the changes and boundary rule of the scorers' package."""

    def __init__(self, data: Path, scorers: Path) -> None:
        sys.path.insert(0, str(scorers))
        self._data = data
        self._variants: dict[str, Variant] = importlib.import_module("scorers.corrupt").VARIANTS
        self.boundaries: Callable[..., set[int]] = importlib.import_module("scorers.sentences").boundaries

    def records(self, name: str) -> Iterator[dict[str, Any]]:
        """The records of a set as they are."""
        with gzip.open(self._data / "sentences" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    def varied(self, name: str, variant: str) -> Iterator[tuple[dict[str, Any], str, list[tuple[int, int]]]]:
        """Record, text and gold spans under a variant; blank texts left out."""
        for record in self.records(name):
            spans = [(start, end) for start, end in record["sentences"]]
            text, gold = self._variants[variant](record["text"], spans, record.get("lang", "en"))
            if text.strip():
                yield record, text, gold

    def labelled(self, name: str, variant: str) -> list[Labelled]:
        """All texts of a set under a variant."""
        found = []
        for record, text, spans in self.varied(name, variant):
            free = name in TRAINED and record["meta"].get("genre") not in NON_COMMERCIAL
            found.append(self._seen((record["id"], name, variant, record["lang"]), text, spans, free=free))
        return found

    def made_up(self, variant: str) -> list[Labelled]:
        """Texts of our own under a variant; their sets are named for their languages."""
        found = []
        for text in made(SEED):
            changed = self._variants[variant](text.text, text.sentences, text.language)
            names = (text.id, f"{MADE}_{text.language}", variant, text.language)
            found.append(self._seen(names, *changed, free=True))
        return found

    def plain_texts(self, name: str) -> list[Counted]:
        """The words of texts without labels, class A."""
        with gzip.open(self._data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts = (json.loads(line)["text"][:_LONGEST] for line in lines)
            return [counted(Features.of(text).tokens) for text in _up_to(_MOST, texts)]

    def _seen(
        self, names: tuple[str, str, str, str], text: str, spans: list[tuple[int, int]], *, free: bool
    ) -> Labelled:
        """One text; id, set, variant and language."""
        features = Features.of(text)
        at = candidates_of(features.tokens)
        gold = self.boundaries(text, spans, "end")
        labels = np.isin(features.tokens.end[at], np.fromiter(gold, np.int64, len(gold)))
        rows = stacked(features.columns(at))
        words, counts = features.words(at), counted(features.tokens)
        return Labelled(*names, len(gold), features.cells(at), rows, words, labels, counts, free)


def _up_to(most: int, texts: Iterator[str]) -> Iterator[str]:
    size = 0
    for text in texts:
        if size > most:
            return
        size += len(text)
        yield text
