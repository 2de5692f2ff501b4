"""Figures of legal metadata and cross-references.

`python -m tests.bench.legal --data FOLDER [--half figures|development]`
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from models.document import Document
from models.legal import ReferenceStatus
from models.outline import Outline
from services.extraction.plain import read_plain
from services.legal.citations import citations
from services.legal.date_roles import dates
from services.legal.governing import governing_laws
from services.legal.metadata import legal_metadata
from services.legal.money import amounts
from services.legal.parties import parties
from services.legal.references import references
from services.legal.terms import defined_terms
from services.outline.outline import outline_of
from tests.bench.legal import cuad, records
from tests.bench.legal.certain import certain
from tests.bench.legal.made import LANGUAGES, made

SEEDS = range(100, 120)
SPEED_SETS = (
    "retrieval/cuad",
    "legal_structure/us_bills_laws",
    "legal_structure/dc_code",
    "legal_structure/uk_judgments",
)
SPEED_TEXTS = 12

FINDERS: dict[str, Callable[[str], object]] = {
    "terms": defined_terms,
    "parties": parties,
    "dates": dates,
    "governing law": lambda text: list(governing_laws(text)),
    "amounts": lambda text: list(amounts(text)),
    "citations": lambda text: list(citations(text)),
    "all metadata": legal_metadata,
}


def main() -> None:
    """All figures, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.legal")
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder with retrieval and legal_structure"
    )
    parser.add_argument("--half", choices=("figures", "development"), default="figures")
    chosen = parser.parse_args()
    contracts = list(cuad.records(chosen.data, development=chosen.half == "development"))
    for category in cuad.FOUND:
        print(f"{category}: {cuad.score(contracts, category).line()}", flush=True)
    for name in ("dc_code", "us_bills_laws"):
        for tree, outlined in (("publisher's tree", records.outline_of_record), ("our outline", _ours)):
            print(f"{name}, {tree}: {_certain(chosen.data, name, outlined)}", flush=True)
    for language in LANGUAGES:
        kinds = f"known tree {_made(language, known=True)}, ours {_made(language, known=False)}"
        print(f"made up, {language}: {kinds}", flush=True)
    for name in SPEED_SETS:
        print(f"{name}, million characters a second: {_speed(chosen.data, name)}", flush=True)


def document(text: str) -> Document:
    """As a plain text file is read."""
    reading = read_plain(text)
    return Document(reading.text, "text/plain", "", tuple(reading.blocks))


def _ours(record: dict[str, Any]) -> Outline:
    return outline_of(document(record["text"]))


def _certain(data: Path, name: str, outlined: Callable[[dict[str, Any]], Outline]) -> str:
    right = gold = 0
    for record in records.records(data, name):
        expected = list(certain(record, numbers_alone=name == "dc_code"))
        outline = outlined(record) if expected else Outline()
        found = references(record["text"], outline)
        for one in expected:
            gold += 1
            targets = (i for ref in found if ref.span.overlaps(one.span) for i in ref.targets)
            right += any(_begins(outline, i) == one.target for i in targets)
    return f"{right / gold:.4f} ({right}/{gold})"


def _begins(outline: Outline, index: int) -> int:
    node = outline.nodes[index]
    return node.label.start if node.label else node.span.start


def _made(language: str, *, known: bool) -> str:
    right = total = 0
    for seed in SEEDS:
        text, tree, expected = made(language, seed)
        outline = tree if known else outline_of(document(text))
        found = {ref.span: ref for ref in references(text, outline)}
        for span, targets, is_external in expected:
            total += 1
            ref = found.get(span)
            starts = [outline.nodes[i].span.start for i in ref.targets] if ref else None
            is_out = ref is not None and ref.status is ReferenceStatus.EXTERNAL
            right += starts == [tree.nodes[i].span.start for i in targets] and is_out == is_external
    return f"{right / total:.4f} ({right}/{total})"


def _texts(data: Path, name: str) -> Iterator[str]:
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for _, line in zip(range(SPEED_TEXTS), lines, strict=False):
            yield json.loads(line)["text"]


def _speed(data: Path, name: str) -> str:
    """Processor time, so that neighbours count for less."""
    texts = list(_texts(data, name))
    outlined = [(text, outline_of(document(text))) for text in texts]
    timed = {label: _timed(find, texts) for label, find in FINDERS.items()}
    timed["references"] = _timed(lambda pair: references(*pair), outlined)
    size = sum(map(len, texts)) / 1e6
    return ", ".join(f"{label} {size / seconds:.2f}" for label, seconds in timed.items())


def _timed(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    begun = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
