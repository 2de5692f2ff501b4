"""Megabytes of contracts a second: `python -m tests.bench.retrieval.speed --data FOLDER [--most N]`.

Processor time of reading, outline, legal metadata, references, and `section` with all of it and the laws.
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path

from models.document import Document
from services import pipeline
from services.extraction.extract import extract
from services.inference.toolkit import Toolkit
from services.legal.metadata import legal_metadata
from services.legal.references import references
from services.outline.outline import outline_of
from services.segmentation.registry import parse_options


def main() -> None:
    """One line a step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--most", type=int, default=12)
    arguments = parser.parse_args()
    with gzip.open(arguments.data / "retrieval" / "cuad.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line, _ in zip(lines, range(arguments.most), strict=False)]
    documents = [extract(text.encode(), "a.txt") for text in texts]
    toolkit = Toolkit(Path("no-models-here"))
    steps: dict[str, Callable[[Document], object]] = {
        "read": lambda document: extract(document.text.encode(), "a.txt"),
        "outline": outline_of,
        "legal metadata": lambda document: legal_metadata(document.text),
        "outline and references": lambda document: references(document.text, outline_of(document)),
        "section, 2,000 characters": _section(toolkit, "characters", 2000),
        "section, 400 tokens of bert": _section(toolkit, "bert", 400),
    }
    size = sum(len(document.text) for document in documents)
    for name, step in steps.items():
        step(documents[0])
        began = time.process_time()
        for document in documents:
            step(document)
        print(json.dumps({"step": name, "mb_per_s": round(size / (time.process_time() - began) / 1e6, 2)}))


def _section(toolkit: Toolkit, tokenizer: str, most: int) -> Callable[[Document], object]:
    options = parse_options({"strategy": "section", "tokenizer": tokenizer, "max_tokens": most})
    tools = toolkit.tools(options)
    return lambda document: pipeline.chunk(document, options, tools)


if __name__ == "__main__":
    main()
