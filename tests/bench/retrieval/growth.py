"""Whether `section` is linear: `python -m tests.bench.retrieval.growth --data FOLDER [--most MB]`.

Processor time of a statute (bills of the United States, one after the other) of several sizes, then of texts
made to be slow, each half as long and whole.
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path

from services import pipeline
from services.extraction.extract import extract
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

SIZES = (0.6, 1.3, 2.6, 5.2)
HOSTILE: dict[str, Callable[[int], str]] = {
    "one-line items": lambda n: "".join(f"({i})\n" for i in range(n // 7)),
    "one line": lambda n: (
        "the Agreement of Section 5 and Party shall pay, subject to Article IV; " * (n // 71)
    ),
    "Section 1": lambda n: "Section 1 " * (n // 10),
    "lines of Section 1": lambda n: "Section 1\n" * (n // 10),
    "(a)(a)": lambda n: "(a)" * (n // 3),
    "lines of (a)": lambda n: "(a)\n" * (n // 4),
    "quotation marks": lambda n: "“a” " * (n // 4),
    "open quotation marks": lambda n: "“" * n,
    "terms used once": lambda n: (
        "".join(f"“Big Term {i}” means x.\n" for i in range(n // 50))
        + " ".join(f"Big Term {i}" for i in range(n // 50))
    ),
    "references": lambda n: "1. A\n" + "paragraph (b) of this section " * (n // 30),
    "amounts": lambda n: "$1 " * (n // 3),
    "law": lambda n: "law " * (n // 4),
    "no blank": lambda n: "x" * n,
}


def main() -> None:
    """One line a text and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--most", type=float, default=0.2, help="megabytes of the hostile texts")
    arguments = parser.parse_args()
    with gzip.open(
        arguments.data / "legal_structure" / "us_bills_laws.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        bills = "\n".join(json.loads(line)["text"] for line in lines)
    for size in SIZES:
        _measured("statute", (bills + "\n" + bills)[: int(size * 1e6)])
    for name, made in HOSTILE.items():
        for size in (arguments.most / 2, arguments.most):
            _measured(name, made(int(size * 1e6)))


def _measured(name: str, text: str) -> None:
    options = parse_options({"strategy": "section", "tokenizer": "characters", "max_tokens": 2000})
    tools = Toolkit(Path("no-models-here")).tools(options)
    document = extract(text.encode(), "a.txt")
    began = time.process_time()
    chunks = len(pipeline.chunk(document, options, tools).chunks)
    seconds = round(time.process_time() - began, 2)
    print(
        json.dumps({"text": name, "mb": round(len(text) / 1e6, 2), "seconds": seconds, "chunks": chunks}),
        flush=True,
    )


if __name__ == "__main__":
    main()
